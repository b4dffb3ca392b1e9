"""Solves a problem: five passes, each with the values of those before it held, then checked against the specification.

The solver stops on deterministic time, never on the clock, so that the same problem gives the same answer everywhere. A pass
that is not proven within its part of the budget keeps its value and its bound, the later ones go on from there, and the mix
is `not_proven`. For who does not wait any more there is no answer at all (matching/solver/patience.py).
"""

from collections.abc import Iterator

from matching.problem import Locks, Problem
from matching.problem.proposal import FORMAT, Outlook, PassResult, Proposal, Share, Status, problem_hash
from matching.problem.settings import MANY_ROWS, RESERVE, SECOND_PARAMETERS, SOLVER_PARAMETERS, WAYS, PassName
from matching.solver.alike import alike
from matching.solver.clashing import smallest_clash
from matching.solver.kinds import beneath
from matching.solver.model import LocksImpossible, MixModel
from matching.solver.objectives import objective
from matching.solver.precedence import add_precedence
from matching.solver.prepared import Cell, read
from matching.solver.running import MixRun, SolverFault
from matching.solver.starting import VERSION
from matching.spec import limits, score
from matching.spec.check import Violation, violations

SOLVER = f"OR-Tools CP-SAT {VERSION}"

HARDER: dict[str, int | bool] = {
    **{f"second.{name}": value for name, value in SECOND_PARAMETERS.items()},
    **{f"{way}.{name}": value for way, changed in WAYS.items() for name, value in changed.items()},
}
"""What the proposal says of a mix that the easy slice did not prove."""


class LockConflict(ValueError):
    """The locks cannot all be kept. `locks` is a smallest set that clashes; `violations` says what they break."""

    def __init__(self, locks: Locks, broken: list[Violation]) -> None:
        super().__init__("the locks cannot all be kept")
        self.locks = locks
        self.violations = broken


class LimitReached(ValueError):
    """The budget of the solver was used up before any mix that keeps the locks was found."""


def propose(problem: Problem, *, outlook: bool = True, hashed: bool = True) -> Proposal:
    """The best mix of a problem, proven or honestly not. `outlook=False` leaves `best_if_possible` out.

    `hashed=False` is for who compares mixes and keeps none: the hash of the problem is then zeros.
    Raises LockConflict when the locks clash, LimitReached when nothing that keeps the locks was found in time,
    ProblemTooLarge when amounts cannot be computed exactly, SolverFault when this software is wrong.
    """
    shares, passes, spent, harder = _checked(problem, problem.settings.passes)
    possible, more = _outlook(problem) if outlook else (None, 0.0)
    proven = all(result.status == "proven" for result in passes)
    return Proposal(
        format=FORMAT,
        shares=shares,
        rest=score.rest_of(problem, shares),
        status="proven" if proven else "not_proven",
        passes=passes,
        best_if_possible=possible,
        solver=SOLVER,
        parameters=SOLVER_PARAMETERS | (HARDER if harder else {}),
        deterministic_ms=round((spent + more) * 1000),
        problem_hash=problem_hash(problem) if hashed else "0" * 64,
        **score.totals(problem, shares),
    )


def best_shares(problem: Problem) -> tuple[Share, ...]:
    """The shares of the best mix, as `propose` finds and checks them, for who needs nothing else of it. Raises what it does."""
    return _checked(problem, problem.settings.passes)[0]


def first_pass(problem: Problem) -> PassResult:
    """The first pass alone, found and checked as `propose` does, for who needs nothing else of the mix. Raises what it does."""
    return _checked(problem, problem.settings.passes[:1])[1][0]


def _checked(
    problem: Problem, names: tuple[PassName, ...]
) -> tuple[tuple[Share, ...], tuple[PassResult, ...], float, bool]:
    """What `_solve` finds, held against the specification: no rule is broken, and the passes add up."""
    shares, passes, spent, harder = _solve(problem, names)
    broken = violations(problem, shares)
    if broken:
        raise SolverFault(f"the mix breaks {broken[0]}")
    values = score.values(problem, shares)
    for result in passes:
        if result.name != "canonical" and values[result.name] != result.value:
            raise SolverFault(f"pass {result.name} reports {result.value}, the shares add up to {values[result.name]}")
    return shares, passes, spent, harder


def _solve(
    problem: Problem, names: tuple[PassName, ...]
) -> tuple[tuple[Share, ...], tuple[PassResult, ...], float, bool]:
    """The shares, the passes, the deterministic time spent, and whether the harder way was needed."""
    try:
        run = MixRun(_model(problem), problem.settings.deterministic_limit_ms / 1000)
    except LocksImpossible:
        raise _conflict(problem) from None
    if len(run.model.rows) > MANY_ROWS and not problem.parts:
        _begin_with_alike(run)
    results: list[PassResult] = []
    for n, name in enumerate(names):
        if name == "canonical":
            run.settle()
        result, status = run.minimise(name, len(names) - n - 1)
        if result is None and status == "proven":
            raise _conflict(problem)
        if result is None:
            break
        results.append(result)
    shares = _fallback(problem) if run.found is None else tuple(_shares(run.model, run.found))
    results = [result if result.status == "proven" else _lowered(run, result) for result in results]
    results += _unproven(run, problem, shares, names[len(results) :])
    return shares, tuple(results), run.spent, run.harder


def _begin_with_alike(run: MixRun) -> None:
    """Of very many lines: the model of lines that are alike as one, of which each pass is solved first."""
    kept = alike(run.model.problem)
    if kept is not None:
        model, run.kinds = beneath(run.model, kept)
        run.beneath = MixRun(model, run.budget * RESERVE)


def _model(problem: Problem) -> MixModel:
    model = MixModel(read(problem))
    add_precedence(model)
    return model


