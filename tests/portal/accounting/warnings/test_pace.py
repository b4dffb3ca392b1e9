"""The rule for too few questions, on simulated years: hardly ever a false alarm, and a fall to half is seen in two weeks."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from random import Random

import pytest

from portal.accounting.warnings.pace import (
    ENOUGH,
    LEVEL,
    PER_DAY,
    STANDS_DAYS,
    STRETCHES,
    highest_low,
    lag,
    low_stretches,
    lower_tail,
    weeks_to_notice,
)

YEAR, BEFORE = 365, 56
"""Days; those before a year fill the longest stretch of its first day."""
VOLUMES = (15, 30, 60, 120, 240, 480)
LINES_PER_VOLUME = 8
YEARS = 4


def poisson(random: Random, mean: float) -> int:
    """A count as chance gives it (Knuth)."""
    bound, product, count = exp(-mean), random.random(), 0
    while product > bound:
        product *= random.random()
        count += 1
    return count


def a_line(seed: int, per_month: int, days: int) -> list[int]:
    random, mean = Random(seed), float(per_month * PER_DAY)
    return [poisson(random, mean) for _ in range(days)]


def alarms(low: list[bool]) -> int:
    """How many alarms begin: days that are low within the days that one stands are one alarm."""
    places = [place for place, is_low in enumerate(low) if is_low]
    return (1 if places else 0) + sum(1 for one, after in pairwise(places) if after - one > STANDS_DAYS)


def per_year(low: list[bool]) -> list[int]:
    return [alarms(low[BEFORE + YEAR * year : BEFORE + YEAR * (year + 1)]) for year in range(YEARS)]


def test_a_line_on_plan_gives_at_most_one_false_alarm_in_any_year() -> None:
    found, control = [], []
    for volume in VOLUMES:
        for line in range(LINES_PER_VOLUME):
            sent = a_line(1000 * volume + line, volume, BEFORE + YEARS * YEAR)
            found += per_year([one is not None for one in low_stretches(sent, [volume] * len(sent))])
            totals = [sum(sent[max(0, end - 56) : end]) for end in range(1, len(sent) + 1)]
            control += per_year([one < float(56 * volume * PER_DAY) for one in totals])
    assert len(found) == len(VOLUMES) * LINES_PER_VOLUME * YEARS == 192
    assert max(found) <= 1
    assert sum(found) <= 0.11 * len(found), "the bound that the module states"
    assert max(control) > 1, "a rule that takes everything below plan for a lag alarms again and again"


@pytest.mark.parametrize("volume", [ENOUGH, 300, 480, 900])
def test_a_fall_to_half_of_a_plan_of_enough_volume_is_seen_within_fourteen_days(volume: int) -> None:
    missed = []
    for line in range(60):
        sent = a_line(7000 * volume + line, volume, 120) + a_line(9000 * volume + line, volume // 2, 14)
        if lag(sent, [volume] * len(sent)) is None:
            missed.append(line)
    assert missed == []


def test_the_same_days_without_a_fall_are_no_lag() -> None:
    for line in range(60):
        sent = a_line(7000 * ENOUGH + line, ENOUGH, 134)
        assert lag(sent, [ENOUGH] * len(sent)) is None


def test_a_small_plan_is_not_seen_in_two_weeks_and_the_rule_says_so() -> None:
    assert [weeks_to_notice(volume) for volume in (0, 20, 60, 100, ENOUGH)] == [None, None, 8, 4, 2]
    sent = a_line(1, 20, 120) + a_line(2, 10, 14)
    assert lag(sent, [20] * len(sent)) is None


def test_nothing_at_all_is_seen_with_a_small_plan_too() -> None:
    sent = a_line(3, 20, 120) + [0] * 56
    found = lag(sent, [20] * len(sent))
    assert found is not None and found.days == 56 and found.sent == 0


@pytest.mark.parametrize("plan_days", [1, 50, 800, 3360, 13_440, 60_000])
def test_a_count_is_low_when_the_exact_tail_is_under_the_level_and_one_more_is_not(plan_days: int) -> None:
    bound, mean = highest_low(plan_days), float(plan_days * PER_DAY)
    assert bound == -1 or lower_tail(bound, mean) <= LEVEL
    assert lower_tail(bound + 1, mean) > LEVEL


def test_a_lag_stands_three_weeks_more_and_began_on_the_first_low_day() -> None:
    sent = [10] * 60 + [0] * 14
    plan = [304] * len(sent)
    first = next(place for place, low in enumerate(low_stretches(sent, plan)) if low is not None)
    found = lag(sent, plan)
    assert found is not None and (found.since, found.last) == (first, 73)
    recovered = sent + [30] * 80
    end = max(place for place, low in enumerate(low_stretches(recovered, [304] * len(recovered))) if low is not None)
    standing = recovered[: end + 1 + STANDS_DAYS - 1]
    gone = recovered[: end + 1 + STANDS_DAYS]
    assert lag(standing, [304] * len(standing)) is not None
    assert lag(gone, [304] * len(gone)) is None


def test_days_without_a_plan_count_for_nothing() -> None:
    assert lag([0] * 100, [0] * 100) is None
    found = lag([50] * 50 + [0] * 20, [0] * 50 + [304] * 20)
    assert found is not None and found.sent == 0 and found.days == STRETCHES[-1]
    assert lag([0] * 50 + [10] * 20, [0] * 50 + [304] * 20) is None
