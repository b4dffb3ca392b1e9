"""The questions are easy to fill in: what can be meant is understood, what contradicts is asked back, nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from portal.awarding.answering import indicative_answer
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import today
from portal.platform.database import unit_of_work
from tests.web.browser import Browser
from tests.web.walking import WELDER, Desk, assert_refused_kindly, assert_sound, question_of, soup_of, words_on

BOOKKEEPER = {
    **WELDER,
    "werk": {"answer": "self_employed"},
    "gegevens/colland_sector": {"answer": "unknown"},
    "gegevens/colland_five_years": {"answer": "unknown"},
    "gegevens/de_minimis_used_cents": {"answer": "0"},
}
LINE = {"lines-0-category": "tuition", "lines-0-amount": "1.210"}


@pytest.fixture(scope="module")
def draft(shared_desk: Desk) -> tuple[Browser, str]:
    """A browser with a complete draft of a welder, and the start of its addresses."""
    walk = shared_desk.walk()
    walk.to_check()
    return walk.browser, walk.path.removesuffix("controle")


def many(number: int) -> dict[str, str]:
    """So many filled-in cost lines, as a browser sends them."""
    lines: dict[str, str] = {}
    for place in range(number):
        lines |= {f"lines-{place}-category": "books", f"lines-{place}-amount": f"{place + 1}"}
        lines |= {f"lines-{place}-description": f"boek {place}"}
    return lines


def test_a_month_is_enough_for_the_begin_and_is_shown_in_full(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    year = today().year + 1
    browser.get(base + "begin")
    assert browser.submit(base + "begin", {"answer": f"februari {year}"}).status_code == 303
    assert f"1 februari {year}" in words_on(browser.get(base + "controle"))
    for impossible in (f"1-2-{year + 9}", f"1-2-{year - 9}", f"31-2-{year}"):
        browser.get(base + "begin")
        assert_refused_kindly(browser.submit(base + "begin", {"answer": impossible}), "answer", {"answer": impossible})


def test_a_year_of_birth_that_nobody_who_learns_has_is_asked_back(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    for year in (today().year - 11, today().year - 111):
        browser.get(base + "geboortejaar")
        assert_refused_kindly(
            browser.submit(base + "geboortejaar", {"answer": str(year)}), "answer", {"answer": str(year)}
        )


@pytest.mark.parametrize("number", [21, 200])
def test_too_many_costs_get_an_answer_and_stay_as_they_were_typed(draft: tuple[Browser, str], number: int) -> None:
    browser, base = draft
    browser.get(base + "kosten")
    answer = browser.submit(base + "kosten", many(number))
    assert answer.status_code == 422
    page = soup_of(answer)
    assert f"Dit zijn {number} kosten. Er mogen er hoogstens 20 in." in page.select_one("#error-summary").get_text()  # type: ignore[union-attr]
    assert [one["value"] for one in page.select("[name$=-description]")] == [f"boek {place}" for place in range(number)]


def test_the_button_for_a_21st_line_says_that_there_is_no_room_and_loses_nothing(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    browser.get(base + "kosten")
    full = browser.submit(base + "kosten", {**many(20), "add_line": "1"})
    assert "Er mogen er hoogstens 20 in." in words_on(full)
    assert len(soup_of(full).select("[name$=-description]")) == 20
    browser.get(base + "kosten")
    assert len(soup_of(browser.submit(base + "kosten", {**many(19), "add_line": "1"})).select("[name$=-amount]")) == 20


@pytest.mark.parametrize("kind", ["fixed", "up_to"])
def test_more_from_the_employer_than_the_training_costs_is_asked_back(draft: tuple[Browser, str], kind: str) -> None:
    browser, base = draft
    form = {"contribution": kind, kind: "3.150,01"}
    browser.get(base + "werkgever")
    refused = browser.submit(base + "werkgever", form)
    assert_refused_kindly(refused, kind, form)
    assert "De opleiding kost €\xa03.150." in refused.text
    browser.get(base + "werkgever")
    assert browser.submit(base + "werkgever", {"contribution": kind, kind: "3.150"}).status_code == 303


def test_a_municipality_that_does_not_go_with_the_postcode_is_asked_back_once(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    form = {"answer": "other", "elsewhere": "GM0193"}
    browser.get(base + "gemeente")
    refused = browser.submit(base + "gemeente", form)
    assert_refused_kindly(refused, "elsewhere", form)
    assert "hoort bij Apeldoorn" in refused.text
    sure = soup_of(refused).select_one("[name=sure]")
    assert sure is not None and sure["value"] == "GM0193"
    assert browser.submit(base + "gemeente", {**form, "sure": "GM0141"}).status_code == 422
    assert browser.submit(base + "gemeente", {**form, "sure": "GM0193"}).status_code == 303
    told = words_on(browser.follow())
    assert "U woont in Zwolle. Dat is buiten deze regio." in told
    assert "Uw gemeente hoort bij de Regio Zwolle." in told
    browser.get(base + "gemeente")
    assert browser.submit(base + "gemeente", {"answer": "GM0200"}).status_code == 303


def test_no_diploma_and_a_diploma_from_elsewhere_are_answers(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    for diploma, words in (
        ("none", "Ik heb geen diploma"),
        ("foreign", "Een diploma uit een ander land"),
        ("mbo2", "Mbo niveau 2"),
    ):
        browser.get(base + "diploma")
        assert browser.submit(base + "diploma", {"answer": diploma}).status_code == 303
        assert words in words_on(browser.get(base + "controle"))


def lines_of(desk: Desk, path: str) -> list[int]:
    """What the costs come to for the computation, in cents."""

    def work(session: Any) -> list[int]:
        question = session.get_one(DevelopmentQuestion, question_of(desk.engine, path).id)
        return [line.amount_cents for line in indicative_answer(session, question=question, on=today()).problem.lines]

    return unit_of_work(desk.engine, work)


def test_who_has_a_business_says_whether_vat_comes_back_and_then_pays_without_it(shared_desk: Desk) -> None:
    walk = shared_desk.walk(BOOKKEEPER)
    walk.to_check()
    page = walk.go("kosten")
    assert_sound(page)
    assert "Kunt u de btw van deze kosten terugvragen?" in words_on(page)
    refused = walk.browser.submit(walk.path, {"vat": "yes", **LINE})
    assert_refused_kindly(refused, "lines-0-amount_without_vat", {"vat": "yes", **LINE})
    without = {**LINE, "lines-0-amount_without_vat": "1.000"}
    for said, cents in (("yes", 100_000), ("no", 121_000), ("unknown", 121_000)):
        walk.go("kosten")
        assert walk.browser.submit(walk.path, {"vat": said, **without}).status_code == 303
        assert lines_of(shared_desk, walk.path) == [cents]
        told = words_on(walk.go("uitkomst"))
        assert "Uw opleiding kost € 1.210." in told
        assert ("Daarvan is € 210 btw, en die vraagt u terug." in told) is (said == "yes"), "or nobody knows why"
    assert "Btw terugvragen Weet ik niet" in words_on(walk.go("controle"))
    walk.go("werk")
    walk.browser.submit(walk.path, {"answer": "employee_permanent"})
    assert "terugvragen?" not in words_on(walk.go("kosten")), "an employee is not asked"
    walk.browser.submit(walk.path, LINE)
    assert "vat_reclaimed" not in question_of(shared_desk.engine, walk.path).facts
