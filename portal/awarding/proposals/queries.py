"""Computing and reading proposals. A draft's answer is computed and shown, never stored: a draft is the person's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from matching.answering.answer import Prepared
from matching.offers import PossiblePayment, build_problem, possible_payments
from matching.offers.earlier_awards import with_history
from matching.offers.question import Question
from matching.problem import Locks, Problem
from matching.problem.proposal import Proposal, Share
from matching.receipt import model_used
from matching.spec.score import totals
from matching.what_if.insight import Insight, insight
from matching.what_if.override import OverridePrice, price, price_of_mix
from portal.awarding.earlier_awards import awards_that_count
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.applications.queries import application_by_question
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.questions.queries import may_see, question_by_id
from portal.framework.catalogue.queries import (
    Catalogue,
    SchemeInForce,
    as_json,
    catalogue,
    catalogue_of,
    scheme_version,
    schemes_in_force,
)
from portal.framework.funding.queries import matching_funding_lines
from portal.people.actor import Actor
from schemes.facts import complete_facts, parse_facts
from schemes.facts.outcome import PAST_AWARDS, FactValue
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion


@dataclass(frozen=True)
class QuestionAnswer:
    """What the desk can say about a question: verdicts always; a mix when there are costs, else what schemes could pay."""

    on: date
    question: Question
    facts: Mapping[str, FactValue]
    schemes: Mapping[str, SchemeInForce]
    verdicts: tuple[matching.Verdict, ...]
    problem: Problem
    proposal: Proposal | None
    explanation: matching.Explanation | None
    possible_payments: tuple[PossiblePayment, ...]
    known: Catalogue
    """The region with its facts and lists, as they were read."""

    def verdict(self, scheme: str) -> matching.Verdict | None:
        """The verdict on one scheme; None when it was not assessed."""
        return next((verdict for verdict in self.verdicts if verdict.scheme == scheme), None)

    def insight(self) -> Insight | None:
        """Other mixes, what is not certain and what would change it, each solved again; None without a mix. Takes a while."""
        if self.proposal is None:
            return None
        known, schemes = self.known, {slug: scheme.definition for slug, scheme in self.schemes.items()}
        region = LoadedRegion(
            known.region, Path(known.region.region), known.facts, known.references, schemes, EMPTY_FUNDING, {}
        )
        prepared = Prepared(self.on, self.facts, self.verdicts, self.problem)
        lines = self.problem.funding_lines
        return insight(self.question, region, prepared, self.proposal, funding_lines=lines, on=self.on)


@dataclass(frozen=True)
class StoredOverride:
    """What an advisor fixed or left out: why, and the price of it."""

    reason: str
    price: OverridePrice


@dataclass(frozen=True)
class MixCheck:
    """Whether an advisor's own mix is allowed, and what it costs the asker compared with the best one."""

    problem: Problem
    shares: tuple[Share, ...]
    violations: tuple[matching.Violation, ...]
    not_applied: tuple[str, ...]
    """Schemes administered here that pay in this mix, but were not applied for."""
    own_contribution_cents: int
    employer_contribution_cents: int
    price: OverridePrice | None
    """The differences with the best mix; None without costs."""

    @property
    def fits(self) -> bool:
        """Whether the mix could be decided as it is."""
        return not self.violations and not self.not_applied


def question_for_matching(
    session: Session, *, question: DevelopmentQuestion, on: date, confirmed_only: bool
) -> Question:
    """The record as the question that matching knows: no names, no addresses.

    With `confirmed_only` an employer's money counts only when the employer itself gave it; otherwise also what the asker expects.
    What was had before is looked up under the applicant's pseudonym as soon as there is an application.
    """
    pledge = pledge_by_question(session, question=question) if question.route is Route.INDIVIDUAL else None
    had_before = awards_that_count(session, question=question, on=on)
    return as_question(question, on=on, pledge=promised(pledge, confirmed_only), had_before=had_before)


def as_question(
    question: DevelopmentQuestion,
    *,
    on: date,
    pledge: dict[str, object] | None,
    had_before: Sequence[Mapping[str, object]],
) -> Question:
    """The record with what was promised and had before, as matching knows it."""
    costs = [
        {
            "id": line.line_key,
            "category": line.category,
            "amount_cents": line.amount_cents,
            "amount_without_vat_cents": line.amount_without_vat_cents,
            "due_on": line.due_on,
            "bearer": line.bearer.value,
        }
        for line in question.cost_lines
    ]
    facts = {key: value for key, value in question.facts.items() if value != "unknown"}
    return Question.model_validate(
        {
            "format": "ontwikkelloket/question/1",
            "route": question.route.value,
            "reference_date": on,
            "wish": {"goals": tuple(question.goals)},
            "facts": facts,
            "costs": tuple(costs),
            "pledge": pledge,
            "borrow_up_to_cents": question.borrow_up_to_cents,
            "had_before": tuple(had_before),
        }
    )


