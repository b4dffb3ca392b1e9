"""Variables and rows, as the solver takes them: whole numbers from 0, and sums that are at most or exactly so much.

A row is kept as the sum that it is, which the second engine reads, and written into the message of CP-SAT as such: what a yes or
no asks for, or a clause, as another kind of row takes that solver half as long again (its linear relaxation says less of those).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import gcd

from matching.solver.starting import Program

LARGEST = 2**60
"""Sums of |coefficient * bound| stay below this, so that nothing in the solver can overflow."""


class ProblemTooLarge(ValueError):
    """The amounts and fractions of a problem are too large to be computed exactly. `part` names where."""

    def __init__(self, part: str) -> None:
        super().__init__(f"the amounts or fractions of {part} are too large to be computed exactly")
        self.part = part


Row = tuple[list[int], list[int], int, int]
"""Variables, their coefficients, and the least and the most that their sum may be."""


@dataclass(slots=True)
class Sum:
    """A linear expression: a constant plus coefficients times variables (by index)."""

    constant: int = 0
    terms: dict[int, int] = field(default_factory=dict)

    def add(self, variables: Iterable[int], coefficient: int = 1) -> "Sum":
        """Add coefficient * each variable; returns itself."""
        for index in variables:
            self.terms[index] = self.terms.get(index, 0) + coefficient
        return self

    def plus(self, other: "Sum", factor: int = 1) -> "Sum":
        """Add another sum so many times; returns itself."""
        self.constant += factor * other.constant
        for index, coefficient in other.terms.items():
            self.terms[index] = self.terms.get(index, 0) + factor * coefficient
        return self


class Rows:
    """A model that grows: variables by index, with the most that each can be, and its rows. `cents`: those that are amounts."""

    def __init__(self) -> None:
        self.program = Program()
        self._variables, self._constraints = self.program.variables, self.program.constraints
        self.rows: list[Row] = []
        self._written: list[int] = []
        self.bounds: list[int] = []
        self.cents: set[int] = set()

    def variable(self, most: int) -> int:
        """A new variable from 0 to `most`; returns its index."""
        self._variables.add().domain.extend((0, most))
        self.bounds.append(most)
        return len(self.bounds) - 1

    def amount(self, most: int) -> int:
        """A new variable that is an amount in cents; what it decides is a whole number only because cents are."""
        index = self.variable(most)
        self.cents.add(index)
        return index

    def row(self, total: Sum, low: int, high: int, part: str) -> None:
        """Require low <= total <= high. Raises ProblemTooLarge rather than overflow."""
        self._keep_small(total, part)
        if not total.terms:
            if not low <= total.constant <= high:
                self._constraints.add().linear.domain.extend((1, 1))  # the sum of nothing is none of these
            return
        variables, coefficients = list(total.terms), list(total.terms.values())
        limits = [limit if abs(limit) == LARGEST else limit - total.constant for limit in (low, high)]
        linear = self._constraints.add().linear
        self._written.append(len(self._constraints) - 1)
        linear.vars.extend(variables)
        linear.coeffs.extend(coefficients)
        linear.domain.extend(limits)
        self.rows.append((variables, coefficients, limits[0], limits[1]))

    def instead(self, row: int, old: int, new: int) -> None:
        """Let another variable stand in a row where one stood that may be as much."""
        variables = self.rows[row][0]
        place = variables.index(old)
        variables[place] = self._constraints[self._written[row]].linear.vars[place] = new

    def _keep_small(self, total: Sum, part: str) -> None:
        bounds = self.bounds
        size = sum([abs(coefficient) * bounds[index] for index, coefficient in total.terms.items()])
        if size + abs(total.constant) >= LARGEST:
            raise ProblemTooLarge(part)

    def fix(self, index: int, value: int) -> None:
        """From now on a variable has this value."""
        domain = self._variables[index].domain
        domain[0] = domain[1] = value

    @contextmanager
    def held_at(self, values: Mapping[int, int]) -> Iterator[None]:
        """Inside, these variables have these values."""
        before = {index: tuple(self._variables[index].domain) for index in values}
        for index, value in values.items():
            self.fix(index, value)
        try:
            yield
        finally:
            for index, (low, high) in before.items():
                domain = self._variables[index].domain
                domain[0], domain[1] = low, high

    def minimise(self, total: Sum, part: str) -> int:
        """Make the sum what the next run makes as small as possible; gives what it goes up by, in which the solver counts it."""
        self._keep_small(total, part)
        step = step_of(total)
        self.program.clear_objective()
        objective = self.program.objective
        objective.scaling_factor = 1.0
        objective.vars.extend(list(total.terms))
        objective.coeffs.extend([coefficient // step for coefficient in total.terms.values()])
        return step

    def not_below(self, total: Sum, bound: int) -> None:
        """Tell the next run that the sum it makes small is at least this in every mix: one that comes to it is the best."""
        step, domain = step_of(total), self.program.objective.domain
        domain.clear()
        domain.extend((-(-(bound - total.constant) // step), LARGEST))

    def at_most(self, total: Sum, limit: int, part: str) -> None:
        """Require total <= limit."""
        bounds = self.bounds
        if total.terms and sum([c * bounds[i] for i, c in total.terms.items() if c > 0]) > limit - total.constant:
            self.row(total, -LARGEST, limit, part)

    def at_least(self, total: Sum, limit: int, part: str) -> None:
        """Require total >= limit."""
        self.at_most(times(total, -1), -limit, part)

    def exactly(self, total: Sum, value: int, part: str) -> None:
        """Require total == value."""
        self.row(total, value, value, part)


def step_of(total: Sum) -> int:
    """What a sum goes up by: every value it can have is the constant and so many of these."""
    return gcd(*total.terms.values()) or 1


def times(total: Sum, factor: int) -> Sum:
    """The sum so many times."""
    return Sum(total.constant * factor, {index: c * factor for index, c in total.terms.items()})
