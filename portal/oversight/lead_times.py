"""Lead times per step, from what the records themselves say happened when."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.people.actor import Actor, Audience
from portal.platform.clock import end_of_day, local_date, start_of_day

SHOWN_FROM = 5
"""With fewer cases than this a figure says more about persons than about the desk: it is not shown."""


MEASURED_OVER = timedelta(weeks=13)
SEES_FIGURES = frozenset({Audience.ADVISOR, Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})


LOOKS_BACK = 500
"""Over so many of the last cases is told what is usual, whoever asks: so that it costs the same at every desk."""
ENOUGH = 20
"""With fewer cases nothing is called usual."""
USUAL = 90
"""Of a hundred people so many had it within the days that are told."""


class LeadTimeStep(enum.StrEnum):
    """A step, from one moment of a case to another."""

    REACTION = "reaction"
    TALK = "talk"
    APPLICATION = "application"
    COMPLETION = "completion"
    DECISION = "decision"
    WHOLE = "whole"


@dataclass(frozen=True)
class LeadTime:
    """Days per step over `n` cases; None when there are too few to show."""

    step: LeadTimeStep
    n: int
    p50_days: int | None
    p90_days: int | None


def lead_times(session: Session, *, actor: Actor, first: date, last: date) -> list[LeadTime]:
    """The days of every step over questions sent from `first` up to and including `last`; empty for who may not see figures.

    Days are days on the Dutch calendar. A decision is counted from the application, without the days on which the term stood
    still. A percentile is the smallest number of days that at least that share of the cases needed at most.
    """
    days = days_per_step(session, actor=actor, first=first, last=last)
    return [_figures(step, found) for step, found in days.items()]


def days_per_step(session: Session, *, actor: Actor, first: date, last: date) -> dict[LeadTimeStep, list[int]]:
    """The days that every case needed for each step, the shortest first, as `lead_times` counts them."""
    if actor.audience not in SEES_FIGURES:
        return {}
    held = (
        select(Conversation.question_id, func.min(Conversation.held_at).label("held_at"))
        .where(Conversation.held_at.is_not(None))
        .group_by(Conversation.question_id)
        .subquery()
    )
    question = DevelopmentQuestion
    rows = session.execute(
        select(
            question.submitted_at,
            question.responded_at,
            held.c.held_at,
            question.applied_at,
            Application.completed_at,
            question.decided_at,
            Application.stopped_days,
        )
        .outerjoin(held, held.c.question_id == question.id)
        .outerjoin(Application, Application.question_id == question.id)
        .where(question.submitted_at >= start_of_day(first), question.submitted_at < end_of_day(last))
        .where(question.id.not_in(questions_taken_over()))
    )
    days: dict[LeadTimeStep, list[int]] = {step: [] for step in LeadTimeStep}
    for sent, reacted, talked, applied, completed, decided, stopped in rows:
        _add(days[LeadTimeStep.REACTION], sent, reacted)
        _add(days[LeadTimeStep.TALK], sent, talked)
        _add(days[LeadTimeStep.APPLICATION], sent, applied)
        _add(days[LeadTimeStep.COMPLETION], applied, completed)
        _add(days[LeadTimeStep.DECISION], applied, decided, less=stopped or 0)
        _add(days[LeadTimeStep.WHOLE], sent, decided)
    return {step: sorted(found) for step, found in days.items()}


def usual_reaction(session: Session, *, today: date) -> int | None:
    """Within how many days people lately hear of an advisor, nine out of ten; None when there are too few to say so.

    For everybody to read: it tells of the desk, and of nobody.
    """
    question = DevelopmentQuestion
    last = select(question.id).where(question.submitted_at.is_not(None)).order_by(question.id.desc()).limit(LOOKS_BACK)
    rows = select(question.submitted_at, question.responded_at).where(
        question.id.in_(last), question.responded_at.is_not(None), ~_taken_over()
    )
    return _usual(((sent, reacted, 0) for sent, reacted in session.execute(rows)), today)


def usual_decision(session: Session, *, today: date) -> int | None:
    """Within how many days after an application people lately get a decision, without the days on which the term stood still."""
    question = DevelopmentQuestion
    last = select(Application.id).order_by(Application.id.desc()).limit(LOOKS_BACK)
    rows = (
        select(Application.applied_at, question.decided_at, Application.stopped_days)
        .join(question, question.id == Application.question_id)
        .where(Application.id.in_(last), question.decided_at.is_not(None), ~_taken_over())
    )
    return _usual(((applied, decided, stopped) for applied, decided, stopped in session.execute(rows)), today)


def _taken_over() -> ColumnElement[bool]:
    return questions_taken_over().where(Decision.question_id == DevelopmentQuestion.id).exists()


def _usual(steps: Iterable[tuple[datetime | None, datetime | None, int]], today: date) -> int | None:
    days: list[int] = []
    for start, end, stopped in steps:
        if start is not None and local_date(start) > today - MEASURED_OVER:
            _add(days, start, end, less=stopped)
    return percentile(sorted(days), USUAL) if len(days) >= ENOUGH else None


@dataclass(frozen=True)
class TalkWait:
    """How long people wait for a first talk."""

    measured: LeadTime
    """Over the questions that were sent in the last thirteen weeks."""
    waiting: int
    """Open questions without a talk that is planned or held."""
    longest_days: int | None
    """How many days ago the oldest of these was sent."""


def wait_for_talk(session: Session, *, actor: Actor, today: date) -> TalkWait | None:
    """How long people waited for a first talk, and who waits now; None for who may not see figures."""
    measured = [
        one
        for one in lead_times(session, actor=actor, first=today - MEASURED_OVER, last=today)
        if one.step is LeadTimeStep.TALK
    ]
    if not measured:
        return None
    talked = select(Conversation.question_id).where(
        Conversation.state.in_((ConversationState.PLANNED, ConversationState.HELD))
    )
    question = DevelopmentQuestion
    number, first = session.execute(
        select(func.count(), func.min(question.submitted_at)).where(
            question.state.in_(OPEN_STATES), question.id.not_in(talked)
        )
    ).one()
    return TalkWait(measured[0], number, None if first is None else (today - local_date(first)).days)


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile of numbers in order. Raises ``ValueError`` without any."""
    if not ordered:
        raise ValueError("no percentile of nothing")
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _figures(step: LeadTimeStep, ordered: Sequence[int]) -> LeadTime:
    if len(ordered) < SHOWN_FROM:
        return LeadTime(step, len(ordered), None, None)
    return LeadTime(step, len(ordered), percentile(ordered, 50), percentile(ordered, 90))


def _add(days: list[int], start: datetime | None, end: datetime | None, *, less: int = 0) -> None:
    if start is not None and end is not None:
        days.append(max(0, (local_date(end) - local_date(start)).days - less))
