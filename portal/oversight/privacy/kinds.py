"""The kinds of data that are kept for a time of their own, with what the desk proposes for each: term, basis and source.

What is proposed is no law and no advice: nothing is erased before two people of the region laid a term down.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

LONGEST_YEARS = 50
LAST_DAYS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
MONTHS = 12


class Kept(enum.StrEnum):
    """A kind of data with a term of its own."""

    DRAFTS = "drafts"
    UNAPPLIED = "unapplied"
    """Questions that were sent, and never became an application."""
    REFUSED = "refused"
    """Applications by which nobody got anything: refused, set aside, withdrawn, referred."""
    AWARDED = "awarded"
    INVOICES = "invoices"
    """What is paid by: invoices, account numbers, payments."""
    LETTERS = "letters"
    UPLOADS = "uploads"
    VIEWING = "viewing"
    """Who looked at which case."""
    LOGS = "logs"
    """Ways in, sessions and counts. Not the log of what was done: it names nobody, and goes with the books."""
    STAFF = "staff"
    """Who worked here, and who asked to be put on the list of providers."""


CASES = (Kept.UNAPPLIED, Kept.REFUSED, Kept.AWARDED)
"""Of these one holds for a case, by how it ended."""
PARTS_OF_CASES = (Kept.INVOICES, Kept.LETTERS, Kept.UPLOADS)
"""These are counted from the end of the case too, and have a term of their own."""


class TermUnit(enum.StrEnum):
    """In what a term is counted."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class KeptFor:
    """How long something is kept after it ended."""

    number: int
    unit: TermUnit

    def cut(self, today: date) -> date:
        """What ended on this day or before may go today. Never too early: a month that has no such day counts until its end."""
        if self.unit is TermUnit.DAYS:
            return today - timedelta(days=self.number)
        months = self.number * (MONTHS if self.unit is TermUnit.YEARS else 1)
        year, month = divmod(today.year * MONTHS + today.month - 1 - months, MONTHS)
        month += 1
        leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return date(year, month, min(today.day, LAST_DAYS.get(month, 31) + leap))


@dataclass(frozen=True)
class Proposed:
    """What the desk proposes for a kind: the term, on which ground it is kept, and where that stands."""

    term: KeptFor
    basis: LazyString
    source: LazyString


def _years(number: int) -> KeptFor:
    return KeptFor(number, TermUnit.YEARS)


_TASK = _l("Taak van algemeen belang (AVG 6 lid 1 onder e)")
_LAW = _l("Wettelijke plicht (AVG 6 lid 1 onder c)")
_OURS = _l("Voorstel van het loket. Toets het aan uw selectielijst.")

PROPOSED: dict[Kept, Proposed] = {
    Kept.DRAFTS: Proposed(KeptFor(30, TermUnit.DAYS), _TASK, _OURS),
    Kept.UNAPPLIED: Proposed(_years(1), _TASK, _OURS),
    Kept.REFUSED: Proposed(_years(2), _TASK, _OURS),
    Kept.AWARDED: Proposed(
        _years(10), _LAW, _l("De-minimisverordening (EU) 2023/2831 artikel 6: tien jaar. Awb 4:57: vijf jaar.")
    ),
    Kept.INVOICES: Proposed(_years(7), _LAW, _l("Wet op de rijksbelastingen (AWR) artikel 52: zeven jaar.")),
    Kept.LETTERS: Proposed(_years(7), _LAW, _l("Archiefwet en uw selectielijst. Toets de termijn.")),
    Kept.UPLOADS: Proposed(_years(7), _LAW, _l("Facturen zijn ook bestanden: zie daar. Toets de termijn.")),
    Kept.VIEWING: Proposed(_years(3), _LAW, _l("AVG 5 lid 2 en BIO2 8.15. Toets de termijn.")),
    Kept.LOGS: Proposed(_years(1), _LAW, _l("BIO2 8.15. Toets de termijn.")),
    Kept.STAFF: Proposed(_years(2), _TASK, _OURS),
}
