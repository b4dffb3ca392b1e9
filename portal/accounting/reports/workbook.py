"""The report as a spreadsheet: typed cells, totals that it adds up itself, and a sheet that says what each figure is."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from portal.accounting.figures.definitions import BREAKDOWNS, REGISTRY, FigureUnit
from portal.accounting.reports.packages import COLUMNS, TITLE, PackageTable
from portal.accounting.reports.queries import AccountabilityReport, ReportCell, ReportTable
from portal.accounting.source_report.figures import SourceUnit
from portal.accounting.source_report.queries import SourceChapter
from portal.accounting.source_report.showing import ASSUMED, FIGURES, FINDINGS, SourceTable, source_tables
from portal.platform.i18n import gettext as _

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORMATS = {
    FigureUnit.CENTS: "#,##0.00",
    FigureUnit.COUNT: "#,##0",
    FigureUnit.SHARE: "0.00%",
    FigureUnit.DAYS: "#,##0",
}
_SOURCE_FORMATS = {
    SourceUnit.CENTS: FigureUnit.CENTS,
    SourceUnit.COUNT: FigureUnit.COUNT,
    SourceUnit.PERCENT: FigureUnit.SHARE,
}
_SOURCE_PLACES = (3, 4)
"""In which columns of the figures of the source their own value stands, and that of the books."""

_SOURCE_WIDTHS = {FIGURES: (44, 60, 12, 18, 18, 14), FINDINGS: (8, 18, 14, 110), ASSUMED: (10, 120)}


def as_number(cell: ReportCell) -> float | int | None:
    """A figure as a spreadsheet has it: euros, a number, a part of one, days."""
    if cell.value is None:
        return None
    if REGISTRY[cell.figure].unit is FigureUnit.CENTS:
        return int(cell.value) / 100
    return int(cell.value) if isinstance(cell.value, int) else float(cell.value)


def workbook(report: AccountabilityReport, *, title: str, made_at: datetime) -> bytes:
    """The file. What somebody typed is text in it, whatever it begins with."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _SAFE) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        sheets = _Sheets(book)
        sheets.totals(report, title)
        for chapter in report.chapters:
            for table in chapter.tables:
                sheets.table(table)
            if chapter.packages is not None:
                sheets.packages(chapter.packages)
        if report.source is not None:
            for shown in source_tables(report.source):
                sheets.source(shown, report.source)
        sheets.texts(report)
        sheets.definitions(report)
    return made.getvalue()


