"""Reads of development questions. Every read takes the actor and returns only what that actor may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from portal.cases.questions.models import DevelopmentQuestion, QuestionState, Route
from portal.people.actor import BY_LINK, Actor, Audience
from portal.platform.among import among
from portal.platform.database import Base

Belonging = TypeVar("Belonging", bound=Base)
STAFF_OF_CASES = (Audience.ADVISOR, Audience.SYSTEM)


def asker_audience(question: DevelopmentQuestion) -> Audience:
    """The audience of who asked: the resident, or the employer in its own question."""
    return Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT


def is_asker(question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether the actor is who asked this question."""
    return actor.audience is asker_audience(question) and actor.may_act_for(question.id)


def may_see(question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether the actor may see this question with everything in it.

    An advisor sees what was sent, or of that what `in_sight` says; who asked sees the own question. An employer that is only
    asked for a pledge sees no more than ``portal.cases.pledges.queries.pledge_request`` gives.
    """
    if actor.audience in STAFF_OF_CASES:
        return (not question.is_draft or actor.audience is Audience.SYSTEM) and _is_in_sight(question, actor)
    return is_asker(question, actor)


def _is_in_sight(question: DevelopmentQuestion, actor: Actor) -> bool:
    sight, team = actor.sight, question.team_id
    return sight is None or team is None or team in sight.teams or question.id in sight.cases


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """The condition on questions that `may_see` has on one: of the own teams, of no team, or had by this person. Of who is not
    limited to the own teams it is no condition."""
    sight = actor.sight
    if sight is None:
        return true()
    question = DevelopmentQuestion
    return or_(question.team_id.is_(None), question.team_id.in_(sight.teams), question.id.in_(sight.cases))


def of_cases_in_sight(question_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The same of what belongs to a question, by the column that says to which. What belongs to none is everybody's."""
    if actor.sight is None:
        return true()
    seen = select(DevelopmentQuestion.id).where(in_sight(actor))
    return or_(question_id.is_(None), question_id.in_(seen))


def acted_for(actor: Actor) -> ColumnElement[bool]:
    """The condition on questions that `Actor.may_act_for` has on one."""
    own = actor.questions if actor.question_id is None else actor.questions | {actor.question_id}
    return DevelopmentQuestion.id.in_(own) if actor.audience in BY_LINK else false()


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on questions that `may_see` has on one. A record that is looked up with it costs as much when it is
    of another as when there is none: nobody learns from the time of an answer what there is."""
    question = DevelopmentQuestion
    if actor.audience is Audience.SYSTEM:
        return in_sight(actor)
    if actor.audience in STAFF_OF_CASES:
        return and_(question.state != QuestionState.DRAFT, in_sight(actor))
    of_employer = question.route == Route.EMPLOYER
    return and_(acted_for(actor), of_employer if actor.audience is Audience.EMPLOYER else not_(of_employer))


def of_questions_seen_by(question_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The same of what belongs to a question, by the column that says to which."""
    return question_id.in_(select(DevelopmentQuestion.id).where(seen_by(actor)))


def of_case(session: Session, kind: type[Belonging], *, public_id: str, actor: Actor) -> Belonging | None:
    """The record of this kind, which has a `public_id` and a `question_id`; None when there is none or the actor may not see its
    question: looked up with one statement, whichever it is."""
    belongs: Any = kind
    one = select(kind).where(belongs.public_id == public_id, of_questions_seen_by(belongs.question_id, actor))
    return session.scalar(one)


def question_by_public_id(session: Session, *, public_id: str, actor: Actor) -> DevelopmentQuestion | None:
    """The question with this id; None when there is none or the actor may not see it."""
    one = select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id)
    return session.scalar(one.where(seen_by(actor)))


def ids_of_public_ids(session: Session, *, public_ids: Collection[str]) -> list[int]:
    """The database ids of these questions, to log that they were looked at."""
    if not public_ids:
        return []
    rows = select(DevelopmentQuestion.id).where(among(DevelopmentQuestion.public_id, public_ids))
    return list(session.scalars(rows.order_by(DevelopmentQuestion.id)))


def draft_by_id(session: Session, *, question_id: int) -> DevelopmentQuestion | None:
    """The draft with this database id, for who is asked first whether it is theirs; None when it was sent or thrown away."""
    question = session.get(DevelopmentQuestion, question_id)
    return question if question is not None and question.is_draft else None


def question_by_id(session: Session, *, question_id: int, actor: Actor) -> DevelopmentQuestion | None:
    """The question with this database id; None when there is none or the actor may not see it."""
    question = session.get(DevelopmentQuestion, question_id)
    return question if question is not None and may_see(question, actor) else None


def questions_by_ids(
    session: Session, *, question_ids: Collection[int], actor: Actor
) -> dict[int, DevelopmentQuestion]:
    """These questions by their database id, with how to reach who asked; without those that the actor may not see."""
    if not question_ids:
        return {}
    rows = select(DevelopmentQuestion).where(among(DevelopmentQuestion.id, question_ids))
    found = session.scalars(rows.options(selectinload(DevelopmentQuestion.contact)))
    return {question.id: question for question in found if may_see(question, actor)}


def questions_by_reference(session: Session, *, text: str, actor: Actor, limit: int = 20) -> list[DevelopmentQuestion]:
    """Questions whose reference number holds a text; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES or not text.strip():
        return []
    found = (
        select(DevelopmentQuestion)
        .where(DevelopmentQuestion.reference_number.contains(text.strip().upper(), autoescape=True), in_sight(actor))
        .order_by(DevelopmentQuestion.reference_number)
        .limit(limit)
    )
    return list(session.scalars(found))


def sent_questions(
    session: Session, *, actor: Actor, after: DevelopmentQuestion | None = None, limit: int
) -> list[DevelopmentQuestion]:
    """The questions that were sent, in the order in which they were begun, from behind `after` on; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(DevelopmentQuestion).where(DevelopmentQuestion.state != QuestionState.DRAFT, in_sight(actor))
    if after is not None:
        rows = rows.where(DevelopmentQuestion.id > after.id)
    return list(session.scalars(rows.order_by(DevelopmentQuestion.id).limit(limit)))
