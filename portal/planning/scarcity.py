"""How scarce every budget is: the chance, over sampled years ahead, that a euro less of it is a euro less paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.problem import Problem
from matching.spec.limits import funding_price
from matching.what_if.scenario.mixes import Mixes, usable_lines, without_dates
from matching.what_if.scenario.regret import hindsight, served_by, used_only
from matching.what_if.scenario.serving import FixedPrices, Futures, ScarcePrices
from matching.what_if.scenario.world import Flags, Ints, YearLine
from matching.what_if.scenario.years import Years
from portal.planning.usual_questions import SEED, UsualQuestions
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.region.region import RegionSettings

SAMPLES, TRIED = 60, 8
"""So many sampled years prices follow from, and so many others they are tried on."""
DEAREST = 900
"""No budget gets a higher price."""


@dataclass(frozen=True)
class Scarcity:
    """Per budget how scarce it is; and what prices serve in years they do not follow from, of what hindsight could."""

    lines: tuple[str, ...]
    scarce_permille: tuple[int, ...]
    years: int
    hindsight_permille: int
    fixed_permille: int


def highest_price(settings: RegionSettings) -> int | None:
    """The highest price that changes nothing in the first two passes of a mix; None when every price could.

    Each pass is held when the next one is solved, so that prices change nothing before theirs. Below the price of what an
    employer promises, a budget also still pays before the employer does.
    """
    if settings.pass_order.index("priced_money") < 2:
        return None
    return max(0, min(DEAREST, settings.employer_price_permille - 1))


def no_money() -> Refusal:
    """What is said when no budget can be used any more."""
    return Refusal("no_money", _l("Er is geen budget dat nog loopt. Dan zijn er geen prijzen."))


def scarcity(
    lines: tuple[YearLine, ...], *, usual: UsualQuestions, told: Callable[[], object] = lambda: None
) -> Scarcity:
    """How scarce each of these budgets is on the day of the usual questions. `told` is called three times.

    Raises ``Refusal`` (no_money) without a budget.
    """
    if not lines:
        raise no_money()
    names = [line.id for line in lines]
    problems, _kinds = usual.problems(usual.region)
    needs = needs_of(problems, names)
    told()
    source = usual.year_ahead(seed=SEED + 1, block=SAMPLES)
    sampled = as_groups(source.years(0), needs)
    futures = Futures.of(lines, needs.admits, sampled)
    at_once = np.array([sum(cents for day, cents in line.comes if day < 7) for line in lines], np.int64)
    scarce = futures.scarcity(0, at_once)
    told()
    fixed = fixed_prices(problems, lines)
    tried = used_only(as_groups(replace(source, seed=SEED + 2, block=TRIED).years(0), needs))
    most = int(hindsight(lines, needs.admits, tried).sum())
    served = [
        int(served_by(lines, needs.admits, tried, one).sum()) for one in (ScarcePrices(futures, fixed, 28), fixed)
    ]
    told()
    priced, written = (1000 if not most else min(1000, value * 1000 // most) for value in served)
    return Scarcity(tuple(names), tuple(round(float(one) * 1000) for one in scarce), SAMPLES, priced, written)


@dataclass(frozen=True, eq=False)
class Needs:
    """Groups that the same budgets may pay; per question its group, and what budgets pay of it when all are full."""

    admits: Flags
    group_of: Ints
    cents: Ints


def needs_of(problems: list[Problem], names: list[str]) -> Needs:
    """What these questions ask of these budgets. Raises what solving a mix raises."""
    mixes = Mixes.of(problems, names)
    sets = [usable_lines(without_dates(problem), names) for problem in problems]
    place = {lines: number for number, lines in enumerate(sorted(set(sets)))}
    admits = np.zeros((len(place), len(names)), np.bool_)
    for lines, number in place.items():
        admits[number, list(lines)] = True
    kinds = np.arange(len(problems))
    rows = mixes.rows(kinds, np.zeros((len(kinds), len(names)), np.bool_))
    return Needs(admits, np.array([place[one] for one in sets], np.int64), mixes.takes[rows].sum(axis=1))


def as_groups(years: Years, needs: Needs, *, first: int = 0) -> Years:
    """The same years, as amounts that groups ask of the budgets; `first`: where the kinds of the years begin in the needs."""
    return replace(years, kind=needs.group_of[years.kind + first], cents=needs.cents[years.kind + first])


def fixed_prices(problems: list[Problem], lines: tuple[YearLine, ...]) -> FixedPrices:
    """The prices that budgets have now."""
    prices = {line.id: funding_price(problem, line) for problem in problems[-1:] for line in problem.funding_lines}
    permille = np.array([prices.get(line.id, 700) for line in lines], np.int64)
    return FixedPrices(lines, permille, less_when_ending=0)
