"""The report has the money of each work package: the same on the page, in the spreadsheet, the CSV file and the document."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.chapters import MONEY_CHAPTER
from portal.accounting.reports.document import CSV_HEAD, csv_rows, report_document
from portal.accounting.reports.packages import COLUMNS, PackageMoney, PackageTable
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.accounting.reports.workbook import workbook
from portal.platform.documents import pdf
from tests.factories import NOW, REGION, a_region
from tests.portal.accounting.accounts_of import a_line, a_package, a_vault, booked, funder_of, laid
from tests.snapshots import begin_with

LATER = NOW + timedelta(days=40)
SPRING = FigurePeriod(date(2026, 4, 1), date(2026, 6, 30), LATER.date())
WP1, WP2 = PackageMoney(100_000, 12_100, 24_200, 6_050), PackageMoney(0, 0, 0, 0)


def report(session: Session, period: FigurePeriod = SPRING, funder: str | None = None) -> AccountabilityReport:
    made = accountability_report(session, actor=REGION, period=period, funder=funder)
    assert made is not None
    return made


def packages(made: AccountabilityReport) -> PackageTable:
    [found] = [one.packages for one in made.chapters if one.packages is not None]
    assert made.chapters[MONEY_CHAPTER - 1].packages is found
    return found


@pytest.fixture
def spent(session: Session, tmp_path: Path) -> Session:
    """WP1 with a budget of € 1,000: € 121 in March, € 242 in April, € 60.50 that waits. WP2 with nothing."""

    def make(empty: Session) -> None:
        a_region(empty)
        vault = a_vault(tmp_path)
        one = a_package(empty, budgets={a_line(empty).id: 100_000})
        a_package(empty, "WP2")
        booked(empty, vault, one)
        booked(empty, vault, one, number="2026-2", net=20_000, vat=4_200, now=LATER)
        laid(empty, vault, one, number="2026-3", net=5_000, vat=1_050, now=LATER)

    begin_with(session, "two work packages", make)
    return session


def test_each_work_package_has_what_was_meant_spent_expected_and_left(spent: Session) -> None:
    found = packages(report(spent))
    assert [(row.number, row.money) for row in found.rows] == [("WP1", WP1), ("WP2", WP2)]
    assert found.rows[0].money.left_cents == 100_000 - 12_100 - 24_200 - 6_050 and found.total == WP1
    recount = "SELECT sum(counted_cents) FROM expense WHERE state = '{}' AND laid_down_at >= '2026-04-01'"
    for state, cents in (("approved", WP1.spent_cents), ("laid_down", WP1.expected_cents)):
        assert spent.execute(text(recount.format(state))).scalar_one() == cents


def test_as_of_an_earlier_day_what_came_later_is_not_in_it(spent: Session) -> None:
    before = FigurePeriod(SPRING.first, SPRING.last, LATER.date() - timedelta(days=1))
    assert packages(report(spent, before)).total == PackageMoney(100_000, 12_100, 0, 0)
    march = FigurePeriod(date(2026, 3, 1), date(2026, 3, 31), LATER.date())
    assert packages(report(spent, march)).total == PackageMoney(100_000, 0, 12_100, 0)


def test_a_funder_sees_what_was_booked_of_its_own_money_alone(spent: Session) -> None:
    line = a_line(spent)
    own = accountability_report(spent, actor=funder_of(spent, line), period=SPRING)
    assert own == report(spent, funder=line.funder.slug) and own is not None
    assert packages(own).total == PackageMoney(100_000, 12_100, 24_200, 0)
    other = "rijk" if line.funder.slug == "provincie" else "provincie"
    assert packages(report(spent, funder=other)).total == PackageMoney(0, 0, 0, 0)


def test_every_form_of_the_report_has_the_same_amounts(spent: Session) -> None:
    made = report(spent)
    found = packages(made)
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(made)]
    mine = [row for row in rows if row["tabel"] == "per_work_package"]
    assert [row["waarde"] for row in mine] == [*WP1.cents, *WP2.cents, *found.total.cents]
    assert [row["getoond"] for row in mine][: len(COLUMNS)] == WP1.said
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(made, title="Proef", made_at=NOW)))
    sheet = book.get_sheet_by_name("Geld per werkpakket").to_python()
    assert [row[1:] for row in sheet[1:]] == [[one / 100 for one in each.cents] for each in (WP1, WP2, WP1)]
    data = report_document(made)
    table = data["chapters"][MONEY_CHAPTER - 1]["tables"][-1]
    assert [row[1:] for row in table["rows"]] == [WP1.said, WP2.said] and table["total"][1:] == found.total.said
    assert pdf("report", data, made_at=NOW).startswith(b"%PDF")


def test_without_work_packages_there_is_no_table(session: Session) -> None:
    a_region(session)
    made = report(session)
    assert [one.packages for one in made.chapters] == [None] * len(made.chapters)
    assert "per_work_package" not in {row[1] for row in csv_rows(made)}
