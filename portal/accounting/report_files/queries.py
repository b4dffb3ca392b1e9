"""Reads of files of reports: those that somebody asked for and may still read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.report_files.models import ReportFile
from portal.accounting.scheduled_reports.queries import may_read
from portal.people.actor import Actor

_SAME = ("asked_by", "about", "period_from", "period_to", "as_of", "format", "locale", "seen")


def file_asked(session: Session, *, wish: ReportFile) -> ReportFile | None:
    """What was asked before and is the same in everything."""
    same = (getattr(ReportFile, name) == getattr(wish, name) for name in _SAME)
    return session.scalar(select(ReportFile).where(*same))


def report_files(session: Session, *, actor: Actor, at: datetime) -> list[ReportFile]:
    """What somebody asked for and is still kept, what was asked last first; of money that they may not see (any more) nothing."""
    rows = select(ReportFile).where(ReportFile.asked_by == actor.reference).order_by(ReportFile.id.desc())
    return [
        one
        for one in session.scalars(rows)
        if at < one.kept_until and may_read(session, actor=actor, funder=one.funder)
    ]


def report_file_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ReportFile | None:
    """A file that somebody asked for; None for others, and for who may not read the report any more."""
    mine = (ReportFile.public_id == public_id, ReportFile.asked_by == actor.reference)
    found = session.scalar(select(ReportFile).where(*mine))
    return found if found is not None and may_read(session, actor=actor, funder=found.funder) else None
