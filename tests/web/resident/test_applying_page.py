"""Applying: what can be awarded is chosen already with its amount, what cannot says why, and without a training one talks first.

The job on paper: somebody talked, knows the training and wants the money. The page asks again nothing that was said before; they look
whether the right voucher is ticked, and send. Who has no training or no costs yet lands here by accident, and starts no legal clock.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.cases.applications.models import Application
from portal.papers.outcome_paper import OutcomeOnPaper
from portal.platform.database import unit_of_work
from tests.factories import an_advisor
from tests.web.walking import APPLICANT, CONTACT, WELDER, Desk, Walk, question_of, sound_page, words_on

NO_TRAINING = {
    **WELDER,
    "werk": {"answer": "job_seeker"},
    "opleiding": {"known": "no"},
    "uitkering": {"answer": "none"},
}
NO_COSTS = {**WELDER, "kosten": {"unknown": "1"}}


def sent(desk: Desk, answers: object = WELDER) -> tuple[Walk, str]:
    walk = desk.walk(answers)  # type: ignore[arg-type]
    walk.to_check()
    walk.walked("sent to apply", lambda: (walk.go("versturen"), walk.answer(CONTACT)))
    return walk, "/mijn/" + question_of(desk.engine, walk.path).public_id


def applications(desk: Desk) -> int:
    found = unit_of_work(desk.engine, lambda s: s.scalar(select(func.count()).select_from(Application)))
    return int(found or 0)


def test_what_would_be_awarded_is_chosen_with_its_amount_and_the_rest_says_why_not(desk: Desk) -> None:
    walk, path = sent(desk)
    page = sound_page(walk.browser.get(f"{path}/aanvragen"))
    boxes = page.select("input[name=schemes]")
    chosen = [box["value"] for box in boxes if box.has_attr("checked")]
    assert chosen == ["ontwikkelfonds-individueel"]
    hint = page.select_one(f"#{boxes[0]['aria-describedby']}")
    assert hint is not None and "Waarschijnlijk €" in hint.text.replace("\xa0", " ")
    other = page.find("h2", string="Dit kunt u hier niet aanvragen")
    offered = {str(box["value"]) for box in boxes}
    assert ("werk-naar-werk-voucher" in offered) != (other is not None), "it is offered, or the reason stands there"
    if "werk-naar-werk-voucher" in offered:
        assert {box["type"] for box in boxes} == {"radio"}
    else:
        reason = other.find_next("li")  # type: ignore[union-attr]
        assert len(reason.text.split(":", 1)[1].strip()) > 10  # type: ignore[union-attr]


def test_what_was_said_before_stands_there_and_one_button_applies(desk: Desk) -> None:
    walk, path = sent(desk)
    page = sound_page(walk.browser.get(f"{path}/aanvragen"))
    values = {box["name"]: box.get("value") for box in page.select("form.form input.input")}
    assert (values["name"], values["postcode"]) == ("Jo Jansen", "7311")
    given = {name: value for name, value in APPLICANT.items() if name not in ("schemes", "name")}
    walk.browser.submit(f"{path}/aanvragen", {**given, "name": "Jo Jansen", "schemes": "ontwikkelfonds-individueel"})
    assert applications(desk) == 1


def test_what_is_not_offered_cannot_be_sent(desk: Desk) -> None:
    walk, path = sent(desk)
    walk.browser.get(f"{path}/aanvragen")
    both = {**APPLICANT, "schemes": ["ontwikkelfonds-individueel", "werk-naar-werk-voucher"]}
    assert walk.browser.submit(f"{path}/aanvragen", both).status_code == 422
    assert (
        "Een van deze antwoorden kennen wij niet" in walk.browser.last.text or "Kies er één." in walk.browser.last.text
    )  # type: ignore[union-attr]
    assert applications(desk) == 0


def test_without_a_training_the_page_leads_to_a_talk_and_no_clock_starts(desk: Desk) -> None:
    walk, path = sent(desk, NO_TRAINING)
    page = sound_page(walk.browser.get(f"{path}/aanvragen"))
    assert "Wij weten nog niet welke opleiding u wilt" in page.text and not page.select("form.form")
    assert page.find("a", string="Een gesprek kiezen")["href"] == f"{path}/gesprek"  # type: ignore[index]
    walk.browser.post(f"{path}/aanvragen", APPLICANT)
    assert applications(desk) == 0 and question_of(desk.engine, path).decide_by is None


def test_who_has_no_training_or_costs_sees_a_talk_on_the_own_page_and_no_button_to_apply(desk: Desk) -> None:
    for answers, applies in ((NO_TRAINING, False), (NO_COSTS, False), (WELDER, True)):
        walk, path = sent(desk, answers)
        page = sound_page(walk.browser.get(path))
        links = {str(link["href"]).removeprefix(path) for link in page.select("main a")}
        assert ("/aanvragen" in links) is applies and "/gesprek" in links, answers
        assert ("Daarna kunt u geld aanvragen." in page.text) is not applies
        heading = sound_page(walk.browser.get(f"{path}/aanvragen")).h1
        assert heading is not None and (heading.text == "Aanvraag doen") is applies


# Who does not know the training ------------------------------------------------------------------------------------------


def test_without_a_training_nothing_is_asked_about_costs_and_the_headline_says_what_could_be(desk: Desk) -> None:
    walk = desk.walk(NO_TRAINING)
    walk.to_check()
    assert not {"kosten", "werkgever", "lenen"} & set(walk.seen)
    assert "Kosten" not in words_on(walk.go("controle")).replace("De kosten", "")
    page = sound_page(walk.go("uitkomst"))
    heading = page.h1.text.replace("\xa0", " ")  # type: ignore[union-attr]
    assert "tot € 2.500" in heading and " als " in heading
    assert "Een gesprek kiezen" in [link.text for link in page.select("a.button.primary")]


def test_a_talk_is_chosen_at_once_and_the_link_is_shown_after_it(desk: Desk) -> None:
    unit_of_work(desk.engine, an_advisor)
    walk = desk.walk(NO_TRAINING)
    walk.to_check()
    page = sound_page(walk.go("uitkomst"))
    send = str(page.find("a", string="Een gesprek kiezen")["href"])  # type: ignore[index]
    assert "Het eerste vrije moment is" in sound_page(walk.browser.get(send)).text
    walk.browser.submit(send, CONTACT)
    talk = sound_page(walk.browser.follow())
    assert walk.path.endswith("/gesprek")
    moment = talk.select_one("input[name=starts_at]")
    assert moment is not None
    walk.browser.submit(walk.path, {"starts_at": moment["value"], "phone": "0570 12 34 56"})
    done = sound_page(walk.browser.follow())
    assert walk.path.endswith("/ontvangen") and done.select_one(".code a") is not None
    assert "U praat met een adviseur op" in done.text
    assert "/toegang/" not in sound_page(walk.browser.get(walk.path)).text, "the control: it is shown once"


def test_when_no_moment_is_free_the_question_is_sent_as_ever(desk: Desk) -> None:
    walk = desk.walk(NO_TRAINING)
    walk.to_check()
    send = walk.path.replace("controle", "versturen?naar=gesprek")
    assert "Uw vraag versturen" in sound_page(walk.browser.get(send)).text
    walk.browser.submit(send, CONTACT)
    assert walk.browser.follow() and walk.path.endswith("/ontvangen")


def test_what_could_be_stands_on_the_own_page_and_on_paper_and_a_loan_apart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers: list[OutcomeOnPaper] = []
    monkeypatch.setattr(
        "portal.web.intake.own_outcome.outcome_file", lambda made, made_at: (papers.append(made), "")[1]
    )
    walk, path = sent(desk, NO_TRAINING)
    page = sound_page(walk.browser.get(f"{path}/wie-betaalt"))
    heading = page.h1.text.replace("\xa0", " ")  # type: ignore[union-attr]
    assert heading.startswith("U kunt tot € 2.500 krijgen, als ")
    walk.browser.get(f"{path}/wie-betaalt.pdf")
    [paper] = papers
    under = {}
    for title in ("Kan misschien ook meebetalen", "Lenen kan misschien ook"):
        above = page.find("h2", string=title)
        under[title] = [item.text for item in above.find_next("ul").select("li")]  # type: ignore[union-attr]
    assert list(under.values()) == [list(paper.possible), list(paper.loans)]
    assert paper.headline.replace("\xa0", " ") == heading
    assert paper.loans and all("krediet" in one for one in paper.loans)
    assert not any("krediet" in one for one in paper.possible)
