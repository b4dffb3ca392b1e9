"""A training that does not go on, while its provider is owed a fee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.framework.powers import Power, require_power, scheme_of_version
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, note_change
from portal.spending.invoices.decided_first import require_decided
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import book_redemption, staff_with_reason
from portal.spending.vouchers.bill import Bill, check_written, refuse_redeemed
from portal.spending.vouchers.models import ChangeKind, Redemption, RedemptionKind, Voucher


@dataclass(frozen=True)
class Cancellation:
    """Which provider is owed a fee by which bill, and why the training does not go on."""

    provider: Provider
    bill: Bill
    reason: str


def charge_cancellation_fee(
    session: Session,
    *,
    voucher: Voucher,
    cancelled: Cancellation,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Redemption:
    """The training does not go on, and the provider is owed a fee: the fee is spent, and the rest of the voucher released.

    It takes two people, and the second has a mandate for it. Raises ``Refusal`` at the field that is wrong, ``Conflict`` when the
    voucher ended, was blocked, or the invoice is known.
    """
    provider, bill, reason = cancelled.provider, cancelled.bill, cancelled.reason
    staff_with_reason(actor, reason, _l("Schrijf op waarom de opleiding niet doorgaat."))
    require_decided(session, voucher=voucher)
    if not 0 < bill.amount_cents <= voucher.open_cents:
        message = _l("De annuleringskosten zijn hoger dan € 0 en hoogstens wat er nog op de voucher staat.")
        raise Refusal("fee_out_of_range", message, field="amount")
    check_written(voucher, bill, local_date(now))
    refuse_redeemed(session, voucher, provider, bill)
    require_power(
        session,
        Power.CANCELLATION_FEE,
        actor=actor,
        on=local_date(now),
        scheme=scheme_of_version(session, slug=voucher.scheme, version=voucher.scheme_version),
        cents=bill.amount_cents,
        prepared_by=prepared_by,
    )
    kind = RedemptionKind.CANCELLATION_FEE
    fee = book_redemption(session, voucher=voucher, provider=provider, bill=bill, kind=kind, actor=actor, now=now)
    note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.CANCELLED, reason, "voucher/cancelled"),
        actor,
        now,
        amount_cents=bill.amount_cents,
        provider_id=provider.id,
        redemption_id=fee.id,
    )
    return fee
