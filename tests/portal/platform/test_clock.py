"""Days are days in Amsterdam, instants are in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.platform import clock


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-01-31T22:59:59+00:00", date(2026, 1, 31)),
        ("2026-01-31T23:00:00+00:00", date(2026, 2, 1)),
        ("2026-03-31T21:59:59+00:00", date(2026, 3, 31)),
        ("2026-03-31T22:00:00+00:00", date(2026, 4, 1)),
        ("2028-02-29T12:00:00+00:00", date(2028, 2, 29)),
    ],
)
def test_an_instant_falls_on_a_day_in_amsterdam(instant: str, day: date) -> None:
    assert clock.local_date(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)])
def test_a_day_has_23_or_25_hours_when_the_clock_changes(day: str, hours: int) -> None:
    that = date.fromisoformat(day)
    assert clock.end_of_day(that) - clock.start_of_day(that) == timedelta(hours=hours)


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-25", "2026-12-31"])
def test_the_last_instant_of_a_day_belongs_to_it_and_the_next_one_does_not(day: str) -> None:
    that = date.fromisoformat(day)
    assert clock.local_date(clock.end_of_day(that) - timedelta(microseconds=1)) == that
    assert clock.local_date(clock.end_of_day(that)) == that + timedelta(days=1)


def test_a_naive_instant_says_nothing() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.local_date(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_the_clock_can_stand_still_and_goes_on_afterwards() -> None:
    then = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    with clock.frozen(then):
        assert clock.now() == then
        assert clock.today() == date(2024, 3, 1)
    assert clock.now() > then


def test_the_tests_run_on_a_day_of_their_own_and_time_goes_on() -> None:
    before = clock.now()
    assert clock.today() == date(2026, 11, 30)
    assert clock.now() > before
