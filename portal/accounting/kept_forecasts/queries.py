"""Reads of kept forecasts: the newest one, and what it expects of each budget."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import Forecast

FRESH = timedelta(days=35)
"""After this a forecast says nothing any more, to the public and in a report."""


def latest_forecast(session: Session, *, until: date | None = None) -> Forecast | None:
    """The newest forecast, made from the books of at most a day; None when there is none."""
    rows = select(Forecast).order_by(Forecast.id.desc()).limit(1)
    return session.scalars(rows if until is None else rows.where(Forecast.data_day <= until)).first()


def expected_cents(forecast: Forecast) -> dict[str, int]:
    """Per slug of a funding line what of its open vouchers will still be used, on average, in cents."""
    return {str(one["line"]): int(one["expected"]) for one in forecast.figures["lines"]}
