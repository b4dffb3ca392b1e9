"""Which cases an advisor looks at, and in which order: a filter as a value, so that a page, a count and a file say the same."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.cases.conversations.models import InformationRequest
from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import OPEN_STATES, Contact, DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import STAFF_OF_CASES
from portal.oversight.worklist.queries import Rows, Whose, WorklistRow, by_deadline, of_whom, rows_of
from portal.people.accounts.models import Account
from portal.people.actor import Actor
from portal.platform.clock import end_of_day, local_date, start_of_day

Question = DevelopmentQuestion


class CaseOrder(enum.StrEnum):
    """In which order cases stand."""

    DEADLINE = "deadline"
    """The earliest day that counts first."""
    OLDEST = "oldest"
    NEWEST = "newest"
    NAME = "name"
    TRAINING = "training"
    OWNER = "owner"


@dataclass(frozen=True)
class Selection:
    """A filter on the worklist and its order. Without anything: all that is open, the earliest deadline first."""

    states: tuple[QuestionState, ...] = OPEN_STATES
    whose: Whose = Whose.EVERYBODY
    owner_id: int | None = None
    """The account of a colleague; goes before `whose`."""
    team_id: int | None = None
    """Only the cases of this team."""
    route: Route | None = None
    late: bool = False
    """Only what is past its last day."""
    sent_from: date | None = None
    sent_until: date | None = None
    """The last day on which it was sent, that day included."""
    order: CaseOrder = CaseOrder.DEADLINE


def selected_cases(
    session: Session, *, actor: Actor, now: datetime, chosen: Selection, limit: int = 25, offset: int = 0
) -> list[WorklistRow]:
    """The cases of a selection, in its order; empty for everybody but advisors. Six queries for any page."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    ids = _of_whom(select(Question.id).where(*_rules(chosen, local_date(now))), chosen, actor)
    return rows_of(session, _some(session, ids, chosen.order, limit, offset), local_date(now))


def how_many_selected(session: Session, *, actor: Actor, now: datetime, chosen: Selection) -> int:
    """How many cases a selection has."""
    if actor.audience not in STAFF_OF_CASES:
        return 0
    rows = _of_whom(select(func.count(Question.id)).where(*_rules(chosen, local_date(now))), chosen, actor)
    return int(session.scalar(rows) or 0)


def selected_ids(session: Session, *, actor: Actor, now: datetime, chosen: Selection, limit: int) -> Sequence[str]:
    """The public ids of the cases of a selection, in its order."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = _of_whom(select(Question.public_id).where(*_rules(chosen, local_date(now))), chosen, actor)
    return list(_some(session, rows, chosen.order, limit, 0))


def _some(session: Session, rows: Any, order: CaseOrder, limit: int, offset: int) -> Any:
    """The first column of some of the rows, in this order. Names stand sealed in the database: by these is ordered here."""
    if order is not CaseOrder.NAME:
        return list(session.scalars(_in_order(rows, order).limit(limit).offset(offset)))
    named = rows.add_columns(Question.id, Question.employer_name, Contact.name)
    found = session.execute(named.outerjoin(Contact, Contact.question_id == Question.id)).all()
    by_name = sorted(found, key=lambda row: ((row[2] or row[3] or "").casefold(), row[1]))
    return [row[0] for row in by_name[offset : offset + limit]]


def _rules(chosen: Selection, today: date) -> Iterator[ColumnElement[bool]]:
    yield Question.state.in_([state for state in chosen.states if state is not QuestionState.DRAFT])
    if chosen.team_id is not None:
        yield Question.team_id == chosen.team_id
    if chosen.route is not None:
        yield Question.route == chosen.route
    if chosen.sent_from is not None:
        yield Question.submitted_at >= start_of_day(chosen.sent_from)
    if chosen.sent_until is not None:
        yield Question.submitted_at < end_of_day(chosen.sent_until)
    if chosen.late:
        yield is_late(today)


def is_late(today: date) -> ColumnElement[bool]:
    """Past the last day that counts: that of the answer that is awaited, of the decision, or of the first reaction."""
    row = InformationRequest
    unanswered = exists().where(
        row.question_id == Question.id, row.answered_at.is_(None), row.ended_at.is_(None), row.answer_by < today
    )
    return or_(
        and_(Question.state == QuestionState.WAITING, unanswered),
        and_(Question.state == QuestionState.APPLIED, Question.decide_by < today),
        and_(
            Question.state == QuestionState.SUBMITTED,
            Question.decide_by.is_(None),
            Question.responded_at.is_(None),
            Question.respond_by < today,
        ),
    )


def _of_whom(rows: Rows, chosen: Selection, actor: Actor) -> Rows:
    if chosen.owner_id is None:
        return of_whom(rows, chosen.whose, actor)
    rows = of_whom(rows, Whose.EVERYBODY, actor)
    theirs = select(CaseOwner.question_id).where(CaseOwner.account_id == chosen.owner_id)
    return rows.where(Question.id.in_(theirs))


def _in_order(rows: Rows, order: CaseOrder) -> Rows:
    match order:
        case CaseOrder.OWNER:
            rows = rows.outerjoin(CaseOwner, CaseOwner.question_id == Question.id)
            rows = rows.outerjoin(Account, Account.id == CaseOwner.account_id)
            return rows.order_by(Account.display_name.is_(None), Account.display_name, *by_deadline())
        case CaseOrder.TRAINING:
            return rows.order_by(Question.training_name.is_(None), Question.training_name, Question.id)
        case CaseOrder.OLDEST:
            return rows.order_by(Question.submitted_at, Question.id)
        case CaseOrder.NEWEST:
            return rows.order_by(Question.submitted_at.desc(), Question.id.desc())
    return rows.order_by(*by_deadline())
