"""Reads of how sure it is who asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.identifying.models import Identification
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience
from portal.framework.assurance.models import AssuredAct
from portal.people.accounts.models import Door
from portal.people.actor import Actor, Audience
from portal.platform.identity_services import Level


def identifications(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Identification]:
    """How who asked was identified, the last first; for an advisor and for who asked."""
    if actor.audience is not Audience.ADVISOR and not actor.may_act_for(question.id):
        return []
    return _of(session, question)


def level_of(session: Session, *, question: DevelopmentQuestion) -> Level:
    """How sure it is who asked: the highest level that they were identified at."""
    known = [one.level for one in _of(session, question) if one.door is door_of(question)]
    return max(known, key=lambda level: level.rank, default=Level.NONE)


def award_to(question: DevelopmentQuestion) -> AssuredAct:
    """What an award to who asked is called in the rules."""
    person = asker_audience(question) is Audience.RESIDENT
    return AssuredAct.AWARD_TO_PERSON if person else AssuredAct.AWARD_TO_EMPLOYER


def door_of(question: DevelopmentQuestion) -> Door:
    """By which door who asked comes in."""
    return Door(asker_audience(question).value)


def _of(session: Session, question: DevelopmentQuestion) -> list[Identification]:
    mine = select(Identification).where(Identification.question_id == question.id)
    return list(session.scalars(mine.order_by(Identification.id.desc())))
