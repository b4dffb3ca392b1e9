"""The region adds a period, one lays its figures down and another closes it; funders see their own figures and no journal."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.accounting.audit_file import XafVersion
from portal.accounting.periods.actions import add_period
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.accounting.periods.queries import periods
from portal.framework.funding.actions import fund_line
from portal.framework.funding.queries import funders, funding_lines
from portal.people.accounts.models import Role
from portal.platform import clock
from tests.factories import NOW, REGION, a_voucher
from tests.portal.accounting.journal.reading import read
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound, soup_of

LIST = "/verantwoording/perioden"
READERS = (Role.REGION, Role.CONTROLLER, Role.AUDITOR)


def add(office: Office, first_day: str | None, length: str = "month", **more: str) -> Any:
    browser = office.browser(Role.REGION)
    browser.get(LIST)
    given = {"length": length} | ({"first_day": first_day} if first_day else {})
    return browser.post(f"{LIST}/nieuw", given | more)


def a_period(office: Office, first_day: date = date(2026, 2, 1)) -> AccountingPeriod:
    def work(session: Any) -> AccountingPeriod:
        return add_period(session, length=PeriodLength.MONTH, first_day=first_day, actor=REGION, now=NOW)

    return office.do(work)


def act(browser: Any, period: AccountingPeriod, what: str) -> Any:
    path = f"{LIST}/{period.public_id}"
    browser.get(path)
    return browser.post(f"{path}/{what}", {})


def state(office: Office) -> PeriodState:
    return office.do(lambda session: periods(session)[0]).state


def test_the_region_adds_the_first_period_and_then_the_next(office: Office) -> None:
    page = office.browser(Role.REGION).get(LIST)
    assert_sound(page)
    assert "Er zijn nog geen perioden." in said(page) and "Eerste dag" in said(page)
    assert add(office, "1-2-2026").status_code == 303
    page = office.browser(Role.REGION).get(LIST)
    assert "De volgende periode begint op 1 maart 2026." in said(page) and "Eerste dag" not in said(page)
    assert add(office, None).status_code == 303
    rows = figures_of(office.browser(Role.REGION).get(LIST), "Perioden")
    assert [row[0] for row in rows] == [
        "1 maart 2026 tot en met 31 maart 2026",
        "1 februari 2026 tot en met 28 februari 2026",
    ]


@pytest.mark.parametrize(
    ("first_day", "length", "says"),
    [
        ("2-2-2026", "month", "Een periode begint op de eerste dag van een maand."),
        ("1-2-2026", "quarter", "Een kwartaal begint op 1 januari"),
        (None, "month", "Vul de eerste dag in."),
    ],
)
def test_what_cannot_be_a_period_is_said_at_its_field(
    office: Office, first_day: str | None, length: str, says: str
) -> None:
    answer = add(office, first_day, length)
    assert answer.status_code == 422
    assert_sound(answer)
    assert says in said(answer)


def test_two_of_the_region_close_a_period(office: Office) -> None:
    period = a_period(office)
    first = office.browser(Role.REGION)
    assert act(first, period, "voorleggen").status_code == 303
    waits = first.get(f"{LIST}/{period.public_id}")
    assert_sound(waits)
    assert "U hebt dit zelf voorgelegd" in said(waits) and "Sluit de periode" not in said(waits)
    own = act(first, period, "sluiten")
    assert own.status_code == 422 and state(office) is PeriodState.LAID_DOWN
    assert "U hebt dit zelf voorgelegd. Een collega beslist." in said(own)
    assert act(office.colleague(Role.REGION), period, "sluiten").status_code == 303
    assert state(office) is PeriodState.CLOSED
    closed = first.get(f"{LIST}/{period.public_id}")
    assert_sound(closed)
    assert "De cijfers veranderen niet meer." in said(closed) and "Neem het terug" not in said(closed)


def test_what_is_laid_down_can_be_taken_back(office: Office) -> None:
    period, browser = a_period(office), office.browser(Role.REGION)
    act(browser, period, "voorleggen")
    assert act(browser, period, "terugnemen").status_code == 303 and state(office) is PeriodState.OPEN
    again = act(browser, period, "terugnemen")
    assert again.status_code == 422 and "wacht niet (meer) op sluiten" in said(again)


def test_figures_that_changed_since_they_were_shown_are_not_laid_down(office: Office) -> None:
    period, browser = a_period(office), office.browser(Role.REGION)
    browser.get(f"{LIST}/{period.public_id}")

    def meanwhile(session: Any) -> None:
        february = datetime(2026, 2, 3, 9, tzinfo=UTC)
        line = funding_lines(session)[0]
        fund_line(session, line=line, amount_cents=500, reason="Erbij.", actor=REGION, now=february, key=None)

    office.do(meanwhile)
    answer = browser.submit(f"{LIST}/{period.public_id}/voorleggen")
    assert answer.status_code == 422 and state(office) is PeriodState.OPEN
    assert "Er is iets veranderd sinds u deze bladzijde opende" in said(answer)


def test_a_period_that_is_not_over_says_when_it_can_be_closed(office: Office) -> None:
    period = a_period(office, date(2026, 3, 1))
    browser = office.browser(Role.REGION)
    assert "Sluiten kan vanaf de dag na de laatste dag." in said(browser.get(f"{LIST}/{period.public_id}"))
    assert act(browser, period, "voorleggen").status_code == 422


def test_the_statement_adds_up_on_the_page_and_the_file_has_the_hash_of_the_page(office: Office) -> None:
    office.made(a_voucher)
    period = a_period(office, date(2026, 3, 1))
    for role in READERS:
        browser = office.browser(role)
        page = browser.get(f"{LIST}/{period.public_id}")
        assert_sound(page)
        [opening, reserved] = figures_of(page, "Alles bij elkaar")
        assert opening[0] == "Beginstand" and reserved[0] == "voucher toegekend" and "1.200,00" in reserved[3]
        file = browser.get(f"{LIST}/{period.public_id}/cijfers.json")
        assert file.headers["Content-Disposition"].endswith('"periode-2026-03-01-2026-03-31.json"')
        code = soup_of(page).find("code")
        assert code is not None and code.get_text() == hashlib.sha256(file.data).hexdigest()
        assert ("Leg het voor" in said(page)) is False, "it is not over"


def test_the_file_of_a_closed_period_is_the_one_that_was_kept(office: Office) -> None:
    period, browser = a_period(office), office.browser(Role.REGION)
    act(browser, period, "voorleggen")
    act(office.colleague(Role.REGION), period, "sluiten")
    kept = office.do(lambda session: periods(session)[0])
    file = browser.get(f"{LIST}/{period.public_id}/cijfers.json")
    assert file.text == kept.statement and hashlib.sha256(file.data).hexdigest() == kept.sha256


def test_a_funder_sees_the_figures_of_its_own_lines_and_no_journal(office: Office) -> None:
    office.made(a_voucher)
    period = a_period(office, date(2026, 3, 1))
    browser = office.browser(Role.FUNDER)
    mine, others = office.do(lambda session: _lines(session))
    page = browser.get(f"{LIST}/{period.public_id}")
    assert_sound(page)
    captions = " ".join(one.get_text() for one in soup_of(page).find_all("caption"))
    assert all(title in captions for title in mine) and not any(title in page.text for title in others)
    assert "Grootboek" not in said(page) and "Rekeningschema" not in said(page)
    told = json.loads(browser.get(f"{LIST}/{period.public_id}/cijfers.json").text)
    assert len(told["lines"]) == len(mine) and told["of"] == told["lines"][0]["funder"]
    code = soup_of(page).find("code")
    assert (
        code is not None
        and code.get_text() == hashlib.sha256(browser.get(f"{LIST}/{period.public_id}/cijfers.json").data).hexdigest()
    )
    for path in (
        "grootboek",
        "grootboek/2026-03.csv",
        "grootboek/2026-03.xaf",
        "grootboek/2026-03/versie-4.xaf",
        "rekeningschema",
    ):
        assert browser.get(f"/verantwoording/{path}").status_code == 404


def _lines(session: Any) -> tuple[list[str], list[str]]:
    """The titles of the lines of the first funder, and those of the others."""
    first = funders(session)[0]
    lines = funding_lines(session)
    return (
        [line.title_nl for line in lines if line.funder_id == first.id],
        [line.title_nl for line in lines if line.funder_id != first.id],
    )


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.AUDITOR, Role.FUNDER])
def test_who_only_reads_finds_no_button_and_no_way_to_close(office: Office, role: Role) -> None:
    with clock.frozen(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        period, browser = a_period(office), office.browser(role)
        for path in (LIST, f"{LIST}/{period.public_id}"):
            page = browser.get(path)
            assert_sound(page)
            assert "Periode toevoegen" not in said(page) and "Leg het voor" not in said(page)
        for what in ("voorleggen", "sluiten", "terugnemen"):
            assert browser.post(f"{LIST}/{period.public_id}/{what}", {}).status_code == 404
        assert browser.post(f"{LIST}/nieuw", {"length": "month"}).status_code == 404
    assert state(office) is PeriodState.OPEN


@pytest.mark.parametrize("role", READERS)
def test_the_journal_of_a_month_is_there_for_a_spreadsheet_and_for_bookkeeping(office: Office, role: Role) -> None:
    office.made(a_voucher)
    browser = office.browser(role)
    page = browser.get("/verantwoording/grootboek")
    assert_sound(page)
    assert figures_of(page, "Maanden")[0] == [
        "2026-03",
        "CSV van 2026-03",
        "XAF 3.2 van 2026-03",
        "XAF 4.0 van 2026-03",
    ]
    lines = browser.get("/verantwoording/grootboek/2026-03.csv").text.splitlines()
    file = browser.get("/verantwoording/grootboek/2026-03.xaf")
    found = read(file.text)
    assert file.headers["Content-Type"].startswith("application/xml")
    assert found.text("company/transactions/linesCount") == str(len(lines) - 1) != "0"
    assert found.text("company/companyName") == "Regio Proefland"
    newer = browser.get("/verantwoording/grootboek/2026-03/versie-4.xaf")
    assert read(newer.text, XafVersion.V4_0).sums("company/transactions/journal/transaction/trLine") == found.sums(
        "company/transactions/journal/transaction/trLine"
    )
    assert lines[0].startswith("\N{ZERO WIDTH NO-BREAK SPACE}Boeking;Dag;Regel;Rekening") and "1200,00" in lines[1]
    assert browser.get("/verantwoording/grootboek/2026-13.csv").status_code == 404


def test_the_region_lays_the_chart_of_accounts_down_and_the_journal_follows(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.REGION)
    line = office.do(lambda session: funding_lines(session)[0])
    page = browser.get("/verantwoording/rekeningschema")
    assert_sound(page)
    path = f"/verantwoording/rekeningschema/{line.slug}"
    form = browser.get(path)
    assert_sound(form)
    filled = {str(one["name"]): str(one["value"]) for one in soup_of(form).select("main input[type=text]")}
    assert len(filled) == 10 and filled["number_reserved"] == f"1710.{line.id:03d}"
    answer = browser.submit(path, filled | {"number_reserved": "1710-A", "name_reserved": "Verplichtingen"})
    assert answer.status_code == 303
    assert "1710-A" in said(browser.get("/verantwoording/rekeningschema"))
    browser.get(path)
    twice = browser.submit(path, filled | {"number_reserved": "1710-A", "number_paid": "1710-A"})
    assert twice.status_code == 422 and "Een andere rekening heeft dit nummer al." in said(twice)
    assert_sound(twice)
    assert 'value="1710-A"' in twice.text
    shown = office.browser(Role.CONTROLLER).get("/verantwoording/rekeningschema")
    assert "1710-A" in said(shown) and f"rekeningschema/{line.slug}" not in shown.text
    assert office.browser(Role.CONTROLLER).get(path).status_code == 404
