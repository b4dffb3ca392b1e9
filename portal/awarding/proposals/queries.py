"""Reading stored proposals."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers import Prepared, assessed
from matching.offers.question import Question
from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.what_if.insight import Insight
from matching.what_if.override import OverridePrice
from portal.awarding.answering import QuestionAnswer, explained, rules_of
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see, of_case
from portal.framework.catalogue.queries import catalogue, catalogue_of, scheme_version
from portal.people.actor import Actor


@dataclass(frozen=True)
class StoredOverride:
    """What an advisor fixed or left out: why, and the price of it."""

    reason: str
    price: OverridePrice


def proposals_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[ProposalRecord]:
    """The stored proposals of a question, newest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = select(ProposalRecord).where(ProposalRecord.question_id == question.id)
    return list(session.scalars(rows.order_by(ProposalRecord.id.desc())))


def latest_proposal(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> ProposalRecord | None:
    """The newest stored proposal; None when there is none or the actor may not see the question."""
    return next(iter(proposals_of(session, question=question, actor=actor)), None)


def has_proposal(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether something was computed and kept for a question, for who may see it."""
    rows = select(ProposalRecord.id).where(ProposalRecord.question_id == question.id).limit(1)
    return may_see(question, actor) and session.scalar(rows) is not None


def proposal_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ProposalRecord | None:
    """A stored proposal; None when there is none or the actor may not see its question."""
    return of_case(session, ProposalRecord, public_id=public_id, actor=actor)


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
    rules = rules_of(known, schemes, record.reference_date)
    said = assessed(asked.raw_facts(), rules, route=asked.route, had_before=asked.had_before)
    problem = Problem.model_validate_json(record.problem_json)
    made = Prepared(record.reference_date, said.facts, said.verdicts, problem)
    return explained(asked, made, stored_proposal(record), schemes, known)
