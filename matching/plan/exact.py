"""Of a plan the only place that knows OR-Tools: the linear relaxation over the columns that matter, and an exact core.

The relaxation begins with the best few choices of each class and takes in every choice that its prices show to be worth more,
until there is none. A core leaves each class the choices it is given and everything else as it is; CP-SAT solves it.
"""

import time
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from matching.plan.lagrange import Priced, at_prices
from matching.plan.table import Ints, Table

COLUMNS = 4
"""Choices per class with which the relaxation begins."""
ROUNDS = 60
CLOSE = 1e-7


@dataclass(slots=True)
class _Columns:
    """The relaxation as far as it is written down."""

    solver: pywraplp.Solver
    classes: list[pywraplp.Constraint]
    capacities: list[pywraplp.Constraint]
    table: Table
    known: np.ndarray

    def add(self, rows: Ints) -> None:
        """Take these choices in."""
        objective = self.solver.Objective()
        for row in rows.tolist():
            if self.known[row]:
                continue
            self.known[row] = True
            variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
            objective.SetCoefficient(variable, float(self.table.profit[row]))
            self.classes[int(self.table.owner[row])].SetCoefficient(variable, 1.0)
            for number, weight in enumerate(self.table.weight[row].tolist()):
                if weight:
                    self.capacities[number].SetCoefficient(variable, float(weight))


def _empty(table: Table) -> _Columns:
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetNumThreads(1)
    objective = solver.Objective()
    objective.SetMaximization()
    classes = [solver.Constraint(1.0, 1.0) for _ in range(table.classes)]
    capacities = [solver.Constraint(-solver.infinity(), float(most)) for most in table.capacity.tolist()]
    spread = float(np.abs(table.profit).max(initial=1)) * 4 * max(1, table.classes)
    for number, capacity in enumerate(capacities):
        excess = solver.NumVar(0.0, solver.infinity(), "")
        capacity.SetCoefficient(excess, -1.0)
        largest = float(table.weight[:, number].max(initial=1)) or 1.0
        objective.SetCoefficient(excess, -spread / largest)
    return _Columns(solver, classes, capacities, table, np.zeros(len(table.profit), np.bool_))


def linear_relaxation(table: Table, begin: Priced, *, until: float) -> Priced:
    """The prices of the linear relaxation, or the best that were found until a moment of the clock (``time.monotonic``)."""
    columns = _empty(table)
    columns.add(lowest_regret(table, begin, COLUMNS))
    columns.add(begin.rows)
    best = begin
    for _round in range(ROUNDS):
        left = until - time.monotonic()
        if left <= 0:
            break
        columns.solver.SetTimeLimit(max(1, int(left * 1000)))
        if columns.solver.Solve() != pywraplp.Solver.OPTIMAL:
            break
        prices = np.array([max(0.0, row.dual_value()) for row in columns.capacities])
        now = at_prices(table, prices)
        if now.bound < best.bound:
            best = now
        if now.bound - columns.solver.Objective().Value() <= CLOSE * max(1.0, abs(now.bound)):
            break
        worth = np.array([row.dual_value() for row in columns.classes])
        gains = (table.profit - table.weight @ prices) - worth[table.owner]
        enter = np.flatnonzero((gains > 1e-9 * max(1.0, abs(now.bound) / table.classes)) & ~columns.known)
        if not len(enter):
            break
        columns.add(enter if len(enter) <= 3 * table.classes else now.rows)
    return best


def lowest_regret(table: Table, priced: Priced, number: int) -> Ints:
    """The rows of the best few choices of each class at these prices, class by class."""
    order = np.lexsort((priced.regret, table.owner))
    place = np.arange(len(order)) - table.start[table.owner[order]]
    rows: Ints = order[place < number]
    return rows


def lowest_of_all(table: Table, priced: Priced, number: int) -> Ints:
    """So many rows of the lowest regret over all classes, and the best of every class."""
    order = np.argsort(priced.regret, kind="stable")[:number]
    return np.union1d(order, priced.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """What came of a core: the best rows, if any, a bound of the core, and whether nothing in it is better."""

    rows: Ints | None
    bound: float
    proven: bool
    infeasible: bool = False


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a core is searched, by how many workers, from which seed."""

    seconds: float
    workers: int = 2
    seed: int = 1
    gap: float = 0.0


def solve_core(table: Table, allowed: Ints, held: Ints | None, effort: Effort, *, more_than: int | None = None) -> Core:
    """The best of the choices in `allowed` (rows), one per class; a class without a row there keeps its row of `held`.

    `held` is also where the search begins, as far as it is allowed. With `more_than` only what is worth more is looked for.
    """
    model = cp_model.CpModel()
    owners = table.owner[allowed]
    free = np.unique(owners)
    fixed = np.setdiff1d(np.arange(table.classes), free)
    room, base = table.capacity.copy(), 0
    if len(fixed):
        assert held is not None, "a class without a choice keeps what it has"
        room, base = room - table.weight[held[fixed]].sum(axis=0), table.value(held[fixed])
    variables = [model.new_bool_var("") for _ in range(len(allowed))]
    groups: dict[int, list[int]] = {}
    for number, owner in enumerate(owners.tolist()):
        groups.setdefault(owner, []).append(number)
    for members in groups.values():
        model.add_exactly_one([variables[one] for one in members])
    for number in range(len(room)):
        weights = table.weight[allowed, number]
        if int(weights.sum()) > int(room[number]):
            model.add(cp_model.LinearExpr.weighted_sum(variables, weights.tolist()) <= int(room[number]))
    worth = cp_model.LinearExpr.weighted_sum(variables, table.profit[allowed].tolist())
    model.maximize(worth)
    if more_than is not None:
        model.add(worth >= more_than + 1 - base)
    if held is not None:
        for variable, row in zip(variables, allowed.tolist(), strict=True):
            model.add_hint(variable, bool(held[table.owner[row]] == row))
    solver = _solver(effort)
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(model.validate() or "invalid model")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        gone = status == cp_model.INFEASIBLE
        return Core(None, solver.best_objective_bound + base, gone, gone)
    rows = held.copy() if held is not None else np.zeros(table.classes, np.int64)
    chosen = [row for variable, row in zip(variables, allowed.tolist(), strict=True) if solver.boolean_value(variable)]
    rows[table.owner[chosen]] = chosen
    return Core(rows, solver.best_objective_bound + base, status == cp_model.OPTIMAL)


def _solver(effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = max(0.01, effort.seconds)
    parameters.num_workers = effort.workers
    parameters.random_seed = effort.seed
    parameters.linearization_level = 2
    parameters.relative_gap_limit = effort.gap
    return solver
