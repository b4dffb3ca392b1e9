"""What the trainings of a bundle share gets a price; at prices each training chooses for itself, which proves a bound.

At prices p >= 0 of the rows in which trainings meet no mix comes to less than

    L(p) = sum over trainings of min (what it adds to the pass + sum p[k] * what it takes of row k) - sum p[k] * most[k]

The prices come from a linear program in floating point over the choices met so far (columns, Dantzig and Wolfe 1960). They are
made whole, each training is solved by CP-SAT in whole numbers, and its proven bound counts: L(p) holds whatever the prices are.
What a training would have to add to L(p) to use an offer after all, or not to, proves which offers every mix in question uses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from matching.problem.settings import SOLVER_PARAMETERS, WAYS, Way
from matching.solver.blocks import Block, SharedRow, taken_apart
from matching.solver.model import MixModel
from matching.solver.patience import while_waited_for
from matching.solver.rows import LARGEST, Sum, step_of
from matching.solver.starting import FEASIBLE, INFEASIBLE, OPTIMAL, Better, Parameters, SolverRun

ROUNDS = 30
"""So many times prices are looked for at most in a pass."""

QUICK: tuple[tuple[Way, float], ...] = (("upwards", 0.01), ("harder", 0.01))
THOROUGH: tuple[tuple[Way, float], ...] = (*QUICK, ("tree", 0.01), ("upwards", 0.05), ("harder", 0.1))
"""How one training is solved: ways, and the deterministic seconds of each."""

SIZE = 2**40
"""Prices are whole numbers of such a unit that what one training comes to stays below this."""

DEAREST = 1_000.0
"""The highest price: of all of a row, in values of the pass."""

SECONDS_PER_NUMBER = 1e-7
"""Deterministic seconds that the linear program takes for each number in it."""

FINE = 2**10
"""In what unit of the pass the prices of rows are at most: large numbers do a linear relaxation no good."""

WHOLE = 0.999
"""From this weight on a training is taken to use the offers of a choice."""

Choice = tuple[int, ...]
"""A value for each variable of a block."""


@dataclass(frozen=True, slots=True)
class AtPrices:
    """What holds at prices: the price of each row and the unit they are in; per training the least and its objective."""

    unit: int
    prices: tuple[int, ...]
    objectives: tuple[dict[int, int], ...]
    least: tuple[int, ...]
    bound: int
    """L(p), in steps of the pass and in the unit of the prices."""


class Sharing:
    """One pass of a bundle. `known`: choices of each training met before, kept from pass to pass by its variables."""

    def __init__(self, model: MixModel, total: Sum, known: dict[tuple[int, ...], list[Choice]]) -> None:
        found = taken_apart(model)
        self.blocks, limits = found or ([], [])
        self.model, self.total, self.step = model, total, step_of(total)
        self.limits: list[SharedRow] = limits
        self.cost = {index: c // self.step for index, c in total.terms.items()}
        self.known = known
        self.columns: list[dict[Choice, tuple[int, tuple[int, ...]]]] = [{} for _ in self.blocks]
        self.spent = 0.0
        self.best: AtPrices | None = None
        self.weights: list[dict[Choice, float]] = [{} for _ in self.blocks]
        self._terms = [_within(block, self.cost) for block in self.blocks]
        self._rows = [[_within(block, limit.terms) for limit in self.limits] for block in self.blocks]
        for n, block in enumerate(self.blocks):
            for choice in known.get(block.variables, ()):
                if all(
                    d.domain[0] <= value <= d.domain[1]
                    for d, value in zip(block.program.variables, choice, strict=True)
                ):
                    self._keep(n, choice)

    @property
    def bound(self) -> int:
        """What the pass comes to at least."""
        if self.best is None:
            return 0
        return self.total.constant + self.step * -(-self.best.bound // self.best.unit)

    def look(self, mix: list[int], value: int, limit: float) -> None:
        """Look for prices until the bound comes to the value of the mix, or no better prices are known, or the work is done."""
        for n, block in enumerate(self.blocks):
            self._keep(n, tuple(mix[index] for index in block.variables))
        if not self.limits or len(self.blocks) < 2:
            return
        size = max(1, abs(value - self.total.constant) // self.step, max(map(abs, self.cost.values()), default=1))
        for _round in range(ROUNDS):
            lowest, prices = self._program(float(size))
            now, new = self._at(prices, QUICK)
            if self.best is None or now.bound * self.best.unit > self.best.bound * now.unit:
                self.best = now
            near = lowest - self.best.bound / self.best.unit < 0.5
            if self.bound >= value or not new or near or self.spent > limit:
                break
        if self.best is not None and self.bound < value and self.spent <= limit:
            now, _ = self._at(prices, THOROUGH)
            if now.bound * self.best.unit > self.best.bound * now.unit:
                self.best = now

    def held(self) -> dict[int, int]:
        """The offers of every training that makes one choice, all in all: used or not, by variable."""
        found: dict[int, int] = {}
        for block, weights in zip(self.blocks, self.weights, strict=True):
            patterns: dict[tuple[int, ...], float] = {}
            for choice, weight in weights.items():
                pattern = tuple(choice[place] for place in block.used)
                patterns[pattern] = patterns.get(pattern, 0.0) + weight
            for pattern, weight in patterns.items():
                if weight >= WHOLE:
                    found.update(
                        {block.variables[place]: used for place, used in zip(block.used, pattern, strict=True)}
                    )
        return found

    def agreed(self, mix: list[int]) -> dict[int, int]:
        """The offers that all choices of a training with any weight use, and the mix in hand as well; or none of them does."""
        found: dict[int, int] = {}
        for block, weights in zip(self.blocks, self.weights, strict=True):
            for place in block.used if weights else ():
                now = mix[block.variables[place]]
                if all(choice[place] == now for choice in weights):
                    found[block.variables[place]] = now
        return found

    def rows(self) -> Iterator[tuple[dict[int, int], int]]:
        """Per training what it comes to at these prices, and at least how much: rows that hold in every mix."""
        best = self.best
        if best is None:
            return
        coarse = max(1, best.unit // FINE)
        unit = best.unit // coarse
        whole = [price // coarse for price in best.prices]
        for n, block in enumerate(self.blocks):
            objective = self._priced(n, unit, whole)
            least, _ = self._least(n, objective, QUICK)
            if objective:
                yield {block.variables[place]: c for place, c in objective.items()}, least

    def settled(self, mix: list[int], value: int) -> Iterator[tuple[int, int]]:
        """Offers that every mix of at most this value uses, or does not use, as the mix in hand: variable, 1 or 0."""
        best = self.best
        if best is None:
            return
        room = (value - self.total.constant) // self.step * best.unit - best.bound
        for n, block in enumerate(self.blocks):
            objective, most = best.objectives[n], best.least[n] + room
            for place in block.used:
                now = mix[block.variables[place]]
                domain = block.program.variables[place].domain
                if domain[0] == domain[1] or any(
                    choice[place] != now and _value(objective, choice) <= most for choice in self.columns[n]
                ):
                    continue
                if self._never(n, place, 1 - now, best.least[n], most):
                    domain[0] = domain[1] = now
                    yield block.variables[place], now

    def _never(self, n: int, place: int, other: int, least: int, most: int) -> bool:
        """No choice of this training uses (or leaves) the offer at prices within that much."""
        assert self.best is not None
        block = self.blocks[n]
        domain = block.program.variables[place].domain
        before = list(domain)
        domain[0] = domain[1] = other
        try:
            self._aim(n, self.best.objectives[n], (least, most))
            self.blocks[n].program.clear_solution_hint()
            status, _, choice = self._run(n, "upwards", QUICK[0][1], first=True)
        finally:
            domain[0], domain[1] = before
        if choice is not None:
            self._keep(n, choice)
        return bool(status == INFEASIBLE)

    def _keep(self, n: int, choice: Choice) -> bool:
        if choice in self.columns[n]:
            return False
        cost = _value(self._terms[n], choice)
        self.columns[n][choice] = cost, tuple(_value(row, choice) for row in self._rows[n])
        kept = self.known.setdefault(self.blocks[n].variables, [])
        if choice not in kept:
            kept.append(choice)
        return True

    def _at(self, prices: list[float], ways: tuple[tuple[Way, float], ...]) -> tuple[AtPrices, bool]:
        """L at these prices, made whole, and whether a choice was met that was not known."""
        unit, whole, objectives = self._whole(prices)
        least, new = [], False
        for n in range(len(self.blocks)):
            low, choice = self._least(n, objectives[n], ways)
            least.append(low)
            new |= choice is not None and self._keep(n, choice)
        bound = sum(least) - sum(price * limit.most for price, limit in zip(whole, self.limits, strict=True))
        return AtPrices(unit, tuple(whole), tuple(objectives), tuple(least), bound), new

    def _whole(self, prices: list[float]) -> tuple[int, list[int], list[dict[int, int]]]:
        unit = SIZE
        while True:
            whole = [max(0, round(price * unit)) for price in prices]
            objectives = [self._priced(n, unit, whole) for n in range(len(self.blocks))]
            if unit == 1 or all(_size(block, one) < SIZE for block, one in zip(self.blocks, objectives, strict=True)):
                return unit, whole, objectives
            unit //= 4

    def _priced(self, n: int, unit: int, prices: list[int]) -> dict[int, int]:
        found = {place: unit * c for place, c in self._terms[n].items()}
        for price, row in zip(prices, self._rows[n], strict=True):
            if price:
                for place, c in row.items():
                    found[place] = found.get(place, 0) + price * c
        return {place: c for place, c in found.items() if c}

    def _least(
        self, n: int, objective: dict[int, int], ways: tuple[tuple[Way, float], ...]
    ) -> tuple[int, Choice | None]:
        """What one training comes to at least, and the best choice found."""
        domains = self.blocks[n].program.variables
        least = sum(c * domains[place].domain[c < 0] for place, c in objective.items())
        best: Choice | None = None
        self._aim(n, objective, None)
        self._hint(n, objective)
        for way, limit in ways:
            status, low, choice = self._run(n, way, limit)
            least, best = max(least, low), choice or best
            if status == OPTIMAL:
                break
        return least, best

    def _hint(self, n: int, objective: dict[int, int]) -> None:
        """Begin from the best of the choices met."""
        program = self.blocks[n].program
        program.clear_solution_hint()
        if self.columns[n]:
            program.solution_hint.vars.extend(range(len(self.blocks[n].variables)))
            program.solution_hint.values.extend(min(self.columns[n], key=lambda choice: _value(objective, choice)))

    def _aim(self, n: int, objective: dict[int, int], between: tuple[int, int] | None) -> None:
        program = self.blocks[n].program
        program.clear_objective()
        program.objective.scaling_factor = 1.0
        program.objective.vars.extend(list(objective))
        program.objective.coeffs.extend(list(objective.values()))
        if between is not None:
            program.objective.domain.extend(between)

    def _run(self, n: int, way: Way, limit: float, *, first: bool = False) -> tuple[Any, int, Choice | None]:
        parameters = Parameters()
        for name, value in (SOLVER_PARAMETERS | WAYS[way]).items():
            setattr(parameters, name, type(parameters.search_branching)(value) if name == "search_branching" else value)
        parameters.max_deterministic_time = limit
        parameters.stop_after_first_solution = first
        run = SolverRun(parameters)
        with while_waited_for(run.stop) as seconds:
            if seconds is not None:
                parameters.max_time_in_seconds = seconds
            response = run.solve(self.blocks[n].program, Better())
        self.spent += response.deterministic_time
        if response.status in (OPTIMAL, FEASIBLE):
            return response.status, int(response.inner_objective_lower_bound), tuple(response.solution)
        known = response.inner_objective_lower_bound  # of a run that found nothing; 0 is also what no bound looks like
        return response.status, int(known) if known else -LARGEST, None

    def _program(self, size: float) -> tuple[float, list[float]]:
        """The linear program over the choices met: its value, and the prices; its weights are kept."""
        flat = [(n, choice, *column) for n, columns in enumerate(self.columns) for choice, column in columns.items()]
        scales = [
            float(max(1, abs(limit.most), *(abs(taken[k]) for _, _, _, taken in flat)))
            for k, limit in enumerate(self.limits)
        ]
        values, duals = _solved(flat, self.limits, scales, size, len(self.blocks))
        self.spent += len(flat) * (2 + len(self.limits)) * SECONDS_PER_NUMBER
        self.weights = [{} for _ in self.blocks]
        for (n, choice, _, _), weight in zip(flat, values, strict=False):
            if weight > 0:
                self.weights[n][choice] = weight
        lowest = sum(cost * weight for (_, _, cost, _), weight in zip(flat, values, strict=False))
        over = sum(values[len(flat) :]) * DEAREST * size
        return lowest + over, [max(0.0, -dual) * size / scale for dual, scale in zip(duals, scales, strict=True)]


def _solved(
    flat: list[tuple[int, Choice, int, tuple[int, ...]]],
    limits: list[SharedRow],
    scales: list[float],
    size: float,
    blocks: int,
) -> tuple[list[float], list[float]]:
    """Weights of the choices (one in all of each training) and then what is too much of each row; and the duals of the rows."""
    from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2
    from ortools.math_opt.core.python import solver

    proto, count, rows = model_pb2.ModelProto(), len(flat), len(limits)
    proto.variables.ids.extend(range(count + rows))
    proto.variables.lower_bounds.extend([0.0] * (count + rows))
    proto.variables.upper_bounds.extend([inf] * (count + rows))
    proto.variables.integers.extend([False] * (count + rows))
    proto.linear_constraints.ids.extend(range(rows + blocks))
    proto.linear_constraints.lower_bounds.extend([-inf] * rows + [1.0] * blocks)
    proto.linear_constraints.upper_bounds.extend(
        [limit.most / scale for limit, scale in zip(limits, scales, strict=True)] + [1.0] * blocks
    )
    matrix = proto.linear_constraint_matrix
    numbers = [
        (k, column, taken[k] / scales[k])
        for column, (_, _, _, taken) in enumerate(flat)
        for k in range(rows)
        if taken[k]
    ]
    numbers += [(k, count + k, -1.0) for k in range(rows)]
    numbers += [(rows + n, column, 1.0) for column, (n, _, _, _) in enumerate(flat)]
    numbers.sort()
    matrix.row_ids.extend([row for row, _, _ in numbers])
    matrix.column_ids.extend([column for _, column, _ in numbers])
    matrix.coefficients.extend([number for _, _, number in numbers])
    proto.objective.linear_coefficients.ids.extend(range(count + rows))
    proto.objective.linear_coefficients.values.extend([cost / size for _, _, cost, _ in flat] + [DEAREST] * rows)
    result = solver.solve(
        proto,
        parameters_pb2.SOLVER_TYPE_GLOP,
        parameters_pb2.SolverInitializerProto(),
        parameters_pb2.SolveParametersProto(),
        model_parameters_pb2.ModelSolveParametersProto(),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )
    found = result.solutions[0]
    duals = dict(zip(found.dual_solution.dual_values.ids, found.dual_solution.dual_values.values, strict=True))
    weights = dict(
        zip(found.primal_solution.variable_values.ids, found.primal_solution.variable_values.values, strict=True)
    )
    return [weights.get(n, 0.0) for n in range(count + rows)], [duals.get(k, 0.0) for k in range(rows)]


def _within(block: Block, terms: dict[int, int]) -> dict[int, int]:
    return {block.place[index]: c for index, c in terms.items() if index in block.place and c}


def _value(terms: dict[int, int], choice: Choice) -> int:
    return sum(c * choice[place] for place, c in terms.items())


def _size(block: Block, objective: dict[int, int]) -> int:
    return sum(abs(c) * block.program.variables[place].domain[1] for place, c in objective.items())
