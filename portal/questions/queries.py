"""Reads of development questions. Every read takes the actor and returns only what that actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, case, func, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from portal.accounts.access import Actor, Audience
from portal.clock import local_date
from portal.questions.models import OPEN_STATES, DevelopmentQuestion, QuestionState, Route

STAFF_OF_CASES = (Audience.ADVISOR, Audience.SYSTEM)


@dataclass(frozen=True)
class WorklistRow:
    """One line of the advisor's worklist. `due_on` is the decision day when there is an application, else the day of reaction."""

    id: int
    public_id: str
    reference_number: str
    route: Route
    state: QuestionState
    asker_name: str
    training_name: str | None
    municipality: str | None
    total_cents: int
    submitted_at: datetime
    age_days: int
    responded: bool
    respond_by: date | None
    decide_by: date | None
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class WorklistCounts:
    """How many questions stand in each state, and how many open ones are overdue."""

    by_state: dict[QuestionState, int]
    overdue: int

    @property
    def open(self) -> int:
        """How many questions an advisor still has something to do for."""
        return sum(self.by_state.get(state, 0) for state in OPEN_STATES)


def asker_audience(question: DevelopmentQuestion) -> Audience:
    """The audience of who asked: the resident, or the employer in its own question."""
    return Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT


def is_asker(question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether the actor is who asked this question."""
    return actor.audience is asker_audience(question) and actor.may_act_for(question.id)


def may_see(question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether the actor may see this question with everything in it.

    An advisor sees what was sent; who asked sees the own question. An employer that is only asked for a pledge sees no more
    than ``portal.pledges.queries.pledge_request`` gives.
    """
    if actor.audience in STAFF_OF_CASES:
        return not question.is_draft or actor.audience is Audience.SYSTEM
    return is_asker(question, actor)


def question_by_public_id(session: Session, *, public_id: str, actor: Actor) -> DevelopmentQuestion | None:
    """The question with this id; None when there is none or the actor may not see it."""
    question = session.scalar(select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id))
    return question if question is not None and may_see(question, actor) else None


def question_by_id(session: Session, *, question_id: int, actor: Actor) -> DevelopmentQuestion | None:
    """The question with this database id; None when there is none or the actor may not see it."""
    question = session.get(DevelopmentQuestion, question_id)
    return question if question is not None and may_see(question, actor) else None


def questions_by_reference(session: Session, *, text: str, actor: Actor, limit: int = 20) -> list[DevelopmentQuestion]:
    """Questions whose reference number holds a text; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES or not text.strip():
        return []
    found = (
        select(DevelopmentQuestion)
        .where(DevelopmentQuestion.reference_number.contains(text.strip().upper(), autoescape=True))
        .order_by(DevelopmentQuestion.reference_number)
        .limit(limit)
    )
    return list(session.scalars(found))


def worklist(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    states: tuple[QuestionState, ...] = OPEN_STATES,
    limit: int = 200,
    offset: int = 0,
) -> list[WorklistRow]:
    """The questions in these states, the earliest deadline first; empty for everybody but advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = (
        select(DevelopmentQuestion)
        .where(DevelopmentQuestion.state.in_([state for state in states if state is not QuestionState.DRAFT]))
        .order_by(_due_on(), DevelopmentQuestion.submitted_at, DevelopmentQuestion.id)
        .limit(limit)
        .offset(offset)
    )
    today = local_date(now)
    return [_row(question, today) for question in session.scalars(rows)]


def worklist_counts(session: Session, *, actor: Actor, now: datetime) -> WorklistCounts:
    """How many questions stand in each state; zeros for everybody but advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return WorklistCounts({}, 0)
    counted = session.execute(
        select(DevelopmentQuestion.state, func.count())
        .where(DevelopmentQuestion.state != QuestionState.DRAFT)
        .group_by(DevelopmentQuestion.state)
    )
    late = select(func.count()).select_from(DevelopmentQuestion).where(
        DevelopmentQuestion.state.in_((QuestionState.SUBMITTED, QuestionState.APPLIED)),
        or_(
            DevelopmentQuestion.decide_by < local_date(now),
            (DevelopmentQuestion.decide_by.is_(None))
            & (DevelopmentQuestion.responded_at.is_(None))
            & (DevelopmentQuestion.respond_by < local_date(now)),
        ),
    )  # fmt: skip
    return WorklistCounts({state: int(number) for state, number in counted}, int(session.scalar(late) or 0))


def _due_on() -> ColumnElement[date]:
    """The day that counts: the decision day, else the day of reaction while nothing was done yet, else far away."""
    return case(
        (DevelopmentQuestion.decide_by.is_not(None), DevelopmentQuestion.decide_by),
        (DevelopmentQuestion.responded_at.is_(None), DevelopmentQuestion.respond_by),
        else_=literal(date(9999, 12, 31), Date),
    )


def _row(question: DevelopmentQuestion, today: date) -> WorklistRow:
    submitted_at = question.submitted_at or question.created_at
    due_on = question.decide_by or (question.respond_by if question.responded_at is None else None)
    place = "employer_municipality" if question.route is Route.EMPLOYER else "residence_municipality"
    name = question.contact.name if question.contact is not None else ""
    return WorklistRow(
        id=question.id,
        public_id=question.public_id,
        reference_number=question.reference_number or "",
        route=question.route,
        state=question.state,
        asker_name=question.employer_name or name if question.route is Route.EMPLOYER else name,
        training_name=question.training_name,
        municipality=question.facts.get(place),
        total_cents=question.total_cents,
        submitted_at=submitted_at,
        age_days=(today - local_date(submitted_at)).days,
        responded=question.responded_at is not None,
        respond_by=question.respond_by,
        decide_by=question.decide_by,
        due_on=due_on,
        overdue=question.is_open
        and question.state is not QuestionState.WAITING
        and due_on is not None
        and due_on < today,
    )
