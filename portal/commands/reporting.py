"""A file of a large report as long work: read in one snapshot, made apart from the database, kept in one short write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.report_files.actions import keep_report_file, report_as_seen
from portal.accounting.report_files.models import ReportFile
from portal.accounting.reports.files import ReportFormat, file_of
from portal.accounting.reports.queries import AccountabilityReport
from portal.commands.askers import asker
from portal.oversight.long_work.doing import Doing
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import use_locale

STEPS = 2
"""The figures, and the file."""


def make_report_file(doing: Doing) -> None:
    """Make the file that somebody asked for, of the report as they saw it, in the language that they asked for."""

    def read(session: Session) -> tuple[AccountabilityReport, ReportFormat, str]:
        file = _its(session, doing)
        made = report_as_seen(session, file=file, actor=asker(session, doing.asked_by))
        return made, file.format, file.locale

    doing.steps(STEPS)
    report, kind, locale = unit_of_work(doing.engine, read, read_only=True)
    doing.step()
    with use_locale(locale):
        content = file_of(report, kind)
    doing.step()

    def keep(session: Session, at: datetime) -> None:
        actor = asker(session, doing.asked_by)
        keep_report_file(session, file=_its(session, doing), content=content, actor=actor, now=at)

    doing.keep(keep)


def _its(session: Session, doing: Doing) -> ReportFile:
    file = session.scalar(select(ReportFile).where(ReportFile.public_id == doing.about))
    if file is None:
        raise Refusal("file_gone", _l("Dit bestand is opgeruimd. Bekijk het verslag en vraag het opnieuw."))
    return file
