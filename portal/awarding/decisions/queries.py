"""Reads of decisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Mix, Share
from portal.awarding.decisions.models import BESIDE_THE_QUESTION, Decision, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, may_see, of_case, of_cases_in_sight
from portal.people.actor import Actor
from portal.platform.reading_once import read_once


@dataclass(frozen=True)
class DecidedMix:
    """The shares of a decision, also those that other bodies pay."""

    shares: tuple[Share, ...]

    def cents_of(self, offer: str) -> int:
        """Everything one scheme or pledge pays."""
        return sum(share.cents for share in self.shares if share.offer == offer)


def decisions_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Decision]:
    """The decisions on a question, oldest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    mine = select(Decision).where(Decision.question_id == question.id).order_by(Decision.id)
    return list(read_once(session, ("decisions", question.id), lambda: list(session.scalars(mine))))


def decision_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Decision | None:
    """The decision that stands: the newest one on the question itself, not one about a voucher that came of it.

    None when there is none or the actor may not see the question.
    """
    return that_stands(decisions_of(session, question=question, actor=actor))


def that_stands(decisions: Sequence[Decision]) -> Decision | None:
    """Of the decisions on one question, oldest first, the one on the question itself that stands.

    None when there is none, or when an application that was set aside is taken up again and nothing is decided since.
    """
    newest = next((one for one in reversed(decisions) if one.kind not in BESIDE_THE_QUESTION), None)
    return None if newest is None or newest.kind is DecisionKind.TAKEN_UP else newest


def decision_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Decision | None:
    """A decision; None when there is none or the actor may not see its question."""
    return of_case(session, Decision, public_id=public_id, actor=actor)


def decision_on(session: Session, *, question: DevelopmentQuestion, decision_id: int) -> Decision | None:
    """The decision with this id when it is on this question."""
    return session.scalar(select(Decision).where(Decision.id == decision_id, Decision.question_id == question.id))


def decision_by_id(session: Session, *, decision_id: int) -> Decision | None:
    """One decision, for a program that was given its number by the desk itself."""
    return session.get(Decision, decision_id)


def decision_told(session: Session, *, question: DevelopmentQuestion, version: int) -> Decision | None:
    """The decision that a message makes known: its version is the id of the decision; of older messages it is the first one."""
    rows = select(Decision).where(Decision.question_id == question.id).order_by(Decision.id)
    return decision_on(session, question=question, decision_id=version) or session.scalar(rows.limit(1))


def decisions(session: Session, *, actor: Actor, limit: int = 200, offset: int = 0) -> list[Decision]:
    """All decisions, newest first; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(Decision).where(of_cases_in_sight(Decision.question_id, actor)).order_by(Decision.id.desc())
    return list(session.scalars(rows.limit(limit).offset(offset)))


def questions_taken_over() -> Select[int]:
    """The ids of the questions that were taken over from an earlier administration: nobody asked them here."""
    return select(Decision.question_id).where(Decision.kind == DecisionKind.TAKEN_OVER)


def decided_mix(decision: Decision) -> DecidedMix | None:
    """The mix that was decided; None for a rejection or referral."""
    if decision.shares_json is None:
        return None
    return DecidedMix(Mix.model_validate_json(json.dumps(json.loads(decision.shares_json))).shares)
