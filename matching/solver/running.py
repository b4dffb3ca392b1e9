"""One solve of a problem: pass after pass, each by the portfolio.

First a small slice of CP-SAT: nearly every question is proven in it. A pass that is not gets larger ones, each of which searches
in another way: what takes one of them long seldom takes the others long too. One of them is the second engine (second.py), which
has the mix in hand; what is still open after all of them it gets for longer, and last CP-SAT again, with the bound found since.
All of it stops on work that is counted, never on the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from matching.problem.proposal import PassResult, Status
from matching.problem.settings import (
    COUNTING_FEW,
    FEW_ROWS,
    LARGE_ROWS,
    MANY_ROWS,
    MOST_STEPS,
    PASSES_WITHOUT_PRESOLVE,
    RESERVE,
    SECOND_SHARE,
    SLICE_MS,
    SLICE_MS_PER_ROW,
    SLICES,
    SLICES_OF,
    SLICES_OF_BUNDLE,
    SLICES_OF_BUNDLE_PASS,
    SLICES_OF_FEW,
    SLICES_OF_LARGE,
    SLICES_OF_MANY,
    SOLVER_PARAMETERS,
    WAYS,
    PassName,
    Slice,
    Way,
)
from matching.solver import bounds
from matching.solver.kinds import LinesOfKind, answers_in_ways
from matching.solver.model import MixModel
from matching.solver.objectives import objective
from matching.solver.patience import while_waited_for
from matching.solver.rows import Sum
from matching.solver.second import SecondEngine, value_of
from matching.solver.sharing import Choice, Sharing
from matching.solver.starting import (
    FEASIBLE,
    INFEASIBLE,
    MODEL_INVALID,
    OPTIMAL,
    Better,
    Parameters,
    SolverRun,
    wrong_with,
)

EXACTLY = True
"""Whether a proven value is held from below too: no mix comes to less, but the linear relaxation does not know (off in tests)."""
LEFT_OPEN = (6, 24)
"""Of very many lines: so many of each kind may be in any way when the mix beneath tells those of the others."""

MOST_HELD = 1.0
"""Deterministic seconds of each such run at most."""

ALONG = 1.0
"""Deterministic seconds for a mix along the choices of the trainings."""


class SolverFault(RuntimeError):
    """The model was invalid or the mix broke a constraint: a fault in this software, never in the input."""


@dataclass(slots=True)
class MixRun:
    """The state of one solve: the model, the values found last, the budget left, whether a pass was hard."""

    model: MixModel
    budget: float
    found: list[int] | None = None
    spent: float = 0.0
    harder: bool = False
    step: int = 1
    """What the sum of the pass goes up by."""
    held: list[tuple[Sum, PassResult]] = field(default_factory=list)
    engine: SecondEngine | None = None
    sharing: Sharing | None = None
    """In a bundle: that of this pass, and the value at which it last settled offers."""
    settled_at: int | None = None
    choices: dict[tuple[int, ...], list[Choice]] = field(default_factory=dict)
    """In a bundle: choices of each training that were met, by its variables."""
    beneath: "MixRun | None" = None
    """Of very many lines: a model that allows all that this one does and more, with lines that are alike as one."""
    kinds: tuple[LinesOfKind, ...] = ()
    """And those lines, with the ways in which they are there."""

    def minimise(self, name: PassName, later: int = 0) -> tuple[PassResult | None, Status]:
        """Solve one pass from the mix found last, and leave something of the budget for so many later passes.

        None: nothing was found (or, with locks, nothing exists). The value is held in all later passes, proven or not.
        """
        total = objective(self.model, name)
        for earlier, known in self.held:
            if earlier == total:
                result = known.model_copy(update={"name": name})
                self.held.append((total, result))
                return result, result.status
        least, now = bounds.least(self.model.reading, name, [known for _, known in self.held]), self.value(total)
        least = max(least, self._below(name))
        if name != "canonical" and now is not None and now <= least:
            result = PassResult(name=name, value=now, bound=now, status="proven")
        else:
            self.step = self.model.minimise(total, name)
            limit = self.budget * (1 - RESERVE * later) - self.spent
            status, bound = self._search(name, total, least, max(0.0, limit))
            value = self.value(total)
            self._settle(total)
            self.sharing = None
            if status == INFEASIBLE or value is None:
                return None, "proven" if status == INFEASIBLE else "not_proven"
            proven = status == OPTIMAL or bound >= value
            result = PassResult(
                name=name, value=value, bound=value if proven else bound, status="proven" if proven else "not_proven"
            )
        self.held.append((total, result))
        if EXACTLY and result.status == "proven" and not self.model.problem.parts and self._rows <= MANY_ROWS:
            self.model.exactly(total, result.value, name)
        else:
            self.model.at_most(total, result.value, name)
        if self.beneath is not None and name != "canonical":
            self.beneath.model.at_most(objective(self.beneath.model, name), result.value, name)
        return result, result.status

    def _search(self, name: PassName, total: Sum, bound: int, limit: float) -> tuple[Any, int]:
        """Slices of CP-SAT, ever larger, each in another way; the second engine; CP-SAT. Each knows the bound so far."""
        end = self.spent + limit
        if self.beneath is not None:
            self._begin(name, total, bound, limit)
            value = self.value(total)
            if value is not None and bound >= value:
                return OPTIMAL, bound
        unit = (SLICE_MS + SLICE_MS_PER_ROW * len(self.model.program.constraints)) / 1000
        for number, (way, units, steps) in enumerate(self._slices(name)):
            self.harder |= number > 0
            most = min(end - self.spent, units * unit)
            status, bound = self._slice(name, total, bound, max(0.0, most), steps, way)
            self._settle(total)
            if status in (OPTIMAL, INFEASIBLE) or self.spent >= end:
                return status, bound
            if number == 0 and self.model.problem.parts and name != "canonical":
                bound = max(bound, self._shared(name, total, bound, end))
                value = self.value(total)
                if value is not None and bound >= value:
                    return OPTIMAL, bound
        self.harder = True
        status, bound = self._slice(name, total, bound, SECOND_SHARE * (end - self.spent), 0, "second")
        if status == OPTIMAL:
            return status, bound
        return self._slice(name, total, bound, max(0.0, end - self.spent), MOST_STEPS, "harder")

    def _slice(
        self, name: PassName, total: Sum, bound: int, limit: float, steps: int, way: Way | Literal["second"]
    ) -> tuple[Any, int]:
        """One slice of a pass, in one way: its status, and the best bound so far."""
        if way == "second":
            bound = max(bound, self._second(total, bound, limit))
            value = self.value(total)
            return (OPTIMAL if value is not None and bound >= value else FEASIBLE), bound
        self.model.not_below(total, bound)
        status, better = self._attempt(name, total, limit, steps, way)
        return status, max(bound, better)

    def _shared(self, name: PassName, total: Sum, bound: int, end: float) -> int:
        """In a bundle: the bound by prices of what is shared, a mix along its choices, and offers that are settled by it."""
        value = self.value(total)
        if self.found is None or value is None:
            return bound
        sharing = Sharing(self.model, total, self.choices)
        sharing.look(self.found, value, SECOND_SHARE * (end - self.spent))
        self.spent += sharing.spent
        bound = max(bound, sharing.bound)
        if bound < value:
            for terms, least in sharing.rows():
                self.model.at_least(Sum(0, terms), least, name)
        for along in (sharing.held, partial(sharing.agreed, self.found)):
            if bound < value_of(total, self.found) and (mix := along()):
                self.model.not_below(total, bound)
                with self.model.held_at(mix):
                    self._attempt(name, total, max(0.0, min(end - self.spent, ALONG)), MOST_STEPS, "upwards")
        self.sharing, self.settled_at = sharing, None
        self._settle(total)
        return bound

    def _settle(self, total: Sum) -> None:
        """In a bundle: the offers that every mix as good as the one in hand uses are used from now on, and the others not."""
        value = self.value(total)
        if self.sharing is None or self.found is None or value is None or value == self.settled_at:
            return
        self.settled_at = value
        before = self.sharing.spent
        for index, used in self.sharing.settled(self.found, value):
            self.model.fix(index, used)
        self.spent += self.sharing.spent - before

    def _slices(self, name: PassName) -> tuple[Slice, ...]:
        if self.model.problem.parts:
            return SLICES_OF_BUNDLE_PASS.get(name, SLICES_OF_BUNDLE)
        if self._rows <= FEW_ROWS:
            return COUNTING_FEW if name == "schemes" else SLICES_OF_FEW
        if self._rows > MANY_ROWS:
            return SLICES_OF_MANY
        return (SLICES_OF_LARGE if self._rows >= LARGE_ROWS else SLICES_OF).get(name, SLICES)

    @property
    def _rows(self) -> int:
        return len(self.model.program.constraints)

    def _begin(self, name: PassName, total: Sum, bound: int, limit: float) -> None:
        """Take the best amounts with every yes or no as in the mix beneath, when they are better than the mix in hand.

        With some lines left open, and then more of them, as long as the mix is not known to be the best.
        """
        self.engine = self.engine or SecondEngine(self.model)
        end = self.spent + limit
        for held in self._held(name):
            most = max(0.0, min(end - self.spent, MOST_HELD))
            found, now = self.engine.held(total, held, most, bound), self.value(total)
            self.spent += found.work
            if found.values is not None and (now is None or value_of(total, found.values) < now):
                self.found, now = found.values, value_of(total, found.values)
            if now is not None and now <= bound:
                break

    def _held(self, name: PassName) -> Iterator[dict[int, int]]:
        if name == "canonical" and self.found is not None:
            yield self.model.answers(self.found)
        elif self.beneath is not None and self.beneath.found is not None:
            for left_open in LEFT_OPEN:
                yield answers_in_ways(self.model, self.beneath.model, self.beneath.found, self.kinds, left_open)

    def _below(self, name: PassName) -> int:
        """What the pass comes to at least in the model beneath, in which every mix is one as well."""
        if self.beneath is None or name == "canonical":
            return 0
        before, total = self.beneath.spent, objective(self.beneath.model, name)
        self.beneath.step = self.beneath.model.minimise(total, name)
        status, bound = self.beneath._search(name, total, 0, max(0.0, self.beneath.budget - before))
        self.spent += self.beneath.spent - before
        value = self.beneath.value(total)
        return value if status == OPTIMAL and value is not None else bound

    def _second(self, total: Sum, least: int, limit: float) -> int:
        """The second engine from the mix in hand: keeps a better mix, and gives a bound that holds."""
        self.engine = self.engine or SecondEngine(self.model)
        best = None if self.value(total) is None else self.found
        found = self.engine.minimise(total, best, limit, least)
        self.spent += found.work
        if found.values is not None:
            self.found = found.values
        value = self.value(total)
        return (
            0 if value is not None and found.bound > value else found.bound
        )  # a bound above a mix that exists is none

    def _attempt(self, name: PassName, total: Sum, limit: float, steps: int, way: Way) -> tuple[Any, int]:
        """One run of CP-SAT: its status, and a bound of the pass (0 when it has none)."""
        program = self.model.program
        if self.found is not None:
            program.clear_solution_hint()
            program.solution_hint.vars.extend(range(len(self.found)))
            program.solution_hint.values.extend(self.found)
        run = SolverRun(_parameters(name, limit, way))
        with while_waited_for(run.stop) as seconds:
            if seconds is not None:
                run.parameters.max_time_in_seconds = seconds
            response = run.solve(program, _Steps(steps))
        status = response.status
        self.spent += response.deterministic_time
        if status == MODEL_INVALID:
            raise SolverFault(wrong_with(program) or "invalid model")
        if status not in (OPTIMAL, FEASIBLE):
            return status, 0
        self.found = list(response.solution)
        return status, max(0, total.constant + self.step * response.inner_objective_lower_bound)

    def value(self, total: Sum) -> int | None:
        """What a sum comes to in the mix in hand; None when there is none, or it says nothing of the newest variables."""
        if self.found is None or len(self.found) < len(self.model.bounds):
            return None
        return value_of(total, self.found)

    def settle(self) -> None:
        """Keep the offers that are used as they were found: what is left to choose is only who pays which cents."""
        if self.found is not None and self.beneath is not None:
            for index, value in self.model.answers(self.found).items():
                self.model.fix(index, value)
        elif self.found is not None:
            self.model.keep_used({name: bool(self.found[index]) for name, index in self.model.y.items()})


class _Steps(Better):
    """Stops a run that creeps: each better mix costs time on the clock, but hardly any deterministic time."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.left = most

    def better(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.stop()


def _parameters(name: PassName, budget: float, way: Way) -> Any:
    parameters = Parameters()
    chosen: dict[str, Any] = dict(SOLVER_PARAMETERS)
    if name in PASSES_WITHOUT_PRESOLVE:
        chosen["cp_model_presolve"] = False
    chosen |= WAYS[way]
    for parameter, value in chosen.items():
        if parameter == "search_branching":
            value = type(parameters.search_branching)(value)
        setattr(parameters, parameter, value)
    parameters.max_deterministic_time = max(0.0, budget)
    return parameters