def promised(pledge: Pledge | None, confirmed_only: bool) -> dict[str, object] | None:
    """What an employer promised, as a question holds it; None when that does not count."""
    if pledge is None or pledge.state is PledgeState.DECLINED or pledge.kind is None:
        return None
    if confirmed_only and not pledge.counts:
        return None
    categories = tuple(pledge.categories) if pledge.categories else None
    return {"kind": pledge.kind.value, "amount_cents": pledge.amount_cents, "categories": categories}


# Computing -------------------------------------------------------------------------------------------------------------


def indicative_answer(session: Session, *, question: DevelopmentQuestion, on: date) -> QuestionAnswer:
    """What the desk can say now, without storing anything. Expected money of the employer counts."""
    return compute_answer(session, question=question, on=on, confirmed_only=False)


def compute_answer(
    session: Session,
    *,
    question: DevelopmentQuestion,
    on: date,
    confirmed_only: bool,
    funding_on: date | None = None,
    solve: bool = True,
    locks: Locks | None = None,
) -> QuestionAnswer:
    """Verdicts, problem and (with `solve`) mix and reasons. `funding_on` is the day of award when that is not `on`."""
    asked = question_for_matching(session, question=question, on=on, confirmed_only=confirmed_only)
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    schemes = {scheme.slug: scheme for scheme in held}
    funding = matching_funding_lines(session, on=funding_on or on)
    known = catalogue(session)
    facts, verdicts = _assess(asked, schemes, known, on)
    definitions = [scheme.definition for scheme in schemes.values()]
    problem = build_problem(asked, verdicts, definitions, known.region, funding, known.references, on=on, facts=facts)
    if locks is not None:
        problem = Problem.model_validate({**dict(problem), "locks": locks})
    proposal = matching.propose(problem) if solve and problem.lines else None
    return _answer(on, asked, facts, schemes, verdicts, problem, proposal, known)


def _assess(
    asked: Question, schemes: Mapping[str, SchemeInForce], known: Catalogue, on: date
) -> tuple[dict[str, FactValue], list[matching.Verdict]]:
    parsed = parse_facts(asked.raw_facts(), known.facts, on=on)
    facts = with_history(complete_facts(parsed.values, known.facts, known.references, on), asked.had_before)
    definitions = [scheme.definition for scheme in schemes.values()]
    return facts, matching.assess(facts, definitions, on, known.references, route=asked.route)


def _answer(
    on: date,
    asked: Question,
    facts: Mapping[str, FactValue],
    schemes: Mapping[str, SchemeInForce],
    verdicts: Sequence[matching.Verdict],
    problem: Problem,
    proposal: Proposal | None,
    known: Catalogue,
) -> QuestionAnswer:
    definitions = [scheme.definition for scheme in schemes.values()]
    reasons = matching.explain(problem, proposal, verdicts, definitions) if proposal is not None else None
    payments = tuple(possible_payments(problem)) if not problem.lines else ()
    return QuestionAnswer(on, asked, facts, schemes, tuple(verdicts), problem, proposal, reasons, payments, known)


def fresh_problem(session: Session, *, question: DevelopmentQuestion, today: date) -> Problem:
    """The problem as it is at this moment: rules of the reference date, money of today, confirmed pledges only."""
    on = question.reference_date or today
    return compute_answer(session, question=question, on=on, confirmed_only=True, funding_on=today, solve=False).problem


def check_mix(session: Session, *, question: DevelopmentQuestion, shares: Sequence[Share], today: date) -> MixCheck:
    """Whether a mix made by hand is allowed now, and what it costs compared with the best mix. Writes nothing."""
    problem = fresh_problem(session, question=question, today=today)
    known = (
        {line.id for line in problem.lines},
        {offer.id for offer in problem.offers} | {p.id for p in problem.pledges},
    )
    counted = [share for share in shares if share.line in known[0] and share.offer in known[1]]
    sums = totals(problem, counted)
    return MixCheck(
        problem,
        tuple(shares),
        tuple(matching.violations(problem, shares)),
        not_applied(session, question=question, problem=problem, shares=shares),
        sums["own_contribution_cents"],
        sums["employer_contribution_cents"],
        price_of_mix(problem, counted) if problem.lines else None,
    )


def price_of_locks(session: Session, *, question: DevelopmentQuestion, locks: Locks, today: date) -> OverridePrice:
    """What it costs now when an advisor fixes amounts or leaves schemes out. Raises as ``matching.solver.solve.propose`` does."""
    return price(fresh_problem(session, question=question, today=today), locks)


