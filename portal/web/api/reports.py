"""The accountability report as figures: the same report as on the screen, in Excel and as a PDF."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import Response
from pydantic import Field

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import Value as Amount
from portal.accounting.reports.queries import ReportCell, ReportTable, accountability_report, widest_period
from portal.framework.tokens.models import TokenScope
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.api.blueprint import Name, Value, given, operation
from portal.web.edge import found
from portal.web.edge.policy import current_actor
from schemes.basics.values import Day


class ReportQuery(Value):
    """About whose money, and over which days."""

    first: Day | None = Field(default=None, description="First day. Absent: the first day of the money that you see.")
    last: Day | None = Field(default=None, description="Last day. Absent: the last day of that money.")
    funder: Name | None = Field(default=None, max_length=80, description="Only the money of this funder.")


class CellValue(Value):
    """One figure. Money is in cents; `value` is null when it is hidden (few people) or cannot be said."""

    figure: str
    value: float | None
    hidden: bool


class RowValue(Value):
    """One row of a table."""

    key: str
    label: str
    cells: list[CellValue]


class TableValue(Value):
    """One table of a chapter."""

    title: str
    rows: list[RowValue]
    total: list[CellValue]


class ChapterValue(Value):
    """One chapter."""

    number: int
    title: str
    figures: list[CellValue]
    tables: list[TableValue]


class ReportAnswer(Value):
    """The accountability report."""

    funder: str | None
    first: date
    last: date
    as_of: date
    """As everything stood on this day."""
    chapters: list[ChapterValue]


@operation("/reports/accountability", answer=ReportAnswer, tag="reports", scope=TokenScope.REPORTS_READ)
def accountability(query: ReportQuery) -> Response:
    """The figures of the accountability report about the money that you see."""
    session, actor, day = current_session(), current_actor(), today()
    widest = found(widest_period(session, actor=actor, on=day))
    period = FigurePeriod(query.first or widest.first, query.last or widest.last, day)
    report = found(accountability_report(session, actor=actor, period=period, funder=query.funder))
    return given(
        ReportAnswer(
            funder=None if report.funder is None else report.funder.slug,
            first=period.first,
            last=period.last,
            as_of=period.on,
            chapters=[
                ChapterValue(
                    number=one.number,
                    title=one.title,
                    figures=[_cell(cell) for cell in one.figures],
                    tables=[_table(table) for table in one.tables],
                )
                for one in report.chapters
            ],
        )
    )


def _table(table: ReportTable) -> TableValue:
    rows = [RowValue(key=row.key, label=row.label, cells=[_cell(cell) for cell in row.cells]) for row in table.rows]
    return TableValue(title=table.title, rows=rows, total=[_cell(cell) for cell in table.total])


def _cell(cell: ReportCell) -> CellValue:
    return CellValue(figure=cell.figure, value=_number(cell.value), hidden=cell.hidden)


def _number(value: Amount) -> float | None:
    return float(value) if isinstance(value, int | Fraction) else None
