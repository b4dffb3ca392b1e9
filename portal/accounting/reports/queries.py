"""The accountability report: one value, made once, that the page, the spreadsheet, the CSV file and the PDF all show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import OVERLAPPING, REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import FigureBook, Value, figure_book
from portal.accounting.reports.chapters import CHAPTERS, MONEY_CHAPTER, Chapter, TableOfChapter
from portal.accounting.reports.hiding import HiddenInTables, hidden_totals
from portal.accounting.reports.models import EVERYTHING, ReportText
from portal.accounting.reports.naming import RowNames, in_words, row_names
from portal.accounting.reports.packages import MEANING, TITLE, PackageTable, package_table
from portal.accounting.reports.texts import filled_in
from portal.accounting.scope import scope_of
from portal.accounting.small_groups import HiddenCells
from portal.accounting.source_report.queries import SourceChapter, source_chapter
from portal.framework.funding.models import Funder
from portal.people.actor import Actor
from portal.platform.i18n import gettext as _


@dataclass(frozen=True)
class ReportCell:
    """One figure in the report; `value` is None when it is hidden or cannot be said. `row` is its place in the breakdown."""

    figure: str
    value: Value
    said: str
    hidden: bool = False
    breakdown: Breakdown | None = None
    row: str | None = None
    parts: str = ""
    """Of the total of a share: what is divided by what, in words. Empty when one of these is hidden."""
    note: str = ""
    """Of a total that rests on a list: which one, and of which day."""

    @property
    def beside(self) -> str:
        """All that stands beside the figure: what is divided by what, and what it rests on."""
        return f"{self.parts} {self.note}".strip()


@dataclass(frozen=True)
class ReportRow:
    """One row of a table, with its name in the language in use."""

    key: str
    label: str
    cells: tuple[ReportCell, ...]


@dataclass(frozen=True)
class ReportTable:
    """A table as it is shown. `kept_back`: all of it is hidden, for its groups are too small."""

    table: TableOfChapter
    title: str
    rows: tuple[ReportRow, ...]
    total: tuple[ReportCell, ...]
    kept_back: bool
    hides: bool
    """Whether a cell is hidden."""

    @property
    def note(self) -> str:
        """What a reader has to know of it; often nothing."""
        return str(self.table.note or "") if not self.kept_back else ""

    def adds_up(self, column: int) -> bool:
        """Whether the cells of a column are together its total, so that a spreadsheet can add them up."""
        figure = REGISTRY[self.table.figures[column]]
        alone = figure.counting is Counting.DISTINCT and self.table.by in OVERLAPPING
        sums = figure.counting in (Counting.SUM, Counting.DISTINCT) and not alone and not self.hides
        cells = [row.cells[column].value for row in self.rows]
        return sums and bool(cells) and sum(int(cell or 0) for cell in cells) == self.total[column].value


@dataclass(frozen=True)
class WrittenText:
    """What the region wrote under one question: as it stands, and with the figures filled in."""

    key: str
    title: str
    text: str
    said: str
    revision: int


@dataclass(frozen=True)
class ReportChapter:
    """One chapter of the report."""

    number: int
    title: str
    texts: tuple[WrittenText, ...]
    figures: tuple[ReportCell, ...]
    tables: tuple[ReportTable, ...]
    packages: PackageTable | None = None
    """In the chapter about money: what each work package cost. None elsewhere, and without work packages."""


@dataclass(frozen=True)
class AccountabilityReport:
    """The whole report: whose money, over which period, as it stood on which day."""

    funder: Funder | None
    period: FigurePeriod
    chapters: tuple[ReportChapter, ...]
    source: SourceChapter | None = None
    """On a desk with the history of the source, in the report about all money: the source beside the books."""

    def cells(self) -> Iterator[tuple[str, ReportCell]]:
        """Every figure in it, with the key of the table in which it stands (empty for a total)."""
        for chapter in self.chapters:
            for cell in chapter.figures:
                yield "", cell
            for table in chapter.tables:
                for row in table.rows:
                    yield from ((table.table.key, cell) for cell in row.cells)
                yield from ((table.table.key, cell) for cell in table.total)

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What a reader has to know of a table, with its title."""
        tables = [table for chapter in self.chapters for table in chapter.tables if table.note]
        own = [(table.title, table.note) for table in tables]
        packages = any(chapter.packages is not None for chapter in self.chapters)
        return (*own, *([(str(TITLE), str(MEANING))] if packages else []))

    @property
    def definitions(self) -> tuple[FigureDefinition, ...]:
        """What each figure in it means, in the order of the registry."""
        used = {cell.figure for _table, cell in self.cells()}
        used |= {key for one in used for key in REGISTRY[one].of if key in REGISTRY}
        return tuple(figure for key, figure in REGISTRY.items() if key in used)


