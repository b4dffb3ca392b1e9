"""The year that was beside perfect hindsight: what could have been paid of what was asked, and where the rest went."""

from __future__ import annotations

import numpy as np

from matching.what_if.scenario.regret import Regret, regrets
from matching.what_if.scenario.serving import Futures
from portal.planning.past_year import PastYear
from portal.planning.scarcity import as_groups, fixed_prices, needs_of
from portal.planning.usual_questions import SEED, UsualQuestions

SAMPLES = 20


def past_regret(past: PastYear | None, *, usual: UsualQuestions) -> Regret | None:
    """The regret of the year that was, in cents that were used; None when that year cannot be worked out again.

    Prices of the past know the years that are sampled now, no more: what they would have served then is what these would.
    """
    if past is None:
        return None
    problems, _kinds = usual.problems_of(past.asked, usual.region)
    count = len(problems)
    needs = needs_of([*problems, *usual.problems(usual.region)[0]], [line.id for line in past.lines])
    sampled = usual.year_ahead(seed=SEED + 3, block=SAMPLES).years(0)
    futures = Futures.of(past.lines, needs.admits, as_groups(sampled, needs, first=count))
    year = past.years(kind=needs.group_of[:count], cents=needs.cents[:count])
    fixed, truth = fixed_prices(problems, past.lines), np.array([past.used_cents])
    [found] = regrets(past.lines, needs.admits, year, futures=futures, fixed=fixed, in_truth=truth)
    return found
