"""The act after a founded objection against setting off: the bill is to be paid, and the claim is open again (Awb 7:11)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import require_authority
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import BudgetExhausted, CapExhausted, NotReserved
from portal.ledger.setting_off import unpay_set_off, unrecover_set_off
from portal.paying.collecting.models import CollectionStep, StepKind
from portal.paying.collecting.queries import PAYMENT_WEEKS, standing_of
from portal.paying.instalments import replace_instalments
from portal.paying.setting_off.models import SetOff, SetOffUndone
from portal.paying.setting_off.queries import set_off_undone
from portal.paying.settlements.models import EntryKind, Recovery, RecoveryEntry, RecoveryState
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import term_of_weeks
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.models import Redemption, Voucher


def undo_set_off(
    session: Session, *, done: SetOff, reason: str, actor: Actor, now: datetime, prepared_by: str | None = None
) -> SetOffUndone:
    """Undo what was set off on a holder: that part of the bill is to be paid after all, and the claim is open again for it.

    The holder has six weeks to pay back, as after the first letter, without interest; a plan of instalments ends. In the books
    the bill goes back from paid to spent, and the claim is paid by its award again, as what never came back.

    Part of a decision on an objection, which says who may take it, with a mandate for the amount. Raises ``Refusal`` without a
    reason or authority; ``Conflict`` when it was undone before, when the money or the room is gone, or when the bill or the claim
    itself came back to the holder or the desk since.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de verrekening vervalt."))
    recovery, redemption = session.get_one(Recovery, done.recovery_id), session.get_one(Redemption, done.redemption_id)
    hold(session, recovery)
    for voucher_id in sorted({recovery.voucher_id, redemption.voucher_id}):
        hold(session, session.get_one(Voucher, voucher_id))
    claimed = session.get_one(Voucher, recovery.voucher_id)
    before = Conflict("undone_before", _l("Deze verrekening is al ongedaan gemaakt."))
    if done.decision_id is None or set_off_undone(session, done=done) is not None:
        raise before
    if min(claimed.recovered_cents, recovery.received_cents) < done.amount_cents:
        message = _l("Dit bedrag is intussen al teruggegeven, na een bezwaar tegen de vaststelling.")
        raise Conflict("given_back_since", message)
    scheme, on = scheme_of_voucher(session, voucher=claimed), local_date(now)
    cents = done.amount_cents
    mandate = require_authority(session, scheme=scheme, cents=cents, actor=actor, prepared_by=prepared_by, on=on)
    draft, by = VoucherDraft(DecisionKind.UNDONE, scheme, cents, reason), Decider(actor, now, prepared_by)
    decision = decide_on_voucher(session, voucher=claimed, draft=draft, mandate=mandate, by=by)
    _book(session, done, claimed, decision, actor, now)
    entry = _claim_again(session, recovery, claimed, cents, actor, now)
    undone = SetOffUndone(
        set_off_id=done.id,
        entry_id=entry.id,
        decision_id=decision.id,
        pay_by=_days_to_pay(session, recovery, done.number, actor, now),
        reason=reason.strip(),
        undone_at=now,
        undone_by=actor.reference,
        undone_by_name=actor.signature,
    )
    write_new(session, undone, otherwise=before)
    record(
        session, actor=actor, action="recovery.set_off_undone", object_kind="recovery", object_id=recovery.id, now=now
    )
    _tell(session, claimed, recovery, done, undone, redemption.invoice_number, now)
    return undone


def _book(session: Session, done: SetOff, claimed: Voucher, decision: Decision, actor: Actor, now: datetime) -> None:
    awarded: dict[int, int] = {}
    for part in claimed.award.parts:
        awarded[part.funding_line_id] = awarded.get(part.funding_line_id, 0) + part.amount_cents
    try:
        unpay_set_off(session, key=done.number, actor_id=actor.reference, now=now)
    except NotReserved as gone:
        message = _l(
            "De rekening waarmee is verrekend, is intussen terugbetaald. Betaal daarvan eerst terug wat te veel terugkwam."
        )
        raise Conflict("bill_came_back", message) from gone
    try:
        unrecover_set_off(
            session,
            voucher_id=claimed.id,
            amount_cents=done.amount_cents,
            awarded=awarded,
            decision_id=decision.id,
            actor_id=actor.reference,
            now=now,
        )
    except (BudgetExhausted, CapExhausted, NotReserved) as gone:
        message = _l(
            "Voor dit bedrag is %(needed)s nodig, en dat is er niet meer. Er is niets vastgelegd. Vraag de regio om geld voor "
            "deze regeling, of beslis later.",
            needed=format_euros(done.amount_cents, exact=True),
        )
        raise Conflict(gone.code, message, params={"needed_cents": done.amount_cents}) from gone


def _claim_again(
    session: Session, recovery: Recovery, voucher: Voucher, cents: int, actor: Actor, now: datetime
) -> RecoveryEntry:
    """The claim is open again for so much; a plan of instalments ends."""
    changed = Conflict("recovery_changed", _l("Er is intussen iets ontvangen of afgerond. Kijk opnieuw."))
    write_guarded(
        session,
        recovery,
        Recovery.received_cents == recovery.received_cents,
        Recovery.written_off_cents == recovery.written_off_cents,
        otherwise=changed,
        received_cents=Recovery.received_cents - cents,
        state=RecoveryState.OPEN,
        closed_at=None,
    )
    write_guarded(
        session,
        voucher,
        Voucher.recovered_cents >= cents,
        otherwise=changed,
        recovered_cents=Voucher.recovered_cents - cents,
    )
    entry = RecoveryEntry(
        recovery_id=recovery.id,
        kind=EntryKind.UNDONE,
        amount_cents=cents,
        extra_cents=0,
        on=local_date(now),
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add(entry)
    session.flush()
    replace_instalments(session, recovery)
    session.expire(recovery, ["instalments", "entries"])
    return entry


def _days_to_pay(session: Session, recovery: Recovery, number: str, actor: Actor, now: datetime) -> date:
    """Six weeks to pay (Awb 4:87), written down as putting off; longer when payment was put off for longer."""
    today = local_date(now)
    standing = standing_of(session, recovery=recovery, today=today)
    put_off = standing.put_off_until if standing is not None else None
    until = max(term_of_weeks(today, PAYMENT_WEEKS), put_off or today)
    step = CollectionStep(
        recovery_id=recovery.id,
        kind=StepKind.DEFERRED,
        on=today,
        until_on=until,
        interest_free=True,
        reason=str(_l("Verrekening %(number)s is na bezwaar ongedaan gemaakt.", number=number)),
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add(step)
    session.flush()
    return until


def _tell(
    session: Session,
    voucher: Voucher,
    recovery: Recovery,
    done: SetOff,
    undone: SetOffUndone,
    bill: str,
    now: datetime,
) -> None:
    details = {
        "amount_cents": done.amount_cents,
        "open_cents": recovery.open_cents,
        "bill": bill,
        "until": undone.pay_by.isoformat(),
        "reason": undone.reason,
    }
    tell_asker(
        session,
        question=session.get_one(DevelopmentQuestion, voucher.question_id),
        template="recovery/set_off_undone",
        now=now,
        version=undone.id,
        in_writing=True,
        details=details,
    )
