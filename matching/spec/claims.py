"""Whether the sums that a whole proposal claims follow from its shares. No solver: an optimum is not proven again here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from matching.problem import Problem
from matching.problem.proposal import Proposal, problem_hash
from matching.spec import score


@dataclass(frozen=True, slots=True)
class WrongSum:
    """A sum in a proposal that is not what its shares add up to; a code of `codes.CLAIMS` with its parameters."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {"code": self.code, "params": dict(self.params)}


def claims(problem: Problem, proposal: Proposal) -> list[WrongSum]:
    """Every claim of a proposal that is wrong. The shares refer only to things of the problem (see `violations`)."""
    return list(_claims(problem, proposal))


def _claims(problem: Problem, proposal: Proposal) -> Iterator[WrongSum]:
    if proposal.problem_hash != problem_hash(problem):
        yield WrongSum("problem_differs")
    yield from _of_passes(problem, proposal)
    actual = {left.line: left.cents for left in score.rest_of(problem, proposal.shares)}
    claimed = {left.line: left.cents for left in proposal.rest}
    for line in sorted(actual.keys() | claimed.keys()):
        if line not in claimed:
            yield WrongSum("rest_missing", {"lines": [line], "actual_cents": actual[line]})
        elif line not in actual:
            yield WrongSum("rest_of_nothing", {"lines": [line]})
        elif actual[line] != claimed[line]:
            params = {"lines": [line], "claimed_cents": claimed[line], "actual_cents": actual[line]}
            yield WrongSum("rest_differs", params)
    for name, cents in score.totals(problem, proposal.shares).items():
        if getattr(proposal, name) != cents:
            params = {"name": name, "claimed_cents": getattr(proposal, name), "actual_cents": cents}
            yield WrongSum("total_differs", params)
    values = score.values(problem, proposal.shares)
    for result in proposal.passes:
        if result.name in values and result.value != values[result.name]:
            params = {"name": result.name, "claimed": result.value, "actual": values[result.name]}
            yield WrongSum("pass_differs", params)
        if result.bound > result.value:
            yield WrongSum("bound_above_value", {"name": result.name, "claimed": result.bound, "actual": result.value})
        elif (result.status == "proven") != (result.bound == result.value):
            yield WrongSum("proof_differs", {"name": result.name, "claimed": result.bound, "actual": result.value})


def _of_passes(problem: Problem, proposal: Proposal) -> Iterator[WrongSum]:
    """All passes, in the order of the settings; and the whole is proven when each of them is."""
    order, found = list(problem.settings.passes), [result.name for result in proposal.passes]
    if found != order:
        yield WrongSum("passes_differ", {"claimed_passes": found, "actual_passes": order})
    proven = all(result.status == "proven" for result in proposal.passes)
    if (proposal.status == "proven") != proven:
        yield WrongSum("status_differs" if proven else "status_too_good")
