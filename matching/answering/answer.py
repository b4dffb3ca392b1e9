"""From a question and a region to the whole answer: facts read, schemes assessed, mix proposed, reasons given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from matching.offers import (
    PossiblePayment,
    Prepared,
    Rules,
    checked_facts,
    funding_line,
    make_ready,
    possible_payments,
)
from matching.offers.question import Question
from matching.offers.state_aid import AidNote, declarations
from matching.problem import AvailableFundingLine
from matching.problem.proposal import Proposal
from matching.reasons.explain import Explanation, explain
from schemes.region.loading import LoadedRegion

FORMAT: Literal["ontwikkelloket/answer/1"] = "ontwikkelloket/answer/1"
NextStep = Literal["apply", "ask_missing_facts", "ask_third_party", "consider_loan", "add_costs", "talk_to_advisor"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything there is to say about one question. `proposal` and `explanation` are None when there are no costs yet."""

    prepared: Prepared
    proposal: Proposal | None
    explanation: Explanation | None
    possible: tuple[PossiblePayment, ...]

    @property
    def notes(self) -> tuple[AidNote, ...]:
        """What somebody still has to declare, also when there are no costs yet."""
        return tuple(declarations(self.prepared.problem)) if self.explanation is None else self.explanation.notes

    @property
    def next_steps(self) -> list[NextStep]:
        """What to do next, most useful first. Never empty: there is always a talk with an advisor."""
        steps: list[NextStep] = []
        offers, problem = self.prepared.problem.offers, self.prepared.problem
        if self.proposal is None:
            steps.append("add_costs")
        elif any(used.offer not in {pledge.id for pledge in problem.pledges} for used in self._used()):
            steps.append("apply")
        undeclared = any(note.code == "de_minimis_declaration" for note in self.notes)
        if undeclared or any(one.can_be_offered and one.missing_facts for one in self.prepared.verdicts):
            steps.append("ask_missing_facts")
        if any(offer.certainty == "possible" for offer in offers):
            steps.append("ask_third_party")
        rest = self.proposal is not None and any(left.cents for left in self.proposal.rest)
        if rest and problem.borrow_up_to_cents == 0 and any(offer.repayable for offer in offers):
            steps.append("consider_loan")
        return [*steps, "talk_to_advisor"]

    def _used(self) -> Iterable[Any]:
        return () if self.explanation is None else self.explanation.used

    def as_dict(self) -> dict[str, Any]:
        """Plain data: what `loket match --json` prints."""
        return {
            "format": FORMAT,
            "reference_date": self.prepared.on.isoformat(),
            "verdicts": [verdict.as_dict() for verdict in self.prepared.verdicts],
            "problem": self.prepared.problem.model_dump(mode="json"),
            "proposal": None if self.proposal is None else self.proposal.model_dump(mode="json"),
            "explanation": None if self.explanation is None else self.explanation.as_dict(),
            "notes": [{"code": note.code, "params": note.params} for note in self.notes],
            "possible_payments": [payment.as_dict() for payment in self.possible],
            "next_steps": list(self.next_steps),
        }


def prepare(
    question: Question,
    region: LoadedRegion,
    *,
    on: date,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    file: str = "",
) -> Prepared:
    """Read the facts, assess every scheme and build the problem. Without funding lines the region's whole budgets count.

    `on` is the reference date. Raises BadFile when facts do not fit their definitions.
    """
    rules = Rules.of_region(region, on)
    lines = [funding_line(line) for line in region.funding.funding_lines] if funding_lines is None else funding_lines
    return make_ready(question, rules, lines, facts=checked_facts(question, rules, file=file))


def answer(
    question: Question,
    region: LoadedRegion,
    *,
    on: date,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    file: str = "",
    outlook: bool = True,
) -> Answer:
    """The whole answer to a question. Raises BadFile as `prepare` does, and what `matching.solver.solve.propose` raises.

    `outlook=False` leaves out what the mix would be if all that is possible was certain.
    """
    prepared = prepare(question, region, on=on, funding_lines=funding_lines, file=file)
    if not prepared.problem.lines:
        return Answer(prepared, None, None, tuple(possible_payments(prepared.problem)))
    from matching.solver.solve import propose

    proposal = propose(prepared.problem, outlook=outlook)
    reasons = explain(prepared.problem, proposal, prepared.verdicts, region.schemes.values())
    return Answer(prepared, proposal, reasons, tuple(possible_payments(prepared.problem)))
