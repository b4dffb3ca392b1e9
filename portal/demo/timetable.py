"""When things happen: office hours on working days for the desk, evenings and weekends too for people at home."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from portal.platform.clock import AMSTERDAM, local_date
from portal.platform.legal_calendar import is_working_day

Story = Iterator[datetime]
"""The life of one question: it yields the next instant at which something happens, and acts when it is resumed."""


class Timetable:
    """Instants before `end`, chosen at random but always the same for the same random source."""

    def __init__(self, end: datetime, random: Random) -> None:
        self.end = end
        self._random = random

    @property
    def today(self) -> date:
        """The last day of the history."""
        return local_date(self.end)

    def ago(self, fewest: int, most: int) -> datetime:
        """Between so many days ago, at a moment when people fill in forms: from half past seven to half past ten."""
        day = self.today - timedelta(days=self._random.randint(fewest, most))
        moment = self._at(day, 7 * 60 + 30, 22 * 60 + 30)
        return moment if moment < self.end else moment - timedelta(days=1)

    def working_day_ago(self, fewest: int, most: int) -> datetime:
        """Between so many days ago, in office hours; a free day becomes the working day before it."""
        day = self.today - timedelta(days=self._random.randint(fewest, most))
        while not is_working_day(day):
            day -= timedelta(days=1)
        moment = self._at(day, 9 * 60, 16 * 60 + 45)
        return moment if moment < self.end else moment - timedelta(days=1)

    def working_days_ago(self, fewest: int, most: int) -> datetime:
        """So many working days ago, in office hours; a moment that is still to come becomes one of the working day before."""
        left, day = self._random.randint(fewest, most), self.today
        while not is_working_day(day):
            day -= timedelta(days=1)
        while left or (moment := self._at(day, 9 * 60, 16 * 60 + 45)) >= self.end:
            left = max(0, left - 1)
            day -= timedelta(days=1)
            while not is_working_day(day):
                day -= timedelta(days=1)
        return moment

    def after(self, instant: datetime, fewest: int, most: int, *, office: bool = True) -> datetime:
        """So many days later; in office hours on a working day, or any day when `office` is false. Never past the end."""
        day = local_date(instant) + timedelta(days=self._random.randint(fewest, most))
        while office and not is_working_day(day):
            day += timedelta(days=1)
        moment = self._at(day, 9 * 60, 16 * 60 + 45) if office else self._at(day, 8 * 60, 22 * 60)
        if moment <= instant:
            moment = instant + timedelta(minutes=self._random.randint(15, 90))
        return moment if moment < self.end else instant + (self.end - instant) / 2

    def days_after(self, instant: datetime, days: int) -> datetime:
        """So many days later in office hours, on a working day; also when that is past the end: then it does not happen."""
        return self.on(local_date(instant) + timedelta(days=days))

    def on(self, day: date) -> datetime:
        """A moment in office hours of a day; of the first working day after it when it is a free one."""
        while not is_working_day(day):
            day += timedelta(days=1)
        return self._at(day, 9 * 60, 16 * 60 + 45)

    def ahead(self, fewest: int, most: int) -> datetime:
        """A moment for an appointment after the end: on the half hour, on a working day."""
        day = self.today + timedelta(days=self._random.randint(fewest, most))
        while not is_working_day(day):
            day += timedelta(days=1)
        return _instant(
            day, self._random.choice((9 * 60, 9 * 60 + 30, 10 * 60 + 30, 13 * 60, 14 * 60 + 30, 15 * 60 + 30))
        )

    def _at(self, day: date, earliest: int, latest: int) -> datetime:
        return _instant(day, self._random.randint(earliest, latest))


def _instant(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=AMSTERDAM).astimezone(UTC)


def in_order(stories: Iterable[Story], *, end: datetime) -> Iterator[tuple[datetime, Story]]:
    """Give every story its turns in the order of time, all stories mixed; what would happen after `end` does not happen.

    The caller resumes nothing: it sets its clock to the instant, and then asks for the next turn.
    """
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        first = next(story, None)
        if first is not None:
            waiting.append((first, number, story))
    heapq.heapify(waiting)
    while waiting:
        instant, number, story = heapq.heappop(waiting)
        if instant > end:
            continue
        yield instant, story
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (max(following, instant), number, story))
