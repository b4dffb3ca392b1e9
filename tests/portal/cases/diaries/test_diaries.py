"""Diaries: hours and days away that an advisor keeps, and the moments that follow from them; never a Sunday, a holiday or 3.00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.conversations.actions import plan_conversation
from portal.cases.diaries.actions import (
    WeeklyHours,
    add_away,
    add_hours,
    keep_place,
    remove_away,
    remove_hours,
)
from portal.cases.diaries.models import AdvisorHours, TakenQuarter, TalkWay
from portal.cases.diaries.queries import (
    FreeMoment,
    away_by_public_id,
    days_away_of,
    diary_of,
    free_moments,
    hours_by_public_id,
    hours_of,
)
from portal.cases.open_hours import is_open_day, require_open
from portal.people.accounts.actions import disable_account
from portal.people.accounts.models import Account
from portal.platform.clock import AMSTERDAM, local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.legal_calendar import holidays
from tests.factories import ADMIN, ADVISOR, NOW, REGION, SECOND, a_question, an_advisor

TUESDAY = date(2026, 3, 3)
MORNING = WeeklyHours(0, 9 * 60, 12 * 60, 60, (TalkWay.DESK, TalkWay.PHONE))


@pytest.fixture
def database() -> str:
    """Once is enough: who may have which hour when two want it is tried on both in ``test_at_once``."""
    return "sqlite"


def free(session: Session, first: date, last: date | None = None, way: TalkWay = TalkWay.PHONE) -> Sequence[FreeMoment]:
    return free_moments(session, way=way, first=first, last=last or first)


def clocks(moments: Sequence[FreeMoment]) -> list[str]:
    return [f"{one.starts_at.astimezone(AMSTERDAM):%a %H:%M}" for one in moments]


def test_hours_give_moments_one_after_another(session: Session) -> None:
    an_advisor(session)
    assert clocks(free(session, TUESDAY)) == ["Tue 09:00", "Tue 10:00", "Tue 11:00"]
    assert free(session, TUESDAY, way=TalkWay.VIDEO) == []
    assert clocks(free(session, date(2026, 3, 7), date(2026, 3, 9))) == ["Mon 09:00", "Mon 10:00", "Mon 11:00"]


def test_over_two_years_no_moment_is_on_a_sunday_a_holiday_or_out_of_hours(session: Session) -> None:
    an_advisor(session, days=(0, 1, 2, 3, 4, 5))
    moments = free(session, date(2026, 1, 1), date(2027, 12, 31))
    days = {local_date(one.starts_at) for one in moments}
    expected = {
        day
        for number in range(730)
        if (day := date(2026, 1, 1) + timedelta(days=number)).weekday() < 6 and day not in holidays(day.year)
    }
    assert days == expected and len(moments) == 3 * len(expected)
    assert {one.starts_at.astimezone(AMSTERDAM).strftime("%H:%M") for one in moments} == {"09:00", "10:00", "11:00"}
    for one in moments:
        require_open(one.starts_at, one.minutes, now=datetime(2025, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "instants"),
    [
        (date(2026, 3, 28), (8, 9, 10)),
        (date(2026, 3, 30), (7, 8, 9)),
        (date(2026, 10, 24), (7, 8, 9)),
        (date(2026, 10, 26), (8, 9, 10)),
    ],
)
def test_nine_is_nine_before_and_after_the_clock_changes(
    session: Session, day: date, instants: tuple[int, ...]
) -> None:
    an_advisor(session, days=(0, 5))
    assert tuple(one.starts_at.astimezone(UTC).hour for one in free(session, day)) == instants
    assert [one.starts_at.astimezone(AMSTERDAM).hour for one in free(session, day)] == [9, 10, 11]


def test_days_away_and_planned_talks_take_moments_away(session: Session) -> None:
    question = a_question(session)
    an_advisor(session)
    an_advisor(session, SECOND)
    starts_at = free(session, TUESDAY)[2].starts_at
    plan_conversation(
        session, question=question, planned_for=starts_at, way="phone", place=None, actor=ADVISOR, now=NOW
    )
    assert [one.advisor_id for one in free(session, TUESDAY)] == [905, 901, 905, 905, 901], "who is least busy first"
    away = add_away(session, first_day=TUESDAY, last_day=TUESDAY, actor=SECOND, now=NOW)
    assert [one.advisor_id for one in free(session, TUESDAY)] == [901, 901]
    remove_away(session, away=away, actor=SECOND, now=NOW)
    account = session.get_one(Account, 905)
    disable_account(session, account=account, actor=ADMIN, now=NOW)
    assert [one.advisor_id for one in free(session, TUESDAY)] == [901, 901], "who left cannot be chosen"


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"weekday": 6}, "weekday"),
        ({"begins": 6 * 60}, "begins"),
        ({"begins": 3 * 60, "ends": 4 * 60}, "begins"),
        ({"begins": 9 * 60 + 5}, "begins"),
        ({"ends": 21 * 60 + 15}, "ends"),
        ({"ends": 9 * 60 + 30}, "ends"),
        ({"ends": 8 * 60}, "ends"),
        ({"talk_minutes": 20}, "talk_minutes"),
        ({"ways": ()}, "ways"),
        ({"ways": (TalkWay.WORKPLACE,)}, "ways"),
        ({"ways": (TalkWay.VIDEO,)}, "ways"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_the_field(session: Session, hours: dict[str, Any], field: str) -> None:
    an_advisor(session, days=())
    given = {name: getattr(MORNING, name) for name in ("weekday", "begins", "ends", "talk_minutes", "ways")} | hours
    with pytest.raises(Refusal) as refused:
        add_hours(session, hours=WeeklyHours(**given), actor=ADVISOR, now=NOW)
    assert refused.value.field == field


def test_hours_do_not_overlap_and_are_kept_by_their_advisor_only(session: Session) -> None:
    an_advisor(session, days=())
    an_advisor(session, SECOND, days=())
    kept = add_hours(session, hours=MORNING, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        add_hours(session, hours=WeeklyHours(0, 11 * 60, 13 * 60, 30, MORNING.ways), actor=ADVISOR, now=NOW)
    add_hours(session, hours=WeeklyHours(0, 12 * 60, 13 * 60, 30, MORNING.ways), actor=ADVISOR, now=NOW)
    assert hours_by_public_id(session, public_id=kept.public_id, actor=SECOND) is None
    with pytest.raises(Refusal):
        remove_hours(session, hours=kept, actor=SECOND, now=NOW)
    with pytest.raises(Refusal):
        add_hours(session, hours=MORNING, actor=REGION, now=NOW)
    remove_hours(session, hours=kept, actor=ADVISOR, now=NOW)
    assert [one.begins for one in hours_of(session, actor=ADVISOR)] == [12 * 60]
    with pytest.raises(Conflict):
        remove_hours(session, hours=kept, actor=ADVISOR, now=NOW)


def test_days_away_lie_ahead_and_in_order(session: Session) -> None:
    an_advisor(session)
    for first, last in ((TUESDAY, TUESDAY - timedelta(days=1)), (date(2026, 2, 1), date(2026, 2, 2))):
        with pytest.raises(Refusal) as refused:
            add_away(session, first_day=first, last_day=last, actor=ADVISOR, now=NOW)
        assert refused.value.field == "last_day"
    away = add_away(session, first_day=date(2026, 2, 27), last_day=TUESDAY, actor=ADVISOR, now=NOW)
    assert days_away_of(session, actor=ADVISOR, today=NOW.date()) == [away]
    assert away_by_public_id(session, public_id=away.public_id, actor=SECOND) is None


def test_video_is_offered_with_a_link_that_stays(session: Session) -> None:
    an_advisor(session, days=())
    for link in ("http://kamer.example/1", "https://kamer example/1", "javascript:alert(1)"):
        with pytest.raises(Refusal) as refused:
            keep_place(session, place=None, video_link=link, actor=ADVISOR, now=NOW)
        assert refused.value.field == "video_link"
    keep_place(session, place=" Kamer 2 ", video_link="https://kamer.example/1", actor=ADVISOR, now=NOW)
    add_hours(session, hours=WeeklyHours(0, 540, 600, 60, (TalkWay.VIDEO,)), actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        keep_place(session, place=None, video_link=None, actor=ADVISOR, now=NOW)
    diary = diary_of(session, account_id=901)
    assert diary is not None and (diary.place, diary.video_link) == ("Kamer 2", "https://kamer.example/1")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2026, 3, 8, 10, tzinfo=AMSTERDAM), "talk_on_sunday"),
        (datetime(2026, 4, 6, 10, tzinfo=AMSTERDAM), "talk_on_holiday"),
        (datetime(2026, 12, 25, 10, tzinfo=AMSTERDAM), "talk_on_holiday"),
        (datetime(2026, 3, 4, 3, tzinfo=AMSTERDAM), "talk_outside_hours"),
        (datetime(2026, 3, 4, 6, 45, tzinfo=AMSTERDAM), "talk_outside_hours"),
        (datetime(2026, 3, 4, 20, 15, tzinfo=AMSTERDAM), "talk_outside_hours"),
        (datetime(2026, 3, 4, 10, 5, tzinfo=AMSTERDAM), "talk_off_the_quarter"),
        (datetime(2026, 3, 4, 10, 0, 1, tzinfo=AMSTERDAM), "talk_off_the_quarter"),
    ],
)
def test_an_advisor_plans_at_no_other_moment_either(session: Session, moment: datetime, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan_conversation(
            session, question=a_question(session), planned_for=moment, way="desk", place=None, actor=ADVISOR, now=NOW
        )
    assert refused.value.code == code and refused.value.field in ("planned_for", "time")
    assert is_open_day(local_date(moment)) is (code not in ("talk_on_sunday", "talk_on_holiday"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 6},
        {"begins": 400},
        {"ends": 1275},
        {"begins": 541},
        {"talk_minutes": 20},
        {"ends": 550},
        {"by_phone": False},
    ],
)
def test_the_database_itself_refuses_hours_that_cannot_be(session: Session, wrong: dict[str, Any]) -> None:
    an_advisor(session, days=())
    right = {
        "account_id": 901,
        "weekday": 0,
        "begins": 540,
        "ends": 600,
        "talk_minutes": 30,
        "at_desk": False,
        "by_phone": True,
        "by_video": False,
    }
    session.add(AdvisorHours(**(right | wrong)))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_itself_refuses_two_talks_in_one_quarter(session: Session) -> None:
    question = a_question(session)
    talk = plan_conversation(
        session,
        question=question,
        planned_for=datetime(2026, 3, 4, 9, tzinfo=UTC),
        way="desk",
        place=None,
        actor=ADVISOR,
        now=NOW,
    )
    session.add(TakenQuarter(advisor_id=901, starts_at=talk.planned_for + timedelta(minutes=45), talk_id=talk.id))
    with pytest.raises(IntegrityError):
        session.flush()
