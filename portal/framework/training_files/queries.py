"""Reads of lists of trainings that were sent, and of all trainings as rows of a list."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.framework.training_files.columns import written_training
from portal.framework.training_files.models import OPEN, ImportState, TrainingImport
from portal.framework.training_files.tables import Written
from portal.framework.trainings.actions import WRITES, TrainingRules
from portal.framework.trainings.models import terms_of
from portal.framework.trainings.queries import every_training
from portal.people.actor import Actor


def import_by_public_id(session: Session, *, public_id: str, actor: Actor) -> TrainingImport | None:
    """A list that was sent; None when there is none or the actor may not see it."""
    if actor.audience not in WRITES:
        return None
    return session.scalar(select(TrainingImport).where(TrainingImport.public_id == public_id))


def open_imports(session: Session, *, actor: Actor) -> list[TrainingImport]:
    """The lists that are not settled, the newest first: what the actor sent, and of everybody what is being taken in."""
    if actor.audience not in WRITES:
        return []
    its = or_(TrainingImport.state == ImportState.TAKING_IN, TrainingImport.sent_by == actor.reference)
    rows = select(TrainingImport).where(TrainingImport.state.in_(OPEN), its)
    return list(session.scalars(rows.order_by(TrainingImport.id.desc())))


def written_trainings(session: Session, *, on: date) -> list[Written]:
    """All trainings as rows of a list, also those that are not given any more."""
    rules = TrainingRules(session, on)
    return [written_training(terms_of(training), rules) for training in every_training(session)]
