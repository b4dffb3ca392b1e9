"""The question on the table: everything that was asked is changed on one page, and the page says what that does.

The job on paper: an advisor has somebody at the counter or on the telephone. They go through the answers in any order; what is wrong
is typed over, and the right side says at once what that does to the mix. A lever is pressed and taken back. A colleague who has the
case open too is told what changed, and keeps what was typed. Later the person reads what was changed, and says whether it is right.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from portal.cases.asked import asked_of
from portal.cases.corrections.actions import correct, object_to_correction
from portal.cases.corrections.models import OnWord
from portal.cases.corrections.queries import corrections_by_question
from portal.cases.pledges.actions import Contribution, ask_pledge, give_pledge
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from tests.factories import ADVISOR, NOW, a_question, an_application, approve, employer, resident
from tests.web.advisor.on_the_table import Table, standing
from tests.web.advisor.steps import case
from tests.web.bad_input import BAD, TAKEN
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import soup_of


@pytest.fixture
def office(shared_office: Office) -> Office:
    """One office for all of these: each has a question of its own."""
    return shared_office


@pytest.fixture
def question(office: Office) -> DevelopmentQuestion:
    return office.made(a_question, facts={"birth_year": 1990})


@pytest.fixture
def table(office: Office, question: DevelopmentQuestion) -> Table:
    return Table(office.browser("advisor"), question)


def asked(office: Office, question: DevelopmentQuestion) -> dict[str, Any]:
    return office.do(lambda s: asked_of(s, s.get_one(DevelopmentQuestion, question.id)))


def kept(office: Office, question: DevelopmentQuestion) -> list[tuple[str, Any, Any, str]]:
    rows = office.do(lambda s: corrections_by_question(s, question=question))
    return [(row.subject, row.was, row.becomes, row.on_word.value) for row in rows]


def test_what_is_typed_over_is_saved_with_its_old_value_and_on_whose_word(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    page = table.send({"training_name": "Lasser", "lines-0-amount": "1.500", "on_word": "document"})
    before, after = asked(office, question), asked(office, question)
    assert after["training"] == {"name": "Lasser", "provider": "ROC Proef", "id": None}
    assert after["costs"][0]["amount_cents"] == 150_000
    assert [(row[0], row[3]) for row in kept(office, question)] == [("training", "document"), ("costs", "document")]
    text = said(page)
    assert "Monteur, ROC Proef" in text
    assert "gezien op een document" in text
    assert standing(page)["on_word"] == "document"
    assert before == after


def test_sending_the_page_as_it_stands_changes_nothing(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    first = asked(office, question)
    page = table.send({})
    assert "Er is nog niets gewijzigd." in said(page)
    assert asked(office, question) == first
    assert kept(office, question) == []


def test_a_form_that_was_cut_off_takes_nothing_away(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    first, names = asked(office, question), ("csrf_token", "submission_token", "seen")
    hidden = {name: value for name, value in standing(table.page).items() if name in names}
    assert table.browser.client.post(table.path, data=hidden).status_code == 303
    assert asked(office, question) == first


def test_the_page_shows_the_mix_as_it_was_and_as_it_becomes(table: Table) -> None:
    page = table.send({"lines-0-amount": "1.500"})
    rows = {
        row.th.get_text(" ", strip=True): row.get_text(" ", strip=True)
        for row in soup_of(page).select(".was-now tbody tr")
    }
    assert any("+ €" in text.replace("\xa0", " ") for text in rows.values()), rows
    assert "inwoner zelf" in " ".join(rows)


def test_a_lever_is_filled_in_with_one_button_and_taken_back_with_another(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    first = asked(office, question)
    lever = {"pledge": {"kind": "fixed", "amount_cents": 20_000, "categories": None}, "wish": "nee"}
    page = table.send({"lever": json.dumps(lever)})
    assert asked(office, question) == first | {"pledge": lever["pledge"]}
    [undo] = soup_of(page).find_all("button", attrs={"name": "undo"})
    assert undo["form"] == "talk"
    page = table.send({"undo": undo["value"]})
    assert asked(office, question) == first
    assert soup_of(page).find("button", attrs={"name": "undo"}) is None


@pytest.mark.parametrize("lever", ["{", "[]", '{"pledge": 3}', '{"pledge": {"kind": "x", "amount_cents": 1}}'])
def test_a_broken_button_changes_nothing_and_keeps_what_was_typed(
    office: Office, question: DevelopmentQuestion, table: Table, lever: str
) -> None:
    first = asked(office, question)
    page = table.send({"lever": lever, "wish": "Iets anders"})
    assert page.status_code in (422, 200)
    assert asked(office, question) in (first, first | {"wish": "Iets anders"})
    assert standing(page)["wish"] == "Iets anders"


def test_the_levers_come_by_themselves_or_by_a_link(table: Table) -> None:
    [link] = [one for one in soup_of(table.page).find_all("a") if "hefbomen=1" in one.get("href", "")]
    whole = table.browser.get(link["href"])
    assert "Reken uit" not in said(whole)
    part = table.browser.client.get(f"{table.path}?hefbomen=1", headers={"HX-Request": "true"})
    assert b"<html" not in part.data


def test_wrong_input_is_told_at_the_field_and_nothing_is_saved_or_lost(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    first = asked(office, question)
    page = table.send({"lines-0-amount": "veel", "wish": "Anders", "fact_birth_year": "abc"})
    assert page.status_code == 422
    form = standing(page)
    assert (form["lines-0-amount"], form["wish"], form["fact_birth_year"]) == ("veel", "Anders", "abc")
    assert {link["href"] for link in soup_of(page).select("#error-summary a")} == {
        "#lines-0-amount",
        "#fact_birth_year",
    }
    assert asked(office, question) == first
    page = table.send({"lines-0-amount": "1.300", "fact_birth_year": "1991"})
    assert page.status_code == 200
    assert asked(office, question)["wish"] == "Anders"


def test_a_line_is_added_and_taken_away_without_saving(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    page = table.send({"add_line": "1", "wish": "Anders"})
    assert standing(page)["wish"] == "Anders"
    page = table.send({"lines-1-category": "books", "lines-1-amount": "100", "lines-1-bearer": ""})
    assert [line["amount_cents"] for line in asked(office, question)["costs"]] == [120_000, 10_000]
    table.send({"remove_line": "0"})
    assert [line["category"] for line in asked(office, question)["costs"]] == ["books"]


def test_two_advisors_are_told_what_the_other_changed_and_nothing_typed_is_lost(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    other = Table(Browser(office.app).enter(account=make_account(office.engine, Role.ADVISOR)), question)
    other.send({"training_name": "Lasser", "wish": "Van de ander"})
    page = table.send({"wish": "Van mij"})
    assert page.status_code == 422
    told = soup_of(page).find("dl", class_="seen-otherwise")
    assert told is not None
    assert "u zag: Monteur, ROC Proef" in told.get_text(" ", strip=True)
    assert "nu: Lasser, ROC Proef" in told.get_text(" ", strip=True)
    form = standing(page)
    assert (form["wish"], form["training_name"]) == ("Van mij", "Lasser")
    table.send({})
    now = asked(office, question)
    assert (now["wish"], now["training"]["name"]) == ("Van mij", "Lasser")


def test_adding_a_line_while_a_colleague_changes_something_takes_nothing_of_it_back(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    colleague = Browser(office.app).enter(account=make_account(office.engine, Role.ADVISOR))
    Table(colleague, question).send({"training_name": "Lasser"})
    page = table.send({"add_line": "1", "wish": "Van mij"})
    assert "nu: Lasser, ROC Proef" in said(page)
    table.send({"lines-1-category": "books", "lines-1-amount": "100"})
    now = asked(office, question)
    assert (now["wish"], now["training"]["name"], len(now["costs"])) == ("Van mij", "Lasser", 2)


def test_with_a_script_only_what_changed_comes_back(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    answer = table.send({"wish": "Anders"}, script=True)
    parts = soup_of(answer)
    assert answer.status_code == 200
    assert b"<html" not in answer.data
    swapped = {part["id"] for part in parts.find_all(attrs={"hx-swap-oob": "true"})}
    assert swapped == {"talk-errors", "talk-status", "talk-tokens", "part-wish"}
    assert "Opgeslagen" in parts.find(id="talk-status").text
    table.page = table.browser.get(table.path)
    wrong = table.send({"wish": "x" * 3000}, script=True)
    assert wrong.status_code == 422
    assert "part-wish" in {part["id"] for part in soup_of(wrong).find_all(attrs={"hx-swap-oob": "true"})}


def test_what_the_employer_pays_is_filled_in_and_taken_away(
    office: Office, question: DevelopmentQuestion, table: Table
) -> None:
    page = table.send({"pledge_amount": "300"})
    assert "Kies ook hoe de werkgever meebetaalt." in said(page)
    table.send({"pledge_kind": "up_to"})
    assert asked(office, question)["pledge"] == {"kind": "up_to", "amount_cents": 30_000, "categories": None}
    table.send({"pledge_kind": "none"})
    assert asked(office, question)["pledge"] is None


def test_an_answer_is_taken_away_or_not_known(office: Office, question: DevelopmentQuestion, table: Table) -> None:
    table.send({"fact_birth_year": "", "unknown_training_start": "y"})
    now = asked(office, question)
    assert "fact.birth_year" not in now
    assert now["fact.training_start"] == "unknown"
    table.send({"fact_training_start": "1-9-2026"})
    assert asked(office, question)["fact.training_start"] == "2026-09-01"


def test_the_question_of_an_employer_has_its_own_fields(office: Office) -> None:
    question = office.made(a_question, route=Route.EMPLOYER)
    table = Table(office.browser("advisor"), question)
    assert soup_of(table.page).find(id="pledge_amount") is None
    table.send({"learner_name": "Kim de Boer", "lines-0-amount_without_vat": "1.000", "lines-0-due_on": "1-9-2026"})
    now = asked(office, question)
    assert now["employer"]["learner_name"] == "Kim de Boer"
    assert now["costs"][0] | {"amount_without_vat_cents": 100_000, "due_on": "2026-09-01"} == now["costs"][0]
    page = table.send({"kvk_number": "12", "employer_name": ""})
    assert {one["href"] for one in soup_of(page).select("#error-summary a")} == {"#kvk_number", "#employer_name"}


def test_the_page_says_when_an_application_loses_its_place(office: Office) -> None:
    question = office.made(an_application)
    table = Table(office.browser("advisor"), question)
    assert "Dan telt de aanvraag pas vanaf dat moment mee" in said(table.page)
    page = table.send({"lines-0-amount": "1.500"})
    assert "De kosten werden hoger. Daarom telt de aanvraag mee vanaf 2 maart 2026." in said(page)
    page = table.send({"training_name": "Lasser"})
    assert "Het werd een andere opleiding. Daarom telt de aanvraag mee vanaf 2 maart 2026." in said(page)


@pytest.mark.parametrize(
    ("moving", "words"),
    [
        (("higher_costs",), "Bij een andere opleiding houdt zij haar plaats."),
        (("another_training",), "Bij hogere kosten houdt zij haar plaats."),
        ((), "Die houdt haar plaats in de volgorde van ontvangst"),
    ],
)
def test_the_page_says_what_the_schemes_say_of_the_place(
    office: Office, monkeypatch: pytest.MonkeyPatch, moving: tuple[str, ...], words: str
) -> None:
    for who in ("portal.web.advisor.discussing", "portal.cases.corrections.actions"):
        monkeypatch.setattr(f"{who}.complete_again_after", lambda *_, **__: frozenset(moving))
    table = Table(office.browser("advisor"), office.made(an_application))
    assert words in said(table.page)
    page = table.send({"lines-0-amount": "1.500"})
    assert ("Daarom telt de aanvraag mee" in said(page)) == ("higher_costs" in moving)


def test_what_the_employer_promised_itself_is_shown_and_not_changed_here(
    office: Office, question: DevelopmentQuestion
) -> None:
    def promises(session: Any) -> None:
        held = session.get_one(DevelopmentQuestion, question.id)
        ask = {"employer_name": "Bakkerij", "employer_email": "b@voorbeeld.example"}
        ask_pledge(session, question=held, actor=ADVISOR, now=NOW, **ask)
        money = Contribution("fixed", 10_000)
        give_pledge(session, question=held, money=money, name="Bas", function=None, actor=employer(held), now=NOW)

    office.do(promises)
    table = Table(office.browser("advisor"), question)
    assert soup_of(table.page).find(id="pledge_amount") is None
    assert "Alleen de werkgever kan dat veranderen." in said(table.page)
    first = asked(office, question)
    table.send({"lever": json.dumps({"pledge": {"kind": "fixed", "amount_cents": 1}}), "pledge_amount": "9"})
    assert asked(office, question) == first


def test_after_a_decision_the_page_leads_to_deciding_again_or_raising(office: Office) -> None:
    question = office.made(an_application)
    office.do(lambda s: approve(s, s.get_one(DevelopmentQuestion, question.id)))
    table = Table(office.browser("advisor"), question)
    text = str(soup_of(table.page))
    assert "/opnieuw-voorstellen" in text
    assert "/ophogen" in text
    table.send({"lines-0-amount": "1.500"})
    assert asked(office, question)["costs"][0]["amount_cents"] == 150_000
    page = table.send({"lines-0-amount": "1"})
    assert "Maak eerst de voucher lager." in said(page)


def test_the_person_answers_each_change_and_an_objection_is_on_the_worklist_until_it_is_settled(
    office: Office, question: DevelopmentQuestion
) -> None:
    def work(session: Any) -> None:
        changes = {"wish": "Anders", "fact.birth_year": 1991}
        correct(
            session,
            question=session.get_one(DevelopmentQuestion, question.id),
            changes=changes,
            on_word=OnWord.TOLD,
            actor=ADVISOR,
            now=NOW,
        )

    office.do(work)
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    status = me.get(f"/mijn/{question.public_id}")
    [link] = {one["href"] for one in soup_of(status).find_all("a", href=True) if one["href"].endswith("/wijzigingen")}
    page = me.get(link)
    assert "Ik wil technicus worden." in said(page)
    first, second = [str(one["value"]) for one in soup_of(page).select("details input[name=correction]")]
    assert me.post(link, {"correction": first, "answer": "confirmed"}).status_code == 303
    empty = me.post(link, {"correction": second, "answer": "objected", "objection": ""})
    assert empty.status_code == 422
    assert "Schrijf op wat er niet klopt." in said(empty)
    assert me.post(link, {"correction": second, "answer": "objected", "objection": "Het is 1990."}).status_code == 303
    advisor = office.browser("advisor")
    assert "De aanvrager is het niet eens met een wijziging" in said(advisor.get("/adviseur/"))
    assert "Het is 1990." in said(advisor.get(case(question)))
    where = f"/adviseur/wijziging/{second}"
    assert "Schrijf op waarom" in said(advisor.post(where, {"reply": ""}))
    assert advisor.post(where, {"act": "take_back"}).status_code == 303
    assert "niet eens met een wijziging" not in said(advisor.get("/adviseur/"))
    assert asked(office, question)["fact.birth_year"] == 1990


def test_an_answer_of_the_desk_is_read_by_the_person(office: Office, question: DevelopmentQuestion) -> None:
    def work(session: Any) -> str:
        held = session.get_one(DevelopmentQuestion, question.id)
        [row] = correct(session, question=held, changes={"wish": "Anders"}, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW)
        object_to_correction(session, correction=row, objection="Nee.", actor=resident(held), now=NOW)
        return row.public_id

    where = office.do(work)
    assert office.browser("advisor").post(f"/adviseur/wijziging/{where}", {"reply": "U zei het zo."}).status_code == 303
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert "U zei het zo." in said(me.get(f"/mijn/{question.public_id}/wijzigingen"))


PLACES = {
    "lines-0-amount": "euro",
    "lines-0-amount_without_vat": "euro",
    "lines-0-due_on": "date",
    "lines-0-category": "choice",
    "borrow_up_to": "euro",
    "pledge_kind": "choice",
    "pledge_amount": "euro",
    "fact_birth_year": "number",
    "fact_training_start": "date",
    "fact_residence_municipality": "choice",
}


BADNESS = ["wrong type", "negative", "control characters"]


@pytest.mark.parametrize("badness", BADNESS if os.environ.get("PROOF") else BADNESS[:1])
def test_nobody_types_nonsense_in_any_field_without_a_message_there(
    office: Office, question: DevelopmentQuestion, table: Table, badness: str
) -> None:
    first = asked(office, question)
    page = table.send(dict.fromkeys(PLACES, BAD[badness]) | {"wish": "Anders"})
    assert page.status_code == 422
    parts = soup_of(page)
    summary = {link["href"] for link in parts.select("#error-summary a")}
    for name, kind in PLACES.items():
        if badness not in TAKEN[kind]:
            assert f"#{name}" in summary, name
    assert standing(page)["wish"] == "Anders"
    assert asked(office, question) == first


def test_what_is_too_long_is_told_too(table: Table) -> None:
    for name in ("wish", "training_name", "lines-0-amount", "fact_birth_year"):
        page = table.send({name: BAD["huge"]})
        assert page.status_code == 422
        assert f"#{name}" in {link["href"] for link in soup_of(page).select("#error-summary a")}
        table.page = table.browser.get(table.path)
