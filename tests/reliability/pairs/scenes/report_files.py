"""Files of reports: asked for, made and removed at the same moment."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_files.actions import (
    FileWish,
    ask_for_report_file,
    forget_report_files,
    keep_report_file,
)
from portal.accounting.report_files.models import KEPT, ReportFile
from portal.accounting.reports.files import ReportFormat
from tests.factories import NOW
from tests.reliability.pairs.acts import NO, Scene, row, the
from tests.reliability.pairs.scenes.mailing import READER, a_reader

PERIOD = FigurePeriod(date(2026, 1, 1), date(2027, 12, 31), date(2026, 3, 2))
WISH = FileWish(None, PERIOD, ReportFormat.LIST, "nl", "0" * 64)
OTHER = FileWish(None, PERIOD, ReportFormat.PAPER, "nl", "0" * 64)
FILE = the(ReportFile)
ASKED = NOW - KEPT - timedelta(hours=1)


def _asked(session: Session) -> None:
    """A file that was asked for so long ago that it may be removed."""
    ask_for_report_file(session, wish=WISH, actor=a_reader(session, since=ASKED), now=ASKED)


WANTED = Scene(
    "a file of a report that somebody asked for",
    _asked,
    (
        row(ask_for_report_file, wish=WISH, actor=READER),
        row(ask_for_report_file, "another", wish=OTHER, actor=READER),
        row(keep_report_file, file=FILE, content=b"cijfer", actor=READER),
        row(forget_report_files, actor=NO),
    ),
)
SCENES = (WANTED,)
