"""Where the money stands: per scheme, per funding line, and in total, from the books."""

from __future__ import annotations

from datetime import date

from flask import Response

from portal.framework.tokens.models import TokenScope
from portal.ledger.queries import Figures
from portal.oversight.allocation import allocation
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.api.blueprint import Value, given, operation
from portal.web.api.public import DayQuery
from portal.web.edge import found
from portal.web.edge.policy import current_actor


class FiguresValue(Value):
    """The five figures, in cents: what was funded is what is available, reserved and spent."""

    funded_cents: int
    available_cents: int
    reserved_cents: int
    spent_cents: int
    paid_cents: int
    """Of what was spent."""


class LineValue(Value):
    """One funding line."""

    funding_line: str
    funder: str
    figures: FiguresValue
    vouchers: int


class SchemeAllocation(Value):
    """One scheme, all its versions."""

    scheme: str
    reserved_cents: int
    spent_cents: int
    paid_cents: int
    vouchers: int


class AllocationAnswer(Value):
    """The whole of the money at the end of a day."""

    on: date
    total: FiguresValue
    vouchers: int
    schemes: list[SchemeAllocation]
    funding_lines: list[LineValue]


@operation("/allocations", answer=AllocationAnswer, tag="allocations", scope=TokenScope.ALLOCATIONS_READ)
def allocations(query: DayQuery) -> Response:
    """What was funded, reserved, spent and paid, up to and including a day."""
    day = today()
    told = found(allocation(current_session(), actor=current_actor(), on=query.on, today=day))
    return given(
        AllocationAnswer(
            on=query.on or day,
            total=_figures(told.total),
            vouchers=told.vouchers,
            schemes=[
                SchemeAllocation(
                    scheme=one.scheme,
                    reserved_cents=one.reserved_cents,
                    spent_cents=one.spent_cents,
                    paid_cents=one.paid_cents,
                    vouchers=one.vouchers,
                )
                for one in told.schemes
            ],
            funding_lines=[
                LineValue(
                    funding_line=row.line.slug,
                    funder=funder.funder.slug,
                    figures=_figures(row.figures),
                    vouchers=row.vouchers,
                )
                for funder in told.funders
                for row in funder.lines
            ],
        )
    )


def _figures(one: Figures) -> FiguresValue:
    return FiguresValue(
        funded_cents=one.funded_cents,
        available_cents=one.available_cents,
        reserved_cents=one.reserved_cents,
        spent_cents=one.spent_cents,
        paid_cents=one.paid_cents,
    )
