"""The year ahead as questions: how many come in which week from the forecast, each like one of the past, and what will be used.

Every block of years has a seed of its own, so that years can be computed apart, and again.
"""

from dataclasses import dataclass

import numpy as np

from matching.plan.forecast.demand import Demand
from matching.plan.forecast.redemption import UseLaw
from matching.what_if.scenario.world import ALWAYS, Ints
from matching.what_if.scenario.years import Asks, Years, in_steps

WEEKS = 52
VALID_WEEKS = 52


@dataclass(frozen=True, slots=True, eq=False)
class YearAhead:
    """Where blocks of years come from: demand per segment, the kinds of questions of each segment, and how vouchers end.

    `redemption` has one segment: what is used is looked at over all vouchers together.
    """

    demand: Demand
    redemption: UseLaw
    kinds: tuple[Ints, ...]
    """Per segment of the demand the kinds that are drawn from, each as likely."""
    seed: int
    block: int = 125
    """Years in a block."""
    valid_weeks: int = VALID_WEEKS

    def years(self, number: int) -> Years:
        """The years of a block, by its number."""
        seed = self.seed * 10_007 + number
        asked = self.demand.arrivals(seed=seed, paths=self.block, weeks=WEEKS)
        dice, count = np.random.default_rng([seed, 1]), len(asked.path)
        within, chosen = dice.integers(0, 7, count), dice.random(count)
        kind = np.zeros(count, np.int64)
        for place, kinds in enumerate(self.kinds):
            mine = asked.segment == place
            kind[mine] = kinds[(chosen[mine] * len(kinds)).astype(np.int64)]
        used, back = self._ends(seed, asked.path.astype(np.int64), np.asarray(asked.u[:, :3], np.float64))
        day = asked.week.astype(np.int64) * 7 + within
        return in_steps(
            self.block,
            WEEKS * 7,
            Asks(
                year=asked.path.astype(np.int64),
                day=day,
                kind=kind,
                used_permille=used,
                back_day=np.where(used < 1000, day + back, ALWAYS),
            ),
        )

    def _ends(self, seed: int, path: Ints, dice_of: np.ndarray) -> tuple[Ints, Ints]:
        """Per voucher the thousandths that are used, and after how many days the rest comes back."""
        draws = self.redemption.draws(seed=seed, paths=self.block)
        nothing = np.zeros(len(path), np.int64)
        end, share = draws.ends(path, nothing, nothing, nothing + self.valid_weeks, dice_of=dice_of)
        return np.round(share * 1000).astype(np.int64), (end.astype(np.int64) + 1) * 7
