"""What it costs when an advisor fixes an amount or leaves a scheme out, compared with the best mix."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matching.problem import Locks, Problem
from matching.problem.proposal import PassResult, Proposal, Share, Status
from matching.problem.settings import PassName
from matching.solver.again import public_cents, schemes_used
from matching.spec import score


@dataclass(frozen=True, slots=True)
class OverridePrice:
    """The differences with the best mix, in cents: more than 0 is more money of that kind.

    own: what the asker pays or borrows. rest: what nobody but the asker pays, so that much less is covered. public: public
    money. `status` not_proven: one of the two mixes is not proven best, so the differences are those of the mixes found: the
    own money of either may be `gap_cents` less, and `open_pass` is the first pass that was not proven.
    """

    own_cents: int
    rest_cents: int
    public_cents: int
    employer_cents: int
    schemes_difference: int
    status: Status = "proven"
    gap_cents: int = 0
    open_pass: PassName | None = None

    @property
    def free(self) -> bool:
        """Whether it makes no difference to anybody."""
        return not (
            self.own_cents or self.rest_cents or self.public_cents or self.employer_cents or self.schemes_difference
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {name: getattr(self, name) for name in OverridePrice.__slots__}


def price(problem: Problem, locks: Locks) -> OverridePrice:
    """What these locks cost compared with the best mix without any lock. Raises LockConflict and LimitReached as `propose`."""
    from matching.solver.solve import propose

    free = propose(problem.model_copy(update={"locks": Locks()}), outlook=False)
    kept = propose(Problem.model_validate({**dict(problem), "locks": locks}), outlook=False)
    return _difference(problem, free, kept.shares, (*free.passes, *kept.passes))


def price_of_mix(problem: Problem, shares: Iterable[Share]) -> OverridePrice:
    """What a mix made by hand costs compared with the best mix without any lock. Its references all exist."""
    from matching.solver.solve import propose

    free = propose(problem.model_copy(update={"locks": Locks()}), outlook=False)
    return _difference(problem, free, tuple(shares), free.passes)


def _difference(
    problem: Problem, best: Proposal, shares: tuple[Share, ...], passes: tuple[PassResult, ...]
) -> OverridePrice:
    """The differences; `passes` are those of the mixes that were solved for it."""
    before, after = score.values(problem, best.shares), score.values(problem, shares)
    sums = score.totals(problem, shares)
    unproven = [one for one in passes if one.status != "proven"]
    return OverridePrice(
        own_cents=after["own_money"] - before["own_money"],
        rest_cents=after["rest"] - before["rest"],
        public_cents=public_cents(problem, shares) - public_cents(problem, best.shares),
        employer_cents=sums["employer_contribution_cents"] - best.employer_contribution_cents,
        schemes_difference=len(schemes_used(problem, shares)) - len(schemes_used(problem, best.shares)),
        status="not_proven" if unproven else "proven",
        gap_cents=max((one.gap for one in passes if one.name == "own_money"), default=0),
        open_pass=unproven[0].name if unproven else None,
    )