def not_applied(
    session: Session, *, question: DevelopmentQuestion, problem: Problem, shares: Sequence[Share]
) -> tuple[str, ...]:
    """The schemes administered here that pay in a mix without an application for them."""
    application = application_by_question(session, question=question)
    asked = set(application.schemes) if application is not None else set()
    here = {offer.id for offer in problem.offers if offer.administered == "here"}
    return tuple(sorted({share.offer for share in shares if share.offer in here} - asked))


# Reading ---------------------------------------------------------------------------------------------------------------


def proposals_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[ProposalRecord]:
    """The stored proposals of a question, newest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = select(ProposalRecord).where(ProposalRecord.question_id == question.id)
    return list(session.scalars(rows.order_by(ProposalRecord.id.desc())))


def latest_proposal(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> ProposalRecord | None:
    """The newest stored proposal; None when there is none or the actor may not see the question."""
    return next(iter(proposals_of(session, question=question, actor=actor)), None)


def proposal_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ProposalRecord | None:
    """A stored proposal; None when there is none or the actor may not see its question."""
    found = session.scalar(select(ProposalRecord).where(ProposalRecord.public_id == public_id))
    if found is None or question_by_id(session, question_id=found.question_id, actor=actor) is None:
        return None
    return found


def stored_proposal(record: ProposalRecord) -> Proposal:
    """The mix of a stored proposal."""
    return Proposal.model_validate_json(json.dumps(json.loads(record.answer_json)["proposal"]))


def stored_insight(record: ProposalRecord) -> Insight | None:
    """What explained a stored proposal further when it was made; None for one from before that was kept."""
    kept = json.loads(record.answer_json).get("insight")
    return None if kept is None else Insight.from_dict(kept)


def stored_override(record: ProposalRecord) -> StoredOverride | None:
    """Why an advisor wanted another mix than the best, and what that cost; None for a proposal without locks."""
    kept = json.loads(record.answer_json)
    if "override_price" not in kept:
        return None
    return StoredOverride(kept["override_reason"], OverridePrice(**kept["override_price"]))


def answer_of(session: Session, *, record: ProposalRecord) -> QuestionAnswer:
    """A stored proposal to show: mix and problem word for word, verdicts and reasons with the scheme versions of then."""
    stored = json.loads(record.answer_json)
    asked = Question.model_validate_json(json.dumps(stored["question"]))
    schemes = {
        slug: found
        for slug, version in sorted(record.scheme_versions.items())
        if (found := scheme_version(session, slug=slug, version=version["version"])) is not None
    }
    known = catalogue_of(session, content_hash=record.catalogue_hash) or catalogue(session)
    facts, verdicts = _assess(asked, schemes, known, record.reference_date)
    problem = Problem.model_validate_json(record.problem_json)
    return _answer(record.reference_date, asked, facts, schemes, verdicts, problem, stored_proposal(record), known)


def answer_as_json(
    answer: QuestionAnswer,
    *,
    question: DevelopmentQuestion,
    funding: Mapping[str, Mapping[str, str]],
    override: StoredOverride | None = None,
) -> str:
    """The answer as it is stored: question, mix, verdicts, reasons, what explains it further, and what a receipt needs beside.

    `funding` are the titles of funding lines in both languages; `override` is why an advisor wanted another mix.
    """
    found = answer.insight()
    assert answer.proposal is not None and answer.explanation is not None and found is not None
    mix = answer.proposal
    model = model_used(answer.problem.settings, mix.solver, mix.parameters)
    return json.dumps(
        {
            "receipt": {
                "model": model.model_dump(mode="json"),
                "looked_up": _looked_up(answer.question, question),
                "funding": {line.id: funding[line.id] for line in answer.problem.funding_lines},
            },
            "question": answer.question.model_dump(mode="json"),
            "facts": {key: as_json(value) for key, value in sorted(answer.facts.items()) if key != PAST_AWARDS},
            "proposal": answer.proposal.model_dump(mode="json"),
            "verdicts": [verdict.as_dict() for verdict in answer.verdicts],
            "explanation": answer.explanation.as_dict(),
            "alternatives": [one.as_dict() for one in found.alternatives],
            "insight": found.as_dict(),
            **(
                {}
                if override is None
                else {"override_reason": override.reason, "override_price": override.price.as_dict()}
            ),
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _looked_up(asked: Question, question: DevelopmentQuestion) -> list[str]:
    """The schemes of which the earlier awards come from the books of this desk, and not from what was declared."""
    declared = {(entry["scheme"], entry["amount_cents"], entry["awarded_on"]) for entry in question.had_before}
    found = {(entry.scheme, entry.amount_cents, entry.awarded_on.isoformat()) for entry in asked.had_before}
    return sorted({scheme for scheme, _, _ in found - declared})
