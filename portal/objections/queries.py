"""Reads of objections, and the terms that hold for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.decisions.models import Decision, DecisionMandate
from portal.letters.queries import made_known_on
from portal.objections.models import Objection, ObjectionState
from portal.preparations.models import Preparation
from portal.questions.models import DevelopmentQuestion
from portal.questions.queries import may_see, question_by_id
from portal.terms.queries import term_of_weeks

WEEKS, WEEKS_WITH_COMMITTEE, WEEKS_ADJOURNED = 6, 12, 6
"""Awb 7:10, first and third paragraph."""


def known_on(session: Session, *, decision: Decision) -> date | None:
    """The day on which a decision was made known (sent or posted); None while it was not."""
    return made_known_on(
        session, question_id=decision.question_id, template=f"decision/{decision.kind.value}", version=decision.id
    )


def decide_objection_by(term_ended_on: date, *, committee: bool, adjourned: bool) -> date:
    """The last day to decide on an objection: six weeks, or twelve with a committee, from the day after the objection term ended;
    six more when it was adjourned (Awb 7:10)."""
    weeks = WEEKS_WITH_COMMITTEE if committee else WEEKS
    return term_of_weeks(term_ended_on, weeks + (WEEKS_ADJOURNED if adjourned else 0))


def objections_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Objection]:
    """The objections about a question, oldest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    return list(session.scalars(select(Objection).where(Objection.question_id == question.id).order_by(Objection.id)))


def objection_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Objection | None:
    """An objection; None when there is none or the actor may not see its question."""
    found = session.scalar(select(Objection).where(Objection.public_id == public_id))
    if found is None or question_by_id(session, question_id=found.question_id, actor=actor) is None:
        return None
    return found


def open_objections(session: Session, *, limit: int = 200) -> list[Objection]:
    """Objections that wait for a decision, the one that is due first first."""
    rows = select(Objection).where(Objection.state == ObjectionState.OPEN)
    return list(session.scalars(rows.order_by(Objection.decide_by, Objection.id).limit(limit)))


def involved_in(session: Session, *, decision: Decision) -> frozenset[str]:
    """Who took part in a decision: who decided and who prepared. They do not decide on an objection against it (Awb 10:3)."""
    prepared = select(DecisionMandate.prepared_by).where(DecisionMandate.decision_id == decision.id)
    waiting = select(Preparation.prepared_by).where(Preparation.question_id == decision.question_id)
    names = {decision.decided_by, *session.scalars(prepared), *session.scalars(waiting)}
    return frozenset(name for name in names if name is not None)
