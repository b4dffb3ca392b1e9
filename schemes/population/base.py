"""What the evaluation of many people shares: the rows with their day and lists, and the small sums with statuses.

A status is a number: 1 met, 0 unknown, -1 not met, so that `all` is the least of its parts, `any` the most, and `not` the
opposite.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemes.basics.values import value_on
from schemes.conditions import AnyCondition
from schemes.facts.references import References
from schemes.population.columns import Bools, Codes, Columns

MET, UNKNOWN, NOT_MET = 1, 0, -1
Statuses = NDArray[np.int8]
BOUNDS = ("at_least", "more_than", "at_most", "less_than")


@dataclass(frozen=True, slots=True)
class PopulationSituation:
    """The rows with the day, the lists and the scheme whose conditions are asked.

    `tables` keeps what follows from a vocabulary, for all parts of the rows.
    """

    columns: Columns
    on: date
    references: References
    scheme: str | None = None
    tables: dict[tuple[int, str], Statuses] = field(default_factory=dict)

    def nothing(self) -> Statuses:
        """Unknown in every row."""
        return np.zeros(self.columns.n, dtype=np.int8)


Evaluator = Callable[[Any, PopulationSituation], Statuses]
Evaluators = Mapping[type, Evaluator]


def decided(holds: Bools, known: Bools) -> Statuses:
    """1 where it holds, -1 where not, 0 where the fact is not known."""
    status = holds.view(np.int8) * np.int8(2)
    status -= np.int8(1)
    status *= known.view(np.int8)
    return status


def least(parts: Sequence[Statuses]) -> Statuses:
    """All parts together: not met when one is not met, else unknown when one is unknown."""
    return reduce(np.minimum, parts)


def compared(name: str, values: NDArray[Any], limit: Fraction) -> Bools:
    """Which whole values lie on the right side of an exact limit: at_least, more_than, at_most or less_than."""
    below = limit.numerator // limit.denominator
    above = -(-limit.numerator // limit.denominator)
    holds: Bools
    if name == "at_least":
        holds = values >= above
    elif name == "more_than":
        holds = values > below
    else:
        holds = values <= below if name == "at_most" else values < above
    return holds


def bounded(condition: Any, values: NDArray[Any], known: Bools, scale: int, situation: PopulationSituation) -> Statuses:
    """The bounds of a condition (or of a row of it) on values in units of 1/scale."""
    tests = []
    for name in BOUNDS:
        dated = getattr(condition, name, None)
        if dated is not None:
            limit = value_on(dated, situation.on)
            holds = None if limit is None else compared(name, values, Fraction(limit) * scale)
            tests.append(situation.nothing() if holds is None else decided(holds, known))
    return least(tests)


def looked_up(
    condition: AnyCondition, fact: str, situation: PopulationSituation, holds: Callable[[Any], bool]
) -> Statuses:
    """Decides each value of the vocabulary once, then looks the rows up. The last entry is for what is not known."""
    column = situation.columns.of_kind(fact, Codes)
    if column is None:
        return situation.nothing()
    key = (id(condition), fact)
    table = situation.tables.get(key)
    if table is None:
        answers = [MET if holds(value) else NOT_MET for value in column.vocabulary]
        table = situation.tables[key] = np.array([*answers, UNKNOWN], dtype=np.int8)
    return table[column.codes]


def digits(value: str) -> str:
    """The four digits of a full postcode; any other value as it is."""
    return value[:4] if len(value) == 7 and value[4] == " " and value[:4].isdigit() else value
