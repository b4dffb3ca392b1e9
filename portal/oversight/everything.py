"""Everything of one confirmed person, or of one company: what was asked, awarded and paid, what must come back, what is left.

Which applications are of one person says `portal.cases.same_person`, nothing else: two people with one name stay two. A company
is its KvK number. A fixed number of queries, however much there is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from portal.awarding.caps import RoomUnderCap, rooms_of
from portal.awarding.earlier_awards import declared_elsewhere
from portal.awarding.state_aid import AidOfUndertaking, aid_of
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import STAFF_OF_CASES, in_sight, may_see
from portal.cases.same_person.queries import keys_of_person
from portal.framework.catalogue.queries import schemes_in_force
from portal.paying.settlements.models import Recovery
from portal.people.actor import Actor
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.models import Objection
from portal.spending.vouchers.models import Award, Voucher

Question = DevelopmentQuestion
MOST = 200
"""Of each kind of thing the newest are read."""


@dataclass(frozen=True)
class AwardHeld:
    """An award and its voucher."""

    award: Award
    voucher: Voucher | None
    question_id: int


@dataclass(frozen=True)
class Whole:
    """All that is known of one person or company, the newest first."""

    name: str
    kvk_number: str | None
    """None for a person."""
    confirmed: bool
    """Whether there is an application: only then is known which other questions are of the same person."""
    questions: Sequence[DevelopmentQuestion]
    awards: Sequence[AwardHeld]
    recoveries: Sequence[Recovery]
    talks: Sequence[Conversation]
    messages: Sequence[OutboxMessage]
    objections: Sequence[Objection]
    rooms: Sequence[RoomUnderCap]
    """What is left under each cap; of a scheme that has ended or is closed only when something was had of it."""
    aid: AidOfUndertaking | None

    def reference_of(self, question_id: int) -> str:
        """The number of a question in it."""
        return next((one.reference_number or "" for one in self.questions if one.id == question_id), "")


@dataclass(frozen=True)
class _Holder:
    """Whom it is all about."""

    name: str
    which: ColumnElement[bool]
    """The questions that are theirs."""
    application: Application | None
    kvk: str | None = None
    person_key: str | None = None
    employer_key: str | None = None


def person_of(session: Session, *, question: DevelopmentQuestion, actor: Actor, today: date) -> Whole | None:
    """The person who learns in a question; None for who may not see everything of a person."""
    if actor.audience not in STAFF_OF_CASES or not may_see(question, actor):
        return None
    mine = session.scalar(select(Application).where(Application.question_id == question.id))
    if mine is None or not mine.person_key:
        return _whole(session, _Holder(_name(question), Question.id == question.id, mine), question, actor, today)
    own = select(Application.question_id).where(Application.person_key.in_(keys_of_person(session, mine.person_key)))
    which = or_(Question.id == question.id, Question.id.in_(own))
    holder = _Holder(mine.learner_name or mine.name, which, mine, person_key=mine.person_key)
    return _whole(session, holder, question, actor, today)


def company_of(session: Session, *, question: DevelopmentQuestion, actor: Actor, today: date) -> Whole | None:
    """The company that asked a question; None when no company did, or for who may not see everything of it."""
    kvk = question.employer_kvk
    if actor.audience not in STAFF_OF_CASES or not may_see(question, actor) or kvk is None:
        return None
    mine = session.scalar(select(Application).where(Application.question_id == question.id))
    if mine is None:  # another question of the company may have come further
        held = select(Application).join(Question, Question.id == Application.question_id)
        mine = session.scalar(held.where(Question.employer_kvk == kvk).order_by(Application.id.desc()).limit(1))
    employer = mine.employer_key if mine is not None else None
    holder = _Holder(question.employer_name or "", Question.employer_kvk == kvk, mine, kvk=kvk, employer_key=employer)
    return _whole(session, holder, question, actor, today)


def _name(question: DevelopmentQuestion) -> str:
    if question.route is Route.EMPLOYER:
        return question.learner_name or question.employer_name or ""
    return question.contact.name if question.contact is not None else ""


def _whole(session: Session, holder: _Holder, question: DevelopmentQuestion, actor: Actor, today: date) -> Whole:
    rows = select(Question).options(lazyload(Question.cost_lines), lazyload(Question.contact))
    asked = list(
        session.scalars(
            rows.where(holder.which, Question.state != QuestionState.DRAFT, in_sight(actor))
            .order_by(Question.id.desc())
            .limit(MOST)
        )
    )
    ids = [one.id for one in asked]
    awards = _awards(session, ids)
    vouchers = [one.voucher.id for one in awards if one.voucher is not None]
    schemes = schemes_in_force(session, on=today)
    over = {one.slug for one in schemes if one.definition.availability(today).state in ("ended", "closed")}
    rooms = rooms_of(
        session,
        schemes=schemes,
        person_key=holder.person_key,
        employer_key=holder.employer_key,
        declared=declared_elsewhere(session, question=question, application=holder.application),
        on=today,
    )
    return Whole(
        name=holder.name,
        kvk_number=holder.kvk,
        confirmed=holder.application is not None,
        questions=asked,
        awards=awards,
        recoveries=_newest(session, Recovery, Recovery.voucher_id.in_(vouchers), lazyload("*")),
        talks=_newest(session, Conversation, Conversation.question_id.in_(ids)),
        messages=_newest(session, OutboxMessage, _about(ids, vouchers)),
        objections=_newest(session, Objection, Objection.question_id.in_(ids)),
        rooms=[room for room in rooms if room.taken_cents or room.scheme not in over],
        aid=aid_of(session, question=question, application=holder.application, on=today),
    )


def _awards(session: Session, ids: Collection[int]) -> list[AwardHeld]:
    rows = select(Award, Voucher).outerjoin(Voucher, Voucher.award_id == Award.id).where(Award.question_id.in_(ids))
    rows = rows.options(lazyload(Award.parts), joinedload(Award.voucher), lazyload(Voucher.award))
    found = session.execute(rows.order_by(Award.id.desc()).limit(MOST))
    return [AwardHeld(award, voucher, award.question_id) for award, voucher in found]


def _about(questions: Collection[int], vouchers: Collection[int]) -> ColumnElement[bool]:
    return or_(
        and_(OutboxMessage.object_kind == "question", OutboxMessage.object_id.in_(questions)),
        and_(OutboxMessage.object_kind == "voucher", OutboxMessage.object_id.in_(vouchers)),
    )


def _newest(session: Session, model: Any, which: ColumnElement[bool], *options: Any) -> list[Any]:
    return list(session.scalars(select(model).options(*options).where(which).order_by(model.id.desc()).limit(MOST)))
