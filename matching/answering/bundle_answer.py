"""The whole answer to a bundle: one mix over all trainings, its reasons, and per training what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from matching.answering.answer import prepare
from matching.answering.bundle import Bundle, PreparedBundle, PreparedPart, prepare_bundle
from matching.offers import PossiblePayment, possible_payments
from matching.problem import AvailableFundingLine, Problem
from matching.problem.proposal import Proposal, Share, problem_hash
from matching.reasons.explain import Explanation, explain
from schemes.region.loading import LoadedRegion

FORMAT: Literal["ontwikkelloket/bundle-answer/1"] = "ontwikkelloket/bundle-answer/1"


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What the mix comes to for one training. Names of lines and offers are those of the common problem.

    `possible`: of a training without costs, which schemes could pay up to what.
    """

    part: PreparedPart
    lines: tuple[str, ...]
    shares: tuple[Share, ...]
    cost_cents: int
    paid_cents: int
    possible: tuple[PossiblePayment, ...]

    @property
    def id(self) -> str:
        """The name of the training in the bundle."""
        return self.part.training.id

    @property
    def rest_cents(self) -> int:
        """What the employer pays of this training."""
        return self.cost_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class BundleAnswer:
    """Everything there is to say about a bundle. `proposal` and `explanation` are None when no training has costs."""

    prepared: PreparedBundle
    proposal: Proposal | None
    explanation: Explanation | None
    trainings: tuple[PartOutcome, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data: what `loket match --json` prints for a bundle; `loket verify` reads it back."""
        problem = self.prepared.problem
        return {
            "format": FORMAT,
            "reference_date": self.prepared.on.isoformat(),
            "trainings": [_plain(one) for one in self.trainings],
            "problem": None if problem is None else problem.model_dump(mode="json"),
            "proposal": None if self.proposal is None else self.proposal.model_dump(mode="json"),
            "explanation": None if self.explanation is None else self.explanation.as_dict(),
        }


def _plain(one: PartOutcome) -> dict[str, Any]:
    return {
        "id": one.id,
        "cost_cents": one.cost_cents,
        "paid_cents": one.paid_cents,
        "rest_cents": one.rest_cents,
        "verdicts": [verdict.as_dict() for verdict in one.part.prepared.verdicts],
        "possible_payments": [payment.as_dict() for payment in one.possible],
    }


def answer_bundle(
    bundle: Bundle,
    region: LoadedRegion,
    *,
    on: date,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    file: str = "",
) -> BundleAnswer:
    """The whole answer to a bundle. Raises BadFile when facts do not fit, and what `matching.solver.solve.propose` raises."""
    lines = None if funding_lines is None else tuple(funding_lines)
    prepared = prepare_bundle(
        bundle,
        lambda question: prepare(question, region, on=on, funding_lines=lines, file=file),
        region.schemes.values(),
        region.references,
        on=on,
    )
    return solved(prepared, region)


def solved(prepared: PreparedBundle, region: LoadedRegion, known: Proposal | None = None) -> BundleAnswer:
    """The mix of a bundle that was made ready, with its reasons.

    `known` is a mix that was found before: of this very problem it is used, of another it is not.
    """
    if prepared.problem is None:
        outcomes = [_outcome(part, None, ()) for part in prepared.parts]
        return BundleAnswer(prepared, None, None, tuple(outcomes))
    proposal = known
    if proposal is None or proposal.problem_hash != problem_hash(prepared.problem):
        from matching.solver.solve import propose

        proposal = propose(prepared.problem)
    reasons = explain(prepared.problem, proposal, (), region.schemes.values())
    outcomes = [_outcome(part, prepared.problem, proposal.shares) for part in prepared.parts]
    return BundleAnswer(prepared, proposal, reasons, tuple(outcomes))


def _outcome(part: PreparedPart, problem: Problem | None, shares: tuple[Share, ...]) -> PartOutcome:
    own = () if problem is None else tuple(line for line in problem.lines if line.part == part.training.id)
    names = tuple(line.id for line in own)
    paid = tuple(share for share in shares if share.line in names)
    could = tuple(possible_payments(part.prepared.problem)) if not own else ()
    cost, covered = sum(line.amount_cents for line in own), sum(share.cents for share in paid)
    return PartOutcome(part, names, paid, cost, covered, could)
