"""The second engine: what CP-SAT does not prove at once is solved as a linear program with whole numbers, through MathOpt.

It reads the very rows of the CP-SAT model. First the amounts need not be whole: that gives a bound, and the offers to use. With
those held the amounts are made whole. What it answers counts only after every row has been added up again in whole numbers; its
bound counts only with the tolerance against it, rounded to the next value that the sum of a pass can have.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import Any

from matching.problem.settings import SECOND_PARAMETERS
from matching.solver.model import MixModel
from matching.solver.patience import while_waited_for
from matching.solver.quiet import printing_to_errors
from matching.solver.rows import LARGEST, Row, Sum, step_of

SECONDS_PER_NONZERO = 2e-7
"""Deterministic seconds that one node takes for each number in the rows: what the work of this engine is counted in."""

ROOT = 20
"""What the first node takes more than a later one: making the program smaller, cutting it down."""

AGAINST = 0.01
"""How far a bound is distrusted, in steps of the sum, and `AGAINST_PART` of it: far more than the tolerances can make of it."""
AGAINST_PART = 1e-9

TOLERANCES = {
    "mip_feasibility_tolerance": 1e-8,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-10,
}
"""How exactly the engine computes: the last, times all amounts of a problem together, is far less than `AGAINST`."""

GAP = 0.05
"""The engine stops when its bound lies this close below its best, in steps of the sum."""


@dataclass(frozen=True, slots=True)
class BoundFound:
    """What one run gives: a bound of the sum that holds, a whole solution when there is one, and the work in seconds."""

    bound: int
    values: list[int] | None
    work: float


@dataclass(frozen=True, slots=True)
class HighsAnswer:
    """An answer in floating point: never proof of itself."""

    values: list[float] | None
    bound: float
    nodes: int


class SecondEngine:
    """The rows of a model that grows from pass to pass, for MathOpt."""

    def __init__(self, model: MixModel) -> None:
        self.model = model
        self.rows: list[Row] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.size = 0
        self.least = 0

    def minimise(self, total: Sum, best: list[int] | None, limit: float, least: int = 0) -> BoundFound:
        """A bound of the sum, and a better whole solution than `best` when one is found within the limit (seconds of work).

        `least` is what is proven of the sum already: a solution that comes to it ends the run.
        """
        self._read()
        self.least = least
        step = step_of(total)
        answer = self._run(total, step, limit, hint=best)
        work = self._work(answer.nodes)
        bound = rounded_up(answer.bound, total.constant, step)
        whole: list[int] | None = None
        if answer.values is not None:
            whole, more = self._whole(total, step, answer.values, limit - work)
            work += more
        found = _better(total, best, whole)
        if found is not None and value_of(total, found) > bound and work < limit:
            last = self._run(total, step, limit - work, hint=found, whole=True)
            work += self._work(last.nodes)
            bound = max(bound, rounded_up(last.bound, total.constant, step))
            if last.values is not None:
                found = _better(total, found, self._rounded(last.values))
        return BoundFound(bound, found, work)

    def held(self, total: Sum, answers: dict[int, int], limit: float, least: int = 0) -> BoundFound:
        """The best whole solution with these variables as they are; what it gives is no bound of the sum. `least`: as above."""
        self._read()
        self.least = least
        answer = self._run(total, step_of(total), limit, held=answers)
        work = self._work(answer.nodes)
        if answer.values is None:
            return BoundFound(0, None, work)
        found, more = self._whole(total, step_of(total), answer.values, limit - work)
        return BoundFound(0, found, work + more)

    def _whole(self, total: Sum, step: int, values: list[float], limit: float) -> tuple[list[int] | None, float]:
        """A solution in whole cents that uses the same offers, and the work it took."""
        rounded = self._rounded(values)
        if rounded is not None or limit <= 0:
            return rounded, 0.0
        held = {n: round(value) for n, value in enumerate(values) if n not in self.model.cents}
        answer = self._run(total, step, limit, held=held, whole=True)
        found = None if answer.values is None else self._rounded(answer.values)
        return found, self._work(answer.nodes)

    def _rounded(self, values: Sequence[float]) -> list[int] | None:
        """The nearest whole numbers, when they keep every row exactly."""
        near = [round(value) for value in values]
        if any(not low <= value <= high for low, value, high in zip(self.low, near, self.high, strict=True)):
            return None
        for variables, coefficients, low, high in self.rows:
            if not low <= sum(c * near[v] for v, c in zip(variables, coefficients, strict=True)) <= high:
                return None
        return near

    def _work(self, nodes: int) -> float:
        return (nodes + ROOT) * self._a_node()

    def _a_node(self) -> float:
        return (1 + self.size + len(self.rows)) * SECONDS_PER_NONZERO

    def _read(self) -> None:
        """The bounds, and the rows that were added since the last time."""
        domains = [variable.domain for variable in self.model.program.variables]
        self.low, self.high = [domain[0] for domain in domains], [domain[1] for domain in domains]
        for variables, coefficients, low, high in self.model.rows[len(self.rows) :]:
            pairs = sorted(zip(variables, coefficients, strict=True))
            self.rows.append(([v for v, _ in pairs], [c for _, c in pairs], low, high))
            self.size += len(pairs)

    def _run(
        self,
        total: Sum,
        step: int,
        limit: float,
        *,
        hint: list[int] | None = None,
        held: dict[int, int] | None = None,
        whole: bool = False,
    ) -> HighsAnswer:
        """One run of the engine, in steps of the sum. `whole`: cents are whole too."""
        from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver
        from ortools.util.python.solve_interrupter import SolveInterrupter
        from pybind11_abseil.status import StatusNotOk

        nodes = max(1, int(limit / self._a_node()))
        parameters = _parameters(nodes)
        more = model_parameters_pb2.ModelSolveParametersProto()
        if hint is not None and len(hint) == len(self.model.bounds):
            one = more.solution_hints.add()
            one.variable_values.ids.extend(range(len(hint)))
            one.variable_values.values.extend(hint)
        interrupter = SolveInterrupter()
        with while_waited_for(interrupter.interrupt) as seconds:
            if seconds is not None:
                parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
            try:
                with printing_to_errors():
                    result = solver.solve(
                        self._program(total, step, held or {}, () if whole else self.model.cents),
                        parameters_pb2.SOLVER_TYPE_HIGHS,
                        parameters_pb2.SolverInitializerProto(),
                        parameters,
                        more,
                        None,
                        callback_pb2.CallbackRegistrationProto(),
                        None,
                        interrupter.pybind_interrupter,
                    )
            except StatusNotOk:
                return HighsAnswer(None, -inf, 0)
        return _answer(result)

    def _program(self, total: Sum, step: int, held: dict[int, int], broken: Container[int]) -> Any:
        from ortools.math_opt import model_pb2

        proto = model_pb2.ModelProto()
        count = len(self.model.bounds)
        proto.variables.ids.extend(range(count))
        proto.variables.lower_bounds.extend([held.get(n, low) for n, low in enumerate(self.low)])
        proto.variables.upper_bounds.extend([held.get(n, high) for n, high in enumerate(self.high)])
        proto.variables.integers.extend([n not in broken for n in range(count)])
        rows, matrix = proto.linear_constraints, proto.linear_constraint_matrix
        rows.ids.extend(range(len(self.rows)))
        rows.lower_bounds.extend([_limit(low) for _, _, low, _ in self.rows])
        rows.upper_bounds.extend([_limit(high) for _, _, _, high in self.rows])
        for n, (variables, coefficients, _, _) in enumerate(self.rows):
            matrix.row_ids.extend([n] * len(variables))
            matrix.column_ids.extend(variables)
            matrix.coefficients.extend(coefficients)
        terms = sorted(total.terms.items())
        if self.least > 0:
            rows.ids.append(len(self.rows))
            rows.lower_bounds.append((self.least - total.constant) / step)
            rows.upper_bounds.append(inf)
            matrix.row_ids.extend([len(self.rows)] * len(terms))
            matrix.column_ids.extend([index for index, _ in terms])
            matrix.coefficients.extend([c / step for _, c in terms])
        proto.objective.offset = total.constant / step
        proto.objective.linear_coefficients.ids.extend([index for index, _ in terms])
        proto.objective.linear_coefficients.values.extend([c / step for _, c in terms])
        return proto


def _parameters(nodes: int) -> Any:
    from ortools.math_opt import parameters_pb2

    parameters = parameters_pb2.SolveParametersProto()
    parameters.node_limit = min(nodes, 10**9)
    parameters.random_seed = 0
    parameters.relative_gap_tolerance = 0.0
    parameters.absolute_gap_tolerance = GAP
    for name, value in SECOND_PARAMETERS.items():
        parameters.highs.int_options[name] = value
    for name, tolerance in TOLERANCES.items():
        parameters.highs.double_options[name] = tolerance
    parameters.highs.string_options["parallel"] = "off"
    return parameters


def _answer(result: Any) -> HighsAnswer:
    """The numbers of a result; one that was infeasible is no proof of anything (the mix in hand may be the best)."""
    values = None
    if result.solutions and result.solutions[0].HasField("primal_solution"):
        primal = result.solutions[0].primal_solution
        if primal.feasibility_status == 2:  # SOLUTION_STATUS_FEASIBLE
            values = list(primal.variable_values.values)
    bound = result.termination.objective_bounds.dual_bound
    return HighsAnswer(values, bound if isfinite(bound) else -inf, result.solve_stats.node_count)


def _limit(value: int) -> float:
    return -inf if value <= -LARGEST else inf if value >= LARGEST else float(value)


def value_of(total: Sum, values: Sequence[int]) -> int:
    """What a sum comes to."""
    return total.constant + sum(c * values[index] for index, c in total.terms.items())


def _better(total: Sum, one: list[int] | None, other: list[int] | None) -> list[int] | None:
    """The better of two solutions that keep every row; the first when they are as good."""
    if one is None or other is None:
        return one or other
    return other if value_of(total, other) < value_of(total, one) else one


def rounded_up(bound: float, constant: int, step: int) -> int:
    """The least value that the sum can have, given a bound in steps that is distrusted by `AGAINST`."""
    if not isfinite(bound):
        return 0
    return max(0, constant + step * ceil(bound - AGAINST - AGAINST_PART * abs(bound) - constant / step))
