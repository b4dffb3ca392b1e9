"""Very many cases in an hour, or looking at night, is seen; a list of people on one page is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.oversight.unusual_viewing import MANY_IN_HOUR, tell_of_unusual_viewing, unusual_hours
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import Viewing, record_viewings
from portal.platform.errors import Refusal
from tests.factories import SYSTEM

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LOOKING = Actor(Audience.ADVISOR, account_id=77)


def look(session: Session, at: datetime, *cases: int) -> None:
    record_viewings(session, viewings=[Viewing(LOOKING, case, "advisor.question") for case in cases], now=at)


def seen(session: Session) -> list[tuple[int, bool, bool]]:
    found = unusual_hours(session, since=NOON - timedelta(days=2), until=NOON + timedelta(days=2), actor=SYSTEM)
    return [(one.cases, one.many, one.at_night) for one in found]


def test_more_cases_in_an_hour_than_anybody_works_at_are_seen_and_one_fewer_are_not(session: Session) -> None:
    for case in range(MANY_IN_HOUR):
        look(session, NOON + timedelta(minutes=case), case)
        look(session, NOON + timedelta(minutes=case, seconds=5), case)
    assert seen(session) == []
    look(session, NOON + timedelta(minutes=59), MANY_IN_HOUR)
    assert seen(session) == [(MANY_IN_HOUR + 1, True, False)]


def test_a_list_on_one_page_counts_for_nothing_and_one_look_at_night_counts(session: Session) -> None:
    look(session, NOON, *range(200))
    look(session, NOON + timedelta(hours=9, minutes=59), 1)
    assert seen(session) == []
    look(session, NOON + timedelta(hours=10), 2)  # ten at night in Amsterdam is nine in UTC in winter
    assert seen(session) == [(1, False, True)]


def test_administrators_are_told_once_and_others_may_not_look(session: Session) -> None:
    admin = create_account(session, email="a@loket.example", display_name="A", role=Role.ADMIN, actor=SYSTEM, now=NOON)
    look(session, NOON - timedelta(hours=12), 5)
    assert tell_of_unusual_viewing(session, actor=SYSTEM, now=NOON) == 1
    assert tell_of_unusual_viewing(session, actor=SYSTEM, now=NOON + timedelta(days=2)) == 0
    unusual_hours(session, since=NOON, until=NOON, actor=actor_of_account(admin))
    with pytest.raises(Refusal):
        unusual_hours(session, since=NOON, until=NOON, actor=LOOKING)
