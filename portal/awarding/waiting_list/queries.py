"""Reads of waiting lists: who waits, at which place, and for whom there is money now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from matching.problem import Problem
from matching.spec.order_of_receipt import Claim
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import decided_mix, decision_of
from portal.awarding.divisions.queries import UNDECIDED
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.order_of_receipt.queries import (
    awarded_cents,
    claims_of,
    for_the_rest,
    in_front_of,
    rest_of,
)
from portal.cases.applications.models import Application
from portal.cases.applications.queries import schemes_applied_for
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import STAFF_OF_CASES, may_see
from portal.framework.catalogue.queries import SchemeInForce
from portal.people.actor import Actor, Audience


@dataclass(frozen=True)
class PlaceInLine:
    """One live place: the record, and how many stand in front of it plus one."""

    record: WaitingPlace
    position: int
    rest: bool = False
    """It waits for what was refused at the ceiling, after a decision that awarded the other part."""


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


@dataclass(frozen=True)
class WaitingCount:
    """How many wait for the money of one scheme, for how much together, and since which day the first of them."""

    scheme: str
    waiting: int
    offered: int
    """To how many of them money was offered that came free."""
    wanted_cents: int
    since: date


SEES_WAITING = (*STAFF_OF_CASES, Audience.REGION, Audience.CONTROLLER)


def live() -> tuple[ColumnElement[bool], ...]:
    """A place counts while nobody left it and its application waits for a decision, or for the rest after the decision."""
    return (WaitingPlace.left_at.is_(None), or_(DevelopmentQuestion.state.in_(UNDECIDED), for_the_rest()))


def is_live(session: Session, *, place: WaitingPlace) -> bool:
    """Whether a place counts now."""
    rows = (
        select(WaitingPlace.id)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.id == place.id, *live())
    )
    return session.scalar(rows) is not None


def places_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[PlaceInLine]:
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
    rest = question.state is QuestionState.DECIDED
    return [PlaceInLine(place, _position(session, place, application), rest) for place, application in rows]


def place_of(session: Session, *, application: Application) -> PlaceInLine | None:
    """The first live place of an application; None when it does not wait."""
    place = session.scalar(
        select(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.application_id == application.id, *live())
        .order_by(WaitingPlace.scheme)
        .limit(1)
    )
    return None if place is None else PlaceInLine(place, _position(session, place, application))


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
        select(WaitingPlace, Application, DevelopmentQuestion)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*live())
        .order_by(WaitingPlace.scheme, Application.completed_at, Application.receipt_order)
        .limit(limit)
    )
    found: list[WaitingRow] = []
    seen: dict[str, int] = {}
    for place, application, question in rows:
        seen[place.scheme] = seen.get(place.scheme, 0) + 1  # who is in sight stands where it stands among all
        if not may_see(question, actor):
            continue
        found.append(
            WaitingRow(
                seen[place.scheme],
                question.public_id,
                question.reference_number or "",
                application.number,
                place.scheme,
                place.wanted_cents,
                place.state,
            )
        )
    return found


def waiting_counts(session: Session, *, actor: Actor) -> list[WaitingCount]:
    """How long the lists are, per scheme: numbers only. Empty for who may not see them."""
    if actor.audience not in SEES_WAITING:
        return []
    offered = func.count(WaitingPlace.offered_at)
    rows = (
        select(
            WaitingPlace.scheme,
            func.count(),
            offered,
            func.sum(WaitingPlace.wanted_cents),
            func.min(WaitingPlace.agreed_on),
        )
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*live())
        .group_by(WaitingPlace.scheme)
        .order_by(WaitingPlace.scheme)
    )
    return [WaitingCount(row[0], row[1], row[2], int(row[3]), row[4]) for row in session.execute(rows)]


def schemes_with_waiting_list(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> list[SchemeInForce]:
    """The schemes of an application that have a waiting list."""
    held = schemes_applied_for(session, question=question, application=application)
    found = held.values()
    return [
        scheme for scheme in found if scheme.definition.budget is not None and scheme.definition.budget.waiting_list
    ]


def waits(question: DevelopmentQuestion) -> bool:
    """Whether a question is in a state in which an application can wait for money: undecided, or decided in part."""
    return question.state in (QuestionState.APPLIED, QuestionState.DECIDED)


def rest_claim(
    session: Session, *, question: DevelopmentQuestion, application: Application, scheme: str, today: date
) -> Claim | None:
    """What a decided application did not get of a scheme because the money was gone; None when that is nothing.

    It is what the conditions and caps admit on the facts of now, less what was awarded, and was refused at the ceiling (Awb
    4:25) when at the decision the lines that may pay the scheme had less left, after the mix, than this rest.
    """
    decision = decision_of(session, question=question, actor=Actor.system())
    if decision is None or decision.problem_json is None or decision.shares_json is None:
        return None
    had = awarded_cents(session, question_ids=[question.id])
    for claim in claims_of(session, [(application, question)], today=today):
        left = rest_of(claim, {scheme}, had.get(question.id, {}))
        if left is not None and left.at_most_cents > _money_left(decision, left.schemes[0].funding_lines):
            return left
    return None


def _money_left(decision: Decision, lines: Collection[str]) -> int:
    """What these funding lines had left after the mix of a decision, as it was then."""
    problem = Problem.model_validate_json(decision.problem_json or "")
    mix = decided_mix(decision)
    taken = sum(share.cents for share in mix.shares if share.funding_line in lines) if mix is not None else 0
    return sum(line.available_cents for line in problem.funding_lines if line.id in lines) - taken


def _position(session: Session, place: WaitingPlace, application: Application) -> int:
    rows = (
        select(func.count())
        .select_from(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.scheme == place.scheme, *live(), in_front_of(application))
    )
    return 1 + int(session.scalar(rows) or 0)