def _lowered(run: MixRun, result: PassResult) -> PassResult:
    """A pass that was not proven, with the value it has in the last mix: a later pass may have lowered it on its way."""
    value = next(run.value(total) for total, held in run.held if held.name == result.name)
    if value is None:
        return result
    return result.model_copy(update={"value": value, "status": "proven" if value == result.bound else "not_proven"})


def _unproven(
    run: MixRun, problem: Problem, shares: tuple[Share, ...], names: tuple[PassName, ...]
) -> Iterator[PassResult]:
    """The passes that were not reached: the value of the mix in hand, and no better bound than zero, which proves a zero."""
    values = score.values(problem, shares)
    for name in names:
        value = values.get(name, 0)
        if name == "canonical" and run.found is not None:
            total = objective(run.model, name)
            value = sum(c * run.found[index] for index, c in total.terms.items())
        yield PassResult(name=name, value=value, bound=0, status="not_proven" if value else "proven")


def _fallback(problem: Problem) -> tuple[Share, ...]:
    """The mix that always exists without locks: only the fixed pledge, line by line."""
    if problem.locks.shares:
        raise LimitReached("no mix that keeps the locks was found within the limit of the solver")
    shares = []
    for pledge in problem.pledges:
        left = limits.pledge_in_full(problem, pledge) if pledge.kind == "fixed" else 0
        for line in sorted(problem.lines, key=lambda line: line.id):
            cents = min(left, line.amount_cents) if limits.pledge_pays(problem, pledge, line) else 0
            if cents:
                shares.append(Share(line=line.id, offer=pledge.id, cents=cents))
                left -= cents
    return tuple(shares)


def _shares(model: MixModel, found: list[int]) -> Iterator[Share]:
    """The shares of a solution; within a group the funding lines are laid along the cost lines, both in order."""
    placed: dict[Cell, list[tuple[str | None, int]]] = {}
    for offer, groups in model.reading.groups.items():
        for group in groups:
            queue = [(line, found[model.x[line, offer]]) for line in group.lines]
            parts = [
                (name, found[model.z[offer, group, name]]) for name in group.funding if (offer, group, name) in model.z
            ]
            for line, source, cents in _lay(queue, parts or [(group.funding[0], sum(cents for _, cents in queue))]):
                placed.setdefault((line, offer), []).append((source, cents))
    for (line, payer), index in sorted(model.x.items()):
        for name, cents in sorted(placed.get((line, payer), [(None, found[index])]), key=str):
            if cents:
                yield Share(line=line, offer=payer, funding_line=name, cents=cents)


def _lay(lines: list[tuple[str, int]], funding: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    """Lay equal sums along each other: (line, funding line, cents)."""
    sources = iter(funding)
    name, left = next(sources)
    for line, cents in lines:
        while cents:
            while not left:
                name, left = next(sources)
            part = min(cents, left)
            yield line, name, part
            cents, left = cents - part, left - part


def _outlook(problem: Problem) -> tuple[Outlook | None, float]:
    """Passes 1 and 2 as if every possible offer with a known amount were firm."""
    hopeful = [offer.id for offer in problem.offers if offer.certainty == "possible" and offer.amount_known]
    if not hopeful:
        return None, 0.0
    offers = tuple(
        offer.model_copy(update={"certainty": "firm"}) if offer.id in hopeful else offer for offer in problem.offers
    )
    assumed = problem.model_copy(update={"offers": offers})
    shares, passes, spent, _ = _solve(assumed, ("own_money", "rest"))
    used = {share.offer for share in shares}
    status: Status = "proven" if all(result.status == "proven" for result in passes) else "not_proven"
    return (
        Outlook(
            own_money_cents=passes[0].value,
            rest_cents=passes[1].value,
            offers=tuple(sorted(used.intersection(hopeful))),
            status=status,
        ),
        spent,
    )


def _conflict(problem: Problem) -> Exception:
    """A smallest set of locks that clashes."""
    if not problem.locks.shares:
        return SolverFault("no mix exists, although the empty one always does")
    kept = smallest_clash(problem.locks, lambda locks: _impossible(problem, locks))
    return LockConflict(kept, _broken_by(problem, kept))


def _impossible(problem: Problem, locks: Locks) -> bool:
    try:
        limit = problem.settings.deterministic_limit_ms / 1000
        run = MixRun(_model(problem.model_copy(update={"locks": locks})), limit)
    except LocksImpossible:
        return True
    result, status = run.minimise("own_money")
    return result is None and status == "proven"


def _broken_by(problem: Problem, locks: Locks) -> list[Violation]:
    """What the locked shares break by themselves; what more shares could still repair comes last."""
    funding = {offer.id: _first_funding(problem, offer.id) for offer in problem.offers if offer.administered == "here"}
    shares = [
        Share(
            line=lock.line,
            offer=lock.offer,
            funding_line=lock.funding_line or funding.get(lock.offer),
            cents=lock.cents,
        )
        for lock in locks.shares
        if lock.cents
    ]
    broken = violations(problem.model_copy(update={"locks": locks}), shares)
    repairable = {
        "below_minimum",
        "below_smallest_share",
        "co_financing_short",
        "fixed_pledge_not_used",
        "lock_not_kept",
        "broken_precedence",
    }
    return sorted(broken, key=lambda violation: (violation.code in repairable, violation.constraint))


def _first_funding(problem: Problem, offer: str) -> str | None:
    """A funding line that admits the offer, for locks that name none."""
    [found] = [one for one in problem.offers if one.id == offer]
    admitted = [money for money in problem.funding_lines if limits.refusal_of(problem, money, found) is None]
    return min(admitted, key=lambda money: (-money.available_cents, money.id)).id if admitted else None
