"""The money of a funder that ends, at any of its five steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength
from portal.accounting.winding_down.actions import begin_winding_down, close_step, lay_down_transfer
from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.accounting.winding_down.queries import left_now
from portal.framework.funding.models import Funder
from portal.framework.funding.queries import funding_line_by_slug
from portal.publishing.workshop.actions import retire_scheme
from tests.factories import NOW, REGION, a_region
from tests.snapshots import made_once

SECOND_REGION = replace(REGION, account_id=912, display_name="Tweede Persoon")
TODAY = NOW.date()
LATER = NOW + timedelta(days=60)
"""After the last day, and after the quarter in which everything was booked."""
SCHEME = "leervoucher"


def rijk(session: Session) -> Funder:
    return session.scalars(select(Funder).where(Funder.slug == "rijk")).one()


def begun(session: Session, *, last_day: date = TODAY) -> WindingDown:
    """The money of the State ends, and with it the learning voucher."""
    a_region(session)
    given = {"reason": "De regeling van het Rijk loopt af.", "actor": REGION, "now": NOW}
    return begin_winding_down(session, funder=rijk(session), schemes=[SCHEME], last_day=last_day, **given)  # type: ignore[arg-type]


def stopped(session: Session) -> WindingDown:
    """The scheme was stopped by two people, and the first step closed."""
    winding = begun(session)
    stop(session)
    close(session, winding, WindDownStep.STOP, NOW)
    return winding


def stop(session: Session) -> None:
    by = {"actor": REGION, "prepared_by": SECOND_REGION.reference, "now": NOW}
    retire_scheme(session, scheme=SCHEME, last_day=TODAY, reason="Het geld loopt af.", **by)  # type: ignore[arg-type]


def close(session: Session, winding: WindingDown, step: WindDownStep, now: datetime = LATER, note: str = "") -> None:
    close_step(session, winding=winding, step=step, note=note, actor=REGION, now=now)


def books_closed(session: Session) -> None:
    """The months of the bookings are closed by two people: those of Proefland were made in January and March."""
    for first in (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)):
        period = add_period(session, length=PeriodLength.MONTH, first_day=first, actor=REGION, now=LATER)
        lay_down_closing(session, period=period, actor=SECOND_REGION, now=LATER)
        close_period(session, period=period, actor=REGION, now=LATER)


@made_once
def to_transfer(session: Session) -> WindingDown:
    """Four steps were closed; only the money that is left is still there."""
    winding = stopped(session)
    close(session, winding, WindDownStep.RUN_OFF)
    close(session, winding, WindDownStep.SETTLEMENT)
    books_closed(session)
    close(session, winding, WindDownStep.REPORT)
    return winding


def laid_down(session: Session, *, to: str | None = None) -> WindingDown:
    """One person said where what is left goes."""
    winding = to_transfer(session)
    target = funding_line_by_slug(session, slug=to) if to is not None else None
    going = {line.id: target for line, _cents in left_now(session, winding=winding)}
    lay_down_transfer(session, winding=winding, to=going, actor=REGION, now=LATER)
    return winding
