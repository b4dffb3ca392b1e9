"""Reads of what the bank said: what a person has to look at, and where payments are at the bank."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.paying.payments.models import PayeeKind, Payment, PaymentBatch, Repayment
from portal.paying.payments.queries import SEES_PAYMENTS
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.paying.statements.camt import BankSays
from portal.paying.statements.models import ReportedState, UnmatchedLine
from portal.paying.statements.pain002 import REFUSED
from portal.people.actor import Actor
from portal.platform.among import among
from portal.platform.errors import Refusal
from portal.spending.providers.models import Provider
from portal.spending.vouchers.codes import codes_in, parse_code
from portal.spending.vouchers.models import Redemption, Voucher


def unmatched_lines(session: Session, *, actor: Actor, handled: bool = False, limit: int = 200) -> list[UnmatchedLine]:
    """For the region: the lines that nobody looked at yet, the oldest first; or those that were handled, the last one first."""
    if actor.audience not in SEES_PAYMENTS:
        return []
    looked_at = UnmatchedLine.handled_at.is_not(None) if handled else UnmatchedLine.handled_at.is_(None)
    rows = select(UnmatchedLine).where(looked_at)
    order = UnmatchedLine.handled_at.desc() if handled else UnmatchedLine.id
    return list(session.scalars(rows.order_by(order, UnmatchedLine.id).limit(limit)))


def unmatched_line(session: Session, *, public_id: str, actor: Actor) -> UnmatchedLine | None:
    """One of them, for the region; None for others."""
    if actor.audience not in SEES_PAYMENTS:
        return None
    return session.scalar(select(UnmatchedLine).where(UnmatchedLine.public_id == public_id))


def bank_states(session: Session, *, batch: PaymentBatch) -> dict[int, ReportedState]:
    """Per payment of a batch, by its id, what the bank reported of it last."""
    rows = select(ReportedState).join(Payment, Payment.id == ReportedState.payment_id)
    rows = rows.where(Payment.batch_id == batch.id).order_by(ReportedState.said_on, ReportedState.id)
    return {one.payment_id: one for one in session.scalars(rows)}


def refused_by_report(session: Session, *, payments: Iterable[Payment]) -> set[int]:
    """Which of these payments, by id, the bank reported as refused."""
    ids = [one.id for one in payments]
    rows = select(ReportedState.payment_id).where(among(ReportedState.payment_id, ids), ReportedState.code == REFUSED)
    return set(session.scalars(rows))


# Money that came in ----------------------------------------------------------------------------------------------------


class FoundBy(enum.StrEnum):
    """Why money that came in may be of a recovery."""

    CODE = "code"
    """The code of its voucher stands in the text."""
    ACCOUNT = "account"
    """It is exactly what is open, and it came from the account of who has to pay it back."""
    ASKED = "asked"
    """Somebody looked it up by its code."""


@dataclass(frozen=True)
class SuggestedRecovery:
    """A recovery of which money that came in may be the receipt. Nothing is booked by itself."""

    recovery: Recovery
    code: str
    """The code of its voucher."""
    by: FoundBy


def suggested_recoveries(
    session: Session, *, cents: int, said: str, account: str, asked: str = ""
) -> list[SuggestedRecovery]:
    """The open recoveries that money which came in may be of: `cents` from `account`, with the text `said`.

    What somebody `asked` for by the code of its voucher comes first, then by the code in the text, then by amount and account.
    """
    opened = select(Recovery, Voucher.code).join(Voucher, Voucher.id == Recovery.voucher_id)
    opened = opened.where(Recovery.state == RecoveryState.OPEN).order_by(Recovery.id)
    found: dict[int, SuggestedRecovery] = {}
    for by, codes in ((FoundBy.ASKED, _typed(asked)), (FoundBy.CODE, codes_in(said))):
        for recovery, code in session.execute(opened.where(Voucher.code.in_(codes))) if codes else ():
            found.setdefault(recovery.id, SuggestedRecovery(recovery, code, by))
    if account:
        left = Recovery.amount_cents - Recovery.received_cents - Recovery.written_off_cents
        for recovery, code in session.execute(opened.where(left == cents)):
            if recovery.id not in found and account in _accounts_of_debtor(session, recovery):
                found[recovery.id] = SuggestedRecovery(recovery, code, FoundBy.ACCOUNT)
    return list(found.values())


def suggestions(session: Session, *, line: UnmatchedLine, actor: Actor, asked: str = "") -> list[SuggestedRecovery]:
    """For the region: the recoveries of which a line may be the receipt; none when it is no money that came in, or is handled."""
    if actor.audience not in SEES_PAYMENTS or not may_be_a_receipt(line):
        return []
    return suggested_recoveries(
        session, cents=line.cents, said=line.said or "", account=line.from_account or "", asked=asked
    )


def may_be_a_receipt(line: UnmatchedLine) -> bool:
    """Whether a line can be booked as the receipt of a recovery: money that came in, about no payment, that nobody handled."""
    about_none = line.payment_id is None and line.batch_id is None
    return line.says is BankSays.CAME_BACK and about_none and line.handled_at is None and line.cents > 0


def _typed(asked: str) -> list[str]:
    try:
        return [parse_code(asked)] if asked.strip() else []
    except Refusal:
        return []


def _accounts_of_debtor(session: Session, recovery: Recovery) -> set[str]:
    """The accounts to which the desk paid, or pays, who has to pay back."""
    if recovery.debtor is Debtor.PROVIDER:
        of_provider = session.scalars(select(Provider.iban).where(Provider.id == recovery.provider_id))
        return {iban for iban in of_provider if iban is not None}
    of_voucher = or_(
        Payment.redemption_id.in_(select(Redemption.id).where(Redemption.voucher_id == recovery.voucher_id)),
        Payment.repayment_id.in_(select(Repayment.id).where(Repayment.voucher_id == recovery.voucher_id)),
    )
    return set(session.scalars(select(Payment.iban).where(of_voucher, Payment.payee == PayeeKind.HOLDER)))
