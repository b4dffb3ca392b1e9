"""A long list of trainings as long work: taken in in parts, between which everybody else can write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.commands.askers import asker
from portal.framework.training_files.actions import take_in_part
from portal.framework.training_files.models import ImportState, TrainingImport
from portal.oversight.long_work.doing import Doing
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def take_in_in_parts(doing: Doing) -> None:
    """Taking in a list that somebody decided on: from where it is, by who decided."""

    def read(session: Session) -> tuple[int, int] | None:
        kept = _its(session, doing)
        if kept.state is ImportState.TAKEN_IN:  # a process died after the last part
            return None
        return kept.written, kept.written + len(kept.seen)

    found = unit_of_work(doing.engine, read, read_only=True)
    if found is None:
        return
    doing.done, total = found
    doing.steps(total)

    def part(session: Session, at: datetime) -> int:
        kept = _its(session, doing)
        return take_in_part(session, kept=kept, actor=asker(session, kept.begun_by), now=at)

    while doing.keep_part(part) < total:
        pass


def _its(session: Session, doing: Doing) -> TrainingImport:
    kept = session.scalar(select(TrainingImport).where(TrainingImport.public_id == doing.about))
    if kept is None:
        raise Refusal("list_gone", _l("Deze lijst is er niet meer. Stuur het bestand opnieuw."))
    return kept
