"""Variables and rows, as the solver takes them: whole numbers from 0, and sums that are at most or exactly so much.

A row is kept twice: as the sum that it is, which the second engine reads, and written into the message of CP-SAT as what it is to
that solver: a clause, at most one of these, what a yes or no asks for. Of these it learns more than of a sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import gcd
from typing import Any

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


class Rows:
    """A model that grows: variables by index, with the most that each can be, and its rows. `cents`: those that are amounts."""

    def __init__(self) -> None:
        self.program = Program()
        self._variables, self._constraints = self.program.variables, self.program.constraints
        self.rows: list[Row] = []
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
        limits = [limit if abs(limit) == LARGEST else limit - total.constant for limit in (low, high)]
        self._keep(self._constraints.add().linear, list(total.terms), list(total.terms.values()), *limits)

    def _keep(self, linear: Any, variables: list[int], coefficients: list[int], low: int, high: int) -> None:
        self.rows.append((variables, coefficients, low, high))
        _write(linear, variables, coefficients, low, high)

    def _write_at_most(self, total: Sum, high: int, over: int) -> None:
        """Write a sum that is at most so much, and could be `over` more, as what it is to the solver."""
        bounds, variables, coefficients = self.bounds, list(total.terms), list(total.terms.values())
        flags, largest, one = 0, 0, -1
        for n, variable in enumerate(variables):
            if bounds[variable] == 1:
                flags += 1
                if abs(coefficients[n]) > largest:
                    largest, one = abs(coefficients[n]), n
        constraint = self._constraints.add()
        of_flags = flags == len(variables) and largest == 1 and 0 not in coefficients
        if of_flags and (over == 1 or (high == 1 and min(coefficients) == 1)):
            self.rows.append((variables, coefficients, -LARGEST, high))
            if over == 1:
                not_all = [-v - 1 if c > 0 else v for v, c in zip(variables, coefficients, strict=True)]
                constraint.bool_or.literals.extend(not_all)
            else:
                constraint.at_most_one.literals.extend(variables)
        elif largest < over or len(variables) == 1:
            self._keep(constraint.linear, variables, coefficients, -LARGEST, high)
        else:
            self.rows.append((variables, coefficients, -LARGEST, high))
            variable, coefficient = variables[one], coefficients[one]
            constraint.enforcement_literal.extend((variable if coefficient > 0 else -variable - 1,))
            rest = variables[:one] + variables[one + 1 :], coefficients[:one] + coefficients[one + 1 :]
            _write(constraint.linear, *rest, -LARGEST, high - max(0, coefficient))

    def _keep_small(self, total: Sum, part: str) -> None:
        bounds = self.bounds
        size = sum([abs(coefficient) * bounds[index] for index, coefficient in total.terms.items()])
        if size + abs(total.constant) >= LARGEST:
            raise ProblemTooLarge(part)

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
        bounds, high = self.bounds, limit - total.constant
        over = sum([c * bounds[i] for i, c in total.terms.items() if c > 0]) - high
        if total.terms and over > 0:
            self._keep_small(total, part)
            self._write_at_most(total, high, over)

    def at_least(self, total: Sum, limit: int, part: str) -> None:
        """Require total >= limit."""
        self.at_most(times(total, -1), -limit, part)

    def exactly(self, total: Sum, value: int, part: str) -> None:
        """Require total == value."""
        self.row(total, value, value, part)


def _write(linear: Any, variables: list[int], coefficients: list[int], low: int, high: int) -> None:
    linear.vars.extend(variables)
    linear.coeffs.extend(coefficients)
    linear.domain.extend((low, high))


def step_of(total: Sum) -> int:
    """What a sum goes up by: every value it can have is the constant and so many of these."""
    return gcd(*total.terms.values()) or 1


def times(total: Sum, factor: int) -> Sum:
    """The sum so many times."""
    return Sum(total.constant * factor, {index: c * factor for index, c in total.terms.items()})
