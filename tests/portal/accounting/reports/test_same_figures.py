"""The page, the spreadsheet, the CSV file and the PDF hold the same figures: those of the one value."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY, Breakdown, FigureUnit
from portal.accounting.figures.queries import figure_book
from portal.accounting.reports.document import CSV_HEAD, csv_rows, report_document
from portal.accounting.reports.queries import AccountabilityReport, ReportCell, ReportTable, accountability_report
from portal.accounting.reports.workbook import as_number, workbook
from portal.platform.documents import pdf
from portal.platform.i18n import use_locale
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.factories import NOW
from tests.snapshots import begin_with


@pytest.fixture
def made(session: Session) -> AccountabilityReport:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    found = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert found is not None
    return found


def tables(report: AccountabilityReport) -> list[ReportTable]:
    return [table for chapter in report.chapters for table in chapter.tables]


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_the_report_has_figures_and_tables_of_every_kind(made: AccountabilityReport) -> None:
    shown = [cell for _table, cell in made.cells() if cell.value and not cell.hidden]
    assert {REGISTRY[cell.figure].unit for cell in shown} >= {FigureUnit.CENTS, FigureUnit.COUNT, FigureUnit.SHARE}
    assert sum(bool(table.rows) for table in tables(made)) >= 8
    assert [chapter.number for chapter in made.chapters] == list(range(1, 10))


def test_the_spreadsheet_holds_the_same_figures_as_numbers(made: AccountabilityReport) -> None:
    read = sheets(workbook(made, title="Proef", made_at=NOW))
    totals = {row[0]: row[1] for row in read["Verslag"] if len(row) > 1}
    for chapter in made.chapters:
        for cell in chapter.figures:
            expected = as_number(cell) if cell.value is not None else cell.said
            assert totals[str(REGISTRY[cell.figure].label)] == pytest.approx(expected), cell
    assert [name for name in read if name not in ("Verslag", "Teksten", "Toelichting")] == [
        one.title[:31] for one in tables(made)
    ]
    for table in tables(made):
        rows = read[table.title[:31]]
        if table.kept_back:
            assert len(rows) == 1
            continue
        for row, line in zip(table.rows, rows[1:], strict=False):
            assert line[0] == row.label
            assert line[1:] == [as_number(cell) if cell.value is not None else cell.said for cell in row.cells]
        assert rows[len(table.rows) + 1][1:] == [
            as_number(cell) if cell.value is not None else cell.said for cell in table.total
        ]
    explained = {str(one.label) for one in made.definitions} | {title for title, _note in made.notes}
    assert {row[0] for row in read["Toelichting"][1:]} == explained and made.notes


def test_a_share_has_what_is_divided_by_what_beside_it_and_nothing_hidden(made: AccountabilityReport) -> None:
    cells = {cell.figure: cell for chapter in made.chapters for cell in chapter.figures}
    shares = [cell for cell in cells.values() if REGISTRY[cell.figure].unit is FigureUnit.SHARE]
    known = [cell for cell in shares if cell.value is not None]
    assert known and all(
        cell.parts for cell in known if not any(cells[one].hidden for one in _of(cell) if one in cells)
    )
    for cell in shares:
        of = [cells.get(one) for one in _of(cell)]
        if cell.hidden or any(one is not None and one.hidden for one in of):
            assert cell.parts == ""
    spent, budget = cells["spent"].said, cells["budget"].said
    assert cells["share_spent"].parts == f"{spent} van {budget}"
    names = [row[0] for chapter in report_document(made)["chapters"] for row in chapter["figures"]]
    assert f"{REGISTRY['share_spent'].label} ({spent} van {budget})" in names
    beside = [row[2] for row in sheets(workbook(made, title="Proef", made_at=NOW))["Verslag"] if len(row) > 2]
    assert f"{REGISTRY['share_spent'].meaning} {spent} van {budget}" in beside


def _of(cell: ReportCell) -> tuple[str, ...]:
    return REGISTRY[cell.figure].of


def test_a_total_of_the_spreadsheet_is_a_formula_only_where_its_column_adds_up(made: AccountabilityReport) -> None:
    content = workbook(made, title="Proef", made_at=NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        pages = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")]
    formulas = b"".join(pages).count(b"<f>")
    adding = sum(table.adds_up(place) for table in tables(made) for place in range(len(table.total)))
    assert formulas == adding > 10
    route = next(table for table in tables(made) if table.table.key == "per_route")
    funder = next(one for one in tables(made) if one.table.key == "per_funder")
    assert route.adds_up(0) and not funder.adds_up(funder.table.figures.index("share_spent"))


def test_text_that_looks_like_a_formula_stays_text(made: AccountabilityReport) -> None:
    table = next(one for one in tables(made) if one.table.key == "per_provider")
    row = table.rows[0]
    object.__setattr__(row, "label", "=1+1")
    read = sheets(workbook(made, title="=2+2", made_at=NOW))
    assert read["Verslag"][0][0] == "=2+2" and read[table.title[:31]][1][0] == "=1+1"


def test_the_csv_file_holds_the_same_figures(made: AccountabilityReport) -> None:
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(made)]
    cells = list(made.cells())
    assert len(rows) == len(cells)
    for row, (table, cell) in zip(rows, cells, strict=True):
        assert (row["tabel"], row["cijfer"], row["rij"], row["getoond"]) == (table, cell.figure, cell.row, cell.said)
        value = row["waarde"]
        assert (None if value is None else Fraction(value)) == (None if cell.value is None else Fraction(cell.value))


def test_the_document_holds_the_same_figures_and_is_a_tagged_pdf(made: AccountabilityReport) -> None:
    data = report_document(made)
    said = Counter(cell.said for _table, cell in made.cells())
    written: Counter[str] = Counter()
    for chapter in data["chapters"]:
        written.update(row[1] for row in chapter["figures"])
        for table in chapter["tables"]:
            written.update(cell for row in (*table["rows"], table["total"]) for cell in row[1:])
    missing = said - written
    empty = [cell.said for table in tables(made) if not table.rows for cell in table.total]
    assert missing == Counter(empty) and written - said == Counter()
    content = pdf("report", data, made_at=NOW)
    assert content.startswith(b"%PDF") and content == pdf("report", data, made_at=NOW)


def test_each_cell_is_what_the_figures_say_unless_it_is_hidden(session: Session, made: AccountabilityReport) -> None:
    book = figure_book(session, actor=CONTROLLER, period=PERIOD)
    assert book is not None
    for _table, cell in made.cells():
        if cell.hidden:
            assert cell.value is None
        elif cell.breakdown is None:
            assert cell.value == book.total(cell.figure)
        else:
            assert cell.value == book.by(cell.figure, cell.breakdown).get(cell.row or "", 0)
    assert book.by("vouchers_awarded", Breakdown.ROUTE) == {"employer": 120, "individual": 120}


def test_the_report_is_the_same_in_english_but_for_its_words(session: Session, made: AccountabilityReport) -> None:
    with use_locale("en"):
        other = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert other is not None
    here, there = ([(t, c.figure, c.row, c.value) for t, c in one.cells()] for one in (made, other))
    assert Counter(map(str, here)) == Counter(map(str, there))


def test_control_a_figure_that_changes_underneath_is_in_the_next_report(
    session: Session, made: AccountabilityReport
) -> None:
    from portal.ledger.actions import fund

    fund(
        session, funding_line_id=1, amount_cents=12_345, actor_id="system", now=datetime(2026, 5, 1, tzinfo=NOW.tzinfo)
    )
    later = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert later is not None and later != made
    differing = {cell.figure for cell in (c for _t, c in later.cells()) if cell not in [c for _t, c in made.cells()]}
    assert "budget" in differing and "vouchers_awarded" not in differing
