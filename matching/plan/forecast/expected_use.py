"""How much may be promised beyond the full reservation, so that the chance of spending more than there is stays small.

Every open voucher will be used or not; by its age and segment the chance of use is known up to an error of estimation. What
all of them will use is, for one set of chances, nearly normal: mean and variance are sums over the vouchers. The chance of
overspending is the mean over the sets of chances, so that it counts what is not known about use as well. Since it is worked
out anew before every promise, nothing more is promised as soon as it is above the limit (the brake), and over the whole life
of a line the chance is at most the limit too: it is so at the last promise, and after that nothing is added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from matching.plan.forecast.dice import Floats
from matching.plan.forecast.redemption import AGES, UseDraws

LIMIT_PERMILLE = 10
"""The chance of overspending that is allowed where a region says nothing: 1 %."""
STEP_DOWN = 40


@dataclass(frozen=True, slots=True)
class OpenPart:
    """What one open voucher holds of a line."""

    segment: str
    age_weeks: int
    valid_weeks: int
    cents: int


@dataclass(frozen=True, slots=True)
class ExpectedUse:
    """What may be promised of a line, in cents, and how that was judged."""

    free_cents: int
    """What is left of the money after the full reservation; below nothing where more was promised already."""
    beyond_cents: int
    """What may be promised now beyond that; 0 when the brake holds."""
    expected_cents: int
    """What the open vouchers are expected to use."""
    chance_permille: float
    """The chance that what was promised already uses more than there is."""
    exposure_cents: int
    """What would be spent too much if every open voucher were used in full: whoever vouches pays that."""
    braked: bool
    """Whether the chance is above the limit now: nothing more may be promised, not even what was allowed before."""


class UseTable:
    """For each set of chances, segment and age: the mean and the variance of the share that will still be used."""

    def __init__(self, draws: UseDraws, valid_weeks: Sequence[int]) -> None:
        self.place = {name: number for number, name in enumerate(draws.segments)}
        share, square = draws.mean_share()
        self.sets = draws.paths
        self.mean: dict[int, Floats] = {}
        self.variance: dict[int, Floats] = {}
        for valid in sorted(set(valid_weeks)):
            used = np.zeros((draws.paths, len(draws.segments), AGES))
            used[:, :, : min(valid, AGES)] = draws.still_used(valid)
            mean = used * share[:, :, None]
            self.mean[valid] = mean.reshape(draws.paths, -1)
            self.variance[valid] = np.maximum(used * square[:, :, None] - mean**2, 0.0).reshape(draws.paths, -1)

    def cell(self, held: OpenPart) -> int:
        """The column of a voucher in the table of its validity."""
        return self.place[held.segment] * AGES + min(held.age_weeks, AGES - 1)

    def sums(self, vouchers: Sequence[OpenPart]) -> tuple[Floats, Floats]:
        """Mean and variance, in cents, of what all of these will use, per set of chances."""
        mean, variance = np.zeros(self.sets), np.zeros(self.sets)
        for valid, table in self.mean.items():
            some = [one for one in vouchers if one.valid_weeks == valid]
            at, cents = [self.cell(one) for one in some], np.array([float(one.cents) for one in some])
            mean += table @ np.bincount(at, weights=cents, minlength=table.shape[1])
            variance += self.variance[valid] @ np.bincount(at, weights=cents**2, minlength=table.shape[1])
        return mean, variance


def most_beyond(
    vouchers: Sequence[OpenPart],
    table: UseTable,
    *,
    left_cents: int,
    next_one: OpenPart,
    limit_permille: float = LIMIT_PERMILLE,
    most_cents: int | None = None,
) -> ExpectedUse:
    """How much more may be promised. `left_cents`: money less what is used; `next_one`: what a new voucher looks like.

    What is added is taken to be many vouchers like `next_one`, and at least one of them whole. The largest voucher that is
    open lies apart, by half: a sum of few vouchers is not normal. `most_cents` bounds what may be promised beyond.
    Raises ``ValueError`` for a limit that is no chance.
    """
    if not 0 < limit_permille < 500:
        raise ValueError("the limit is a chance, in permille")
    mean, variance = table.sums(vouchers)
    at = table.cell(next_one)
    share, scatter = table.mean[next_one.valid_weeks][:, at], table.variance[next_one.valid_weeks][:, at]
    held = sum(one.cents for one in vouchers)
    apart = max([one.cents for one in vouchers], default=0) / 2

    def chance(more: int) -> float:
        """The chance of overspending when so much more is promised, in permille."""
        edge = max(apart, next_one.cents / 2 if more else 0.0) if held + more > left_cents else 0.0
        if held + more <= left_cents:
            return 0.0
        deviation = np.sqrt(np.maximum(variance + more * next_one.cents * scatter, 1.0))
        above = (mean + more * share + edge - left_cents) / deviation
        return float(np.mean([erfc(-one / sqrt(2)) / 2 for one in above.tolist()])) * 1000

    free = left_cents - held
    low, high = max(0, free), max(0, free) + max(left_cents, 0) * 3
    now = chance(0)
    braked = now > limit_permille
    if braked or chance(low) > limit_permille:
        low = high = max(0, free)
    for _ in range(STEP_DOWN):
        if high - low <= 100:
            break
        middle = (low + high) // 2
        low, high = (middle, high) if chance(middle) <= limit_permille else (low, middle)
    beyond = 0 if braked else max(0, low - max(0, free))
    already = max(0, -free)
    if most_cents is not None:
        beyond = max(0, min(beyond, most_cents - already))
    return ExpectedUse(free, beyond, round(float(mean.mean())), now, already, braked)
