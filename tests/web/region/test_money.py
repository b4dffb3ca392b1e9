"""The figures of the region are the ledger's, and every figure opens to transfers that add up to it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import Figures, line_figures
from portal.platform import clock
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, Route, a_provider, a_voucher
from tests.web import kept
from tests.web.office import Office, figures_of, links_of, said
from tests.web.walking import assert_sound, soup_of

FIGURES = ("funded_cents", "reserved_cents", "spent_cents", "paid_cents", "available_cents")


def lived_in(office: Office) -> None:
    """Vouchers of two routes: one used for a part, one taken back, one untouched."""
    kept.again(office.engine, "lived in", lambda: _live_in(office))


def _live_in(office: Office) -> None:
    used, back = office.made(a_voucher), office.made(a_voucher)
    office.made(a_voucher, route=Route.EMPLOYER)
    _provider, who = office.made(a_provider)
    office.do(
        lambda s: redeem_voucher(
            s, voucher=s.merge(used), bill=Bill("F-1", date(2026, 3, 1), 12_345), actor=who, now=NOW
        )
    )
    office.do(lambda s: revoke_voucher(s, voucher=s.merge(back), reason="Gaat niet door.", actor=ADVISOR, now=NOW))


def cents(text: str) -> int:
    """An amount on a page, in cents."""
    whole, _comma, rest = text.replace("€", "").replace(".", "").strip().partition(",")
    return int(whole) * 100 + (int(rest) if rest else 0)


def ledger(office: Office, on: date | None = None) -> dict[str, Figures]:
    """The figures of each funding line as the ledger has them, by title."""

    def work(session: object) -> dict[str, Figures]:
        lines = funding_lines(session)  # type: ignore[arg-type]
        figures = line_figures(session, funding_line_ids=[line.id for line in lines], until=on)  # type: ignore[arg-type]
        return {line.title_nl: figures[line.id] for line in lines}

    return office.do(work)


def test_every_figure_per_budget_equals_the_ledger(office: Office) -> None:
    lived_in(office)
    page = office.browser("region").get("/regio/?per=budget")
    assert_sound(page)
    rows = {
        row[0].split(" 01-01-2026")[0]: [cents(cell) for cell in row[1:6]] for row in figures_of(page, "Per budget")
    }
    wanted = {title: [getattr(figures, name) for name in FIGURES] for title, figures in ledger(office).items()}
    assert rows == wanted
    assert any(any(row[1:3]) for row in rows.values()), "there is something to compare"


def test_every_figure_per_funder_and_in_total_is_the_sum_of_its_lines(office: Office) -> None:
    lived_in(office)
    browser = office.browser("region")
    total = sum(ledger(office).values(), start=Figures())
    rows = figures_of(browser.get("/regio/?per=financier"), "Per financier")
    for column, name in enumerate(FIGURES, start=1):
        assert sum(cents(row[column]) for row in rows) == getattr(total, name), name
    tiles = [tag.get_text(strip=True) for tag in soup_of(browser.get("/regio/")).select(".figures dd a")]
    assert [cents(tile.replace("\xa0", " ")) for tile in tiles] == [getattr(total, name) for name in FIGURES]


@pytest.mark.parametrize("view", ["regeling", "financier", "budget"])
def test_every_figure_opens_to_transfers_that_add_up_to_it(office: Office, view: str) -> None:
    lived_in(office)
    browser = office.browser("region")
    page = soup_of(browser.get(f"/regio/?per={view}"))
    opened = 0
    for link in page.select("main table.data td a, main .figures dd a"):
        behind = browser.get(str(link["href"]))
        assert_sound(behind)
        shown = soup_of(behind).select_one(".figures dd")
        assert shown is not None
        figure = cents(link.get_text(strip=True).replace("\xa0", " "))
        assert cents(shown.contents[0].strip().replace("\xa0", " ")) == figure, link  # type: ignore[union-attr]
        file = (
            next(href for text, href in links_of(soup_of(behind)).items() if text.startswith("Download"))
            if figure
            else None
        )
        if file is not None:
            assert sum(amounts(browser.get(file).get_data(as_text=True))) == figure
        opened += 1
    assert opened > 5


def amounts(text: str) -> list[int]:
    """The amounts in a file, in cents."""
    assert text.startswith("\ufeff"), "the mark by which a spreadsheet knows UTF-8"
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    column = rows[0].index("Bedrag in euro")
    assert all("." not in row[column] for row in rows[1:])
    return [round(float(row[column].replace(",", ".")) * 100) for row in rows[1:]]


def test_the_figures_of_an_earlier_day(office: Office) -> None:
    lived_in(office)
    with clock.frozen(NOW + timedelta(days=10)):
        office.made(a_voucher, now=NOW + timedelta(days=10))
        browser = office.browser("region")
        before, after = browser.get("/regio/?per=budget&op=2-3-2026"), browser.get("/regio/?per=budget")
        assert "Stand van 2 maart 2026" in said(before)
        reserved = [sum(cents(row[2]) for row in figures_of(page, "Per budget")) for page in (before, after)]
        assert reserved[1] - reserved[0] == 120_000
        assert reserved[0] == sum(figures.reserved_cents for figures in ledger(office, date(2026, 3, 2)).values())
        link = soup_of(before).select_one("main table.data td a")
        assert link is not None and parse_qs(urlsplit(str(link["href"])).query)["op"] == ["02-03-2026"]


@pytest.mark.parametrize(
    "query",
    ["op=31-02-2026", "op=morgen", "op=1-1-2999", "op=" + "9" * 500, "per=weg", "page=-1", "op=&per=", "op=-5"],
)
def test_nonsense_in_the_address_is_shown_at_the_field_and_nothing_breaks(office: Office, query: str) -> None:
    browser = office.browser("region")
    page = browser.get(f"/regio/?{query}")
    assert page.status_code == 200
    if query.startswith("op=") and query != "op=&per=":
        assert 'id="op-error"' in page.text
        assert "Stand van 2 maart 2026" in said(page), "today, until the day is right"
    assert browser.get(f"/regio/boekingen?{query}").status_code == 200
    assert browser.get(f"/regio/overzicht.csv?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["cijfer=alles", "budget=weg", "financier=weg", "regeling=weg", "cijfer=paid_cents", "voor=weg"]
)
def test_what_is_not_there_is_a_404(office: Office, query: str) -> None:
    browser = office.browser("region")
    assert browser.get(f"/regio/boekingen?{query}").status_code == 404
    assert browser.get(f"/regio/boekingen.csv?{query}").status_code == 404


def test_a_long_list_of_transfers_has_pages_and_the_file_has_them_all(office: Office) -> None:
    for _ in range(14):
        voucher = office.made(a_voucher, applicant=None)
        office.do(
            lambda s, v=voucher: revoke_voucher(s, voucher=s.merge(v), reason="Gaat niet door.", actor=ADVISOR, now=NOW)
        )
    browser = office.browser("region")
    path = "/regio/boekingen?cijfer=reserved"
    assert "Pagina 1 van 2" in said(browser.get(path))
    assert "Pagina 2 van 2" in said(browser.get(path + "&page=2"))
    found = amounts(browser.get("/regio/boekingen.csv?cijfer=reserved").get_data(as_text=True))
    assert len(found) == 28
    assert sum(found) == 0


@pytest.mark.parametrize("view", ["regeling", "financier", "budget"])
def test_the_table_as_a_file_has_the_same_figures(office: Office, view: str) -> None:
    lived_in(office)
    browser = office.browser("region")
    titles = {"regeling": "Per regeling", "financier": "Per financier", "budget": "Per budget"}
    shown = figures_of(browser.get(f"/regio/?per={view}"), titles[view])
    answer = browser.get(f"/regio/overzicht.csv?per={view}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True)[1:]), delimiter=";"))
    assert [[cents(cell) for cell in row[1:6]] for row in rows[1:]] == [
        [cents(cell) for cell in row[1:6]] for row in shown
    ]


def test_a_region_without_vouchers_shows_its_budgets_and_no_persons(office: Office) -> None:
    words = said(office.browser("region").get("/regio/"))
    assert "€ 30.000" in words
    assert "Er zijn 0 vouchers toegekend" in words


def test_the_region_sees_no_person_and_no_small_number(office: Office) -> None:
    lived_in(office)
    browser = office.browser("region")
    for path in (
        "/regio/",
        "/regio/?per=budget",
        "/regio/boekingen?cijfer=reserved",
        "/regio/boekingen.csv?cijfer=reserved",
    ):
        text = browser.get(path).get_data(as_text=True)
        assert "Sam de Vries" not in text
        assert "OV-2026" not in text
    assert "minder dan 10" in said(browser.get("/regio/"))