def accountability_report(
    session: Session, *, actor: Actor, period: FigurePeriod, funder: str | None = None
) -> AccountabilityReport | None:
    """The report about the money of a funder (a slug), or about all money that the actor sees. None when that is nothing.

    Who sees one funder only gets the report of that one. Everybody gets the same report: what is about few people is hidden.
    """
    book = figure_book(session, actor=actor, period=period, funder=funder)
    if book is None:
        return None
    packages = package_table(session, scope=book.scope, period=period)
    totals = hidden_totals(book)
    names = row_names(session, book=book, on=period.on)
    made = _ReportParts(book, names, totals, HiddenInTables(book, totals), packages)
    written = _written(session, book.scope.funder, period)
    chapters = tuple(made.chapter(one, written) for one in CHAPTERS)
    source = source_chapter(session, actor=actor, on=period.on) if book.scope.is_whole else None
    return AccountabilityReport(book.scope.funder, period, chapters, source)


def widest_period(session: Session, *, actor: Actor, on: date) -> FigurePeriod | None:
    """From the first to the last day of all funding lines that somebody sees; of this year when there are none."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return None
    if not scope.lines:
        return FigurePeriod(date(on.year, 1, 1), date(on.year, 12, 31), on)
    first, last = min(line.period_from for line in scope.lines), max(line.period_to for line in scope.lines)
    return FigurePeriod(first, last, on)


@dataclass(frozen=True)
class _ReportParts:
    """What every part of a report is made with."""

    book: FigureBook
    names: RowNames
    hidden: dict[str, bool]
    tables: HiddenInTables
    packages: PackageTable | None

    def chapter(self, chapter: Chapter, written: dict[str, ReportText]) -> ReportChapter:
        texts = tuple(self._text(key, str(title), written.get(key)) for key, title in chapter.questions)
        figures = tuple(self.total(key) for key in chapter.figures)
        whole = self.book.scope.is_whole
        tables = tuple(
            self._table(one)
            for one in chapter.tables
            if (whole or not one.only_whole) and (one.by is not Breakdown.WORK_PACKAGE or self.packages is not None)
        )
        packages = self.packages if chapter.number == MONEY_CHAPTER else None
        return ReportChapter(chapter.number, str(chapter.title), texts, figures, tables, packages)

    def total(self, key: str, *, books: bool = False) -> ReportCell:
        if key in self.hidden and not books:
            said = _("minder dan 10") if self.hidden[key] else _("niet getoond")
            return ReportCell(key, None, said, hidden=True, note=self.names.note(key))
        value = self.book.total(key)
        said = _("niet bekend") if key in self.book.made.not_known else in_words(key, value)
        return ReportCell(key, value, said, parts=self._parts(key, value), note=self.names.note(key))

    def _parts(self, key: str, value: Value) -> str:
        figure = REGISTRY[key]
        if figure.counting is not Counting.SHARE or value is None or any(one in self.hidden for one in figure.of):
            return ""
        part, whole = (in_words(one, self.book.total(one)) for one in figure.of)
        return _("%(part)s van %(whole)s", part=part, whole=whole)

    def _text(self, key: str, title: str, found: ReportText | None) -> WrittenText:
        text = found.text if found is not None else ""
        said = filled_in(text, lambda name: self.total(name).said if name in REGISTRY else "{" + name + "}")
        return WrittenText(key, title, text, said, found.revision if found is not None else 0)

    def _table(self, table: TableOfChapter) -> ReportTable:
        hidden = self.tables.rows(table)
        total = tuple(self.total(key, books=table.books) for key in table.figures)
        if hidden and all(one.whole for one in hidden.values()):
            return ReportTable(table, str(table.title), (), (), kept_back=True, hides=True)
        columns = {key: self.book.by(key, table.by) for key in table.figures}
        keys = {row for column in columns.values() for row in column}
        rows = [self._row(table, columns, row, hidden) for row in self.names.in_order(table.by, keys)]
        hides = any(cell.hidden for row in rows for cell in row.cells) or any(cell.hidden for cell in total)
        return ReportTable(table, str(table.title), tuple(rows), total, kept_back=False, hides=hides)

    def _row(
        self,
        table: TableOfChapter,
        columns: dict[str, dict[str, Value]],
        row: str,
        hidden: Mapping[str, HiddenCells[str]],
    ) -> ReportRow:
        cells = []
        for key in table.figures:
            figure = REGISTRY[key]
            nothing = 0 if figure.counting in (Counting.SUM, Counting.DISTINCT) else None
            value = columns[key].get(row, nothing)
            if key in hidden and (hidden[key].whole or row in hidden[key].cells):
                cells.append(ReportCell(key, None, _("niet getoond"), True, table.by, row))
            elif value is None and nothing is not None:
                cells.append(ReportCell(key, None, _("niet bekend"), False, table.by, row))
            else:
                cells.append(ReportCell(key, value, in_words(key, value), False, table.by, row))
        return ReportRow(row, self.names.of(table.by, row), tuple(cells))


def _written(session: Session, funder: Funder | None, period: FigurePeriod) -> dict[str, ReportText]:
    rows = select(ReportText).where(
        ReportText.about == (funder.slug if funder is not None else EVERYTHING),
        ReportText.period_from == period.first,
        ReportText.period_to == period.last,
    )
    return {row.section: row for row in session.scalars(rows)}
