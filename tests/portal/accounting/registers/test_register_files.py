"""The files of the registers: every row of the page in its order, numbers and days as such, and a total that the sheet adds up."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import CellKind, RegisterColumn, RegisterFilter, RegisterName, RegisterOrder
from portal.accounting.registers.queries import register, register_rows, registers_of
from portal.accounting.registers.workbook import register_workbook
from portal.people.actor import Actor, Audience
from tests.factories import NOW, REGION
from tests.portal.accounting.a_desk import a_funder

COLUMNS = tuple(
    RegisterColumn(kind.value, kind)
    for kind in (CellKind.TEXT, CellKind.CENTS, CellKind.COUNT, CellKind.DAY, CellKind.INSTANT)
)


def test_a_file_has_the_rows_of_the_pages_in_their_order_for_who_may_open_it(desk: Session) -> None:
    seen = 0
    for name in RegisterName:
        for asked in (RegisterFilter(), RegisterFilter(order=RegisterOrder.OLDEST, text="1")):
            page = register(desk, name=name, asked=asked, actor=REGION)
            found = register_rows(desk, name=name, asked=asked, actor=REGION)
            assert page is not None and found is not None
            assert (found[0], tuple(found[1])) == (page.columns, page.rows)
            seen += page.count
    assert seen > 50
    funder = a_funder(desk, "rijk")
    may = {name for name in RegisterName if register_rows(desk, name=name, asked=RegisterFilter(), actor=funder)}
    assert may == set(registers_of(desk, actor=funder))
    nobody = Actor(Audience.ADVISOR, account_id=1)
    assert register_rows(desk, name=RegisterName.VOUCHERS, asked=RegisterFilter(), actor=nobody) is None


def sheet(*rows: tuple[Any, ...]) -> tuple[list[list[Any]], bytes]:
    made = io.BytesIO()
    headed = [(one, one.key) for one in COLUMNS]
    register_workbook(made, title="Facturen", about=("=Wat dit is.",), columns=headed, rows=rows)
    made.seek(0)
    book = CalamineWorkbook.from_filelike(made)
    with zipfile.ZipFile(made) as packed:
        return book.get_sheet_by_name("Facturen").to_python(), packed.read("xl/worksheets/sheet1.xml")


def test_the_cells_are_numbers_days_and_text_and_the_total_is_a_formula() -> None:
    rows, raw = sheet(("=1+1", 12_50, 3, date(2026, 3, 2), NOW), ("+31", 1, 4, None, None), (None, 100, 0, None, None))
    assert rows[0] == [one.key for one in COLUMNS]
    assert rows[1][:4] == ["=1+1", 12.5, 3.0, date(2026, 3, 2)] and isinstance(rows[1][4], datetime)
    assert rows[2][:3] == ["+31", 0.01, 4.0] and rows[3][:2] == ["", 1.0]
    assert rows[4][:3] == ["Totaal", 13.51, 7.0]
    assert rows[-1][0] == "=Wat dit is."
    assert raw.count(b"<f>") == 2 and b"<f>SUM(B2:B4)</f>" in raw


def test_a_register_without_rows_has_its_headings_and_no_total() -> None:
    rows, raw = sheet()
    assert rows[0] == [one.key for one in COLUMNS] and b"<f>" not in raw and "Totaal" not in str(rows)