class _Sheets:
    """Writes the sheets of one file."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {unit: book.add_format({"num_format": text}) for unit, text in _FORMATS.items()}
        self.sums = {unit: book.add_format({"num_format": text, "bold": True}) for unit, text in _FORMATS.items()}
        self.names: set[str] = set()

    def sheet(self, name: str, widths: tuple[int, ...]) -> Any:
        """A sheet with a name that a spreadsheet takes: at most 31 characters, and no name twice."""
        short = "".join(" " if one in "[]:*?/\\" else one for one in name)[:31].strip("'")
        while short.casefold() in self.names:
            short = f"{short[:28]} {len(self.names)}"
        self.names.add(short.casefold())
        sheet = self.book.add_worksheet(short)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return sheet

    def totals(self, report: AccountabilityReport, title: str) -> None:
        sheet = self.sheet(_("Verslag"), (44, 18, 60))
        sheet.write_string(0, 0, title, self.bold)
        line = 2
        for chapter in report.chapters:
            if not chapter.figures:
                continue
            sheet.write_string(line, 0, f"{chapter.number}. {chapter.title}", self.bold)
            line += 1
            for cell in chapter.figures:
                sheet.write_string(line, 0, str(REGISTRY[cell.figure].label))
                self.cell(sheet, line, 1, cell)
                sheet.write_string(line, 2, f"{REGISTRY[cell.figure].meaning} {cell.beside}".rstrip())
                line += 1
            line += 1

    def cell(self, sheet: Any, line: int, place: int, cell: ReportCell, *, total: bool = False) -> None:
        """One figure: a number with its format, or the words for what is not shown."""
        number, unit = as_number(cell), REGISTRY[cell.figure].unit
        if number is None:
            sheet.write_string(line, place, cell.said)
        else:
            sheet.write_number(line, place, number, (self.sums if total else self.formats)[unit])

    def table(self, table: ReportTable) -> None:
        sheet = self.sheet(table.title, (40, *(18 for _one in table.table.figures)))
        if table.kept_back:
            sheet.write_string(0, 0, _("Deze verdeling tonen wij niet: de groepen zijn te klein."))
            return
        sheet.write_string(0, 0, str(BREAKDOWNS[table.table.by]), self.bold)
        for place, key in enumerate(table.table.figures, start=1):
            sheet.write_string(0, place, str(REGISTRY[key].label), self.bold)
        for line, row in enumerate(table.rows, start=1):
            sheet.write_string(line, 0, row.label)
            for place, cell in enumerate(row.cells, start=1):
                self.cell(sheet, line, place, cell)
        last = len(table.rows) + 1
        sheet.write_string(last, 0, _("Totaal"), self.bold)
        for place, cell in enumerate(table.total, start=1):
            if table.adds_up(place - 1):
                name, unit = xl_col_to_name(place), REGISTRY[cell.figure].unit
                sheet.write_formula(last, place, f"=SUM({name}2:{name}{last})", self.sums[unit], as_number(cell))
            else:
                self.cell(sheet, last, place, cell, total=True)
        sheet.freeze_panes(1, 1)

    def packages(self, found: PackageTable) -> None:
        sheet = self.sheet(str(TITLE), (40, *(18 for _one in COLUMNS)))
        sheet.write_string(0, 0, _("Werkpakket"), self.bold)
        for place, (_key, name) in enumerate(COLUMNS, start=1):
            sheet.write_string(0, place, str(name), self.bold)
        for line, row in enumerate(found.rows, start=1):
            sheet.write_string(line, 0, row.label)
            for place, cents in enumerate(row.money.cents, start=1):
                sheet.write_number(line, place, cents / 100, self.formats[FigureUnit.CENTS])
        last = len(found.rows) + 1
        sheet.write_string(last, 0, _("Totaal"), self.bold)
        for place, cents in enumerate(found.total.cents, start=1):
            name = xl_col_to_name(place)
            sheet.write_formula(last, place, f"=SUM({name}2:{name}{last})", self.sums[FigureUnit.CENTS], cents / 100)
        sheet.freeze_panes(1, 1)

    def source(self, shown: SourceTable, source: SourceChapter) -> None:
        """A table of the chapter about the source: words, and of its figures the values as numbers."""
        sheet = self.sheet(shown.title, _SOURCE_WIDTHS[shown.key])
        for place, name in enumerate(shown.head):
            sheet.write_string(0, place, name, self.bold)
        for line, row in enumerate(shown.rows, start=1):
            for place, said in enumerate(row):
                sheet.write_string(line, place, said, self.wrapped)
        if shown.key == FIGURES:
            for line, one in enumerate(source.compared, start=1):
                for place, value in zip(_SOURCE_PLACES, (one.figure.value, one.books), strict=True):
                    self.source_value(sheet, line, place, one.figure.unit, value)
        sheet.freeze_panes(1, 0)

    def source_value(self, sheet: Any, line: int, place: int, unit: SourceUnit, value: int | None) -> None:
        """A value as a number: cents as euros, whole percents as a part of one; what is not known stays a dash."""
        if value is not None:
            number = value if unit is SourceUnit.COUNT else value / 100
            sheet.write_number(line, place, number, self.formats[_SOURCE_FORMATS[unit]])

    def texts(self, report: AccountabilityReport) -> None:
        sheet = self.sheet(_("Teksten"), (50, 110))
        line = 0
        for chapter in report.chapters:
            for text in chapter.texts:
                sheet.write_string(line, 0, f"{chapter.number}. {text.title}", self.wrapped)
                sheet.write_string(line, 1, text.said, self.wrapped)
                line += 1

    def definitions(self, report: AccountabilityReport) -> None:
        sheet = self.sheet(_("Toelichting"), (44, 100, 60))
        for place, word in enumerate((_("Cijfer"), _("Wat het is"), _("Gedeeld"))):
            sheet.write_string(0, place, word, self.bold)
        for line, figure in enumerate(report.definitions, start=1):
            sheet.write_string(line, 0, str(figure.label))
            sheet.write_string(line, 1, str(figure.meaning))
            parts = [str(REGISTRY[key].label) for key in figure.of if key in REGISTRY]
            sheet.write_string(line, 2, " / ".join(parts))
        for line, (title, note) in enumerate(report.notes, start=len(report.definitions) + 1):
            sheet.write_string(line, 0, title)
            sheet.write_string(line, 1, note)
