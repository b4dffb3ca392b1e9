"""Conditions on many people at once, with numpy: the same answers as `evaluation`, row by row, without reasons.

Statuses are numbers: 1 met, 0 unknown, -1 not met.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import reduce
from itertools import repeat

import numpy as np

from schemes.conditions import All, Any_, AnyCondition, AtLeastN, Not, Points
from schemes.definition import SchemeDefinition
from schemes.facts.references import References
from schemes.population.base import MET, NOT_MET, UNKNOWN, Evaluators, PopulationSituation, Statuses
from schemes.population.columns import Columns
from schemes.population.on_facts import ON_ONE_FACT
from schemes.population.related import ON_SEVERAL_FACTS

__all__ = [
    "EVALUATORS",
    "MET",
    "NOT_MET",
    "UNKNOWN",
    "PopulationSituation",
    "Statuses",
    "status_of",
    "statuses",
    "statuses_of",
]

CHUNK = 1 << 16
"""Rows that are worked on together: few enough to stay in the cache of a processor."""


def statuses(
    conditions: SchemeDefinition | Sequence[AnyCondition],
    columns: Columns,
    on: date,
    references: References,
    *,
    scheme: str | None = None,
) -> Statuses:
    """What `evaluation.evaluate_all` says for every row: 1 met, 0 unknown, -1 not met.

    `scheme` names the scheme of bare conditions, as far as they count its own awards.
    """
    asked = conditions if isinstance(conditions, SchemeDefinition) else (scheme, conditions)
    together: Statuses = statuses_of([asked], columns, on, references)[0]
    return together


def statuses_of(
    schemes: Iterable[SchemeDefinition | tuple[str | None, Sequence[AnyCondition]]],
    columns: Columns,
    on: date,
    references: References,
    *,
    threads: int | None = None,
) -> Statuses:
    """The statuses of several schemes: one row of the answer per scheme, one column per person.

    A scheme is a definition, or a slug with conditions. The people are divided among `threads` (all processors when not
    given); the answer does not depend on their number.
    """
    asked = [(one.scheme, one.conditions) if isinstance(one, SchemeDefinition) else one for one in schemes]
    answer = np.empty((len(asked), columns.n), dtype=np.int8)
    tables: dict[tuple[int, str], Statuses] = {}

    def work(start: int) -> None:
        part = columns.part(start, start + CHUNK)
        for row, (slug, conditions) in enumerate(asked):
            situation = PopulationSituation(part, on, references, slug, tables)
            answer[row, start : start + part.n] = _together(conditions, situation)

    starts = range(0, columns.n, CHUNK)
    workers = min(len(starts), threads or os.cpu_count() or 1)
    if workers <= 1:
        for start in starts:
            work(start)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, starts))
    return answer


def status_of(condition: AnyCondition, situation: PopulationSituation) -> Statuses:
    """What one condition says about every row."""
    return EVALUATORS[type(condition)](condition, situation)


def _together(conditions: Sequence[AnyCondition], situation: PopulationSituation) -> Statuses:
    """All conditions together; once every row fails, the rest need not be asked."""
    together: Statuses = np.ones(situation.columns.n, dtype=np.int8)
    for condition in conditions:
        np.minimum(together, status_of(condition, situation), out=together)
        if together.max(initial=NOT_MET) == NOT_MET:
            break
    return together


def _all(condition: All, situation: PopulationSituation) -> Statuses:
    return _together(condition.conditions, situation)


def _any(condition: Any_, situation: PopulationSituation) -> Statuses:
    return reduce(np.maximum, map(status_of, condition.conditions, repeat(situation)))


def _at_least_n(condition: AtLeastN, situation: PopulationSituation) -> Statuses:
    return _enough([(part, 1) for part in condition.conditions], condition.n, situation)


def _points(condition: Points, situation: PopulationSituation) -> Statuses:
    return _enough([(item.when, item.points) for item in condition.items], condition.at_least, situation)


def _enough(parts: Sequence[tuple[AnyCondition, int]], needed: int, situation: PopulationSituation) -> Statuses:
    """Met when the parts that hold are worth enough; not met when those that may hold are not."""
    sure = np.zeros(situation.columns.n, dtype=np.int32)
    possible = np.zeros(situation.columns.n, dtype=np.int32)
    for part, worth in parts:
        status = status_of(part, situation)
        sure += (status > UNKNOWN) * np.int32(worth)
        possible += (status > NOT_MET) * np.int32(worth)
    return (sure >= needed).view(np.int8) - (possible < needed).view(np.int8)


def _not(condition: Not, situation: PopulationSituation) -> Statuses:
    return -status_of(condition.condition, situation)


EVALUATORS: Evaluators = {
    **ON_ONE_FACT,
    **ON_SEVERAL_FACTS,
    All: _all,
    Any_: _any,
    AtLeastN: _at_least_n,
    Points: _points,
    Not: _not,
}
"""How each type of condition is evaluated on many rows."""
