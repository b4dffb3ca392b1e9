"""The act after a founded objection against a lower settlement: settle again, higher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.rounds.keeping import keep_to_division
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import BudgetExhausted, CapExhausted, NotReserved, redeem
from portal.ledger.restoring import reserve_again
from portal.paying.payments.actions import owe
from portal.paying.recoveries import lower_claim
from portal.paying.settlements.actions import Determined, decide_settlement
from portal.paying.settlements.models import Recovery, Settlement
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import settling_again_of
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import staff_with_reason
from portal.spending.vouchers.models import (
    ChangeKind,
    Redemption,
    RedemptionSpend,
    Voucher,
    VoucherChange,
    VoucherState,
)


@dataclass(frozen=True)
class _HigherParts:
    """Where the higher amount goes, in cents."""

    unclaimed: int
    forgiven: int
    repaid: int
    restored: int


@dataclass(frozen=True)
class HigherDraft:
    """What the decision on an objection says of a settlement: so many cents instead, why, and the number of the objection."""

    amount_cents: int
    reason: str
    number: str


def settle_again(
    session: Session,
    *,
    settlement: Settlement,
    draft: HigherDraft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> SettlingAgain:
    """Replace a lower settlement by a higher amount, up to what was used: decision, money and letter, or nothing (Awb 7:11).

    The order undoes that of the settlement, last thing first: what the holder still has to pay back lapses, then what was written
    off counts as not owed, then what came back is owed to the holder, then the invoices get back what was taken off them. The
    last two need money: it is reserved by this decision on the lines of the award, through the guard.

    Another person than who settled decides (Awb 10:3), with a mandate for all that was used. Raises ``Refusal`` at the field or
    without authority, ``Conflict`` when the money or room is gone, or something changed.
    """
    staff_with_reason(actor, draft.reason, _l("Schrijf op waarom u dit bedrag vaststelt."))
    amount_cents = draft.amount_cents
    voucher = session.get_one(Voucher, settlement.voucher_id)
    claim = session.scalar(select(Recovery).where(Recovery.settlement_id == settlement.id))
    if claim is not None:  # before the voucher, as who books what came back does
        hold(session, claim)
    hold(session, voucher)
    check_again(session, settlement=settlement, amount_cents=amount_cents)
    replaced_id = _replaced(settlement, actor)
    parts = _parts(amount_cents - settlement.settled_cents, claim)
    determined = Determined(amount_cents, settlement.redeemed_cents, draft.reason)
    decision = decide_settlement(
        session, voucher=voucher, determined=determined, actor=actor, prepared_by=prepared_by, now=now
    )
    if claim is not None and parts.unclaimed:
        why = f"{draft.number}: {draft.reason.strip()}"
        lower_claim(session, recovery=claim, amount_cents=parts.unclaimed, reason=why, actor=actor, now=now)
    _count(session, voucher, amount_cents - settlement.settled_cents, parts, now)
    made = SettlingAgain(
        settlement_id=settlement.id,
        voucher_id=voucher.id,
        decision_id=decision.id,
        replaced_decision_id=replaced_id,
        before_cents=settlement.settled_cents,
        settled_cents=amount_cents,
        unclaimed_cents=parts.unclaimed,
        forgiven_cents=parts.forgiven,
        repaid_cents=parts.repaid,
        restored_cents=parts.restored,
        reason=draft.reason.strip(),
        settled_at=now,
        settled_by=actor.reference,
        settled_by_name=actor.signature,
    )
    session.add(made)
    session.flush()
    _book(session, voucher, made, actor, now)
    record(session, actor=actor, action="voucher.settled_again", object_kind="voucher", object_id=voucher.id, now=now)
    _tell(session, voucher, made, claim, now)
    return made


def _replaced(settlement: Settlement, actor: Actor) -> int:
    """The id of the decision that is replaced. Raises ``Refusal`` when there is none, or for who took it."""
    if settlement.decision_id is None:
        raise Refusal("no_decision", _l("Bij deze vaststelling hoort geen besluit. Opnieuw vaststellen kan niet."))
    own = Refusal("involved", _l("U was betrokken bij het besluit. Een collega behandelt dit bezwaar."))
    if actor.account_id is None:
        raise own
    require_none_of(actor, earlier=(settlement.settled_by,), own=own)
    return settlement.decision_id


def check_again(session: Session, *, settlement: Settlement, amount_cents: int) -> None:
    """Whether a settlement can be replaced by this amount. Raises ``Refusal`` at the field, ``Conflict`` when it was replaced."""
    if settling_again_of(session, settlement=settlement) is not None:
        raise Conflict("settled_again", _l("Deze voucher is na bezwaar al opnieuw vastgesteld."))
    before, most = settlement.settled_cents, settlement.redeemed_cents
    if before == most:
        message = _l("Alles wat is gebruikt, is al vastgesteld. Een hoger bedrag kan niet.")
        raise Refusal("nothing_higher", message, field="amount")
    if not before < amount_cents <= most:
        message = _l(
            "Stel een bedrag vast van meer dan %(before)s en hoogstens %(most)s: wat is gebruikt.",
            before=format_euros(before, exact=True),
            most=format_euros(most, exact=True),
        )
        raise Refusal("settled_out_of_range", message, field="amount")


def _parts(cents: int, claim: Recovery | None) -> _HigherParts:
    open_cents = min(cents, claim.open_cents if claim is not None else 0)
    cents -= open_cents
    forgiven = min(cents, claim.written_off_cents if claim is not None else 0)
    cents -= forgiven
    repaid = min(cents, claim.received_cents if claim is not None else 0)
    return _HigherParts(open_cents, forgiven, repaid, cents - repaid)


def _count(session: Session, voucher: Voucher, more_cents: int, parts: _HigherParts, now: datetime) -> None:
    """Write on the voucher what it is settled at now, guarded in the write: nothing came back or changed meanwhile.

    So much more than stood: what lowered the settlement later stands, unless one objects to that.
    """
    used = voucher.redeemed_cents + parts.restored
    write_guarded(
        session,
        voucher,
        Voucher.state == VoucherState.SETTLED,
        Voucher.settled_cents == voucher.settled_cents,
        Voucher.redeemed_cents == voucher.redeemed_cents,
        Voucher.recovered_cents == voucher.recovered_cents,
        otherwise=_changed(),
        redeemed_cents=used,
        redeemed_at=voucher.redeemed_at or (now if used else None),
        released_cents=Voucher.released_cents - parts.restored,
        recovered_cents=Voucher.recovered_cents - parts.repaid,
        settled_cents=Voucher.settled_cents + more_cents,
    )


def _book(session: Session, voucher: Voucher, made: SettlingAgain, actor: Actor, now: datetime) -> None:
    """Reserve and spend what needs money: for the invoices, and for the holder. Raises ``Conflict`` when it is not there."""
    needed = made.repaid_cents + made.restored_cents
    if not needed:
        return
    awarded: dict[int, int] = {}
    for part in voucher.award.parts:
        awarded[part.funding_line_id] = awarded.get(part.funding_line_id, 0) + part.amount_cents
    keep_to_division(session, voucher=voucher, cents=needed)
    try:
        reserve_again(
            session,
            voucher_id=voucher.id,
            amount_cents=needed,
            awarded=awarded,
            decision_id=made.decision_id,
            actor_id=actor.reference,
            now=now,
        )
    except (BudgetExhausted, CapExhausted, NotReserved) as gone:
        message = _l(
            "Voor dit bedrag is %(needed)s nodig, en dat is er niet meer. Er is niets vastgelegd. Vraag de regio om geld voor "
            "deze regeling, of beslis later.",
            needed=format_euros(needed, exact=True),
        )
        raise Conflict(gone.code, message, field="amount", params={"needed_cents": needed}) from gone
    if made.restored_cents:
        _restore(session, voucher, made.restored_cents, actor, now)
    if made.repaid_cents:
        redeem(
            session,
            voucher_id=voucher.id,
            amount_cents=made.repaid_cents,
            keep_rest=True,
            actor_id=actor.reference,
            now=now,
        )
        owed = {"settled_again_id": made.id, "decision_id": made.decision_id}
        owe(session, voucher=voucher, **owed, amount_cents=made.repaid_cents, now=now)


def _restore(session: Session, voucher: Voucher, cents: int, actor: Actor, now: datetime) -> None:
    """Put back on the invoices what the settlement took off them, the first invoice first; it is to be paid again."""
    rows = select(Redemption).where(Redemption.voucher_id == voucher.id).order_by(Redemption.id)
    for redemption in session.scalars(rows.execution_options(populate_existing=True)).all():
        part = min(cents, redemption.credited_cents - _credited_by_note(session, redemption))
        if part <= 0:
            continue
        cents -= part
        booked = redeem(
            session, voucher_id=voucher.id, amount_cents=part, keep_rest=True, actor_id=actor.reference, now=now
        )
        redemption.credited_cents -= part
        session.add_all(RedemptionSpend(redemption_id=redemption.id, transfer_id=one.id) for one in booked.spent)
        session.flush()
    if cents:
        raise _changed()


def _changed() -> Conflict:
    return Conflict("voucher_changed", _l("De voucher is intussen veranderd. Kijk opnieuw."))


def _credited_by_note(session: Session, redemption: Redemption) -> int:
    """What the provider itself took off an invoice before it was paid: its credit notes less what was claimed of it."""
    notes = select(func.coalesce(func.sum(VoucherChange.amount_cents), 0)).where(
        VoucherChange.redemption_id == redemption.id, VoucherChange.kind == ChangeKind.CREDITED
    )
    claimed = select(func.coalesce(func.sum(Recovery.amount_cents), 0)).where(Recovery.redemption_id == redemption.id)
    return int(session.scalar(notes) or 0) - int(session.scalar(claimed) or 0)


def _tell(session: Session, voucher: Voucher, made: SettlingAgain, claim: Recovery | None, now: datetime) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    settlement = session.get_one(Settlement, made.settlement_id)
    details = {
        "used_cents": settlement.redeemed_cents,
        "awarded_cents": settlement.awarded_cents,
        "before_cents": made.before_cents,
        "settled_cents": made.settled_cents,
        "stands_cents": voucher.settled_cents,
        "open_cents": claim.open_cents if claim is not None else 0,
        "unclaimed_cents": made.unclaimed_cents,
        "repaid_cents": made.repaid_cents,
        "restored_cents": made.restored_cents,
        "reason": made.reason,
    }
    tell_asker(
        session,
        question=question,
        template="settlement/again",
        now=now,
        version=made.id,
        in_writing=True,
        details=details,
    )
