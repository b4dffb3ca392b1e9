"""The journal of a month: every booking with the accounts of the region on both sides, and what stood on them before.

A transfer takes money from its debit account and puts it on its credit account; it is one booking of two lines. So the sum of an
account over the journal, credit less debit, is what the ledger says stands on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.accounting.chart.queries import ChartRow, chart
from portal.ledger.models import Transfer
from portal.ledger.movements import balances, booked_between, booked_totals, first_booked_on
from portal.platform.i18n import use_locale
from portal.words.labels import TRANSFER_KINDS

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def said(cls, text: str) -> Month | None:
        """The month that a text like ``2026-03`` names; None for another text."""
        found = _MONTH.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found is not None and 2000 <= int(found[1]) < 3000 else None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return (self.first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class JournalLine:
    """One side of a booking."""

    account: ChartRow
    debit_cents: int
    credit_cents: int


@dataclass(frozen=True)
class Booking:
    """One transfer as the books of the region say it: a debit and a credit of the same amount."""

    number: int
    day: date
    says: str
    """What happened, in Dutch, with the note that was written."""
    by: str
    voucher_id: int | None
    decision_id: int | None
    lines: tuple[JournalLine, JournalLine]


@dataclass(frozen=True)
class Journal:
    """The bookings of a month. `bookings` reads them while they are asked for."""

    month: Month
    accounts: tuple[ChartRow, ...]
    opening: Mapping[int, int]
    """Per account of the ledger what stood on it before the first day, in cents."""
    number: int
    """How many bookings there are."""
    total_cents: int
    """What was booked in all; debit and credit each come to this."""

    def bookings(self, session: Session) -> Iterator[Booking]:
        """Every booking in the order in which it was made, in Dutch: the books of the region are."""
        by_id = {row.account_id: row for row in self.accounts}
        with use_locale("nl"):
            kinds = {kind: str(text) for kind, text in TRANSFER_KINDS.items()}
        for one in booked_between(session, since=self.month.first_day, until=self.month.last_day):
            yield _booking(one, by_id, kinds)


def journal_of(session: Session, *, month: Month) -> Journal:
    """The journal of a month, to be read in one snapshot with its bookings."""
    number, total = booked_totals(session, since=month.first_day, until=month.last_day)
    return Journal(month, tuple(chart(session)), balances(session, before=month.first_day), number, total)


def journal_months(session: Session, *, today: date) -> list[Month]:
    """The months from the first booking up to today, the latest first."""
    first = first_booked_on(session)
    if first is None:
        return []
    months, month = [], Month.of(first)
    while month <= Month.of(today):
        months.append(month)
        month = Month.of(month.last_day + timedelta(days=1))
    return months[::-1]


def _booking(one: Transfer, by_id: Mapping[int, ChartRow], kinds: Mapping[str, str]) -> Booking:
    says = kinds[one.kind.value]
    return Booking(
        number=one.id,
        day=one.booked_on,
        says=f"{says}: {one.note}" if one.note else says,
        by=one.actor_id,
        voucher_id=one.voucher_id,
        decision_id=one.decision_id,
        lines=(
            JournalLine(by_id[one.debit_account_id], one.amount_cents, 0),
            JournalLine(by_id[one.credit_account_id], 0, one.amount_cents),
        ),
    )
