"""What is no value by itself (other, more than one, not known, outside vouchers) stands last in every table, in every form of the report."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.crosstables.naming import CrossNames
from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.gathering import SEVERAL
from portal.accounting.figures.queries import ON_VOUCHERS, OUTSIDE, SIZE_CLASSES, UNKNOWN, figure_book
from portal.accounting.registers.dimensions import OTHER, Dimension
from portal.accounting.reports.document import CSV_HEAD, csv_rows, report_document
from portal.accounting.reports.naming import RowNames, row_names
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.accounting.reports.workbook import workbook
from portal.framework.funding.queries import funding_lines
from portal.platform.database import Base
from portal.words.names import Names
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.factories import NOW
from tests.portal.accounting.accounts_of import a_package, a_vault, booked
from tests.snapshots import begin_with, go_on_numbering

CATCH_ALLS = {Breakdown.CATEGORY: OTHER, Breakdown.SECTOR: OTHER, Breakdown.PROVIDER: SEVERAL}
KEYS = ("zz", "aa", "2", "1")
"""Names that come before and after those of what is no value: "Buiten vouchers", "Meer dan een opleider", "Niet bekend"."""


@pytest.fixture
def named(session: Session) -> RowNames:
    book = figure_book(session, actor=CONTROLLER, period=PERIOD)
    assert book is not None
    return row_names(session, book=book, on=PERIOD.on)


@pytest.mark.parametrize("by", list(Breakdown))
def test_what_is_no_value_by_itself_comes_last_in_every_breakdown(named: RowNames, by: Breakdown) -> None:
    last = [*([CATCH_ALLS[by]] if by in CATCH_ALLS else []), UNKNOWN, OUTSIDE]
    ordered = named.in_order(by, [*last, *KEYS])
    assert ordered == [*sorted(KEYS), *last]
    by_name = sorted([*last, *KEYS], key=lambda key: named.of(by, key).casefold())
    assert by_name != ordered, "the control: by name alone they would stand between the others"


def test_sizes_stand_from_small_to_large_and_vouchers_before_the_work_packages(named: RowNames) -> None:
    ordered = named.in_order(Breakdown.EMPLOYER_SIZE, (UNKNOWN, "50-249", "250+", "1-9", "10-49"))
    assert ordered == [*SIZE_CLASSES, UNKNOWN]
    assert named.in_order(Breakdown.WORK_PACKAGE, (OUTSIDE, "WP1", ON_VOUCHERS, "1")) == [
        ON_VOUCHERS, "1", "WP1", OUTSIDE,
    ]  # fmt: skip


@pytest.mark.parametrize("dimension", [one for one in Dimension if one not in (Dimension.MONTH, Dimension.AGE)])
def test_a_cross_table_has_them_last_too(dimension: Dimension) -> None:
    last = [UNKNOWN] if dimension is Dimension.SCHEME else [OTHER, UNKNOWN]
    assert CrossNames(Names()).in_order(dimension, (*last, *KEYS)) == [*sorted(KEYS), *last]


@pytest.fixture
def mixed(session: Session, tmp_path: Path) -> AccountabilityReport:
    """A third of the vouchers each for lessons, travel and other costs; and an expense outside vouchers."""

    def make(empty: Session) -> None:
        fill(empty, 240)
        numbered = ("organisation", "funder", "funding_line", "transfer")
        go_on_numbering(empty.connection(), [(Base.metadata.tables[name], [{"id": 10_000}]) for name in numbered])
        for number, kind in enumerate(("tuition", "travel", "other")):
            change = text("UPDATE award_part SET category = :kind WHERE award_id % 3 = :number")
            empty.execute(change, {"kind": kind, "number": number})
        line = funding_lines(empty)[0]
        booked(empty, a_vault(tmp_path), a_package(empty), line=line, now=NOW)

    begin_with(session, "kinds of costs and an expense", make)
    made = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert made is not None
    return made


def test_money_outside_vouchers_is_the_last_kind_of_cost_in_every_form(mixed: AccountabilityReport) -> None:
    [table] = [one for chapter in mixed.chapters for one in chapter.tables if one.table.key == "money_per_category"]
    wanted = ["lesgeld", "reiskosten", "andere kosten", "Buiten vouchers"]
    assert [row.label for row in table.rows] == wanted
    assert wanted != sorted(wanted), "the control: the order of names is another"
    read = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(mixed)]
    keys = dict.fromkeys(row["rij"] for row in read if row["tabel"] == "money_per_category" and row["rij"] is not None)
    assert list(keys) == ["tuition", "travel", OTHER, OUTSIDE]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(mixed, title="Proef", made_at=NOW)))
    assert [row[0] for row in book.get_sheet_by_name(table.title[:31]).to_python()[1:5]] == wanted
    written = [one for chapter in report_document(mixed)["chapters"] for one in chapter["tables"]]
    assert [[row[0] for row in one["rows"]] for one in written if one["title"] == table.title] == [wanted]


def test_every_table_of_the_report_ends_with_them(mixed: AccountabilityReport) -> None:
    seen = set()
    for table in (one for chapter in mixed.chapters for one in chapter.tables):
        keys = [row.key for row in table.rows]
        last = [CATCH_ALLS.get(table.table.by), UNKNOWN, OUTSIDE]
        places = [last.index(key) if key in last else -1 for key in keys]
        assert places == sorted(places), table.table.key
        seen |= {key for key in keys if key in last}
    assert seen >= {OTHER, OUTSIDE}
