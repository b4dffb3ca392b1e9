"""Filling an empty desk with invented questions. All of it is one transaction: it is there whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.demo.nights import ACTOR as BY_ITSELF
from portal.demo.playing import DAYS, ONE_EARLIER, TWO_YEARS, play
from portal.demo.region_trainings import add_region_trainings
from portal.demo.staff import VOUCHER_SCHEMES, add_staff, staff
from portal.demo.workshop import offer_a_change
from portal.framework.catalogue.models import RegionRecord
from portal.framework.catalogue.queries import schemes_in_force
from portal.planning.forecasts.actions import keep_forecast
from portal.planning.outlook import outlook_input, work_out
from portal.platform.clock import end_of_day, local_date
from portal.platform.database import unit_of_work
from portal.post.files.actions import Vault

REGION = "stedendriehoek"
QUESTIONS = 85
SEED = 1
SETTING_UP = 120
"""Days from the opening of the desk to its first questions: the fund is set up."""

Progress = Callable[[str], object]


def fill(
    engine: Engine,
    *,
    now: datetime,
    vault: Vault,
    progress: Progress | None = None,
    questions: int = QUESTIONS,
    seed: int = SEED,
) -> int:
    """Add accounts and, on a desk without questions, invented ones of the past two years. Returns how many were added.

    Most are of the last eight months; the year before has fewer, with all that the region accounts for. Under eight questions
    there is no year before. With the questions come a forecast, a change of a scheme that waits for a second person, and the
    trainings of the region. Files of invoices go to the `vault`.

    Does nothing on a desk with questions. On another region than the demonstration's, or when its vouchers were not open for
    the last eight months, there are accounts only, and a line says so.
    """

    def work(session: Session) -> int:
        first = opening(now)
        add_staff(session, now=first if questions and region_since(session) <= first else now)
        if questions < 1 or session.scalar(select(DevelopmentQuestion.id).limit(1)) is not None:
            return 0
        end = _end(session, now)
        if end is None:
            _say(progress, "This region has no invented questions: the desk starts empty.")
            return 0
        _say(progress, f"Filling the desk with {questions} invented questions of the past two years ...")
        since = _since(session, end, questions)
        played = play(session, questions=questions, seed=seed, end=end, since=since, vault=vault, progress=progress)
        _forecast(session, on=local_date(end), now=now)
        offer_a_change(session, writer=staff(session).owner, now=now)
        add_region_trainings(session, now=now)
        return played

    if not unit_of_work(engine, _needs_filling, read_only=True):
        return 0
    return unit_of_work(engine, work)


def _forecast(session: Session, *, on: date, now: datetime) -> None:
    """The forecast of this week, as the desk makes one by itself; none when there is too little to learn from."""
    known = outlook_input(session, on=on)
    if known is not None:
        keep_forecast(session, worked_out=work_out(known), actor=BY_ITSELF, now=now)


def opening(now: datetime) -> datetime:
    """When the desk of the demonstration opened: load its region at this instant, and the history reads from there."""
    return now - timedelta(days=TWO_YEARS, hours=1)


def region_since(session: Session) -> datetime:
    """When the region was loaded for the last time."""
    return session.scalars(select(RegionRecord.loaded_at)).one()


def _needs_filling(session: Session) -> bool:
    return session.scalar(select(DevelopmentQuestion.id).limit(1)) is None


def _end(session: Session, now: datetime) -> datetime | None:
    """Up to when the history runs: now, or the last day on which all vouchers of the region were open; None when it cannot."""
    if session.scalar(select(RegionRecord.slug)) != REGION:
        return None
    found = {scheme.slug: scheme.definition for scheme in schemes_in_force(session, on=local_date(now))}
    end = now
    for slug in VOUCHER_SCHEMES:
        windows = found[slug].windows if slug in found else ()
        if not windows:
            return None
        closes_on = windows[-1].closes_on
        if closes_on is not None:
            end = min(end, end_of_day(closes_on) - timedelta(hours=6))
        opens_on = windows[0].opens_on
        if opens_on is not None and local_date(end - timedelta(days=DAYS)) < opens_on:
            return None
    return end


def _since(session: Session, end: datetime, questions: int) -> datetime:
    """Two years before the end, when the region was there by then and its vouchers open; else eight months before it."""
    first = end - timedelta(days=TWO_YEARS)
    wanted = local_date(end - timedelta(days=TWO_YEARS - SETTING_UP))
    found = {scheme.slug: scheme.definition for scheme in schemes_in_force(session, on=local_date(end))}
    opened = [found[slug].windows[0].opens_on for slug in VOUCHER_SCHEMES]
    fits = region_since(session) <= first and all(day is None or day <= wanted for day in opened)
    return first if fits and questions >= ONE_EARLIER else end - timedelta(days=DAYS)


def _say(progress: Progress | None, line: str) -> None:
    if progress is not None:
        progress(line)
