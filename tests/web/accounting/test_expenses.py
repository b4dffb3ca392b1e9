"""Work packages and expenses on the screen: one person lays down, another approves, a funder looks."""

from __future__ import annotations

import io
from typing import Any

import pytest

from portal.accounting.expenses.models import Expense, ExpenseState
from portal.accounting.work_packages.queries import work_packages
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funders, funding_lines
from portal.ledger.queries import line_figures
from portal.people.accounts.models import Role
from tests.portal.post.files.hostile import pdf
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

PLACE = "/verantwoording"
LIST, NEW = f"{PLACE}/uitgaven", f"{PLACE}/uitgaven/nieuw"
PACKAGES = f"{PLACE}/werkpakketten"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def lines_of_funder(office: Office, place: int) -> list[FundingLine]:
    funder = office.do(lambda s: funders(s)[place])
    return [line for line in office.do(funding_lines) if line.funder_id == funder.id]


def a_package(office: Office, browser: Browser, **more: str) -> str:
    """The public id of a work package that the region added on its page."""
    line = lines_of_funder(office, 0)[0]
    form = {
        "number": "WP1",
        "title_nl": "Loket",
        "title_en": "Desk",
        "period_from": "1-1-2026",
        "period_to": "31-12-2027",
        f"budget_{line.id}": "500",
    }
    assert_sound(browser.get(f"{PACKAGES}/nieuw"))
    assert browser.submit(f"{PACKAGES}/nieuw", form | more).status_code == 303
    return office.do(work_packages)[-1].public_id


def filled(office: Office, package: str, **more: Any) -> dict[str, Any]:
    form = {
        "package": package,
        "line": lines_of_funder(office, 0)[0].slug,
        "supplier": "Drukkerij De Pers",
        "description": "Folders",
        "invoice_number": "2026-1",
        "invoice_date": "1-3-2026",
        "net": "100",
        "vat": "21",
        "vat_deductible": "no",
        "file": (io.BytesIO(pdf(1)), "factuur.pdf"),
    }
    return form | more


def laid_down(office: Office, first: Browser, **more: Any) -> str:
    """The address of an expense that this person laid down."""
    package = a_package(office, first)
    assert_sound(first.get(NEW))
    answer = first.submit(NEW, filled(office, package, **more))
    assert answer.status_code == 303, said(answer)
    return str(answer.location)


def spent(office: Office) -> int:
    line = lines_of_funder(office, 0)[0]
    return office.do(lambda s: line_figures(s, funding_line_ids=[line.id])[line.id]).spent_cents


def the_expense(office: Office, here: str) -> Expense:
    public_id = here.rsplit("/", 1)[1]
    return office.do(lambda s: s.query(Expense).filter_by(public_id=public_id).one())


