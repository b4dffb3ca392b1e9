"""Outages: who keeps the desk records them, and a term of a citizen that ends in one becomes longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.platform.errors import Conflict, Refusal
from portal.post.outages.actions import end_outage, record_outage, withdraw_outage
from portal.post.outages.queries import last_day_to_send, outages_that_count
from tests.factories import ADMIN, ADVISOR, NOW, REGION

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)


def recorded(session: Session, **more: Any) -> Any:
    given: dict[str, Any] = {"began_at": NOW - HOUR, "ended_at": NOW, "what": "Versturen ging niet.", "actor": ADMIN}
    return record_outage(session, **given | more, now=NOW)


def test_an_outage_counts_when_it_is_over_and_no_more_when_it_was_a_mistake(session: Session) -> None:
    outage = recorded(session, ended_at=None)
    today = NOW.date()
    assert last_day_to_send(session, last_day=today) == today, "while it lasts nobody knows how long"
    end_outage(session, outage=outage, ended_at=NOW, actor=REGION, now=NOW)
    assert last_day_to_send(session, last_day=today) == today + timedelta(days=1)
    with pytest.raises(Conflict):
        end_outage(session, outage=outage, ended_at=NOW, actor=REGION, now=NOW)
    withdraw_outage(session, outage=outage, actor=ADMIN, now=NOW)
    assert last_day_to_send(session, last_day=today) == today and outages_that_count(session) == []
    with pytest.raises(Conflict):
        withdraw_outage(session, outage=outage, actor=ADMIN, now=NOW)


def test_an_outage_over_midnight_takes_two_dutch_days(session: Session) -> None:
    began = NOW.replace(day=1, hour=22, minute=30)  # 23.30 in Amsterdam
    recorded(session, began_at=began, ended_at=began + HOUR)
    assert last_day_to_send(session, last_day=date(2026, 3, 2)) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"began_at": NOW + HOUR, "ended_at": None}, "began_on"),
        ({"ended_at": NOW + HOUR}, "ended_on"),
        ({"ended_at": NOW - 2 * HOUR}, "ended_on"),
        ({"began_at": NOW - timedelta(days=40)}, "ended_on"),
        ({"actor": ADVISOR}, None),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_who_keeps_the_desk_does_it(
    session: Session, wrong: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        recorded(session, **wrong)
    assert refused.value.field == field
