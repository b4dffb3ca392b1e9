"""The report as plain data for its PDF, with pictures, and as rows for a CSV file. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from portal.accounting.figures.definitions import BREAKDOWNS, REGISTRY, FigureUnit
from portal.accounting.plots.drawing import svg_of
from portal.accounting.reports.packages import COLUMNS, MEANING, TITLE, PackageMoney, PackageTable
from portal.accounting.reports.pictures import picture_of_table
from portal.accounting.reports.queries import AccountabilityReport, ReportCell, ReportTable
from portal.accounting.source_report.contradictions import KIND_WORDS
from portal.accounting.source_report.queries import SourceChapter
from portal.accounting.source_report.showing import (
    ASSUMED,
    FIGURES,
    FINDINGS,
    NUMBER,
    source_intro,
    source_tables,
    source_title,
)
from portal.platform.i18n import current_locale, format_date, localized
from portal.platform.i18n import gettext as _

TYPEFACE = "Source Sans Pro"
"""Of the documents: a picture in one has the letters of the text around it."""


def report_title(report: AccountabilityReport) -> str:
    """What the report is called: whose money it is about."""
    if report.funder is None:
        return _("Verantwoording over al het geld")
    name = localized({"nl": report.funder.name_nl, "en": report.funder.name_en})
    return _("Verantwoording aan %(funder)s", funder=name)


def period_words(report: AccountabilityReport) -> str:
    """Over which days, and as of which day."""
    first, last, on = (format_date(day) for day in (report.period.first, report.period.last, report.period.on))
    return _("Van %(first)s tot en met %(last)s, zoals het stond op %(day)s.", first=first, last=last, day=on)


def report_document(report: AccountabilityReport) -> dict[str, Any]:
    """The data of the PDF."""
    title = report_title(report)
    return {
        "title": title,
        "author": "Ontwikkelloket",
        "language": current_locale(),
        "footer": title,
        "intro": [
            period_words(report),
            _("Kleine aantallen (minder dan 10) staan er niet in, zodat niemand te herkennen is."),
        ],
        "chapters": [
            {
                "title": f"{chapter.number}. {chapter.title}",
                "texts": [
                    {"title": text.title, "parts": text.said.split("\n\n")} for text in chapter.texts if text.said
                ],
                "figures": [[_name(cell), cell.said] for cell in chapter.figures],
                "tables": [*(_table(table) for table in chapter.tables), *_packages(chapter.packages)],
            }
            for chapter in report.chapters
        ],
        "source": _source(report),
        "definitions": [[str(figure.label), str(figure.meaning)] for figure in report.definitions],
        "words": {
            "figure": _("Cijfer"),
            "value": _("Waarde"),
            "meaning": _("Wat het is"),
            "definitions": _("Toelichting"),
            "kept": _("Deze verdeling tonen wij niet: de groepen zijn te klein."),
            "nothing": _("Hier is nog niets."),
        },
    }


def _name(cell: ReportCell) -> str:
    label = str(REGISTRY[cell.figure].label)
    named = f"{label} ({cell.parts})" if cell.parts else label
    return f"{named}. {cell.note}" if cell.note else named


def _source(report: AccountabilityReport) -> dict[str, Any] | None:
    if report.source is None:
        return None
    tables = [{"title": one.title, "head": one.head, "rows": one.rows} for one in source_tables(report.source)]
    return {"title": source_title(), "intro": source_intro(), "tables": tables}


def _table(table: ReportTable) -> dict[str, Any]:
    head = [str(BREAKDOWNS[table.table.by]), *(str(REGISTRY[key].label) for key in table.table.figures)]
    rows = [[row.label, *(cell.said for cell in row.cells)] for row in table.rows]
    total = [_("Totaal"), *(cell.said for cell in table.total)] if rows else []
    shown = {"title": table.title, "head": head, "rows": rows, "total": total, "kept": table.kept_back}
    shown["note"] = table.note
    return shown | {"picture": _picture(table)}


def _picture(table: ReportTable) -> dict[str, str] | None:
    plot = picture_of_table(table)
    if plot is None:
        return None
    return {"svg": svg_of(plot, font=TYPEFACE), "says": plot.sentence, "alt": f"{plot.title}. {plot.sentence}"}


def _packages(found: PackageTable | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    head = [_("Werkpakket"), *(str(name) for _key, name in COLUMNS)]
    rows = [[row.label, *row.money.said] for row in found.rows]
    total = [_("Totaal"), *found.total.said]
    shown = {"title": str(TITLE), "head": head, "rows": rows, "total": total, "kept": False, "picture": None}
    return [shown | {"note": str(MEANING)}]


CSV_HEAD = (
    "hoofdstuk",
    "tabel",
    "verdeling",
    "rij",
    "naam",
    "cijfer",
    "omschrijving",
    "eenheid",
    "waarde",
    "getoond",
    "toelichting",
)
"""The columns of the CSV file; they are names for programs, so in one language."""
CsvRow = list[str | int | date | None]
SAYING = "text"
"""The unit of a row of the CSV file that says something and has no value."""


def csv_rows(report: AccountabilityReport) -> Iterator[CsvRow]:
    """Every figure of the report in a row of its own: amounts in cents, a share as a fraction, a hidden one without a value.

    With the history of the source, its chapter comes last: the figures of the source and of the books, the findings and the
    assumptions; of these the words stand in the last column.
    """
    for chapter in report.chapters:
        for cell in chapter.figures:
            yield _csv_row(chapter.number, "", cell, None, _("Totaal"))
        for table in chapter.tables:
            for row in table.rows:
                for cell in row.cells:
                    yield _csv_row(chapter.number, table.table.key, cell, row.key, row.label)
            for cell in table.total:
                yield _csv_row(chapter.number, table.table.key, cell, None, _("Totaal"))
        if chapter.packages is not None:
            for package in chapter.packages.rows:
                yield from _csv_of_package(chapter.number, package.number, package.label, package.money)
            yield from _csv_of_package(chapter.number, None, _("Totaal"), chapter.packages.total)
    if report.source is not None:
        yield from _csv_of_source(report.source)


def _csv_of_source(source: SourceChapter) -> Iterator[CsvRow]:
    """Of a figure one row for the source and one for the books; a share in whole percents."""
    for one in source.compared:
        figure, unit = one.figure, one.figure.unit.value
        sides = (
            ("source", _("Bron"), figure.value, one.source_words),
            ("books", _("Boeken"), one.books, one.books_words),
        )
        for key, name, value, said in sides:
            yield [NUMBER, FIGURES, "side", key, name, figure.key, str(figure.label), unit, value, said]
    for found in source.findings:
        kind = str(KIND_WORDS[found.kind])
        yield [
            NUMBER,
            FINDINGS,
            "finding",
            found.code,
            kind,
            found.kind.value,
            found.place,
            SAYING,
            None,
            found.sentence,
        ]
    for number, said in enumerate(source.assumptions, start=1):
        yield [NUMBER, ASSUMED, "assumption", str(number), _("Aanname"), "assumed", _("Aanname"), SAYING, None, said]


def _csv_of_package(chapter: int, number: str | None, label: str, money: PackageMoney) -> Iterator[CsvRow]:
    by = "work_package" if number is not None else None
    for (key, name), cents, said in zip(COLUMNS, money.cents, money.said, strict=True):
        figure = f"package_{key}"
        unit = FigureUnit.CENTS.value
        yield [chapter, "per_work_package", by, number, label, figure, str(name), unit, cents, said, ""]


def _csv_row(chapter: int, table: str, cell: ReportCell, row: str | None, label: str) -> CsvRow:
    figure = REGISTRY[cell.figure]
    value: str | int | None = None
    if cell.value is not None:
        value = str(Fraction(cell.value)) if figure.unit is FigureUnit.SHARE else int(cell.value)
    by = cell.breakdown.value if cell.breakdown is not None else None
    said = (cell.said, cell.beside)
    return [chapter, table, by, row, label, figure.key, str(figure.label), figure.unit.value, value, *said]