def test_a_second_person_approves_and_only_then_it_counts(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    assert_sound(page := first.get(here))
    assert "Een collega beslist" in said(page) and "Akkoord, boek dit" not in page.text
    assert first.submit(f"{here}/goed", {}).status_code == 422 and spent(office) == 0
    assert "Akkoord, boek dit" in second.get(here).text
    assert second.submit(f"{here}/goed", {}).status_code == 303
    assert spent(office) == 12_100 and the_expense(office, here).state is ExpenseState.APPROVED
    assert_sound(page := second.get(LIST))
    assert "WP1 Loket" in said(page) and "€ 121,00" in said(page) and "goedgekeurd" in said(page)
    behind = said(second.get("/regio/boekingen?cijfer=spent"))
    assert "uitgave van de regio" in behind and "€ 121,00" in behind
    assert "€ 121,00" in said(second.get(PACKAGES)) and "€ 500,00" in said(second.get(PACKAGES))


def test_it_goes_back_with_a_reason(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    second.get(here)
    assert second.submit(f"{here}/terug", {"reason": " "}).status_code == 422
    assert second.submit(f"{here}/terug", {"reason": "Verkeerd pakket."}).status_code == 303
    assert_sound(page := first.get(here))
    assert "Verkeerd pakket." in said(page) and spent(office) == 0


def test_an_approved_one_is_reversed_by_two_people(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    second.get(here)
    second.submit(f"{here}/goed", {})
    assert_sound(first.get(here))
    answer = first.submit(f"{here}/terugdraaien", {"reason": "Btw vergeten."})
    assert answer.status_code == 303
    reversal = str(answer.location)
    assert_sound(page := second.get(reversal))
    assert "Btw vergeten." in said(page)
    assert second.submit(f"{reversal}/goed", {}).status_code == 303
    assert spent(office) == 0
    assert "Bekijk het terugdraaien" in said(first.get(here)) and "Leg het terugdraaien voor" not in first.last.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("package", "bestaat-niet"),
        ("line", ""),
        ("supplier", ""),
        ("description", ""),
        ("invoice_number", ""),
        ("invoice_date", "3-3-2026"),
        ("net", "veel"),
        ("net", "0"),
        ("net", "999999999"),
        ("vat", "101"),
        ("vat_deductible", ""),
        ("file", ""),
    ],
)
def test_every_wrong_answer_is_said_at_its_field(office: Office, name: str, value: str) -> None:
    browser = office.browser(Role.REGION)
    package = a_package(office, browser)
    browser.get(NEW)
    more = {"vat": "0"} if value == "0" else {}
    wrong = "line" if value == "999999999" else name
    answer = browser.submit(NEW, filled(office, package) | more | {name: value})
    assert answer.status_code == 422 and f'id="{wrong}-error"' in answer.text, said(answer)
    assert_sound(answer)


def test_the_same_invoice_is_refused(office: Office) -> None:
    browser = office.browser(Role.REGION)
    laid_down(office, browser)
    browser.get(NEW)
    again = filled(office, office.do(work_packages)[0].public_id)
    answer = browser.submit(NEW, again)
    assert answer.status_code == 422 and "staat al bij de uitgaven" in said(answer)


def test_without_a_work_package_the_page_says_what_comes_first(office: Office) -> None:
    assert_sound(page := office.browser(Role.REGION).get(NEW))
    assert "Voeg er eerst een toe" in said(page)
    assert_sound(office.browser(Role.REGION).get(PACKAGES))
    assert_sound(office.browser(Role.REGION).get(LIST))


def test_a_work_package_is_changed_but_not_its_number(office: Office) -> None:
    browser = office.browser(Role.REGION)
    here = f"{PACKAGES}/{a_package(office, browser)}"
    assert_sound(browser.get(here))
    form = {
        "number": "WP1",
        "title_nl": "Anders",
        "title_en": "Other",
        "period_from": "1-1-2026",
        "period_to": "2-1-2026",
    }
    assert browser.submit(here, form).status_code == 303
    assert "WP1 Anders" in said(browser.follow())
    browser.get(here)
    answer = browser.submit(here, form | {"number": "WP2"})
    assert answer.status_code == 422 and 'id="number-error"' in answer.text


def test_a_period_leaves_out_what_was_booked_elsewhen(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    second.get(here)
    second.submit(f"{here}/goed", {})
    assert "Drukkerij" in said(first.get(f"{LIST}?van=1-3-2026&tot=31-3-2026"))
    assert "Drukkerij" not in said(first.get(f"{LIST}?van=1-4-2026"))
    assert_sound(wrong := first.get(f"{LIST}?van=zomaar"))
    assert 'id="van-error"' in wrong.text and "Drukkerij" in said(wrong)
    file = first.get(f"{PLACE}/uitgaven.csv?van=1-3-2026")
    assert (
        file.mimetype == "text/csv" and "Drukkerij De Pers;Folders;2026-1;01-03-2026;100,00;21,00;121,00" in file.text
    )
    assert "Drukkerij" not in first.get(f"{PLACE}/uitgaven.csv?van=1-4-2026").text


def test_a_controller_and_an_auditor_read_and_a_funder_sees_its_own_without_files(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    others = lines_of_funder(office, 1)
    waits = filled(office, office.do(work_packages)[0].public_id, invoice_number="2", line=others[0].slug)
    first.get(NEW)
    there = str(first.submit(NEW, waits).location)
    for one in (here, there):
        second.get(one)
        second.submit(f"{one}/goed", {})
    for role in (Role.CONTROLLER, Role.AUDITOR):
        reads = office.browser(role)
        assert_sound(page := reads.get(here))
        assert "De factuur bewaren" in said(page) and "Leg het terugdraaien voor" not in page.text
        assert reads.get(f"{here}/bestand").mimetype == "application/pdf"
        assert reads.get(there).status_code == 200 and reads.get(NEW).status_code == 404
        assert reads.post(f"{here}/terugdraaien", {"reason": "x"}).status_code == 404
    funder = Browser(office.app).enter(account=make_account(office.engine, Role.FUNDER))
    assert_sound(page := funder.get(here))
    assert "bewaren" not in said(page) and "Rik Regio" not in said(page) and "door" not in said(page)
    assert funder.get(f"{here}/bestand").status_code == 404 and funder.get(there).status_code == 404
    assert_sound(funder.get(LIST))
    assert "2026-1" in funder.get(f"{PLACE}/uitgaven.csv").text and ";2;" not in funder.last.text  # type: ignore[union-attr]


def test_what_was_decided_meanwhile_is_said_and_nothing_is_done(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = laid_down(office, first)
    second.get(here)
    first.get(here)
    first.submit(f"{here}/terug", {"reason": "Vergissing."})
    answer = second.submit(f"{here}/goed", {})
    assert answer.status_code == 422 and "Er is iets veranderd" in said(answer) and spent(office) == 0
