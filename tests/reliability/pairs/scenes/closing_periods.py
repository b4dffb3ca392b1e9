"""The accounts: a period of which the closing is laid down, late bookings, and the chart of accounts."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing, take_back_closing
from portal.accounting.periods.models import AccountingPeriod, PeriodLength
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.ledger.models import AccountKind
from tests.factories import NOW, REGION, a_region
from tests.reliability.pairs.acts import FIRST_OF_REGION, REGIONS, SECOND_REGION, Scene, by, row, the
from tests.reliability.pairs.scenes.spending import the_line
from tests.reliability.pairs.scenes.waiting import only

LINE = the_line("rijk-leren")
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
LATE = NOW - timedelta(days=2)
"""The last day of February: what is booked then belongs to the period that is being closed."""
PERIOD = the(AccountingPeriod, first_day=FEBRUARY)
NAMES = {AccountKind.AVAILABLE: AccountName("1700", "Nog te besteden")}


def _open(session: Session) -> None:
    a_region(session)
    only(session, 100_000)
    add_period(session, length=PeriodLength.MONTH, first_day=FEBRUARY, actor=REGION, now=NOW)


def _waits(session: Session) -> None:
    _open(session)
    period = PERIOD.look(session, 0)
    lay_down_closing(session, period=period, actor=SECOND_REGION, now=NOW)


OPEN = Scene(
    "an open period and the chart of accounts",
    _open,
    (
        row(add_period, length=PeriodLength.MONTH, first_day=MARCH, actor=REGIONS),
        row(lay_down_closing, period=PERIOD, actor=REGIONS),
        row(lay_down_chart, line=LINE, names=NAMES, actor=REGIONS),
    ),
)

CLOSING = Scene(
    "a period that is closed while is booked",
    _waits,
    (
        row(close_period, period=PERIOD, actor=by(REGION)),
        row(take_back_closing, period=PERIOD, actor=REGIONS),
        row(
            raise_budget,
            "late",
            line=LINE,
            amount_cents=10_000,
            reason="Nog van februari.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
            now=LATE,
        ),
        row(
            lower_budget,
            line=LINE,
            amount_cents=60_000,
            reason="Minder.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
    ),
)

SCENES = (OPEN, CLOSING)
