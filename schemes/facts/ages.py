"""Age on a day: from a birth date, from a birth year when that decides, and against the state pension age.

Someone born on 29 February has a birthday on 1 March in a year without that day.
"""

from bisect import bisect_left
from datetime import date, timedelta

from schemes.facts.outcome import Status
from schemes.facts.references import AgeList, AgeVersion, version_on

_SEARCH_FROM = date(1700, 1, 1)


def age_on(birth: date, on: date) -> int:
    """Whole years lived on a day; negative before birth."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def possible_ages(birth_year: int, on: date) -> tuple[int, int]:
    """The lowest and highest age that someone born in a year can have on a day."""
    return age_on(date(birth_year, 12, 31), on), age_on(date(birth_year, 1, 1), on)


def add_months(day: date, months: int) -> date:
    """The day so many months later; the first of the next month when the month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def later(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years later; the last day there is when it lies beyond the calendar."""
    try:
        if unit in ("days", "weeks"):
            return day + timedelta(days=count * (7 if unit == "weeks" else 1))
        return add_months(day, count * (12 if unit == "years" else 1))
    except (ValueError, OverflowError):
        return date.max


def whole_units(first: date, last: date, unit: str) -> int:
    """How many whole days, weeks, months or years lie between two days; negative when the last comes before the first."""
    if unit in ("days", "weeks"):
        return (last - first).days // (7 if unit == "weeks" else 1)
    months = (last.year - first.year) * 12 + last.month - first.month
    while add_months(first, months) > last:
        months -= 1
    return months // (12 if unit == "years" else 1)


def has_state_pension(birth: date, on: date, ages: AgeList) -> Status | None:
    """Whether someone has reached the state pension age on a day, or None when the list does not say.

    The age rises over time; whoever reached it once keeps it. So: was there a day, up to and including this one, on which
    the person was as old as the age of that day?
    """
    if not ages.versions or on < ages.versions[0].from_:
        return None
    for version, later in zip(ages.versions, (*ages.versions[1:], None), strict=True):
        last = min(day for day in (on, version.until, _day_before(later)) if day is not None)
        reached = add_months(birth, version.age.years * 12 + version.age.months)
        if version.from_ <= on and max(reached, version.from_) <= last:
            return "met"
    current = [version for version in ages.versions if version.from_ <= on][-1]
    return "not_met" if current.until is None or on <= current.until else None


def _day_before(version: AgeVersion | None) -> date | None:
    return None if version is None else version.from_ - timedelta(days=1)


def born_for(age: int, on: date) -> date:
    """The last birth day of somebody who has this age or more on a day."""
    year = on.year - age
    try:
        return date(year, on.month, on.day)
    except ValueError:  # the day is 29 February, and that year has none
        return date(year, 2, 28)


def born_for_pension(on: date, ages: AgeList) -> date | None:
    """The last birth day of somebody who has reached the state pension age on a day; None when the list does not say."""
    if has_state_pension(_SEARCH_FROM, on, ages) is None or version_on(ages, on) is None:
        return None
    first, last = _SEARCH_FROM.toordinal(), on.toordinal() + 1

    def without(ordinal: int) -> bool:
        return has_state_pension(date.fromordinal(ordinal), on, ages) != "met"

    return date.fromordinal(bisect_left(range(first, last + 1), True, key=without) + first - 1)
