"""Acts on the shortlist of a question: put a training on it, take it off. What was asked does not change by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.chosen_training import gone
from portal.cases.questions.actions import moved_on, not_yours
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.cases.shortlist.models import MOST_LISTED, ShortlistedTraining
from portal.cases.shortlist.queries import may_list
from portal.framework.trainings.models import RegionTraining
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l


def shortlist_training(
    session: Session, *, question: DevelopmentQuestion, training: RegionTraining, actor: Actor, now: datetime
) -> ShortlistedTraining:
    """Put a training on the shortlist.

    Raises ``Refusal`` when it is full, ``Conflict`` when the training is on it already or is not given any more.
    """
    _may_change(session, question, actor)
    hold(session, training, RegionTraining.retired_at.is_(None), otherwise=gone())
    there = Conflict("already_listed", _l("Deze opleiding staat al op de lijst."))
    rows = session.execute(
        select(ShortlistedTraining.training_id, ShortlistedTraining.place).where(
            ShortlistedTraining.question_id == question.id
        )
    ).all()
    if training.id in {row.training_id for row in rows}:
        raise there
    free = sorted(set(range(1, MOST_LISTED + 1)) - {row.place for row in rows})
    if not free:
        message = _l("Er staan al %(most)s opleidingen op de lijst. Haal er eerst een af.", most=MOST_LISTED)
        raise Refusal("list_full", message)
    row = ShortlistedTraining(
        question_id=question.id, training_id=training.id, place=free[0], added_at=now, added_by=actor.reference
    )
    write_new(session, row, otherwise=there)
    _log(session, question, "shortlist.added", actor, now)
    return row


def drop_from_shortlist(
    session: Session, *, question: DevelopmentQuestion, training: RegionTraining, actor: Actor, now: datetime
) -> None:
    """Take a training off the shortlist. Raises ``Conflict`` when it is not on it (any more)."""
    _may_change(session, question, actor)
    mine = select(ShortlistedTraining).where(ShortlistedTraining.question_id == question.id)
    row = session.scalar(mine.where(ShortlistedTraining.training_id == training.id))
    if row is None:
        raise Conflict("not_listed", _l("Deze opleiding staat niet meer op de lijst."))
    session.delete(row)
    session.flush()
    _log(session, question, "shortlist.dropped", actor, now)


def _may_change(session: Session, question: DevelopmentQuestion, actor: Actor) -> None:
    """Lock the question and look at it anew; raises when the actor may not change its shortlist (any more)."""
    hold(session, question, otherwise=moved_on())
    if may_list(question, actor):
        return
    if actor.audience in (Audience.ADVISOR, Audience.SYSTEM) or is_asker(question, actor):
        raise moved_on()
    raise not_yours()


def _log(session: Session, question: DevelopmentQuestion, action: str, actor: Actor, now: datetime) -> None:
    """A draft is the person's own: what is done on it is counted, not logged."""
    if question.is_draft:
        count_act(session, action)
    else:
        record(session, actor=actor, action=action, object_kind="question", object_id=question.id, now=now)
