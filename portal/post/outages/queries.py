"""Reads of outages, and the last day of a term of a citizen with what they give back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.platform.clock import local_date
from portal.platform.legal_calendar import given_back
from portal.post.outages.models import ChannelOutage


def outages(session: Session, *, limit: int = 100) -> list[ChannelOutage]:
    """The outages, the last that began first, those that were recorded by mistake too."""
    return list(session.scalars(select(ChannelOutage).order_by(ChannelOutage.began_at.desc()).limit(limit)))


def outage_by_public_id(session: Session, *, public_id: str) -> ChannelOutage | None:
    """The outage with this public id."""
    return session.scalar(select(ChannelOutage).where(ChannelOutage.public_id == public_id))


def outages_that_count(session: Session) -> list[ChannelOutage]:
    """The outages that ended and were not withdrawn, the first first. One that lasts gives back when it has ended."""
    rows = select(ChannelOutage).where(ChannelOutage.withdrawn_at.is_(None), ChannelOutage.ended_at.is_not(None))
    return list(session.scalars(rows.order_by(ChannelOutage.began_at)))


def days_down(found: Iterable[ChannelOutage]) -> frozenset[date]:
    """The Dutch days on which the pages were down for some time."""
    return frozenset(day for one in found for day in _days(one))


def last_day_to_send(session: Session, *, last_day: date) -> date:
    """The last day on which a citizen can send something, when the law or the desk set `last_day`: later when the electronic way
    in was down in the week before it (Awb 2:21, first and third paragraph; text per 2026-01-01)."""
    return given_back(last_day, days_down(outages_that_count(session)))


def outages_before(session: Session, *, last_day: date, since: date) -> list[ChannelOutage]:
    """The outages that count in a term that ran from one day to another: for who judges whether somebody was late with reason."""
    return [one for one in outages_that_count(session) if any(since <= day <= last_day for day in _days(one))]


def _days(outage: ChannelOutage) -> list[date]:
    if outage.ended_at is None:
        return []
    first, last = local_date(outage.began_at), local_date(outage.ended_at)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
