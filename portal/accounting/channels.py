"""The funnel per channel: how many came to the door, began, and got how far, by campaign and by how they heard of the desk."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from portal.accounting.scope import SEES_ALL
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.conversations.models import Conversation
from portal.cases.origins.models import NO_CAMPAIGN, DoorCount, DoorStep, QuestionOrigin
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.outcomes.models import TrainingOutcome
from portal.oversight.outcomes.queries import FINISHED
from portal.people.actor import Actor
from portal.platform.clock import end_of_day, start_of_day
from portal.spending.vouchers.models import Voucher


class FunnelStep(enum.StrEnum):
    """How far somebody came. The first two are counted at the door, the others are questions."""

    VISIT = "visit"
    BEGUN = "begun"
    SENT = "sent"
    TALKED = "talked"
    APPLIED = "applied"
    DECIDED = "decided"
    REDEEMED = "redeemed"
    FINISHED = "finished"


AT_THE_DOOR = (FunnelStep.VISIT, FunnelStep.BEGUN)
OF_QUESTIONS = tuple(step for step in FunnelStep if step not in AT_THE_DOOR)
Numbers = dict[FunnelStep, int]


@dataclass(frozen=True)
class Channels:
    """The funnel, split in two ways that each add up to the total. The empty channel is who came by none or did not say.

    By how people heard of the desk nothing is known of the first two steps: it is asked when a question is sent.
    """

    total: Numbers
    by_campaign: dict[str, Numbers]
    by_heard: dict[str, Numbers]


def channels(session: Session, *, actor: Actor, first: date | None, last: date | None) -> Channels | None:
    """Visits and questions that were sent from a first up to and including a last day (None: ever), and how far those came.

    None for who does not see all money. Counts are exact: who sees them works with the desk, and they name nobody.
    """
    if actor.audience not in SEES_ALL:
        return None
    by_campaign: dict[str, Numbers] = defaultdict(lambda: dict.fromkeys(FunnelStep, 0))
    by_heard: dict[str, Numbers] = defaultdict(lambda: dict.fromkeys(OF_QUESTIONS, 0))
    total: Numbers = dict.fromkeys(FunnelStep, 0)
    for code, heard, *numbers in session.execute(_questions(first, last)):
        for step, number in zip(OF_QUESTIONS, numbers, strict=True):
            for into in (total, by_campaign[code or NO_CAMPAIGN], by_heard[heard or NO_CAMPAIGN]):
                into[step] += int(number)
    for code, at, number in session.execute(_at_the_door(first, last)):
        step = FunnelStep.VISIT if at is DoorStep.VISIT else FunnelStep.BEGUN
        total[step] += int(number)
        by_campaign[code][step] += int(number)
    return Channels(total, dict(by_campaign), dict(by_heard))


def _at_the_door(first: date | None, last: date | None) -> Select[*tuple[Any, ...]]:
    rows = select(DoorCount.code, DoorCount.step, func.sum(DoorCount.number)).group_by(DoorCount.code, DoorCount.step)
    if first is not None:
        rows = rows.where(DoorCount.day >= first)
    return rows.where(DoorCount.day <= last) if last is not None else rows


def _questions(first: date | None, last: date | None) -> Select[*tuple[Any, ...]]:
    """Per channel how many questions that were asked here came how far, in one statement; each counts once in each step."""
    question, origin = DevelopmentQuestion, QuestionOrigin
    talked = select(Conversation.question_id).where(Conversation.held_at.is_not(None))
    used = select(Voucher.question_id).where(Voucher.redeemed_cents > 0)
    finished = (
        select(Voucher.question_id)
        .join(TrainingOutcome, TrainingOutcome.voucher_id == Voucher.id)
        .where(TrainingOutcome.result.in_(FINISHED))
    )

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    rows = (
        select(
            origin.code,
            origin.heard_from,
            func.count(),
            number(question.id.in_(talked)),
            number(question.applied_at.is_not(None)),
            number(question.decided_at.is_not(None)),
            number(question.id.in_(used)),
            number(question.id.in_(finished)),
        )
        .select_from(question)
        .outerjoin(origin, origin.question_id == question.id)
        .where(question.submitted_at.is_not(None), question.id.not_in(questions_taken_over()))
        .group_by(origin.code, origin.heard_from)
    )
    if first is not None:
        rows = rows.where(question.submitted_at >= start_of_day(first))
    return rows.where(question.submitted_at < end_of_day(last)) if last is not None else rows
