"""The report on the screen: the figures of the one value, two clicks to their rows, its files, and texts that the region writes."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from python_calamine import CalamineWorkbook

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.document import CSV_HEAD
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.ledger.actions import pay
from portal.paying.settlements.queries import unpaid_spends
from portal.people.accounts.models import Role
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import NOW, REGION, a_provider, a_voucher
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

WHERE = "/verantwoording/verslag"
PERIOD = FigurePeriod(date(2026, 1, 1), date(2027, 12, 31), date(2026, 3, 2))


def lived_in(office: Office) -> None:
    """Two vouchers, one used for a part and paid."""
    used = office.made(a_voucher)
    office.made(a_voucher)
    _provider, who = office.made(a_provider)

    def use(session):  # type: ignore[no-untyped-def]
        bill = Bill("F-1", date(2026, 3, 1), 12_345)
        redemption = redeem_voucher(session, voucher=session.merge(used), bill=bill, actor=who, now=NOW)
        for spend_id, _cents in unpaid_spends(session, redemption=redemption):
            pay(session, spend_id=spend_id, actor_id="system", now=NOW)

    office.do(use)


def value(office: Office) -> AccountabilityReport:
    made = office.do(lambda session: accountability_report(session, actor=REGION, period=PERIOD))
    assert made is not None
    return made


def shown(soup: BeautifulSoup) -> list[str]:
    """Every figure on the page, in order."""
    found = []
    for table in soup.select("main table")[:-1]:  # the last one says what figures are
        caption = table.caption.get_text(strip=True) if table.caption else ""
        cells = table.select("td")
        found += [cell.get_text(" ", strip=True) for cell in cells] if not caption.startswith("Wat elk") else []
    return found


@pytest.mark.parametrize("role", [Role.REGION, Role.CONTROLLER, Role.AUDITOR])
def test_the_page_shows_every_figure_of_the_report(office: Office, role: Role) -> None:
    lived_in(office)
    page = office.browser(role).get(WHERE)
    assert_sound(page)
    made = value(office)
    expected = [
        cell.said.replace("\xa0", " ")
        for chapter in made.chapters
        for cell in (
            *chapter.figures,
            *(cell for table in chapter.tables for row in table.rows for cell in row.cells),
            *(cell for table in chapter.tables if table.rows for cell in table.total),
        )
    ]
    on_page = [text.replace("\xa0", " ") for text in shown(soup_of(page))]
    assert sorted(on_page) == sorted(expected) and len(expected) > 40
    assert "€ 123,45" in on_page
    assert ("Schrijf deze tekst" in page.text) == (role is Role.REGION)


def test_a_figure_opens_rows_that_add_up_to_it_in_two_clicks(office: Office) -> None:
    lived_in(office)
    browser = office.browser("controller")
    soup = soup_of(browser.get(WHERE))
    every = [(parse_qs(urlsplit(str(a["href"])).query)["cijfer"][0], a) for a in soup.select("main td a")]
    links = dict(reversed(every))  # of each figure the first one, its total
    assert {"spent", "budget", "committed", "paid"} <= links.keys()
    for name, link in links.items():
        page = browser.get(str(link["href"]))
        assert_sound(page)
        hidden = "niet getoond" in link.get_text()  # of nobody, when the whole is small
        assert soup_of(page).select("main table tbody tr") or (hidden and "Hier is nog niets" in page.text), name
    page = browser.get(str(links["spent"]["href"]))
    assert "123,45" in said(page) and "Opleider" in said(page) and "Sam de Vries" not in page.text
    narrower = [str(a["href"]) for a in soup_of(page).select("main td a") if "per=" in str(a["href"])]
    assert len(narrower) >= 5
    for href in narrower:
        assert_sound(browser.get(href))


def test_a_funder_sees_its_own_report_and_opens_no_vouchers(office: Office) -> None:
    lived_in(office)
    browser = office.browser("funder")
    page = browser.get(WHERE)
    assert_sound(page)
    links = [str(a["href"]) for a in soup_of(page).select("main td a")]
    names = {parse_qs(urlsplit(href).query)["cijfer"][0] for href in links}
    assert names <= {"budget", "received", "available"} and names
    for href in links:
        assert browser.get(href).status_code == 200
    for path in (f"{WHERE}/cijfer?cijfer=spent", f"{WHERE}/tekst", f"{WHERE}?geldgever=provincie-x"):
        assert browser.get(path).status_code == 404
    mine = office.browser("region").get(f"{WHERE}?geldgever=rijk").status_code
    others = [
        browser.get(f"{WHERE}{kind}?geldgever={slug}").status_code
        for kind in ("", ".csv", ".xlsx")
        for slug in ("rijk", "provincie")
    ]
    assert mine == 200 and sorted(set(others)) == [200, 404] and others.count(404) == 3


def test_the_files_are_the_report_of_the_page(office: Office) -> None:
    lived_in(office)
    browser = office.browser("region")
    made = value(office)
    answer = browser.get(f"{WHERE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert tuple(rows[0]) == CSV_HEAD
    assert [row["getoond"] for row in rows] == [cell.said for _table, cell in made.cells()]
    sheet = browser.get(f"{WHERE}.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data))
    assert "attachment" in sheet.headers["Content-Disposition"] and book.sheet_names[0] == "Verslag"
    spent = next(row for row in book.get_sheet_by_name("Verslag").to_python() if row[0] == "Besteed")
    assert spent[1] == 123.45
    paper = browser.get(f"{WHERE}.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")


def test_the_region_writes_a_text_and_a_wrong_figure_is_an_error_at_the_field(office: Office) -> None:
    browser = office.browser("region")
    path = f"{WHERE}/tekst?onderdeel=money_spent"
    assert_sound(browser.get(path))
    answer = browser.submit(path, {"text": "Er is {spand} besteed."})
    assert answer.status_code in (200, 422) and "{spand} bestaat niet" in answer.text
    assert_sound(answer)
    assert "Er is {spand} besteed." in answer.text, "what was typed stays"
    browser.get(path)
    browser.submit(path, {"text": "Van {budget} is {spent} besteed.\n\n<b>Echt</b>."})
    page = browser.follow()
    assert "Van € 30.000,00 is € 0,00 besteed." in said(page).replace("\xa0", " ")
    assert "&lt;b&gt;Echt&lt;/b&gt;" in page.text
    assert office.browser("controller").get(path).status_code == 404


def test_a_colleague_who_wrote_in_the_meantime_is_not_overwritten(office: Office) -> None:
    one, other = office.browser("region"), office.colleague("region")
    path = f"{WHERE}/tekst?onderdeel=monitor"
    one.get(path)
    other.get(path)
    other.submit(path, {"text": "Van de ander."})
    late = one.submit(path, {"text": "Te laat."})
    assert "Er is niets gedaan" in late.text
    assert "Van de ander." in one.get(WHERE).text and "Te laat." not in one.get(WHERE).text


@pytest.mark.parametrize(
    "query",
    [
        "?van=gisteren",
        "?van=01-01-0001&tot=31-12-9999",
        "?van=31-12-2027&tot=01-01-2026",
        "?op=01-01-2090",
        "?van=01-06-2026&tot=30-06-2026&op=01-03-2026",
    ],
)
def test_days_that_make_no_period_are_said_at_the_field_or_give_an_empty_report(office: Office, query: str) -> None:
    page = office.browser("region").get(f"{WHERE}{query}")
    assert page.status_code == 200
    assert_sound(page)
    wrong = isinstance(soup_of(page).select_one(".error-summary"), Tag)
    assert wrong == ("06-2026" not in query)


@pytest.mark.parametrize(
    "path", ["/cijfer?cijfer=geen", "/cijfer?cijfer=budget&per=sector", "/tekst?onderdeel=geen", "?geldgever=geen"]
)
def test_what_there_is_not_is_not_found(office: Office, path: str) -> None:
    assert office.browser("region").get(f"{WHERE}{path}").status_code == 404


def test_what_the_report_hides_the_region_opens_exactly_and_a_funder_does_not(office: Office) -> None:
    lived_in(office)
    few = {"cijfer": "vouchers_awarded"}
    for role, opens in (("region", True), ("funder", False)):
        cells = soup_of(office.browser(role).get(WHERE)).select("main td")
        hidden = next(cell for cell in cells if cell.get_text(strip=True) == "minder dan 10")
        assert bool(hidden.a) is opens
    page = office.browser("region").get(f"{WHERE}/cijfer", query_string=few)
    assert len(soup_of(page).select("table")[0].select("tbody tr")) == 2
