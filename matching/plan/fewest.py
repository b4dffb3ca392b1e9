"""The same plan with every award a decision of its own: exact also where amounts may not split, and for the fewest moves.

CP-SAT in passes, each proven before the next as long as its deterministic time lasts. For what is small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matching.plan.awards import PASSES, Move, OpenAward, PassName, Portfolio, worth

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

LIMIT = 4.0
"""Deterministic seconds per pass."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a pass came to, what it cannot be better than, and so whether that is proven."""

    name: PassName
    value: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Whether nothing is better."""
        return self.value == self.bound


@dataclass(slots=True)
class _Model:
    cp: CpModel
    cells: list[tuple[OpenAward, str, Any, Any]]
    """An award, another line, whether it goes there, and how many cents."""
    sums: dict[PassName, Any]


def _model(portfolio: Portfolio) -> _Model:
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    cells: list[tuple[OpenAward, str, Any, Any]] = []
    change: dict[str, list[Any]] = {line.id: [] for line in portfolio.lines}
    for award in portfolio.awards:
        own = []
        for other in sorted(award.may - {award.line}):
            goes = cp.new_bool_var("")
            if award.whole:
                cents: Any = goes * award.cents
            else:
                cents = cp.new_int_var(0, award.cents, "")
                cp.add(cents <= award.cents * goes)
                cp.add(cents >= goes)
            cells.append((award, other, goes, cents))
            own.append((goes, cents))
            change[other].append(cents)
            change[award.line].append(-cents)
        if len(own) > 1:
            if award.whole:
                cp.add_at_most_one([goes for goes, _cents in own])
            else:
                cp.add(sum(cents for _goes, cents in own) <= award.cents)
    loads = portfolio.loads()
    for line in portfolio.lines:
        if change[line.id]:
            cp.add(loads[line.id] + sum(change[line.id]) <= line.holds_cents)
    sums: dict[PassName, Any] = {
        "saved": sum((sum(change[line.id]) for line in portfolio.lines if line.lapses), 0),
        "freedom": sum((-line.freedom * sum(change[line.id]) for line in portfolio.lines if not line.lapses), 0),
        "moves": sum((goes for _award, _line, goes, _cents in cells), 0),
    }
    return _Model(cp, cells, sums)


def fewest_moves(
    portfolio: Portfolio,
    begin: Sequence[Move],
    bounds: dict[PassName, int],
    *,
    limit: float = LIMIT,
    told: Callable[[], None] = lambda: None,
) -> tuple[list[Move], list[Proven]]:
    """The best moves in all passes, beginning at `begin`; `bounds` is what is known already of each pass.

    `told` is called after each pass, and after the last choice between what is equally good.
    """
    model, moves, proven = _model(portfolio), list(begin), []
    if not model.cells:
        for _pass in range(len(PASSES) + 1):
            told()
        return [], [Proven(name, 0, 0) for name in PASSES]
    for name in PASSES:
        down = name == "moves"
        value = worth(portfolio, moves)[name]
        bound = bounds[name]
        if value != bound:
            model.cp.minimize(model.sums[name]) if down else model.cp.maximize(model.sums[name])
            found, searched = _search(model, moves, limit)
            moves = found if found is not None else moves
            value = worth(portfolio, moves)[name]
            bound = max(bound, searched) if down else min(bound, searched)
        told()
        proven.append(Proven(name, value, bound))
        if down:
            model.cp.add(model.sums[name] <= value)
        else:
            model.cp.add(model.sums[name] >= value)
    model.cp.minimize(sum((place + 1) * goes for place, (_award, _line, goes, _cents) in enumerate(model.cells)))
    last, _bound = _search(model, moves, limit)
    told()
    return sorted(last if last is not None else moves), proven


def _search(model: _Model, moves: Sequence[Move], limit: float) -> tuple[list[Move] | None, int]:
    from ortools.sat.python import cp_model

    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    known = {(move.award, move.to_line): move.cents for move in moves}
    for award, line, goes, cents in model.cells:
        model.cp.add_hint(goes, (award.id, line) in known)
        if not award.whole:
            model.cp.add_hint(cents, known.get((award.id, line), 0))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limit
    status = solver.solve(model.cp)
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(model.cp.validate() or "invalid model")
    bound = round(solver.best_objective_bound)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, bound
    found = [
        Move(award.id, award.line, line, int(solver.value(cents)))
        for award, line, goes, cents in model.cells
        if solver.boolean_value(goes)
    ]
    return found, bound
