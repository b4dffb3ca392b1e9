"""One budget played week by week under a rule that says how much may be promised: what of it is used in the end.

More is asked than there is. Who gets a voucher uses it after a time of its own, or never; a quarter goes better or worse.
What the rule knows of use it learned from vouchers of before and from those of the budget itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.plan.forecast.expected_use import OpenPart, UseTable, most_beyond
from matching.plan.forecast.redemption import fit_redemption
from matching.plan.forecast.seen import Ended, VoucherSeen

SEGMENT, VALID = "voucher", 39
REFIT = 13
SETS = 200


@dataclass(slots=True)
class Given:
    """A voucher of the play: when it was given, when it ends, and what is used then."""

    week: int
    cents: int
    ends: int
    used: int


class Known:
    """What is known of all vouchers by a week: learned again every quarter."""

    def __init__(self, before: list[Given], seed: int) -> None:
        self.given, self.seed = list(before), seed
        self.table: UseTable | None = None

    def of(self, week: int) -> UseTable:
        """The chances of use, from what was seen before this week."""
        if self.table is None or week % REFIT == 0:
            seen = [_seen(one, week) for one in self.given]
            draws = fit_redemption(seen, segments=(SEGMENT,)).draws(seed=self.seed + week, paths=SETS)
            self.table = UseTable(draws, [VALID])
        return self.table


def _seen(one: Given, week: int) -> VoucherSeen:
    done = one.ends < week
    ended = Ended.OPEN if not done else Ended.USED if one.used else Ended.LAPSED
    age = min(one.ends, week) - one.week
    return VoucherSeen(SEGMENT, one.week - week, one.cents, age, ended, one.used if done else 0, VALID)


Rule = Callable[[Known, list[Given], int, int], int]
"""Known, open vouchers, week, and what is left of the money after use: how many cents may be promised this week."""


def full_reservation(_known: Known, still: list[Given], _week: int, left: int) -> int:
    """Every open voucher is reserved in full."""
    return max(0, left - sum(one.cents for one in still))


def expected_use(known: Known, still: list[Given], week: int, left: int) -> int:
    """As much as keeps the chance of overspending at one percent, by the age of every open voucher."""
    held = [OpenPart(SEGMENT, week - one.week, VALID, one.cents) for one in still]
    found = most_beyond(held, known.of(week), left_cents=left, next_one=OpenPart(SEGMENT, 0, VALID, 150_000))
    return max(0, found.free_cents) + found.beyond_cents if not found.braked else 0


def flat_rate(known: Known, still: list[Given], week: int, left: int) -> int:
    """As much as a single rate of use for all vouchers, old or new, makes room for, with a margin of 2.33 deviations."""
    done = [one for one in known.given if one.ends < week]
    rate = sum(one.used for one in done) / max(1, sum(one.cents for one in done))
    open_cents = sum(one.cents for one in still)
    margin = 2.33 * float(np.sqrt(sum(one.cents**2 for one in still) * rate * (1 - rate))) + 0.03 * left
    return max(0, int((left - margin) / max(rate, 0.05) - open_cents))


def play(seed: int, rule: Rule, *, years: int, per_year: int = 45_000_000) -> tuple[float, bool]:
    """What part of the budget is used when every voucher has ended, and whether more was used than there was."""
    rng = np.random.default_rng([seed, 5])
    never, slow, shape = rng.uniform(0.12, 0.26), rng.uniform(7.0, 14.0), rng.uniform(0.9, 1.8)
    luck = np.exp(rng.normal(0.0, 0.06, 40 * years).cumsum() * 0.4)

    def give(week: int) -> Given:
        cents = int(rng.integers(10, 51)) * 5_000
        better = luck[(week + 60) // 13]
        after = rng.weibull(shape) * slow / better
        if rng.random() < min(0.6, never / better) or after >= VALID - 1:
            return Given(week, cents, week + VALID, 0)
        share = 1.0 if rng.random() < 0.75 else rng.beta(5, 2)
        return Given(week, cents, week + int(after), int(cents * share))

    known = Known([give(int(week)) for week in np.sort(rng.integers(-60, 0, 320))], seed)
    money, used, still = per_year * years, 0, list[Given]()
    for week in range(52 * years):
        used += sum(one.used for one in still if one.ends < week)
        still = [one for one in still if one.ends >= week]
        room = rule(known, still, week, money - used)
        for _ in range(int(rng.poisson(11))):
            one = give(week)
            if one.cents > room:
                break
            room -= one.cents
            still.append(one)
            known.given.append(one)
    total = used + sum(one.used for one in still)
    return total / money, total > money
