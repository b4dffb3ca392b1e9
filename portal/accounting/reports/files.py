"""The files of a report: which there are, their bytes, what they are called, and the print of what a report says.

Equal reports give equal bytes: the day in a file is the one as of which its figures are.
"""

from __future__ import annotations

import enum
import hashlib
import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.document import CSV_HEAD, csv_rows, report_document, report_title
from portal.accounting.reports.queries import AccountabilityReport
from portal.accounting.reports.workbook import workbook
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.models import Transfer
from portal.platform.clock import start_of_day
from portal.platform.csv_text import csv_parts
from portal.platform.documents import pdf
from portal.platform.spreadsheets import TYPE

AT_ONCE = 10_000
"""Of desks with no more transfers, and no more questions, a file is made while somebody waits for it. Making one takes up to
half a second there (the first document of a process two more); of 100,000 vouchers
(233,000 transfers) it takes 3 s, and 5 to 8 beside other work: that is long work."""


class ReportFormat(enum.StrEnum):
    """What kind of file; the value is the end of its name."""

    SHEET = "xlsx"
    LIST = "csv"
    PAPER = "pdf"

    @property
    def media_type(self) -> str:
        """The type with which it is sent."""
        return {"xlsx": TYPE, "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}[self.value]


def made_at_once(session: Session) -> bool:
    """Whether the files of a report are made while somebody waits, at a desk of this size."""
    for column in (Transfer.id, DevelopmentQuestion.id):
        some = select(column).limit(AT_ONCE + 1).subquery()
        if (session.scalar(select(func.count()).select_from(some)) or 0) > AT_ONCE:
            return False
    return True


def file_of(report: AccountabilityReport, kind: ReportFormat) -> bytes:
    """The bytes of a file of a report, in the language in use (that in which the report was made). Raises ``DocumentError``."""
    made_at = start_of_day(report.period.on)
    if kind is ReportFormat.SHEET:
        return workbook(report, title=report_title(report), made_at=made_at)
    if kind is ReportFormat.LIST:
        return "".join(csv_parts(CSV_HEAD, csv_rows(report))).encode()
    return pdf("report", report_document(report), made_at=made_at)


def file_name(funder: str | None, period: FigurePeriod, kind: ReportFormat) -> str:
    """What a file is called; `funder` is a slug, None for all money."""
    return f"verantwoording-{funder or 'alles'}-{period.first}-{period.last}-stand-{period.on}.{kind.value}"


def report_print(report: AccountabilityReport) -> str:
    """SHA-256 over what a report says, the same in every language: its figures, the texts, and what is hidden."""
    said = {
        "figures": [[table, one.figure, one.row, str(one.value), one.hidden] for table, one in report.cells()],
        "texts": [[one.key, one.text] for chapter in report.chapters for one in chapter.texts],
        "packages": [
            [row.number, *row.money.cents]
            for chapter in report.chapters
            if chapter.packages is not None
            for row in chapter.packages.rows
        ],
        "source": [[one.figure.key, one.books] for one in report.source.compared] if report.source else [],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
