"""The days that a royal decree puts on a par with a recognised holiday (Algemene termijnenwet, article 3, third paragraph).

Every three years or so a decree in the Staatscourant names them. A decree holds for whole years: a year that none of these
names has no list yet, and the last day of a term in that year may be a day too early for who wants to object. `loket doctor`
warns of such a year in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LOOK_AHEAD = timedelta(weeks=40)
"""So far ahead may a term that begins today end: an objection term, a decision with a committee that is put off, and some."""


@dataclass(frozen=True)
class EquatedDays:
    """One decree: the years for which it was made, the days it names, and where it can be read."""

    years: tuple[int, ...]
    days: frozenset[date]
    source: str
    read_on: date
    """The day on which the source was compared with this list."""


DECREES: tuple[EquatedDays, ...] = (
    EquatedDays(
        years=(2023, 2024, 2025),
        days=frozenset(
            {date(2023, 4, 28), date(2023, 5, 19), date(2024, 5, 10), date(2024, 12, 27), date(2025, 5, 30)}
        ),
        source="Besluit gelijkstelling van 28 april 2023, 19 mei 2023, 10 mei 2024, 27 december 2024 en 30 mei 2025"
        " met een algemeen erkende feestdag",
        read_on=date(2026, 12, 1),
    ),
    EquatedDays(
        years=(2026, 2027, 2028),
        days=frozenset({date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26)}),
        source="Besluit gelijkstelling van 2 januari 2026, 15 mei 2026, 7 mei 2027, 28 april 2028 en 26 mei 2028"
        " met een algemeen erkende feestdag",
        read_on=date(2026, 12, 1),
    ),
)
"""The decrees, the oldest first."""

EQUATED = frozenset(day for decree in DECREES for day in decree.days)
"""Every day that is on a par with a holiday."""

LISTED = frozenset(year for decree in DECREES for year in decree.years)
"""The years of which the days are known."""


def years_needed(today: date) -> tuple[int, ...]:
    """The years in which a term that runs today may end."""
    return tuple(range(today.year, (today + LOOK_AHEAD).year + 1))


def years_without_list(years: Iterable[int]) -> list[int]:
    """Those of these years of which no decree is known here."""
    return sorted(year for year in set(years) if year not in LISTED)
