"""A resident asks the employer to pay a part. The employer sees who asks, training and costs, nothing else, and says yes or no."""

from __future__ import annotations

import pytest

from portal.awarding.answering import indicative_answer
from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import CONTACT, Desk, act, assert_sound, question_of, soup_of


@pytest.fixture
def asked(desk: Desk) -> tuple[Desk, Browser, str]:
    """A desk on which a resident asked the employer; the employer's browser, and the address of the page."""
    walk = desk.walk()
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    act(
        desk.engine,
        walk.path,
        lambda s, q: ask_pledge(
            s, question=q, employer_name="De Proef", employer_email="baas@proef.example", actor=SYSTEM, now=now()
        ),
    )
    question = question_of(desk.engine, walk.path)
    employer = desk.visitor(walk, audience=Audience.EMPLOYER)
    return desk, employer, f"/werkgever/bijdrage/{question.public_id}"


def answer(employer: Browser, path: str, data: dict[str, object]) -> int:
    employer.get(path)
    return employer.submit(path, data).status_code


def pledge(desk: Desk) -> Pledge:
    return unit_of_work(desk.engine, lambda s: s.query(Pledge).one())


def test_the_link_leads_to_what_is_asked(asked: tuple[Desk, Browser, str]) -> None:
    _desk, employer, path = asked
    assert employer.get("/werkgever/mijn").location == path
    assert_sound(employer.get(path))


def test_the_employer_sees_who_asks_the_training_and_the_costs_and_nothing_else_of_the_person(
    asked: tuple[Desk, Browser, str],
) -> None:
    desk, employer, path = asked
    text = soup_of(employer.get(path)).get_text(" ", strip=True).replace("\xa0", " ")
    for shown in ("Jo Jansen", "Monteur mechatronica", "Techniekschool", "€ 3.150", "Lesgeld"):
        assert shown in text
    question = question_of(desk.engine, path.replace("werkgever/bijdrage", "vraag"))
    contact = question.contact
    assert contact is not None and contact.email is not None and question.wish is not None
    hidden = [contact.email, question.wish, "1985", "Apeldoorn", "vast contract", "mbo2"]
    assert not [value for value in hidden if value in text]
    assert not soup_of(employer.get(path)).select("input[value='500']"), (
        "nor what the resident expects the employer to pay"
    )


@pytest.mark.parametrize(("kind", "amount"), [("fixed", 30_000), ("up_to", 60_050)])
def test_a_pledge_counts_as_soon_as_it_is_given(asked: tuple[Desk, Browser, str], kind: str, amount: int) -> None:
    desk, employer, path = asked
    typed = f"{amount // 100},{amount % 100:02d}"
    assert (
        answer(
            employer,
            path,
            {"answer": kind, kind: typed, "categories": ["exam", "books"], "name": "Sam Baas", "function": "Directeur"},
        )
        == 303
    )
    kept = pledge(desk)
    assert (kept.state.value, kept.kind.value if kept.kind else None, kept.amount_cents) == ("given", kind, amount)
    assert kept.categories == ["exam", "books"]

    def mix(session):  # type: ignore[no-untyped-def]
        question = session.get_one(DevelopmentQuestion, kept.question_id)
        return indicative_answer(session, question=question, on=question.reference_date).problem.pledges

    (counted,) = unit_of_work(desk.engine, mix)
    assert (counted.kind, counted.amount_cents) == (kind, amount)
    assert_sound(employer.get(path))


def test_more_than_the_costs_is_asked_back_for_all_of_them_and_for_the_chosen_ones(
    asked: tuple[Desk, Browser, str],
) -> None:
    _desk, employer, path = asked
    for chosen, most in (({}, "3.150"), ({"categories": ["exam", "books"]}, "650")):
        form = {"answer": "fixed", "name": "Sam", **chosen}
        assert answer(employer, path, {**form, "fixed": f"{most},01"}) == 422
        assert f"€\xa0{most}. Vul dat bedrag in" in employer.last.text  # type: ignore[union-attr]
        assert answer(employer, path, {**form, "fixed": most}) == 303


def test_no_is_an_answer_and_needs_no_reason(asked: tuple[Desk, Browser, str]) -> None:
    desk, employer, path = asked
    assert answer(employer, path, {"answer": "no", "up_to": "onzin", "name": "Sam Baas"}) == 303
    assert pledge(desk).state.value == "declined"
    assert "U betaalt niet mee" in employer.follow().text


def test_the_answer_can_be_changed_while_the_question_is_open(asked: tuple[Desk, Browser, str]) -> None:
    desk, employer, path = asked
    assert answer(employer, path, {"answer": "fixed", "fixed": "300", "name": "Sam"}) == 303
    assert answer(employer, path, {"answer": "up_to", "up_to": "500", "name": "Sam"}) == 303
    assert (pledge(desk).kind.value, pledge(desk).amount_cents) == ("up_to", 50_000)  # type: ignore[union-attr]


def test_after_the_question_is_closed_nothing_can_be_changed(asked: tuple[Desk, Browser, str]) -> None:
    from portal.cases.questions.actions import withdraw_question

    desk, employer, path = asked
    employer.get(path)
    act(
        desk.engine,
        path.replace("werkgever/bijdrage", "vraag"),
        lambda s, q: withdraw_question(s, question=q, reason=None, actor=SYSTEM, now=now()),
    )
    employer.submit(path, {"answer": "fixed", "fixed": "300", "name": "Sam"})
    assert pledge(desk).state.value == "asked"
    assert employer.get(path).status_code == 404, "there is nothing to see here any more"


def test_another_employer_and_the_resident_do_not_get_in(asked: tuple[Desk, Browser, str]) -> None:
    desk, _employer, path = asked
    other = desk.walk()
    other.to_check()
    assert desk.visitor(other, audience=Audience.EMPLOYER).get(path).status_code == 404
    assert other.browser.get(path).status_code == 404
    assert Browser(desk.app).get(path).status_code == 404


def test_an_employer_that_was_not_asked_sees_nothing(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    public_id = question_of(desk.engine, walk.path).public_id
    employer = desk.visitor(walk, audience=Audience.EMPLOYER)
    assert employer.get(f"/werkgever/bijdrage/{public_id}").status_code == 404
    assert employer.get("/werkgever/mijn").status_code == 404
