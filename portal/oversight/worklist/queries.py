"""The worklist: a fixed number of queries for a page, however many cases there are."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Date, Select, case, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.sql import ColumnElement

from portal.awarding.proposals.models import ProposalRecord
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import (
    DECIDED_STATES,
    OPEN_STATES,
    Contact,
    DevelopmentQuestion,
    QuestionCostLine,
    QuestionState,
    Route,
)
from portal.cases.questions.queries import STAFF_OF_CASES, in_sight
from portal.people.accounts.models import Account
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.preparations.models import Preparation, PreparationState

Question = DevelopmentQuestion
Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])
FAR = date(9999, 12, 31)


class Whose(enum.StrEnum):
    """Which cases: of everybody, of the advisor who looks, or of nobody yet."""

    EVERYBODY = "everybody"
    MINE = "mine"
    NOBODY = "nobody"


class CaseStanding(enum.StrEnum):
    """Where a case stands, finer than its state: what follows from talks and proposals is looked up, not kept twice."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TALK_PLANNED = "talk_planned"
    TALK_HELD = "talk_held"
    APPLIED = "applied"
    WAITING = "waiting"
    PROPOSED = "proposed"
    PREPARED = "prepared"
    """A prepared decision waits for a second person."""
    DECIDED = "decided"
    OBJECTED = "objected"
    """Decided, and somebody objects to it."""
    REFERRED = "referred"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True)
class WorklistRow:
    """One line of the worklist. `due_on` is the day of the answer while the desk waits, the decision day with an application,
    else the day of reaction."""

    id: int
    public_id: str
    reference_number: str
    route: Route
    state: QuestionState
    standing: CaseStanding
    asker_name: str
    owner_name: str | None
    training_name: str | None
    municipality: str | None
    total_cents: int
    submitted_at: datetime
    age_days: int
    respond_by: date | None
    decide_by: date | None
    answer_by: date | None
    due_on: date | None
    overdue: bool
    next_talk: datetime | None


@dataclass(frozen=True)
class WorklistCounts:
    """How many questions stand in each state, and how many open ones are overdue."""

    by_state: dict[QuestionState, int]
    overdue: int

    @property
    def open(self) -> int:
        """How many questions an advisor still has something to do for."""
        return sum(self.by_state.get(state, 0) for state in OPEN_STATES)


def worklist(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    states: tuple[QuestionState, ...] = OPEN_STATES,
    whose: Whose = Whose.EVERYBODY,
    limit: int = 200,
    offset: int = 0,
) -> list[WorklistRow]:
    """The questions in these states, the earliest deadline first; empty for everybody but advisors.

    Six queries for any page: which questions, the questions, and costs, talks, proposals and what is open beside them.
    """
    if actor.audience not in STAFF_OF_CASES:
        return []
    wanted = of_whom(select(Question.id), whose, actor).where(Question.state.in_(_sent(states)))
    page = list(session.scalars(wanted.order_by(*by_deadline()).limit(limit).offset(offset)))
    return rows_of(session, page, local_date(now))


def worklist_counts(session: Session, *, actor: Actor, now: datetime, whose: Whose = Whose.EVERYBODY) -> WorklistCounts:
    """How many questions stand in each state; zeros for everybody but advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return WorklistCounts({}, 0)
    rows = of_whom(select(Question.state, func.count()), whose, actor).where(Question.state != QuestionState.DRAFT)
    counted = session.execute(rows.group_by(Question.state))
    today = local_date(now)
    late = of_whom(select(func.count(Question.id)), whose, actor).where(
        Question.state.in_((QuestionState.SUBMITTED, QuestionState.APPLIED)),
        or_(
            Question.decide_by < today,
            Question.decide_by.is_(None) & Question.responded_at.is_(None) & (Question.respond_by < today),
        ),
    )
    return WorklistCounts({state: int(number) for state, number in counted}, int(session.scalar(late) or 0))


def unanswered_requests(session: Session, *, actor: Actor, today: date, limit: int = 50) -> list[WorklistRow]:
    """Questions whose applicant did not answer within the term that was set: go on, or do not take the application up."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    page = list(
        session.scalars(
            select(InformationRequest.question_id)
            .join(Question, Question.id == InformationRequest.question_id)
            .where(
                Question.state == QuestionState.WAITING,
                InformationRequest.answered_at.is_(None),
                InformationRequest.ended_at.is_(None),
                InformationRequest.answer_by < today,
                in_sight(actor),
            )
            .order_by(InformationRequest.answer_by, InformationRequest.id)
            .limit(limit)
        )
    )
    return rows_of(session, page, today)


def standing(session: Session, *, question: Question) -> CaseStanding:
    """Where one case stands."""
    return _standing(question, _beside(session, [question.id]))


# How it is put together ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Beside:
    """What stands beside the questions of one page, by question."""

    costs: dict[int, int]
    planned: dict[int, datetime]
    held: set[int]
    proposed: dict[int, int]
    answer_by: dict[int, date]
    prepared: set[int]
    objected: set[int]


def _sent(states: Sequence[QuestionState]) -> list[QuestionState]:
    return [state for state in states if state is not QuestionState.DRAFT]


def of_whom(rows: Rows, whose: Whose, actor: Actor) -> Rows:
    """Only the rows of these cases, and of these what the actor sees: the rows are of questions."""
    rows = rows.where(in_sight(actor))
    if whose is Whose.MINE:
        mine = select(CaseOwner.question_id).where(CaseOwner.account_id == actor.account_id)
        return rows.where(Question.id.in_(mine))
    if whose is Whose.NOBODY:
        return rows.where(~exists().where(CaseOwner.question_id == Question.id).correlate(Question))
    return rows


