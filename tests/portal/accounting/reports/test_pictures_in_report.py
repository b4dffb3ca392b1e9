"""The pictures in the document of a report: drawn from its own tables, nothing that is hidden, and readable for who does not see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfua
import pytest
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.plots.plot import Plot
from portal.accounting.reports.document import report_document
from portal.accounting.reports.pictures import MOST_ROWS, picture_of_table
from portal.accounting.reports.queries import AccountabilityReport, ReportRow, ReportTable, accountability_report
from portal.platform.documents import pdf
from portal.platform.i18n import format_euros, use_locale
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.factories import NOW
from tests.snapshots import begin_with

DRAWN = {
    "per_funding_line": ("committed", "spent", "available"),
    "per_year": ("received", "spent"),
    "per_sector": ("awarded_cents", "redeemed_cents"),
}
READ_ALOUD = re.compile(rb"/S\s*/Figure\b")
LEADING = {"per_funding_line": "spent", "per_year": "spent", "per_sector": "awarded_cents"}


def report_of(session: Session, period: FigurePeriod = PERIOD) -> AccountabilityReport:
    found = accountability_report(session, actor=CONTROLLER, period=period)
    assert found is not None
    return found


@pytest.fixture
def made(session: Session) -> AccountabilityReport:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    return report_of(session)


def tables(report: AccountabilityReport) -> dict[str, ReportTable]:
    return {table.table.key: table for chapter in report.chapters for table in chapter.tables}


def values(row: ReportRow) -> Mapping[str, int]:
    return {cell.figure: int(cell.value or 0) for cell in row.cells}


def drawn(table: ReportTable) -> Plot:
    found = picture_of_table(table)
    assert found is not None
    return found


def test_three_tables_are_drawn_with_the_amounts_of_their_own_cells(made: AccountabilityReport) -> None:
    found = {key: picture for key, table in tables(made).items() if (picture := picture_of_table(table)) is not None}
    assert found.keys() == DRAWN.keys()
    for key, plot in found.items():
        table = tables(made)[key]
        ours = {row.label: tuple(values(row)[one] for one in DRAWN[key]) for row in table.rows}
        assert {str(row[0]): row[1:] for row in plot.rows} == ours
        assert [one.label for one in plot.columns[1:]] == [str(REGISTRY[one].label) for one in DRAWN[key]]


def test_years_stand_in_their_own_order_whatever_was_spent_in_them(made: AccountabilityReport) -> None:
    table = tables(made)["per_year"]
    row = table.rows[0]
    years = [
        replace(row, key=year, label=year, cells=tuple(replace(cell, value=cents) for cell in row.cells))
        for year, cents in (("2025", 200), ("2026", 700), ("2027", 500))
    ]
    plot = drawn(replace(table, rows=tuple(years)))
    assert [one[0] for one in plot.rows] == ["2025", "2026", "2027"] and "2026: € 7" in plot.sentence.replace(
        "\xa0", " "
    )


def test_each_sentence_names_the_row_with_the_most_and_its_amounts(made: AccountabilityReport) -> None:
    for key, leading in LEADING.items():
        table = tables(made)[key]
        most = max(values(row)[leading] for row in table.rows)
        names = [row.label for row in table.rows if values(row)[leading] == most]
        said = drawn(table).sentence
        assert any(name in said for name in names) and format_euros(most) in said


def test_another_period_or_day_draws_other_amounts(session: Session, made: AccountabilityReport) -> None:
    spring = FigurePeriod(date(2026, 1, 1), date(2026, 5, 31), date(2026, 5, 31))
    other = tables(report_of(session, spring))
    for key in DRAWN:
        assert drawn(other[key]).rows != drawn(tables(made)[key]).rows


def test_what_is_hidden_is_not_drawn_nor_named(made: AccountabilityReport) -> None:
    table = tables(made)["per_sector"]
    most = max(table.rows, key=lambda row: values(row)["awarded_cents"])
    assert most.label in {row[0] for row in drawn(table).rows}, "control: shown it is drawn"
    kept = replace(most, cells=tuple(replace(cell, value=None, hidden=True) for cell in most.cells))
    hiding = replace(table, rows=tuple(kept if row is most else row for row in table.rows), hides=True)
    assert most.label not in {row[0] for row in drawn(hiding).rows} and most.label not in drawn(hiding).sentence
    assert picture_of_table(replace(table, rows=(), total=(), kept_back=True)) is None
    nothing = tuple(
        replace(row, cells=tuple(replace(cell, value=None, hidden=True) for cell in row.cells)) for row in table.rows
    )
    assert picture_of_table(replace(table, rows=nothing)) is None


def test_of_many_rows_the_largest_are_drawn_and_names_that_are_equal_are_told_apart(made: AccountabilityReport) -> None:
    table = tables(made)["per_sector"]
    row = table.rows[0]
    many = [
        replace(row, key=f"s{number}", cells=tuple(replace(cell, value=number) for cell in row.cells))
        for number in range(1, MOST_ROWS + 4)
    ]
    rows = drawn(replace(table, rows=tuple(many))).rows
    assert [one[1] for one in rows] == list(range(MOST_ROWS + 3, 3, -1))
    assert len({one[0] for one in rows}) == len(rows) == MOST_ROWS


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_document_with_its_pictures_passes_the_machine_checks_of_pdf_ua(
    session: Session, made: AccountabilityReport, tmp_path: Path, language: str
) -> None:
    assert made.period == PERIOD
    with use_locale(language):
        data = report_document(report_of(session))
    pictures = [table["picture"] for chapter in data["chapters"] for table in chapter["tables"] if table["picture"]]
    assert len(pictures) == 3
    assert all(one["alt"].endswith(one["says"]) and one["svg"].startswith("<svg") for one in pictures)
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf("report", data, made_at=NOW))
    assert [one.message for one in pdfua.validate(str(file)).findings] == []
    assert len(READ_ALOUD.findall(file.read_bytes())) == 3, "each with a text for who does not see it"
