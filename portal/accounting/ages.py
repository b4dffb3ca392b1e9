"""How long money waits: what still has to come back, and what was accepted and is not paid, as of any day, by age."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.accounting.scope import SEES_ALL
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.paying.payments.models import Repayment
from portal.paying.payments.queries import redemption_of, repayment_behind
from portal.paying.settlements.models import Debtor, Recovery, RecoveryEntry
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.spending.invoices.models import Invoice, InvoiceKind
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, Voucher


class Age(enum.Enum):
    """For how many days something waits: from and up to and including."""

    MONTH = (0, 30)
    TWO_MONTHS = (31, 60)
    THREE_MONTHS = (61, 90)
    LONGER = (91, None)

    @classmethod
    def of(cls, days: int) -> Age:
        """The one that holds a number of days; what is dated after the day counts as new."""
        return next(one for one in cls if one.value[1] is None or days <= one.value[1])


class Waits(enum.StrEnum):
    """What waits."""

    CLAIM = "claim"
    INVOICE = "invoice"
    PAID_BILL = "paid_bill"
    REPAYMENT = "repayment"
    OTHER = "other"


@dataclass(frozen=True)
class WaitingMoney:
    """One amount that waits, in cents. Never of which person: who is no provider is "the asker"."""

    what: Waits
    number: str
    """The number of the invoice, or of the claim in the desk."""
    provider: str | None
    scheme: str | None
    since: date
    days: int
    cents: int

    @property
    def age(self) -> Age:
        """In which of the four it falls."""
        return Age.of(self.days)


@dataclass(frozen=True)
class AgedMoney:
    """What waits as of a day, the oldest first."""

    on: date
    rows: tuple[WaitingMoney, ...]

    @property
    def cents(self) -> int:
        """All of it."""
        return sum(row.cents for row in self.rows)

    def of_age(self, age: Age) -> int:
        """What is of one age."""
        return sum(row.cents for row in self.rows if row.age is age)


def receivables(session: Session, *, actor: Actor, on: date) -> AgedMoney | None:
    """What still had to come back at the end of a day, for who sees all money; None for others.

    A claim counts from the day it was made; what was received or written off counts on the day that was written with it.
    """
    if actor.audience not in SEES_ALL:
        return None
    ended = (
        select(RecoveryEntry.recovery_id, func.sum(RecoveryEntry.amount_cents).label("cents"))
        .where(RecoveryEntry.on <= on)
        .group_by(RecoveryEntry.recovery_id)
        .subquery()
    )
    rows = (
        select(Recovery, Voucher.scheme, Provider.name, func.coalesce(ended.c.cents, 0))
        .join(Voucher, Voucher.id == Recovery.voucher_id)
        .outerjoin(Provider, Provider.id == Recovery.provider_id)
        .outerjoin(ended, ended.c.recovery_id == Recovery.id)
    )
    found = []
    for claim, scheme, provider, gone in session.execute(rows):
        since, left = local_date(claim.claimed_at), claim.amount_cents - int(gone)
        if since <= on and left > 0:
            name = provider if claim.debtor is Debtor.PROVIDER else None
            found.append(WaitingMoney(Waits.CLAIM, str(claim.id), name, scheme, since, (on - since).days, left))
    return AgedMoney(on, _oldest_first(found))


def payables(session: Session, *, actor: Actor, on: date) -> AgedMoney | None:
    """What was accepted and not paid at the end of a day, for who sees all money; None for others. It is what the books have as
    spent and not as paid.

    An invoice waits since it was accepted, also when its payment came back; what is owed to an asker since it was decided.
    """
    if actor.audience not in SEES_ALL:
        return None
    found: dict[tuple[str, int], WaitingMoney] = {}
    for transfer in _unpaid(session, on):
        key, one = _waits(session, transfer, on)
        before = found[key].cents if key in found else 0
        found[key] = WaitingMoney(
            one.what, one.number, one.provider, one.scheme, one.since, one.days, before + one.cents
        )
    return AgedMoney(on, _oldest_first(found.values()))


def _unpaid(session: Session, on: date) -> list[Transfer]:
    """The transfers that left money on the accounts of what is spent, and that nothing settled up to and including a day."""
    later = aliased(Transfer)
    spent = select(LedgerAccount.id).where(LedgerAccount.kind == AccountKind.SPENT)
    settled = select(later.id).where(later.resolves_id == Transfer.id, later.booked_on <= on).exists()
    rows = select(Transfer).where(Transfer.credit_account_id.in_(spent), Transfer.booked_on <= on, ~settled)
    return list(session.scalars(rows.order_by(Transfer.id)))


def _waits(session: Session, transfer: Transfer, on: date) -> tuple[tuple[str, int], WaitingMoney]:
    redemption = redemption_of(session, transfer)
    if redemption is not None:
        return ("redemption", redemption.id), _of_redemption(session, redemption, transfer.amount_cents, on)
    owed = repayment_behind(session, transfer)
    if owed is not None:
        return ("repayment", owed.id), _of_repayment(session, owed, transfer.amount_cents, on)
    days = (on - transfer.booked_on).days
    key = ("transfer", transfer.id)
    return key, WaitingMoney(Waits.OTHER, str(transfer.id), None, None, transfer.booked_on, days, transfer.amount_cents)


def _of_redemption(session: Session, redemption: Redemption, cents: int, on: date) -> WaitingMoney:
    invoice = session.scalar(select(Invoice).where(Invoice.redemption_id == redemption.id))
    own_bill = invoice is not None and invoice.kind is InvoiceKind.PAID_BILL
    provider = None if own_bill else session.get_one(Provider, redemption.provider_id).name
    what, since = (Waits.PAID_BILL if own_bill else Waits.INVOICE), local_date(redemption.redeemed_at)
    scheme, days = redemption.voucher.scheme, (on - since).days
    return WaitingMoney(what, redemption.invoice_number, provider, scheme, since, days, cents)


def _of_repayment(session: Session, owed: Repayment, cents: int, on: date) -> WaitingMoney:
    since, scheme = local_date(owed.owed_since), session.get_one(Voucher, owed.voucher_id).scheme
    return WaitingMoney(Waits.REPAYMENT, str(owed.id), None, scheme, since, (on - since).days, cents)


def _oldest_first(rows: Iterable[WaitingMoney]) -> tuple[WaitingMoney, ...]:
    return tuple(sorted(rows, key=lambda row: (row.since, row.what.value, row.number)))
