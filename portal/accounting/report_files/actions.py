"""Acts on files of reports: ask for one, make it out of what was seen, keep it, and remove what was kept long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_files.models import KEPT, ReportFile
from portal.accounting.report_files.queries import file_asked
from portal.accounting.reports.files import ReportFormat, report_print
from portal.accounting.reports.models import EVERYTHING
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.accounting.scheduled_reports.queries import may_read
from portal.accounting.scope import scope_of
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import use_locale


@dataclass(frozen=True)
class FileWish:
    """Which file: of a funder (a slug; None is all that the reader sees), over which days, of which kind, in which language."""

    funder: str | None
    period: FigurePeriod
    format: ReportFormat
    locale: str
    seen: str
    """The print of the report as it was seen."""


def ask_for_report_file(session: Session, *, wish: FileWish, actor: Actor, now: datetime) -> ReportFile:
    """Ask for a file of a report as it was seen: it is made as long work, unless it is there. The same asked again is the same.

    Raises ``Refusal`` for who may not read the report.
    """
    scope = scope_of(session, actor=actor)
    about = wish.funder or (scope.funder.slug if scope is not None and scope.funder is not None else None)
    if not may_read(session, actor=actor, funder=about):
        raise _not_yours()
    asked = _row(wish, about, actor, now)
    while (known := file_asked(session, wish=asked)) is None:
        if write_new(session, asked, otherwise=None):
            _log(session, asked, "report_file.asked", actor, now)
    if not known.is_there(now):
        begin_work(session, kind=WorkKind.REPORT_FILE, about=known.public_id, actor=actor, now=now)
    return known


def report_as_seen(session: Session, *, file: ReportFile, actor: Actor) -> AccountabilityReport:
    """The report of which a file is made, for who asked for it, with the rights of now, in the language that was asked for.

    Raises ``Refusal`` for who may not read it (any more), and when it does not say any more what was seen.
    """
    _require_own(session, file, actor)
    with use_locale(file.locale):
        made = accountability_report(session, actor=actor, period=file.period, funder=file.funder)
    if made is None:
        raise _not_yours()
    if report_print(made) != file.seen:
        message = _l(
            "Het verslag is veranderd nadat u het bekeek. Er is geen bestand gemaakt. Bekijk het verslag en vraag het opnieuw."
        )
        raise Refusal("report_changed", message)
    return made


def keep_report_file(session: Session, *, file: ReportFile, content: bytes, actor: Actor, now: datetime) -> None:
    """Keep a file that was made. Raises ``Refusal`` for who may not read the report (any more), ``Conflict`` when it is gone."""
    _require_own(session, file, actor)
    gone = Conflict("file_gone", _l("Dit bestand is opgeruimd terwijl het werd gemaakt. Vraag het opnieuw."))
    write_guarded(session, file, ReportFile.asked_by == actor.reference, otherwise=gone, made_at=now, content=content)
    _log(session, file, "report_file.made", actor, now)


def forget_report_files(session: Session, *, now: datetime) -> None:
    """Remove what was kept long enough."""
    since = func.coalesce(ReportFile.made_at, ReportFile.asked_at)
    gone = session.scalars(delete(ReportFile).where(since <= now - KEPT).returning(ReportFile.id)).all()
    for _file in gone:
        count_act(session, "report_file.removed")


def _row(wish: FileWish, about: str | None, actor: Actor, now: datetime) -> ReportFile:
    return ReportFile(
        about=about or EVERYTHING,
        period_from=wish.period.first,
        period_to=wish.period.last,
        as_of=wish.period.on,
        format=wish.format,
        locale=wish.locale,
        seen=wish.seen,
        asked_at=now,
        asked_by=actor.reference,
    )


def _require_own(session: Session, file: ReportFile, actor: Actor) -> None:
    if file.asked_by != actor.reference or not may_read(session, actor=actor, funder=file.funder):
        raise _not_yours()


def _not_yours() -> Refusal:
    return Refusal("not_your_report", _l("Dit verslag is niet voor u."))


def _log(session: Session, file: ReportFile, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="report_file", object_id=file.id, now=now)
