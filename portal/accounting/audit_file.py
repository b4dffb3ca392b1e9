"""The journal of a month as Auditfile Financieel (XAF), which Dutch bookkeeping and auditors read.

In two versions: 3.2, which most bookkeeping takes in, and 4.0, the only one that the tax authority takes from 2027 on. Both hold
the same accounts, balances and bookings; 4.0 has fewer elements around them.

Written piece by piece, so that a large month is never whole in memory. All accounts are of the balance (`B`): what is here is
money on its way from a funder to a training, no costs or proceeds.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from portal.accounting.chart.queries import ChartRow
from portal.accounting.journal import Booking, Journal

SOFTWARE, SOFTWARE_VERSION = "Ontwikkelloket", "1"
JOURNAL_ID, JOURNAL_NAME = "LOKET", "Vouchers en budgetten"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XafVersion(enum.Enum):
    """A version of the format, by its namespace."""

    V3_2 = "http://www.auditfiles.nl/XAF/3.2"
    V4_0 = "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0"

    @property
    def longest_name(self) -> int:
        """How long the name of an account or company may be."""
        return 999 if self is XafVersion.V3_2 else 255


@dataclass(frozen=True)
class Bookkeeper:
    """Whose books these are. Without a number of the tax authority the element is there and empty."""

    name: str
    tax_number: str = ""


def audit_file(
    session: Session,
    journal: Journal,
    *,
    bookkeeper: Bookkeeper,
    made_on: date,
    version: XafVersion = XafVersion.V3_2,
) -> Iterator[str]:
    """The file in pieces: header, accounts, the month, what stood on the accounts before, and every booking of it."""
    month, is_old = journal.month, version is XafVersion.V3_2
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<auditfile xmlns="{version.value}">\n<header>'
    yield _element("fiscalYear", month.year)
    yield _element("startDate", month.first_day) + _element("endDate", month.last_day)
    yield _element("curCode", "EUR") + _element("dateCreated", made_on) + _element("softwareDesc", SOFTWARE)
    yield _element("softwareVersion", SOFTWARE_VERSION)
    yield "</header>\n<company>"
    yield _element("companyName", bookkeeper.name, version.longest_name) + _element("taxRegistrationCountry", "NL")
    yield _element("taxRegIdent", bookkeeper.tax_number, 30)
    yield from _accounts(journal, version.longest_name)
    yield "\n<periods><period>"
    yield _element("periodNumber", month.month) + (_element("periodDesc", month) if is_old else "")
    yield _element("startDatePeriod", month.first_day) + _element("endDatePeriod", month.last_day)
    yield "</period></periods>\n"
    yield "<openingBalance>"
    if is_old:
        yield _element("opBalDate", month.first_day) + _element("opBalDesc", "Beginstand")
    yield from _opening(journal)
    yield "</openingBalance>\n"
    yield "<transactions>"
    yield _totals(2 * journal.number, journal.total_cents, journal.total_cents)
    yield "\n<journal>" + _element("jrnID", JOURNAL_ID) + _element("desc", JOURNAL_NAME) + _element("jrnTp", "M")
    for booking in journal.bookings(session):
        yield _transaction(booking, month.month, _made_by(booking, version))
    yield "\n</journal>\n</transactions>\n</company>\n</auditfile>\n"


def _accounts(journal: Journal, longest: int) -> Iterator[str]:
    """The schema knows no general ledger without accounts."""
    if journal.accounts:
        yield "\n<generalLedger>"
        for row in journal.accounts:
            account = (
                _element("accID", row.number, 35) + _element("accDesc", row.name, longest) + _element("accTp", "B")
            )
            yield f"\n<ledgerAccount>{account}</ledgerAccount>"
        yield "\n</generalLedger>"


def _opening(journal: Journal) -> Iterator[str]:
    stood = [(row, journal.opening.get(row.account_id, 0)) for row in journal.accounts]
    used = [(row, cents) for row, cents in stood if cents]
    debit = sum(-cents for _row, cents in used if cents < 0)
    credit = sum(cents for _row, cents in used if cents > 0)
    yield _totals(len(used), debit, credit)
    for number, (row, cents) in enumerate(used, 1):
        yield f"\n<obLine>{_element('nr', number)}{_side(row, max(0, -cents), max(0, cents))}</obLine>"


def _made_by(booking: Booking, version: XafVersion) -> str:
    """About which voucher it is and who did it: ids, no names."""
    if version is XafVersion.V4_0:
        return _element("Source", SOFTWARE) + _element("User", booking.by)
    voucher = "" if booking.voucher_id is None else _element("sourceID", f"voucher {booking.voucher_id}", 35)
    return voucher + _element("userID", booking.by, 35)


def _transaction(booking: Booking, period: int, made_by: str) -> str:
    about = "".join(
        (
            _element("nr", booking.number),
            _element("desc", booking.says),
            _element("periodNumber", period),
            _element("trDt", booking.day),
            made_by,
        )
    )
    lines = "".join(
        f"\n<trLine>{_element('nr', number)}{_element('accID', line.account.number, 35)}"
        f"{_element('docRef', booking.number)}{_element('effDate', booking.day)}{_element('desc', booking.says)}"
        f"{_amount(line.debit_cents, line.credit_cents)}</trLine>"
        for number, line in enumerate(booking.lines, 1)
    )
    return f"\n<transaction>{about}{lines}</transaction>"


def _side(row: ChartRow, debit_cents: int, credit_cents: int) -> str:
    return _element("accID", row.number, 35) + _amount(debit_cents, credit_cents)


def _amount(debit_cents: int, credit_cents: int) -> str:
    return _element("amnt", _euros(debit_cents or credit_cents)) + _element("amntTp", "D" if debit_cents else "C")


def _totals(lines: int, debit_cents: int, credit_cents: int) -> str:
    sums = _element("totalDebit", _euros(debit_cents)) + _element("totalCredit", _euros(credit_cents))
    return _element("linesCount", lines) + sums


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _element(name: str, value: object, longest: int | None = None) -> str:
    text = _NOT_IN_XML.sub("", value.isoformat() if isinstance(value, date) else str(value))[:longest]
    return f"<{name}>{escape(text)}</{name}>"
