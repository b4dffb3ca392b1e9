"""Reads of account numbers: of whom one is already."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.models import Repayment
from portal.paying.payments.pain001 import PayingAccount
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.providers.actions import checked_iban
from portal.spending.providers.models import IbanChange, IbanChangeState, Provider
from portal.spending.providers.queries import shares_iban_with


def is_of_another(session: Session, *, provider: Provider, iban: str, payer: PayingAccount | None) -> bool:
    """Whether somebody else is paid on this account: another provider, the desk itself, or who is paid back for a training.

    A number that another provider asked for and that waits counts too; a bill that was refused does not.
    """
    if payer is not None and iban == checked_iban(payer.iban):
        return True
    waits = select(IbanChange.id).where(
        IbanChange.iban == iban, IbanChange.state == IbanChangeState.WAITING, IbanChange.provider_id != provider.id
    )
    billed = select(Invoice.id).where(Invoice.payee_iban == iban, Invoice.state != InvoiceState.REFUSED)
    owed = select(Repayment.id).where(Repayment.iban == iban)
    others = any(session.scalar(rows.limit(1)) is not None for rows in (waits, billed, owed))
    return others or bool(shares_iban_with(session, iban=iban, but=provider.id))
