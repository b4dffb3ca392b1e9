"""One year solved question by question with what every line really holds: what the shortcut of a scenario is measured against.

Slow (every question near an empty line is a mix of its own), and exact: nothing is taken between two mixes.
"""

from collections.abc import Sequence

import numpy as np

from matching.problem import Problem
from matching.what_if.scenario.living import LEAST_CENTS, Lived
from matching.what_if.scenario.mixes import mix_of, without_dates
from matching.what_if.scenario.world import ALWAYS, KindMix, YearLine, money_by_day
from matching.what_if.scenario.years import Years


def live_exactly(
    problems: Sequence[Problem], lines: Sequence[YearLine], years: Years, *, least_cents: int = LEAST_CENTS
) -> Lived:
    """Live one year (`years.number` is 1) of questions of these problems, one per kind. Raises ``ValueError`` for more years."""
    if years.number != 1:
        raise ValueError("one year at a time")
    dateless, names = [without_dates(problem) for problem in problems], [line.id for line in lines]
    comes, is_open = money_by_day(tuple(lines), years.days)
    left, given = np.zeros(len(lines), np.int64), np.zeros(len(lines), np.int64)
    back, empty = np.zeros((years.days, len(lines)), np.int64), np.full(len(lines), ALWAYS, np.int64)
    known: dict[tuple[int, tuple[int, ...]], KindMix] = {}
    here, own, elsewhere = (np.zeros(years.questions, np.int64) for _ in range(3))
    question = 0
    day_of = np.repeat(years.step_day, np.diff(years.steps))
    for day in range(years.days):
        left += comes[day] + back[day]
        while question < years.questions and day_of[question] == day:
            kind = int(years.kind[question])
            enough = sum(line.amount_cents for line in dateless[kind].lines)
            holds = tuple(np.minimum(enough, np.where(is_open[day], left, 0)).tolist())
            if (kind, holds) not in known:
                known[kind, holds] = _mix(dateless[kind], names, holds)
            mix = known[kind, holds]
            takes = np.array(mix.lines, np.int64)
            left -= takes
            given += takes
            here[question], own[question], elsewhere[question] = takes.sum(), mix.own_cents, mix.elsewhere_cents
            at = max(int(years.back_day[question]), day + 1)
            if at < years.days:
                rest = takes - takes * int(years.used_permille[question]) // 1000
                back[at] += rest
                given -= rest
            question += 1
        empty[(left < least_cents) & is_open[day] & (empty == ALWAYS)] = day
    return Lived(here, own, elsewhere, given[None], left[None], empty[None])


def _mix(problem: Problem, names: Sequence[str], holds: tuple[int, ...]) -> KindMix:
    held = dict(zip(names, holds, strict=True))
    money = tuple(
        line.model_copy(update={"available_cents": held[line.id]}) for line in problem.funding_lines if line.id in held
    )
    return mix_of(problem.model_copy(update={"funding_lines": money}), names)
