"""Reads of appointments: what can be chosen, what is planned, who is reminded, who missed a talk or waits for a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.appointments.models import CallBack
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.models import AdvisorHours, TalkWay
from portal.cases.diaries.queries import FreeMoment, free_moments, open_hours
from portal.cases.owners.queries import owner_of
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import (
    STAFF_OF_CASES,
    in_sight,
    may_see,
    of_case,
    of_cases_in_sight,
)
from portal.framework.catalogue.queries import region
from portal.people.actor import Actor, Audience
from portal.platform.clock import end_of_day, local_date

ENDED_STATES = (QuestionState.WITHDRAWN, QuestionState.CLOSED, QuestionState.REFERRED, QuestionState.SET_ASIDE)
"""States of a question after which nobody talks about it any more. (After a decision people do.)"""
OFFERED = (TalkWay.PHONE, TalkWay.DESK, TalkWay.VIDEO)
"""The ways in which people choose a talk themselves, in the order in which they are shown."""


@dataclass(frozen=True)
class Choosable:
    """What somebody can choose: free moments per way, in order of time."""

    first: date
    last: date
    moments: dict[TalkWay, list[FreeMoment]]

    @property
    def earliest(self) -> datetime | None:
        """The first free moment in any way; None when there is none."""
        return min((found[0].starts_at for found in self.moments.values() if found), default=None)


def window(session: Session, *, today: date) -> tuple[date, date]:
    """The first and the last day that people can choose."""
    settings = region(session).settings.talks
    return today + timedelta(days=settings.from_days), today + timedelta(weeks=settings.weeks)


def choosable(session: Session, *, question: DevelopmentQuestion, now: datetime) -> Choosable:
    """The free moments for a question: in each way of who has the case when that advisor has any, else of every advisor."""
    first, last = window(session, today=local_date(now))
    hours, owner = open_hours(session), owner_of(session, question=question)
    moments = _moments(session, hours, first, last, now)
    if owner is not None:
        own = {way: [one for one in found if one.advisor_id == owner.account_id] for way, found in moments.items()}
        moments = {way: own[way] or found for way, found in moments.items()}
    return Choosable(first, last, {way: found for way, found in moments.items() if found})


def first_free(session: Session, *, now: datetime) -> datetime | None:
    """The first moment that anybody could choose now; None when no advisor has one."""
    first, last = window(session, today=local_date(now))
    return Choosable(first, last, _moments(session, open_hours(session), first, last, now)).earliest


def _moments(
    session: Session, hours: Sequence[AdvisorHours], first: date, last: date, now: datetime
) -> dict[TalkWay, list[FreeMoment]]:
    every = {way: free_moments(session, way=way, first=first, last=last, hours=hours) for way in OFFERED}
    return {way: [one for one in found if one.starts_at > now] for way, found in every.items()}


# What is planned ---------------------------------------------------------------------------------------------------------


def upcoming_talk(session: Session, *, question: DevelopmentQuestion, now: datetime) -> Conversation | None:
    """The first talk of a question that is planned and still to come; None when there is none."""
    rows = select(Conversation).where(
        Conversation.question_id == question.id,
        Conversation.state == ConversationState.PLANNED,
        Conversation.planned_for > now,
    )
    return session.scalars(rows.order_by(Conversation.planned_for, Conversation.id).limit(1)).first()


def latest_talk(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> Conversation | None:
    """The talk of which the person has a calendar file: the one to come, else the one that was planned or called off last."""
    if not may_see(question, actor):
        return None
    rows = select(Conversation).where(Conversation.question_id == question.id).order_by(Conversation.id.desc()).limit(1)
    return upcoming_talk(session, question=question, now=now) or session.scalars(rows).first()


def change_until(session: Session, *, talk: Conversation) -> datetime:
    """Until when the person can move a talk or call it off."""
    return talk.planned_for - timedelta(hours=region(session).settings.talks.change_hours)


def planned_on(
    session: Session, *, advisor_id: int | None, first: date, last: date, now: datetime
) -> list[Conversation]:
    """The talks that an advisor has planned from one day up to and including another."""
    rows = select(Conversation).where(
        Conversation.advisor_id == advisor_id,
        Conversation.state == ConversationState.PLANNED,
        Conversation.planned_for > now,
        Conversation.planned_for < end_of_day(last),
    )
    ordered = session.scalars(rows.order_by(Conversation.planned_for, Conversation.id))
    return [talk for talk in ordered if local_date(talk.planned_for) >= first]


def reminders_of_talks(session: Session, *, now: datetime) -> list[Conversation]:
    """The talks of tomorrow, and those of today still to come, of which the person has not been reminded.

    Not those that were planned or moved today: then the person has just heard of it. A missed night catches up.
    """
    tomorrow = local_date(now) + timedelta(days=1)
    rows = select(Conversation).where(
        Conversation.state == ConversationState.PLANNED,
        Conversation.planned_for > now,
        Conversation.planned_for < end_of_day(tomorrow),
    )
    return [talk for talk in session.scalars(rows.order_by(Conversation.planned_for)) if is_reminder_due(talk, now)]


def talks_of_ended(session: Session, *, now: datetime) -> list[Conversation]:
    """The talks to come of questions that were withdrawn, closed, referred or set aside: nobody comes to them."""
    rows = (
        select(Conversation)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Conversation.question_id)
        .where(
            Conversation.state == ConversationState.PLANNED,
            Conversation.planned_for > now,
            DevelopmentQuestion.state.in_(ENDED_STATES),
        )
    )
    return list(session.scalars(rows.order_by(Conversation.id)))


def is_reminder_due(talk: Conversation, now: datetime) -> bool:
    """Whether a talk that is planned is near, and the person was not told or reminded of this moment today or before."""
    told = local_date(talk.moved_at or talk.planned_at)
    near = now < talk.planned_for < end_of_day(local_date(now) + timedelta(days=1))
    return near and told < local_date(now) and talk.reminded_for != talk.planned_for


# Missed, and to be called back -------------------------------------------------------------------------------------------


def missed_talks(session: Session, *, actor: Actor, limit: int = 50) -> list[Conversation]:
    """Talks that somebody missed and that nothing came after, of open questions, the last one first; for staff only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    later = select(Conversation.question_id, Conversation.id).where(
        Conversation.state.in_((ConversationState.PLANNED, ConversationState.HELD))
    )
    after = later.subquery()
    rows = (
        select(Conversation)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Conversation.question_id)
        .outerjoin(after, (after.c.question_id == Conversation.question_id) & (after.c.id > Conversation.id))
        .where(
            Conversation.state == ConversationState.MISSED,
            DevelopmentQuestion.state.in_(OPEN_STATES),
            after.c.id.is_(None),
            in_sight(actor),
        )
    )
    return list(session.scalars(rows.order_by(Conversation.planned_for.desc(), Conversation.id.desc()).limit(limit)))


def call_back_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> CallBack | None:
    """The call that somebody still waits for; None when there is none. For staff only."""
    if actor.audience not in STAFF_OF_CASES or not may_see(question, actor):
        return None
    waits = select(CallBack).where(CallBack.question_id == question.id, CallBack.answered_at.is_(None))
    return session.scalars(waits).first()


def open_call_backs(session: Session, *, actor: Actor, limit: int = 50) -> list[CallBack]:
    """Who wants to be called back, who waits longest first; for staff only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(CallBack).where(CallBack.answered_at.is_(None), of_cases_in_sight(CallBack.question_id, actor))
    return list(session.scalars(rows.order_by(CallBack.asked_at, CallBack.id).limit(limit)))


def call_back_by_public_id(session: Session, *, public_id: str, actor: Actor) -> CallBack | None:
    """A call that somebody asked for; None when there is none or the actor may not see it."""
    if actor.audience not in (Audience.ADVISOR, Audience.SYSTEM):
        return None
    return of_case(session, CallBack, public_id=public_id, actor=actor)
