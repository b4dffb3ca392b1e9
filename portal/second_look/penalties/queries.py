"""Reads of decisions on penalties: which notice they are about, in which message they are made known, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_penalties import LateBody
from portal.second_look.penalties.models import DefaultNotice, PenaltyAgain


@dataclass(frozen=True)
class PenaltyDecided:
    """What was decided on a penalty, as it stands now."""

    days: int
    cents: int


def notice_by_id(session: Session, *, notice_id: int) -> DefaultNotice | None:
    """The notice with this id. The caller guards who may see it."""
    return session.get(DefaultNotice, notice_id)


def notice_of_decision(session: Session, *, decision: Decision) -> DefaultNotice | None:
    """The notice on whose penalty this decision is, the first one or the one after an objection; None for another decision."""
    if decision.kind is not DecisionKind.PENALTY:
        return None
    first = session.scalar(select(DefaultNotice).where(DefaultNotice.decision_id == decision.id))
    if first is not None:
        return first
    rows = select(DefaultNotice).join(PenaltyAgain, PenaltyAgain.notice_id == DefaultNotice.id)
    return session.scalar(rows.where(PenaltyAgain.decision_id == decision.id))


def again_of(session: Session, *, notice: DefaultNotice) -> PenaltyAgain | None:
    """What was decided on a penalty after an objection; None while the first decision stands."""
    return session.scalar(select(PenaltyAgain).where(PenaltyAgain.notice_id == notice.id))


def again_by_id(session: Session, *, again_id: int) -> PenaltyAgain | None:
    """What was decided on a penalty after an objection, by its id. The caller guards who may see it."""
    return session.get(PenaltyAgain, again_id)


def decided_on(session: Session, *, notice: DefaultNotice) -> PenaltyDecided | None:
    """What the penalty is by the last decision; None while nothing was decided."""
    if notice.settled_at is None:
        return None
    again = again_of(session, notice=notice)
    if again is not None:
        return PenaltyDecided(again.penalty_days, again.amount_cents)
    return PenaltyDecided(notice.penalty_days or 0, notice.amount_cents or 0)


def bodies_of_decision(decision: Decision) -> list[LateBody]:
    """The bodies that a decision on a penalty is of."""
    return [
        LateBody(one.deciding_body_nl, one.deciding_body_en, one.scheme, one.scheme_version)
        for one in decision.outcomes
    ]


def told_of_penalty(session: Session, *, decision: Decision) -> list[tuple[str, int]]:
    """The message that makes a decision on a penalty known, by its template and version."""
    notice = notice_of_decision(session, decision=decision)
    if notice is None:
        return []
    if notice.decision_id == decision.id:
        return [("late/penalty", notice.id)]
    again = again_of(session, notice=notice)
    return [("late/penalty_again", again.id)] if again is not None else []


def told_to(session: Session, *, decision: Decision) -> tuple[str, int]:
    """About what the message is that makes a decision known, by kind and id: a penalty on the objection of another than who
    asked is told to that person, every other decision to who asked."""
    notice = notice_of_decision(session, decision=decision)
    if notice is not None and notice.of_another and notice.objection_id is not None:
        return "objection", notice.objection_id
    return "question", decision.question_id
