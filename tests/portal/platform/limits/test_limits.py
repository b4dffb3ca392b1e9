"""Counting what one does within a window, and stopping at the limit, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.platform.limits.actions import TooMany, forget_counts, take
from portal.platform.limits.models import DRAFTS, HOUR, LIMITS, HowOften, LimitCount
from portal.platform.limits.queries import free_again, hashed, use_key

SECOND = timedelta(seconds=1)
A_FEW = 60
"""So many of the last times are tried one by one; a limit of thousands begins where the rest were done."""


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.what)
def test_so_often_and_not_once_more(session: Session, now: datetime, limit: HowOften) -> None:
    before = max(0, limit.most - A_FEW)
    take(session, limit=limit, who="here", now=now)
    if before:
        session.execute(update(LimitCount).values(number=before))
        session.expire_all()
    for _ in range(limit.most - max(1, before)):
        assert free_again(session, limit=limit, who="here", now=now) is None
        take(session, limit=limit, who="here", now=now)
    with pytest.raises(TooMany) as refused:
        take(session, limit=limit, who="here", now=now + SECOND)
    assert (refused.value.status, refused.value.free_at) == (429, now + limit.window)
    assert refused.value.seconds == limit.window.total_seconds() - 1
    assert free_again(session, limit=limit, who="here", now=now) == now + limit.window
    take(session, limit=limit, who="there", now=now)
    with pytest.raises(TooMany):
        take(session, limit=limit, who="here", now=now + limit.window - SECOND)
    assert free_again(session, limit=limit, who="here", now=now + limit.window) is None
    take(session, limit=limit, who="here", now=now + limit.window)
    assert session.scalars(select(LimitCount.number).where(LimitCount.who == hashed(limit, "here"))).all() == [1]


def test_the_window_begins_with_the_first_time(session: Session, now: datetime) -> None:
    for minute in range(DRAFTS.most):
        take(session, limit=DRAFTS, who="here", now=now + timedelta(minutes=minute % 59))
    with pytest.raises(TooMany) as refused:
        take(session, limit=DRAFTS, who="here", now=now + timedelta(minutes=59))
    assert (refused.value.free_at, refused.value.seconds) == (now + HOUR, 60)


def test_limits_are_counted_apart_and_are_all_in_the_table() -> None:
    assert len({limit.what for limit in LIMITS}) == len(LIMITS)
    assert len({hashed(limit, "here") for limit in LIMITS}) == len(LIMITS)
    assert all(limit.most > 0 and limit.window > timedelta() for limit in LIMITS)


def test_who_it_was_is_not_in_the_database_and_not_to_be_guessed_without_the_key(
    session: Session, now: datetime
) -> None:
    try:
        use_key("one secret")
        take(session, limit=DRAFTS, who="sam@voorbeeld.example", now=now)
        (kept,) = session.scalars(select(LimitCount.who)).all()
        assert kept == hashed(DRAFTS, "sam@voorbeeld.example")
        assert "sam" not in kept
        use_key("another secret")
        assert kept != hashed(DRAFTS, "sam@voorbeeld.example")
    finally:
        use_key("of the tests")


def test_old_counts_are_forgotten_and_running_ones_are_not(session: Session, now: datetime) -> None:
    take(session, limit=DRAFTS, who="here", now=now - timedelta(days=2))
    take(session, limit=DRAFTS, who="there", now=now)
    forget_counts(session, now=now)
    assert session.scalars(select(LimitCount.who)).all() == [hashed(DRAFTS, "there")]


@pytest.mark.parametrize(("constraint", "number", "hours"), [("number_positive", 0, 1), ("window_forward", 1, 0)])
def test_a_count_that_means_nothing_is_refused(
    session: Session, now: datetime, constraint: str, number: int, hours: int
) -> None:
    session.add(LimitCount(what="x", who="y", since=now, until=now + timedelta(hours=hours), number=number))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()
