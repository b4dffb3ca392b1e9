"""Reads of forecasts: those that were kept, what they say of every budget, and what the public may know of a scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import Forecast
from portal.accounting.kept_forecasts.queries import FRESH, latest_forecast
from portal.people.actor import Actor, Audience
from portal.planning.forecasts.models import MoneyMeter

READERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
FEW = 20
"""With fewer vouchers than this the public is told nothing."""
LITTLE = 100
"""With fewer vouchers than this it is said beside the bands that they are wide, and why."""
VAGUE = timedelta(weeks=26)
"""When the middle half of what may happen is wider than this, the public is told that it cannot be said."""


@dataclass(frozen=True)
class AmountBand:
    """Between which amounts something lies with 50 and 90 % chance, and its middle, in cents."""

    low90: int
    low50: int
    middle: int
    high50: int
    high90: int


@dataclass(frozen=True)
class LineForecast:
    """What a forecast says of one budget; amounts in cents."""

    line: str
    at: date
    """The day that it is about: the day after the period of the budget, or the end of the forecast."""
    ends: date
    money_cents: int
    used_now_cents: int
    reserved_now_cents: int
    expected_cents: int
    """What of the open vouchers will be used, on average."""
    beyond_cents: int
    """What could be promised beyond the full reservation with a chance of 1 % to spend too much; only where somebody vouches."""
    used: AmountBand
    reserved: AmountBand
    lapses: AmountBand
    lost: AmountBand
    lapses_by_month: tuple[int, ...]
    out_permille: int
    """The chance that it cannot give all that is asked of it."""
    out: tuple[date, ...] | None
    """When, if it does: early 90, early 50, middle, late 50, late 90."""
    course: tuple[tuple[date, AmountBand], ...]
    """What is used, week by week."""


@dataclass(frozen=True)
class Tested:
    """One budget of the back-test: what would have been forecast, and what was used."""

    line: str
    used: AmountBand
    real_cents: int

    @property
    def within(self) -> bool:
        """Whether what happened lies in the band of 90 %."""
        return self.used.low90 <= self.real_cents <= self.used.high90


@dataclass(frozen=True)
class BackTest:
    """The forecast that would have been made on a day in the past, beside what happened."""

    then: date
    vouchers: int
    lines: tuple[Tested, ...]


@dataclass(frozen=True)
class Meter:
    """What the public may know of a scheme. `until` None: all that is asked can be paid until `last`, or it cannot be said."""

    made_on: date
    last: date
    until: date | None
    vague: bool


def forecasts(session: Session, *, actor: Actor, limit: int = 20) -> list[Forecast]:
    """The forecasts that were kept, the newest first; none for who does not see the accounts."""
    if actor.audience not in READERS:
        return []
    return list(session.scalars(select(Forecast).order_by(Forecast.id.desc()).limit(limit)))


def forecast_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Forecast | None:
    """The forecast with this id; None when there is none, or for who does not see the accounts."""
    if actor.audience not in READERS:
        return None
    return session.scalar(select(Forecast).where(Forecast.public_id == public_id))


def forecast_made_at(session: Session, *, at: datetime | None) -> Forecast | None:
    """The forecast that was kept at an instant; None when there is none."""
    return session.scalars(select(Forecast).where(Forecast.made_at == at).order_by(Forecast.id).limit(1)).first()


def meter_shown(session: Session) -> bool:
    """Whether the public sees until when there is money: yes, unless somebody said otherwise."""
    last = session.scalars(select(MoneyMeter).order_by(MoneyMeter.id.desc()).limit(1)).first()
    return last is None or last.shown


def lines_of(forecast: Forecast) -> tuple[LineForecast, ...]:
    """What a forecast says of every budget, the first to end first."""
    found = [_line(one) for one in forecast.figures["lines"]]
    return tuple(sorted(found, key=lambda one: (one.ends, one.line)))


def advice_of(forecast: Forecast) -> dict[str, int]:
    """What each measure is worth by itself, in cents: give_back, shorter, remind."""
    return dict(forecast.figures["advice"])


def back_test_of(forecast: Forecast) -> BackTest | None:
    """The back-test that was kept with a forecast; None when there was too little past."""
    kept = forecast.figures["back_test"]
    if kept is None:
        return None
    rows = tuple(Tested(one["line"], AmountBand(*one["used"]), one["real"]) for one in kept["lines"])
    return BackTest(date.fromisoformat(kept["then"]), kept["vouchers"], rows)


def meter_of(session: Session, *, scheme: str, on: date) -> Meter | None:
    """Until when there is money for a scheme, by the newest forecast; None when nothing may or can be said.

    The day is a careful one: with three chances in four there is money at least so long.
    """
    last = latest_forecast(session)
    if last is None or on - last.data_day > FRESH or not meter_shown(session):
        return None
    kept = next((one for one in last.figures["schemes"] if one["scheme"] == scheme), None)
    if kept is None or kept["vouchers"] < FEW:
        return None
    days = [date.fromisoformat(one) for one in kept["until"]]
    end = date.fromisoformat(kept["last"])
    careful, late = days[1], days[3]
    if end <= on:
        return None
    if careful >= end:
        return Meter(last.data_day, end, None, vague=False)
    return Meter(last.data_day, end, max(careful, on), vague=late - careful > VAGUE)


def _line(kept: dict[str, Any]) -> LineForecast:
    out = tuple(date.fromisoformat(one) for one in kept["out"]) if kept["out"] is not None else None
    return LineForecast(
        line=kept["line"],
        at=date.fromisoformat(kept["at"]),
        ends=date.fromisoformat(kept["ends"]),
        money_cents=kept["money"],
        used_now_cents=kept["used_now"],
        reserved_now_cents=kept["reserved_now"],
        expected_cents=kept["expected"],
        beyond_cents=kept["beyond"],
        used=AmountBand(*kept["used"]),
        reserved=AmountBand(*kept["reserved"]),
        lapses=AmountBand(*kept["lapses"]),
        lost=AmountBand(*kept["lost"]),
        lapses_by_month=tuple(kept["lapses_by_month"]),
        out_permille=kept["out_permille"],
        out=out,
        course=tuple((date.fromisoformat(day), AmountBand(*band)) for day, *band in kept["course"]),
    )
