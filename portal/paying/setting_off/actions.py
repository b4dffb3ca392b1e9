"""The act of setting off: the region takes what a debtor owes off what it is to pay to that debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import mandate_for
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.powers import Power, require_power
from portal.ledger.setting_off import set_off_spends
from portal.paying.collecting.actions import require_collectable
from portal.paying.collecting.queries import charged_cents
from portal.paying.payments.queries import Payable, in_a_payment
from portal.paying.recoveries import CameBack, come_back
from portal.paying.setting_off.models import SetOff, SetOffGround
from portal.paying.setting_off.queries import grounds_for, may_be_set_off
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.numbers.actions import next_number
from portal.spending.vouchers.actions import scheme_of_voucher
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import Redemption, Voucher

LONGEST_ARTICLE = 200


@dataclass(frozen=True)
class SetOffDraft:
    """How much somebody wants to set off, on which ground, and why. `article` names the rule of a scheme."""

    amount_cents: int
    ground: SetOffGround
    reason: str
    article: str | None = None


def set_off(
    session: Session,
    *,
    recovery: Recovery,
    redemption: Redemption,
    draft: SetOffDraft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> SetOff:
    """Take (a part of) a claim off a bill that is to be paid to the same debtor: that pays the bill, and the claim comes back.

    In the books the bill is paid and the same amount is recovered; nothing goes through the bank. On a holder it is a decision
    with a mandate and a letter that names the claim and the amount (Awb 4:93, second paragraph). Above the amount of the scheme
    it takes two people, of whom the first (`prepared_by`) laid it down.

    Raises ``Refusal`` at the field, or without power or mandate; ``Conflict`` when the claim is closed or can be collected no
    more, or the bill is not (any more) to be paid to this debtor or is in a payment.
    """
    today = local_date(now)
    _checked(draft)
    bill = _held(session, recovery, redemption, draft, today)
    claimed = session.get_one(Voucher, recovery.voucher_id)
    scheme = scheme_of_voucher(session, voucher=claimed)
    cents = draft.amount_cents
    require_power(session, Power.SET_OFF, actor=actor, on=today, scheme=scheme, cents=cents, prepared_by=prepared_by)
    decision = _decide(session, recovery, claimed, draft, Decider(actor, now, prepared_by))
    number = f"VR-{today.year}-{next_number(session, series='set_off', year=today.year):04d}"
    booked = set_off_spends(
        session,
        spend_ids=bill.transfer_ids,
        amount_cents=draft.amount_cents,
        key=number,
        actor_id=actor.reference,
        now=now,
    )
    link_spends(session, redemption=redemption, transfer_ids=[one.id for one in booked.anew])
    receipt = CameBack(draft.amount_cents, today, number, works_from=_works_from(recovery, redemption, today))
    entry = come_back(session, recovery=recovery, receipt=receipt, actor=actor, now=now)
    done = SetOff(
        number=number,
        recovery_id=recovery.id,
        redemption_id=redemption.id,
        entry_id=entry.id,
        decision_id=decision.id if decision is not None else None,
        amount_cents=draft.amount_cents,
        ground=draft.ground,
        article=draft.article.strip() if draft.article else None,
        reason=draft.reason.strip(),
        set_off_at=now,
        set_off_by=actor.reference,
        set_off_by_name=actor.signature,
    )
    session.add(done)
    session.flush()
    record(session, actor=actor, action="recovery.set_off", object_kind="recovery", object_id=recovery.id, now=now)
    _tell(session, recovery, redemption, done, now)
    return done


def _checked(draft: SetOffDraft) -> None:
    if not draft.reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u verrekent."), field="reason")
    article = (draft.article or "").strip()
    if (draft.ground is SetOffGround.REGULATION) != bool(article) or len(article) > LONGEST_ARTICLE:
        message = _l("Noem het artikel van de regeling dat verrekening toestaat. Bij een andere grond laat u dit leeg.")
        raise Refusal("article_missing", message, field="article")


def _held(session: Session, recovery: Recovery, redemption: Redemption, draft: SetOffDraft, today: date) -> Payable:
    """Lock the claim, the vouchers and the bill; what is to be paid for the bill. Raises as `set_off`."""
    hold(session, recovery, Recovery.state == RecoveryState.OPEN, otherwise=_changed())
    for voucher_id in sorted({recovery.voucher_id, redemption.voucher_id}):
        hold(session, session.get_one(Voucher, voucher_id))
    require_collectable(session, recovery=recovery, today=today)
    bill = _bill(session, recovery, redemption)
    if draft.ground not in grounds_for(session, recovery=recovery, payable=bill):
        message = _l(
            "Deze grond past niet. Een verrekening mag alleen als een regel dat zegt: bij dezelfde regeling (Awb 4:57, derde "
            "lid), of als de regeling het noemt."
        )
        raise Refusal("ground_does_not_fit", message, field="ground")
    if charged_cents(session, recovery=recovery):
        message = _l(
            "Er staan nog kosten van een aanmaning open. Boek die eerst, of laat een adviseur ze kwijtschelden."
        )
        raise Conflict("charges_open", message)
    if not 0 < draft.amount_cents <= min(recovery.open_cents, bill.amount_cents):
        message = _l("Vul een bedrag in van hoogstens wat terug moet komen en wat nog wordt betaald.")
        raise Refusal("amount_out_of_range", message, field="amount")
    return bill


def _bill(session: Session, recovery: Recovery, redemption: Redemption) -> Payable:
    """What is to be paid for a bill, locked. Raises ``Conflict`` when nothing is, or not to this debtor."""
    found = [one for one in may_be_set_off(session, recovery=recovery) if one.redemption is redemption]
    if not found:
        message = _l(
            "Met deze rekening kan geen verrekening: zij is al betaald, zit in een betaling, of is van iemand anders."
        )
        raise Conflict("nothing_to_set_off", message, field="bill")
    if in_a_payment(session, transfer_ids=found[0].transfer_ids, lock=True):
        raise Conflict("in_a_payment", _l("Deze rekening zit al in een betaling aan de bank."), field="bill")
    return found[0]


def _decide(session: Session, recovery: Recovery, voucher: Voucher, draft: SetOffDraft, by: Decider) -> Decision | None:
    """The decision to set off on a holder; None on a provider, with whom it is a matter of private law."""
    if recovery.debtor is Debtor.PROVIDER:
        return None
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = mandate_for(session, scheme=scheme, cents=draft.amount_cents, actor=by.actor, on=by.today)
    decided = VoucherDraft(DecisionKind.SET_OFF, scheme, draft.amount_cents, draft.reason)
    return decide_on_voucher(session, voucher=voucher, draft=decided, mandate=mandate, by=by)


def _works_from(recovery: Recovery, redemption: Redemption, today: date) -> date:
    """From when both could be set off: the claim was made and the bill was to be paid (Awb 4:93, third paragraph; BW 6:129)."""
    return min(today, max(local_date(recovery.claimed_at), local_date(redemption.redeemed_at)))


def _changed() -> Conflict:
    return Conflict("recovery_changed", _l("Er is intussen iets ontvangen of afgerond. Kijk opnieuw."))


def _tell(session: Session, recovery: Recovery, redemption: Redemption, done: SetOff, now: datetime) -> None:
    """Tell the holder. A provider sees it at the invoice, and the number stands in the books of both."""
    if recovery.debtor is Debtor.PROVIDER:
        return
    question = session.get_one(DevelopmentQuestion, session.get_one(Voucher, recovery.voucher_id).question_id)
    details = {
        "amount_cents": done.amount_cents,
        "open_cents": recovery.open_cents,
        "bill": redemption.invoice_number,
        "ground": done.ground.value,
        "article": done.article or "",
        "reason": done.reason,
    }
    tell_asker(
        session,
        question=question,
        template="recovery/set_off",
        now=now,
        version=done.id,
        in_writing=True,
        details=details,
    )
