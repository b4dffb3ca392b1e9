"""Reads of waiting lists: who waits, at which place, and for whom there is money now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from portal.accounts.access import Actor
from portal.applications.models import Application
from portal.applications.queries import schemes_applied_for
from portal.catalogue.queries import SchemeInForce
from portal.questions.models import DevelopmentQuestion, QuestionState
from portal.questions.queries import STAFF_OF_CASES, may_see
from portal.turns.queries import IN_ORDER
from portal.waiting.models import PlaceState, WaitingPlace


@dataclass(frozen=True)
class Place:
    """One live place: the record, and how many stand in front of it plus one."""

    record: WaitingPlace
    position: int


@dataclass(frozen=True)
class WaitingRow:
    """One line of the list of a scheme, for the advisor. The person is the one of the case."""

    position: int
    question_public_id: str
    reference_number: str
    number: str
    scheme: str
    wanted_cents: int
    state: PlaceState


def live() -> tuple[ColumnElement[bool], ...]:
    """A place counts while nobody left it and its application waits for a decision."""
    return (WaitingPlace.left_at.is_(None), DevelopmentQuestion.state.in_(IN_ORDER))


def places_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Place]:
    """The live places of a question with their positions, by scheme; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = session.execute(
        select(WaitingPlace, Application)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(Application.question_id == question.id, *live())
        .order_by(WaitingPlace.scheme)
    ).all()
    return [Place(place, _position(session, place, application)) for place, application in rows]


def place_of(session: Session, *, application: Application) -> Place | None:
    """The first live place of an application; None when it does not wait."""
    place = session.scalar(
        select(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.application_id == application.id, *live())
        .order_by(WaitingPlace.scheme)
        .limit(1)
    )
    return None if place is None else Place(place, _position(session, place, application))


def place_by_public_id(session: Session, *, public_id: str, actor: Actor) -> WaitingPlace | None:
    """A place; None when there is none or the actor may not see its question."""
    place = session.scalar(select(WaitingPlace).where(WaitingPlace.public_id == public_id))
    if place is None:
        return None
    application = session.get_one(Application, place.application_id)
    question = session.get_one(DevelopmentQuestion, application.question_id)
    return place if may_see(question, actor) else None


def waiting_list(session: Session, *, actor: Actor, limit: int = 500) -> list[WaitingRow]:
    """Everybody who waits, per scheme in order; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = session.execute(
        select(WaitingPlace, Application, DevelopmentQuestion.public_id, DevelopmentQuestion.reference_number)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*live())
        .order_by(WaitingPlace.scheme, Application.completed_at, Application.receipt_order)
        .limit(limit)
    )
    found: list[WaitingRow] = []
    seen: dict[str, int] = {}
    for place, application, public_id, reference in rows:
        seen[place.scheme] = seen.get(place.scheme, 0) + 1
        found.append(
            WaitingRow(
                seen[place.scheme], public_id, reference or "", application.number, place.scheme, place.wanted_cents,
                place.state,
            )
        )  # fmt: skip
    return found


def schemes_with_waiting_list(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> list[SchemeInForce]:
    """The schemes of an application that have a waiting list."""
    held = schemes_applied_for(session, question=question, application=application)
    return [scheme for scheme in held if scheme.definition.budget is not None and scheme.definition.budget.waiting_list]


def waits(question: DevelopmentQuestion) -> bool:
    """Whether a question is in a state in which an application can wait for money."""
    return question.state is QuestionState.APPLIED


def _position(session: Session, place: WaitingPlace, application: Application) -> int:
    before = or_(
        Application.completed_at < application.completed_at,
        (Application.completed_at == application.completed_at)
        & (Application.receipt_order < application.receipt_order),
    )
    rows = (
        select(func.count())
        .select_from(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.scheme == place.scheme, *live(), before)
    )
    return 1 + int(session.scalar(rows) or 0)
