"""When fewer questions came in than planned, beyond chance: a rule on counts per day, and what it can see.

Each day looks back over the last 14, 28 and 56 whole days. With the plan as mean, the count of such a stretch is low when chance
alone would make it so low or lower less often than `LEVEL` (the lower tail of the Poisson distribution, exact). A lag that was
seen stands until three weeks went by without one, so that it does not come and go around the bound.

The level is chosen for a line that is looked at every day of the year. Looking 365 times at three stretches gives at most
365 x 3 x LEVEL = 0.11 low counts a year. They come in groups, so there are fewer false alarms: simulated, one per line in some
fifty years, and never two in one year, where one a year would be allowed. A fall to half of a plan of `ENOUGH` questions a month
or more is seen within 14 days in 99 of 100 cases; of a smaller plan it takes the longer stretches: see `weeks_to_notice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, log

STRETCHES = (14, 28, 56)
"""Days; whole weeks, so that a quiet weekend is in each as often."""
LEVEL = 0.0001
STANDS_DAYS = 21
ENOUGH = 240
"""Questions a month."""
PER_DAY = Fraction(12 * 4, 1461)
"""What of a plan for a month falls on a day: twelve months in 365.25 days."""


@dataclass(frozen=True)
class Lag:
    """A stretch in which too little came in. Places count the days that were given, from 0."""

    days: int
    """How long the stretch is: the longest one that is low."""
    last: int
    """The place of its last day."""
    since: int
    """The place of the day on which it was seen first."""
    sent: int
    planned: Fraction


def low_stretches(sent: Sequence[int], planned: Sequence[int]) -> list[int | None]:
    """Per day the longest stretch that ends on it and is low, in days; None when none is.

    `planned` is the plan for a month that holds on each day; a day without a plan counts for nothing, whatever came in.
    """
    came = [0, *accumulate(one if plan else 0 for one, plan in zip(sent, planned, strict=True))]
    plans = [0, *accumulate(planned)]
    found: list[int | None] = []
    for end in range(1, len(came)):
        low = None
        for days in STRETCHES:
            begin = end - days
            if begin >= 0 and came[end] - came[begin] <= highest_low(plans[end] - plans[begin]):
                low = days
        found.append(low)
    return found


def lag(sent: Sequence[int], planned: Sequence[int]) -> Lag | None:
    """The lag that stands on the day after the last of these days; None when there is none."""
    low = low_stretches(sent, planned)
    seen = [place for place, days in enumerate(low) if days is not None]
    if not seen or seen[-1] < len(low) - STANDS_DAYS:
        return None
    last = since = seen[-1]
    for place in reversed(seen):
        if since - place > STANDS_DAYS:
            break
        since = place
    days = low[last] or 0
    stretch = slice(last + 1 - days, last + 1)
    came = sum(one for one, plan in zip(sent[stretch], planned[stretch], strict=True) if plan)
    return Lag(days, last, since, came, sum(planned[stretch]) * PER_DAY)


@lru_cache(maxsize=4096)
def highest_low(plan_days: int) -> int:
    """The highest count that is low where this is expected: the plans for a month of all days added up. -1: none is low."""
    mean = float(plan_days * PER_DAY)
    return _highest_under(mean, LEVEL) if mean > 0 else -1


@lru_cache(maxsize=512)
def weeks_to_notice(per_month: int) -> int | None:
    """After how many weeks a fall to half of a plan is seen in at least nine of ten cases; None: not within eight weeks."""
    for days in STRETCHES:
        bound = highest_low(per_month * days)
        if bound >= 0 and lower_tail(bound, float(per_month * days * PER_DAY) / 2) >= 0.9:
            return days // 7
    return None


def lower_tail(count: int, mean: float) -> float:
    """How often chance gives this count or less where `mean` is expected."""
    if mean <= 0:
        return 1.0
    return sum(exp(one * log(mean) - mean - lgamma(one + 1)) for one in range(count + 1))


def _highest_under(mean: float, level: float) -> int:
    total, count = 0.0, 0
    while True:
        total += exp(count * log(mean) - mean - lgamma(count + 1))
        if total > level:
            return count - 1
        count += 1