def by_deadline() -> tuple[ColumnElement[object], ...]:
    """By the day that counts: the decision day, else the day of reaction while nothing was done yet, else far away.

    A case that waits for the applicant is far away too: `unanswered_requests` brings it back.
    """
    due: ColumnElement[date] = case(
        (Question.state == QuestionState.WAITING, literal(FAR, Date)),
        (Question.decide_by.is_not(None), Question.decide_by),
        (Question.responded_at.is_(None), Question.respond_by),
        else_=literal(FAR, Date),
    )
    return (due, Question.submitted_at, Question.id)  # type: ignore[return-value]


def rows_of(session: Session, page: Sequence[int], today: date) -> list[WorklistRow]:
    """The rows of these questions, in this order: five queries for any page."""
    if not page:
        return []
    rows = session.execute(
        select(Question, Contact.name, Account.display_name)
        .outerjoin(Contact, Contact.question_id == Question.id)
        .outerjoin(CaseOwner, CaseOwner.question_id == Question.id)
        .outerjoin(Account, Account.id == CaseOwner.account_id)
        .where(Question.id.in_(page))
        .options(lazyload(Question.cost_lines), lazyload(Question.contact))
    )
    found = {row[0].id: row for row in rows}
    beside = _beside(session, page)
    return [_row(*found[id_], beside, today) for id_ in page]


def _beside(session: Session, page: Sequence[int]) -> _Beside:
    costs = session.execute(
        select(QuestionCostLine.question_id, func.sum(QuestionCostLine.amount_cents))
        .where(QuestionCostLine.question_id.in_(page))
        .group_by(QuestionCostLine.question_id)
    )
    planned: dict[int, datetime] = {}
    held: set[int] = set()
    talks = session.execute(
        select(Conversation.question_id, Conversation.state, func.min(Conversation.planned_for))
        .where(
            Conversation.question_id.in_(page),
            Conversation.state.in_((ConversationState.PLANNED, ConversationState.HELD)),
        )
        .group_by(Conversation.question_id, Conversation.state)
    )
    for question_id, state, when in talks:
        if state is ConversationState.PLANNED:
            planned[question_id] = when
        else:
            held.add(question_id)
    proposed = session.execute(
        select(ProposalRecord.question_id, func.max(ProposalRecord.question_revision))
        .where(ProposalRecord.question_id.in_(page))
        .group_by(ProposalRecord.question_id)
    )
    opened = session.execute(
        union_all(
            select(
                literal(CaseStanding.WAITING.value), InformationRequest.question_id, InformationRequest.answer_by
            ).where(
                InformationRequest.question_id.in_(page),
                InformationRequest.answered_at.is_(None),
                InformationRequest.ended_at.is_(None),
            ),
            select(literal(CaseStanding.PREPARED.value), Preparation.question_id, cast(null(), Date)).where(
                Preparation.question_id.in_(page), Preparation.state == PreparationState.WAITING
            ),
            select(literal(CaseStanding.OBJECTED.value), Objection.question_id, cast(null(), Date)).where(
                Objection.question_id.in_(page), Objection.state == ObjectionState.OPEN
            ),
        )
    ).all()
    return _Beside(
        {row[0]: int(row[1]) for row in costs},
        planned,
        held,
        {row[0]: row[1] for row in proposed},
        {question_id: day for what, question_id, day in opened if what == CaseStanding.WAITING},
        {question_id for what, question_id, _ in opened if what == CaseStanding.PREPARED},
        {question_id for what, question_id, _ in opened if what == CaseStanding.OBJECTED},
    )


def _standing(question: Question, beside: _Beside) -> CaseStanding:
    if question.state is QuestionState.SUBMITTED:
        if question.id in beside.planned:
            return CaseStanding.TALK_PLANNED
        return CaseStanding.TALK_HELD if question.id in beside.held else CaseStanding.SUBMITTED
    if question.state is QuestionState.APPLIED and question.id in beside.prepared:
        return CaseStanding.PREPARED
    if question.state is QuestionState.APPLIED and beside.proposed.get(question.id) == question.revision:
        return CaseStanding.PROPOSED
    if question.id in beside.objected and question.state in (*DECIDED_STATES, QuestionState.SET_ASIDE):
        return CaseStanding.OBJECTED
    return CaseStanding(question.state.value)


def _row(question: Question, name: str | None, owner: str | None, beside: _Beside, today: date) -> WorklistRow:
    submitted_at = question.submitted_at or question.created_at
    answer_by = beside.answer_by.get(question.id)
    due_on = answer_by or question.decide_by or (question.respond_by if question.responded_at is None else None)
    place = "employer_municipality" if question.route is Route.EMPLOYER else "residence_municipality"
    return WorklistRow(
        id=question.id,
        public_id=question.public_id,
        reference_number=question.reference_number or "",
        route=question.route,
        state=question.state,
        standing=_standing(question, beside),
        asker_name=question.employer_name or name or "" if question.route is Route.EMPLOYER else name or "",
        owner_name=owner,
        training_name=question.training_name,
        municipality=question.facts.get(place),
        total_cents=beside.costs.get(question.id, 0),
        submitted_at=submitted_at,
        age_days=(today - local_date(submitted_at)).days,
        respond_by=question.respond_by,
        decide_by=question.decide_by,
        answer_by=answer_by,
        due_on=due_on,
        overdue=question.is_open and due_on is not None and due_on < today,
        next_talk=beside.planned.get(question.id),
    )
