"""What a scenario comes to as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def scenario_workbook(
    name: str, *, about: Sequence[str], heads: Sequence[str], rows: Sequence[tuple[str, Sequence[float], bool]]
) -> bytes:
    """The file: its name, what it is about, and per figure its values (money: with cents) and the difference, as a sum."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _SAFE) as book:
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        number = book.add_format({"num_format": "#,##0"})
        sheet = book.add_worksheet()
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(heads), 20)
        sheet.write_string(0, 0, name, bold)
        for line, text in enumerate(about, start=1):
            sheet.write_string(line, 0, text)
        head = len(about) + 2
        for place, text in enumerate(heads):
            sheet.write_string(head, place, text, bold)
        for line, (text, values, is_money) in enumerate(rows, start=head + 1):
            sheet.write_string(line, 0, text)
            for place, value in enumerate(values, start=1):
                sheet.write_number(line, place, value, money if is_money else number)
            sheet.write_formula(
                line, len(values) + 1, f"=C{line + 1}-B{line + 1}", money if is_money else number, values[1] - values[0]
            )
    return made.getvalue()
