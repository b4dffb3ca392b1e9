"""Statutory interest by day, against a table that was worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from portal.paying.statutory_interest import AccruedInterest, NoRate, accrued_interest, same_day_later

RATES = {date(2023, 7, 1): 60, date(2024, 1, 1): 70, date(2025, 1, 1): 60, date(2026, 1, 1): 40}


def rate_on(day: date) -> int | None:
    return next((rate for since, rate in sorted(RATES.items(), reverse=True) if since <= day), None)


def interest(
    owed: int | Callable[[date], int], first: tuple[int, int, int], last: tuple[int, int, int]
) -> AccruedInterest:
    on = owed if callable(owed) else lambda _day: owed
    return accrued_interest(on, rate_on, first=date(*first), last=date(*last))


@pytest.mark.parametrize(
    ("owed", "first", "last", "cents", "by_hand"),
    [
        (100_000, (2026, 4, 14), (2026, 4, 14), 10, "1000 x 4 % / 365 = 0.1095"),
        (100_000, (2026, 4, 14), (2027, 4, 13), 4_000, "a whole year of default, of two common years: 4 % exactly"),
        (100_000, (2027, 7, 1), (2028, 6, 30), 4_005, "184 days / 365 + 182 days / 366, x 40 = 40.055"),
        (100_000, (2028, 2, 28), (2028, 3, 1), 32, "three days of a leap year, 29 February too: 3 x 40 / 366 = 0.327"),
        (100_000, (2027, 2, 28), (2027, 3, 1), 21, "two days of a common year: 2 x 40 / 365 = 0.219"),
        (1_000_000, (2024, 12, 30), (2025, 1, 2), 711, "2 x 700 / 366 + 2 x 600 / 365 = 3.8251 + 3.2876"),
        (1_000_000, (2023, 12, 31), (2024, 1, 1), 355, "600 / 365 + 700 / 366 = 1.6438 + 1.9125"),
        (100_000, (2025, 1, 1), (2026, 12, 31), 10_240, "6 % of 1000 = 60, then 4 % of 1060 = 42.40"),
        (100_000, (2024, 1, 1), (2026, 12, 31), 17_956, "70; 6 % of 1070 = 64.20; 4 % of 1134.20 = 45.368"),
        (100_000, (2028, 2, 29), (2029, 2, 28), 4_001, "307 days / 366 + 59 days / 365, x 40 = 40.0177"),
        (100_000, (2028, 2, 29), (2029, 3, 1), 4_013, "40.0177, and a day over 1040.0177: 0.1140"),
        (1, (2026, 1, 1), (2026, 12, 31), 0, "4 % of a cent"),
        (0, (2026, 1, 1), (2026, 12, 31), 0, "nothing stands out"),
    ],
)
def test_the_table(
    owed: int, first: tuple[int, int, int], last: tuple[int, int, int], cents: int, by_hand: str
) -> None:
    assert interest(owed, first, last).cents == cents, by_hand


def test_what_comes_in_bears_no_interest_from_its_own_day_on() -> None:
    paid = interest(lambda day: 100_000 if day < date(2026, 7, 1) else 40_000, (2026, 4, 14), (2026, 7, 31))
    assert [(part.days, part.owed) for part in paid.parts] == [(78, 100_000), (31, 40_000)]
    assert paid.cents == 990, "78 x 40 / 365 + 31 x 16 / 365 = 8.5479 + 1.3589"


def test_the_parts_of_a_calculation_add_up_to_it_and_each_is_of_one_rate_and_year() -> None:
    found = interest(100_000, (2024, 11, 1), (2026, 2, 1))
    assert sum((part.cents for part in found.parts), Fraction(0)) // 1 == found.cents
    assert [(part.first, part.permille) for part in found.parts] == [
        (date(2024, 11, 1), 70),
        (date(2025, 1, 1), 60),
        (date(2025, 11, 1), 60),
        (date(2026, 1, 1), 40),
    ], "it turns at a year of default, at a new rate and at a new year"
    assert all(part.first.year == part.last.year for part in found.parts)


def test_less_than_twenty_euros_is_not_owed() -> None:
    assert not interest(100_000, (2026, 1, 1), (2026, 7, 1)).is_owed, "182 days: 19.94"
    assert interest(100_000, (2026, 1, 1), (2026, 7, 2)).is_owed, "183 days: 20.05"


def test_a_day_without_a_rate_is_said() -> None:
    with pytest.raises(NoRate) as missing:
        interest(100_000, (2023, 6, 29), (2023, 7, 2))
    assert missing.value.day == date(2023, 6, 29)
    assert interest(lambda day: 0 if day < date(2023, 7, 1) else 100, (2023, 6, 29), (2023, 7, 2)).cents == 0


def test_a_year_after_the_leap_day_is_over_on_the_first_of_march() -> None:
    assert same_day_later(date(2028, 2, 29), 1) == date(2029, 3, 1)
    assert same_day_later(date(2028, 2, 29), 4) == date(2032, 2, 29)
