"""Reads of diaries: the hours of an advisor, and the moments that are still free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.diaries.models import AdvisorHours, DayAway, Diary, TakenQuarter, TalkWay
from portal.cases.open_hours import is_open_day, minute_of, quarters_of, starts_within
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor
from portal.platform.clock import end_of_day, local_date, start_of_day

TALK_MINUTES = 60
"""How long a talk is that an advisor plans outside the own hours."""


@dataclass(frozen=True)
class FreeMoment:
    """A moment at which a talk with an advisor can begin."""

    starts_at: datetime
    minutes: int
    advisor_id: int


def diary_of(session: Session, *, account_id: int) -> Diary | None:
    """The diary of an advisor; None while nothing was kept in it."""
    return session.get(Diary, account_id)


def hours_of(session: Session, *, actor: Actor) -> list[AdvisorHours]:
    """The own hours of every week, from Monday on."""
    rows = select(AdvisorHours).where(AdvisorHours.account_id == actor.account_id)
    return list(session.scalars(rows.order_by(AdvisorHours.weekday, AdvisorHours.begins)))


def hours_by_public_id(session: Session, *, public_id: str, actor: Actor) -> AdvisorHours | None:
    """Hours of one's own; None when there are none, or they are somebody else's."""
    mine = AdvisorHours.account_id == actor.account_id
    return session.scalar(select(AdvisorHours).where(AdvisorHours.public_id == public_id, mine))


def days_away_of(session: Session, *, actor: Actor, today: date) -> list[DayAway]:
    """The own days away that are not over, the first one first."""
    rows = select(DayAway).where(DayAway.account_id == actor.account_id, DayAway.last_day >= today)
    return list(session.scalars(rows.order_by(DayAway.first_day, DayAway.id)))


def away_by_public_id(session: Session, *, public_id: str, actor: Actor) -> DayAway | None:
    """Days away of one's own; None when there are none, or they are somebody else's."""
    mine = DayAway.account_id == actor.account_id
    return session.scalar(select(DayAway).where(DayAway.public_id == public_id, mine))


def minutes_at(session: Session, *, advisor_id: int | None, starts_at: datetime) -> int:
    """How long a talk is that begins then: as the own hours of that moment say, else an hour."""
    begins = minute_of(starts_at)
    rows = select(AdvisorHours.talk_minutes).where(
        AdvisorHours.account_id == advisor_id,
        AdvisorHours.weekday == local_date(starts_at).weekday(),
        AdvisorHours.begins <= begins,
        AdvisorHours.ends >= begins + AdvisorHours.talk_minutes,
    )
    return session.scalars(rows.limit(1)).first() or TALK_MINUTES


def is_free(session: Session, *, advisor_id: int, starts_at: datetime, minutes: int) -> bool:
    """Whether an advisor has no other talk in that time."""
    taken = select(TakenQuarter.talk_id).where(
        TakenQuarter.advisor_id == advisor_id, TakenQuarter.starts_at.in_(quarters_of(starts_at, minutes))
    )
    return session.scalars(taken.limit(1)).first() is None


def open_hours(session: Session) -> list[AdvisorHours]:
    """The hours of every advisor who can come in."""
    rows = (
        select(AdvisorHours)
        .join(Account, Account.id == AdvisorHours.account_id)
        .where(Account.role == Role.ADVISOR, Account.disabled_at.is_(None))
    )
    return list(session.scalars(rows.order_by(AdvisorHours.weekday, AdvisorHours.begins, AdvisorHours.id)))


def free_moments(
    session: Session, *, way: TalkWay, first: date, last: date, hours: Sequence[AdvisorHours] | None = None
) -> list[FreeMoment]:
    """The free moments from one day up to and including another, in order of time; at one moment who is least busy first.

    Three queries for any number of days and advisors; `hours` saves the first one.
    """
    offered = [one for one in (open_hours(session) if hours is None else hours) if way in one.ways]
    if not offered or last < first:
        return []
    taken = {
        (row[0], row[1])
        for row in session.execute(
            select(TakenQuarter.advisor_id, TakenQuarter.starts_at).where(
                TakenQuarter.starts_at >= start_of_day(first), TakenQuarter.starts_at < end_of_day(last)
            )
        )
    }
    away = list(session.scalars(select(DayAway).where(DayAway.first_day <= last, DayAway.last_day >= first)))
    busy = Counter(advisor_id for advisor_id, _ in taken)
    found = []
    for day in _days(first, last):
        absent = {one.account_id for one in away if one.first_day <= day <= one.last_day}
        for one in offered:
            if one.weekday != day.weekday() or one.account_id in absent:
                continue
            for starts_at in starts_within(day, one.begins, one.ends, one.talk_minutes):
                quarters = quarters_of(starts_at, one.talk_minutes)
                if not any((one.account_id, quarter) in taken for quarter in quarters):
                    found.append(FreeMoment(starts_at, one.talk_minutes, one.account_id))
    return sorted(found, key=lambda moment: (moment.starts_at, busy[moment.advisor_id], moment.advisor_id))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if is_open_day(day):
            yield day
