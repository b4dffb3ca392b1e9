"""The act of late binding: another funding line pays (part of) what was reserved, used or paid for a voucher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.order_of_receipt.actions import keep_order_of_receipt
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.actions import NotReserved
from portal.ledger.models import AccountKind
from portal.ledger.reassigning import (
    BetweenLines,
    lock_transfers,
    reassign,
    reassign_paid,
    reassign_spent,
    standing_on_line,
)
from portal.paying.payments.queries import in_a_payment, redemption_of
from portal.paying.reassignments.models import Reassignment
from portal.paying.reassignments.queries import why_not
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import Voucher, VoucherState

NOTE = "another funding line pays"


@dataclass(frozen=True)
class Takeover:
    """What `to_line` is to pay from now on: an amount that `from_line` reserved, spent or paid, as `stands` says.

    Of paid money one payment goes over in full: `payment_id`, its transfer.
    """

    from_line: FundingLine
    to_line: FundingLine
    amount_cents: int
    stands: AccountKind = AccountKind.RESERVED
    payment_id: int | None = None

    @property
    def lines(self) -> BetweenLines:
        """The same for the books."""
        return BetweenLines(self.from_line.id, self.to_line.id, self.amount_cents)


def reassign_voucher(
    session: Session, *, voucher: Voucher, takeover: Takeover, reason: str, actor: Actor, now: datetime
) -> Reassignment:
    """Let another funding line pay an amount of a voucher, until the voucher is settled.

    The person notices nothing: the amount stays the same. Raises ``Refusal`` when the earmark or period of the other line does
    not admit the award, or the amount does not fit; ``Conflict`` when the voucher was settled, the amount is in a payment that
    waits for the bank, or an earlier application could lose the money of the other line; ``NotReserved`` or ``BudgetExhausted``
    when the money is not there.
    """
    _check(actor, takeover, reason)
    settled = _l("Deze voucher is vastgesteld. Daarna kan geen ander budget hem meer betalen.")
    hold(session, voucher, Voucher.state != VoucherState.SETTLED, otherwise=Conflict("voucher_settled", settled))
    lock_transfers(session, voucher_id=voucher.id)
    refused = why_not(session, voucher=voucher, line=takeover.to_line)
    if refused is not None:
        message = _l("Dit budget mag deze toekenning niet betalen: de bestemming of de periode past niet.")
        raise Refusal("line_does_not_admit", message, field="to_line", params={"code": refused})
    _keep_order_of_receipt(session, voucher, takeover, now)
    by_stand = {AccountKind.PAID: _reassign_paid, AccountKind.SPENT: _reassign_spent}
    by_stand.get(takeover.stands, _reassign_reserved)(session, voucher, takeover, actor, now)
    row = Reassignment(
        voucher_id=voucher.id,
        from_line_id=takeover.from_line.id,
        to_line_id=takeover.to_line.id,
        amount_cents=takeover.amount_cents,
        reason=reason.strip(),
        reassigned_at=now,
        reassigned_by=actor.reference,
    )
    session.add(row)
    session.flush()
    record(session, actor=actor, action="voucher.reassigned", object_kind="voucher", object_id=voucher.id, now=now)
    return row


def _keep_order_of_receipt(session: Session, voucher: Voucher, takeover: Takeover, now: datetime) -> None:
    """Who was complete before and can only be paid by the other line must not lose its euros; the first line has as many more."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    application = application_by_question(session, question=question)
    if application is not None:
        cents = takeover.amount_cents
        change = {takeover.from_line.id: -cents, takeover.to_line.id: cents}
        keep_order_of_receipt(session, application=application, cents_by_funding_line=change, now=now)


def _check(actor: Actor, takeover: Takeover, reason: str) -> None:
    if actor.audience not in (Audience.ADVISOR, Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom een ander budget betaalt."), field="reason")
    if takeover.from_line.id == takeover.to_line.id:
        raise Refusal("same_line", _l("Kies een ander budget dan waar het nu op staat."), field="to_line")
    if takeover.amount_cents <= 0:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan € 0."), field="amount")


def _reassign_reserved(session: Session, voucher: Voucher, takeover: Takeover, actor: Actor, now: datetime) -> None:
    if not voucher.is_live:
        raise Conflict("voucher_not_live", _l("Deze voucher is intussen gebruikt, verlopen of ingetrokken."))
    reassign(session, voucher_id=voucher.id, lines=takeover.lines, actor_id=actor.reference, now=now, note=NOTE)


def _reassign_spent(session: Session, voucher: Voucher, takeover: Takeover, actor: Actor, now: datetime) -> None:
    """Used and not yet paid: what a batch has already is left alone, because its file pays what it was made for."""
    spends = standing_on_line(session, voucher_id=voucher.id, line_id=takeover.from_line.id, kind=AccountKind.SPENT)
    taken = in_a_payment(session, transfer_ids=[one.id for one in spends], lock=True)
    free = [one for one in spends if one.id not in taken]
    if taken and sum(one.amount_cents for one in free) < takeover.amount_cents:
        message = _l(
            "Een deel van dit geld staat in een betaling aan de bank. Wacht tot de bank haar heeft uitgevoerd, of haal "
            "de factuur uit de betaling."
        )
        raise Conflict("in_a_payment", message)
    done = reassign_spent(
        session,
        spend_ids=[one.id for one in free],
        lines=takeover.lines,
        actor_id=actor.reference,
        now=now,
        note=NOTE,
    )
    if done.split is not None:
        before, *parts = done.split
        redemption = redemption_of(session, before)
        assert redemption is not None, "an amount that was used belongs to a redemption"
        link_spends(session, redemption=redemption, transfer_ids=[before.id, *(part.id for part in parts)])


def _reassign_paid(session: Session, voucher: Voucher, takeover: Takeover, actor: Actor, now: datetime) -> None:
    paid = standing_on_line(session, voucher_id=voucher.id, line_id=takeover.from_line.id, kind=AccountKind.PAID)
    one = next((transfer for transfer in paid if transfer.id == takeover.payment_id), None)
    if one is None:
        raise NotReserved(takeover.amount_cents, 0)
    if one.amount_cents != takeover.amount_cents:
        message = _l("Wat betaald is, gaat in zijn geheel over. Vul het hele bedrag van deze betaling in.")
        raise Refusal("paid_goes_whole", message, field="amount")
    reassign_paid(
        session, payment_id=one.id, to_line_id=takeover.to_line.id, actor_id=actor.reference, now=now, note=NOTE
    )
