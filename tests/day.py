"""The day of the tests: whatever the date is, they begin on Monday 30 November 2026 at ten o'clock in Amsterdam, and time goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from portal.platform import clock

FIRST_MOMENT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
_SINCE: timedelta = FIRST_MOMENT - datetime.now(UTC)


class OtherDay:
    """What the clock of the desk reads instead of the real one: as many seconds further as the tests have run."""

    combine = staticmethod(datetime.combine)

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        """The moment of the tests in a time zone."""
        return (datetime.now(UTC) + _SINCE).astimezone(zone)


def begin_day() -> None:
    """Let the clock of the desk tell the day of the tests in this process."""
    clock.datetime = OtherDay  # type: ignore[assignment, misc]
