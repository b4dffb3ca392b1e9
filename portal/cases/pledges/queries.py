"""Reads of pledges. The employer that is asked sees the training and its costs, never who earns what or why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.models import Bearer, DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import acted_for, may_see
from portal.people.actor import Actor, Audience
from portal.platform.reading_once import read_once


@dataclass(frozen=True)
class PledgeLine:
    """One cost as the employer sees it."""

    category: str
    description: str | None
    amount_cents: int


@dataclass(frozen=True)
class PledgeRequest:
    """What an employer may see of a question for which it is asked to pay a part."""

    question_public_id: str
    reference_number: str | None
    asker_name: str
    """Who asks: an employer cannot answer for an employee that it does not know."""
    training_name: str | None
    training_provider: str | None
    lines: tuple[PledgeLine, ...]
    total_cents: int
    pledge: Pledge
    open: bool
    """Whether the employer can still answer."""


def pledge_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Pledge | None:
    """The pledge of a question; None when there is none or the actor may not see the question."""
    if not may_see(question, actor):
        return None
    return pledge_by_question(session, question=question)


def pledge_by_question(session: Session, *, question: DevelopmentQuestion) -> Pledge | None:
    """The pledge of a question that was read with an actor already."""
    mine = select(Pledge).where(Pledge.question_id == question.id)
    return read_once(session, ("pledge", question.id), lambda: session.scalar(mine))


def pledge_request(session: Session, *, public_id: str, actor: Actor) -> PledgeRequest | None:
    """What the employer with a link to a resident's question may see; None for everybody else."""
    one = select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id, acted_for(actor))
    question = session.scalar(one) if actor.audience is Audience.EMPLOYER else None
    if question is None or question.route is not Route.INDIVIDUAL:
        return None
    pledge = session.scalar(select(Pledge).where(Pledge.question_id == question.id))
    if pledge is None or pledge.asked_at is None:
        return None
    lines = tuple(
        PledgeLine(line.category, line.description, line.amount_cents)
        for line in question.cost_lines
        if line.bearer is Bearer.RESIDENT
    )
    waiting = question.state in (QuestionState.SUBMITTED, QuestionState.APPLIED, QuestionState.WAITING)
    return PledgeRequest(
        question.public_id,
        question.reference_number,
        question.contact.name if question.contact is not None else "",
        question.training_name,
        question.training_provider,
        lines,
        sum(line.amount_cents for line in lines),
        pledge,
        waiting and pledge.state in (PledgeState.ASKED, PledgeState.GIVEN, PledgeState.DECLINED),
    )


def pledge_requests(session: Session, *, actor: Actor) -> list[PledgeRequest]:
    """Everything for which an employer is asked to pay a part, what was asked last first."""
    if actor.audience is not Audience.EMPLOYER:
        return []
    mine = DevelopmentQuestion.id.in_(actor.questions | {actor.question_id or 0})
    rows = select(DevelopmentQuestion.public_id).join(Pledge, Pledge.question_id == DevelopmentQuestion.id)
    ids = session.scalars(rows.where(mine).order_by(Pledge.asked_at.desc(), Pledge.id.desc()))
    found = [pledge_request(session, public_id=public_id, actor=actor) for public_id in ids]
    return [one for one in found if one is not None]


def pledge_request_of(session: Session, *, actor: Actor) -> PledgeRequest | None:
    """What the employer whose link opened a resident's question may see of it; None for everybody else."""
    question = session.get(DevelopmentQuestion, actor.question_id) if actor.question_id is not None else None
    return pledge_request(session, public_id=question.public_id, actor=actor) if question is not None else None


def question_of_pledge(session: Session, *, public_id: str, actor: Actor) -> DevelopmentQuestion | None:
    """The question for the acts `give_pledge` and `decline_pledge`, for the employer that was asked. Never to be shown."""
    if pledge_request(session, public_id=public_id, actor=actor) is None:
        return None
    return session.scalar(select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id))
