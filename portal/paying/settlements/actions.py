"""Acts that determine what an award comes to: settle as used or lower (Awb 4:46), and a credit note of a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import require_authority
from portal.awarding.hearing_first.actions import keep_heard, require_heard
from portal.awarding.hearing_first.models import LeftOut
from portal.awarding.restorations.queries import waiting_on
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import release
from portal.paying.settlements.models import (
    AFTER_SETTLING,
    Debtor,
    Recovery,
    RecoveryState,
    Settlement,
    SettlementGround,
)
from portal.paying.settlements.queries import claimed_cents, unpaid_spends
from portal.paying.settlements.unpaid import not_on_its_way, planned_off, take_off, voucher_changed
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, note_change
from portal.spending.invoices.decided_first import require_decided
from portal.spending.providers.actions import tell_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.models import ChangeKind, Redemption, Voucher, VoucherState
from portal.spending.vouchers.queries import has_other_live


@dataclass(frozen=True)
class SettlementDraft:
    """What somebody wants to determine: so many cents, on which ground, and why; and when it is less, by which exception of the
    law the holder is not heard (None: the hearing that was held)."""

    amount_cents: int
    ground: SettlementGround
    reason: str
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class Determined:
    """What a decision that settles says: so many cents, of all that was used, for this reason."""

    amount_cents: int
    used_cents: int
    reason: str
    kind: DecisionKind = DecisionKind.SETTLED


@dataclass(frozen=True)
class _SettledParts:
    """What a settlement comes to before anything is written, in cents; and from which unpaid invoices how much is taken."""

    used: int
    redeemed: int
    open: int
    settled: int
    taken: tuple[tuple[Redemption, int], ...]

    @property
    def corrected(self) -> int:
        """Taken off invoices that were not paid yet."""
        return sum(cents for _, cents in self.taken)


def settle_voucher(
    session: Session,
    *,
    voucher: Voucher,
    draft: SettlementDraft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Settlement:
    """Determine for good what an award comes to: what was used (4:46, first paragraph), or less on a ground of the second.

    A decision about all that was used: the actor needs a mandate for that amount, and a first person who prepared it
    (`prepared_by`) where the scheme wants two. What was still open is released. Of a lower amount, unpaid invoices
    are lowered first; what was paid too much is claimed from the holder, who is heard first (4:8, 4:12). Raises ``Refusal`` at
    the field, or without a hearing, mandate or second person; ``Conflict`` when it was settled or used meanwhile.
    """
    staff_with_reason(actor, draft.reason, _l("Schrijf op waarom u dit bedrag vaststelt."))
    hold(session, voucher)
    heard = check_settlement(session, voucher, draft)
    determined = Determined(draft.amount_cents, voucher.used_cents, draft.reason)
    decision = decide_settlement(
        session, voucher=voucher, determined=determined, actor=actor, prepared_by=prepared_by, now=now
    )
    if draft.ground is not SettlementGround.AS_USED:
        keep_heard(session, decision_id=decision.id, hearing=heard, left_out=draft.left_out)
    parts = _parts(session, voucher, draft.amount_cents)
    not_on_its_way(session, *(redemption for redemption, _ in parts.taken))
    _end_settled(session, voucher, parts, actor, now)
    for redemption, cents in parts.taken:
        take_off(session, redemption, cents, keep=False, actor=actor, now=now, note="settled lower")
    if parts.open:
        release(session, voucher_id=voucher.id, actor_id=actor.reference, now=now, note="voucher settled")
    settlement = Settlement(
        voucher_id=voucher.id,
        decision_id=decision.id,
        awarded_cents=voucher.amount_cents,
        redeemed_cents=parts.used,
        settled_cents=parts.settled,
        corrected_cents=parts.corrected,
        claimed_cents=parts.used - parts.settled - parts.corrected,
        released_cents=parts.open,
        ground=draft.ground,
        reason=draft.reason.strip(),
        settled_at=now,
        settled_by=actor.reference,
        settled_by_name=actor.signature,
    )
    session.add(settlement)
    session.flush()
    if settlement.claimed_cents:
        claim(
            session, voucher=voucher, amount_cents=settlement.claimed_cents, settlement=settlement, actor=actor, now=now
        )
    record(session, actor=actor, action="voucher.settled", object_kind="voucher", object_id=voucher.id, now=now)
    tell_of_settlement(session, voucher, settlement, settlement.redeemed_cents, now)
    return settlement


def decide_settlement(
    session: Session,
    *,
    voucher: Voucher,
    determined: Determined,
    actor: Actor,
    prepared_by: str | None,
    now: datetime,
) -> Decision:
    """The decision that settles, with its mandate for the whole that was used. One may object to it as to any other (Awb 8:1).

    Books nothing. Raises ``Refusal`` without a mandate or second person.
    """
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = require_authority(
        session, scheme=scheme, cents=determined.used_cents, actor=actor, prepared_by=prepared_by, on=local_date(now)
    )
    draft = VoucherDraft(determined.kind, scheme, determined.amount_cents, determined.reason)
    by = Decider(actor, now, prepared_by)
    return decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=by)


def check_settlement(session: Session, voucher: Voucher, draft: SettlementDraft) -> Hearing | None:
    """Whether a voucher can be settled at this amount now; the hearing that goes before a lower one, unless it is left out.

    Raises ``Refusal`` at the field, or without that hearing; ``Conflict`` when it is too late, or something else comes first.
    """
    amount_cents, ground = draft.amount_cents, draft.ground
    if voucher.state is VoucherState.SETTLED:
        raise Conflict("voucher_settled", _l("Deze voucher is al vastgesteld."))
    if not voucher.redeemed_cents:
        message = _l(
            "Deze voucher is niet gebruikt. Dan is er niets vast te stellen: trek hem in, of laat hem verlopen."
        )
        raise Refusal("nothing_to_settle", message)
    require_decided(session, voucher=voucher)
    if waiting_on(session, voucher=voucher) is not None:
        message = _l("Op deze voucher komt na een bezwaar nog een bedrag terug. Stel hem daarna vast.")
        raise Conflict("restoration_waits", message)
    if claimed_cents(session, voucher=voucher):
        message = _l("Van deze voucher moet een opleider nog geld terugbetalen. Rond dat eerst af.")
        raise Conflict("recovery_open", message)
    if not 0 <= amount_cents <= voucher.used_cents:
        message = _l("Stel een bedrag vast van € 0 tot hoogstens wat is gebruikt.")
        raise Refusal("settled_out_of_range", message, field="amount")
    as_used = ground is SettlementGround.AS_USED
    if ground in AFTER_SETTLING or as_used != (amount_cents == voucher.used_cents):
        message = _l("Kies een grond die bij het bedrag past: alleen een lager bedrag heeft een grond nodig.")
        raise Refusal("ground_does_not_fit", message, field="ground")
    if as_used:
        return None
    act = IntendedAct.SETTLE_LOWER
    return require_heard(session, voucher=voucher, act=act, cents=amount_cents, left_out=draft.left_out)


def _parts(session: Session, voucher: Voucher, settled_cents: int) -> _SettledParts:
    used = voucher.used_cents
    taken = planned_off(session, voucher, used - settled_cents)
    return _SettledParts(used, voucher.redeemed_cents, voucher.open_cents, settled_cents, tuple(taken))


def _end_settled(session: Session, voucher: Voucher, parts: _SettledParts, actor: Actor, now: datetime) -> None:
    left = parts.redeemed - parts.corrected
    write_guarded(
        session,
        voucher,
        Voucher.state != VoucherState.SETTLED,
        Voucher.redeemed_cents == parts.redeemed,
        Voucher.released_cents == voucher.released_cents,
        otherwise=voucher_changed(),
        state=VoucherState.SETTLED,
        redeemed_cents=left,
        redeemed_at=voucher.redeemed_at if left else None,
        released_cents=Voucher.amount_cents - left,
        blocked_at=None,
        blocked_by=None,
        block_reason=None,
        settled_at=now,
        settled_by=actor.reference,
        settled_cents=parts.settled,
    )


# Credit notes and claims -----------------------------------------------------------------------------------------------


def take_credit_note(
    session: Session, *, redemption: Redemption, amount_cents: int, reason: str, actor: Actor, now: datetime
) -> Recovery | None:
    """A provider takes back (part of) an invoice. What was not paid yet comes off it; what was paid is claimed from the provider.

    On a voucher that is live, keeps its rest and is still good, the unpaid part can be used again; else it is released. Returns
    the claim, if any. Raises ``Refusal`` at the field, ``Conflict`` when the voucher was settled or changed meanwhile, or the
    payment of the invoice is on its way to the bank.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de opleider crediteert."))
    voucher = redemption.voucher
    hold(session, voucher)
    session.refresh(redemption)  # what is left of it changes under the lock of its voucher only
    if voucher.state is VoucherState.SETTLED:
        raise Conflict("voucher_settled", _l("Deze voucher is al vastgesteld."))
    paid_back = claimed_cents(session, redemption=redemption, ever=True)
    if not 0 < amount_cents <= redemption.net_cents - paid_back:
        message = _l("Vul een bedrag in van hoogstens wat er nog van deze factuur staat.")
        raise Refusal("credit_out_of_range", message, field="amount")
    unpaid = min(amount_cents, sum(cents for _, cents in unpaid_spends(session, redemption=redemption)))
    if unpaid:
        not_on_its_way(session, redemption)
        usable = voucher.is_live or (voucher.state is VoucherState.REDEEMED and voucher.valid_until >= local_date(now))
        keep = voucher.keep_rest and usable and not has_other_live(session, voucher=voucher)
        _count_less(session, voucher, unpaid, keep, actor, now)
        take_off(session, redemption, unpaid, keep=keep, actor=actor, now=now, note="credit note")
    note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.CREDITED, reason, "voucher/credited"),
        actor,
        now,
        amount_cents=amount_cents,
        provider_id=redemption.provider_id,
        redemption_id=redemption.id,
    )
    if unpaid == amount_cents:
        return None
    return claim(
        session, voucher=voucher, amount_cents=amount_cents - unpaid, redemption=redemption, actor=actor, now=now
    )


def _count_less(session: Session, voucher: Voucher, cents: int, keep: bool, actor: Actor, now: datetime) -> None:
    """Count that less was used, guarded in the write: open again when it is kept, else released."""
    nothing_used = voucher.redeemed_cents == cents
    values: dict[str, object] = {"redeemed_cents": Voucher.redeemed_cents - cents}
    if nothing_used:
        values["redeemed_at"] = None
    if not keep:
        values["released_cents"] = Voucher.released_cents + cents
    if keep or voucher.is_live:
        values["state"] = VoucherState.ISSUED if nothing_used else VoucherState.PARTLY_REDEEMED
    elif nothing_used and voucher.state is VoucherState.REDEEMED:
        by = {"revoked_at": now, "revoked_by": actor.reference, "revoke_reason": "credit note"}
        values |= {"state": VoucherState.REVOKED, **by}
    same = (Voucher.redeemed_cents == voucher.redeemed_cents, Voucher.state == voucher.state)
    write_guarded(session, voucher, *same, otherwise=voucher_changed(), **values)


def claim(
    session: Session,
    *,
    voucher: Voucher,
    amount_cents: int,
    actor: Actor,
    now: datetime,
    settlement: Settlement | None = None,
    redemption: Redemption | None = None,
) -> Recovery:
    """Write that something paid must come back: from the holder after a settlement, from the provider of a redemption, who is
    told."""
    recovery = Recovery(
        voucher_id=voucher.id,
        settlement_id=settlement.id if settlement is not None else None,
        redemption_id=redemption.id if redemption is not None else None,
        debtor=Debtor.PROVIDER if redemption is not None else Debtor.HOLDER,
        provider_id=redemption.provider_id if redemption is not None else None,
        amount_cents=amount_cents,
        received_cents=0,
        written_off_cents=0,
        state=RecoveryState.OPEN,
        plan=0,
        claimed_at=now,
        claimed_by=actor.reference,
    )
    session.add(recovery)
    session.flush()
    record(session, actor=actor, action="recovery.claimed", object_kind="recovery", object_id=recovery.id, now=now)
    if recovery.provider_id is not None:
        provider = session.get_one(Provider, recovery.provider_id)
        tell_provider(session, provider=provider, template="provider/claimed", now=now, version=recovery.id)
    return recovery


def tell_of_settlement(
    session: Session, voucher: Voucher, settlement: Settlement, used_cents: int, now: datetime
) -> None:
    """Make a settlement, or what lowers it, known to the holder in writing; `used_cents` is all that was used."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    details: dict[str, Any] = {
        "settled_cents": settlement.settled_cents,
        "awarded_cents": settlement.awarded_cents,
        "used_cents": used_cents,
        "claimed_cents": settlement.claimed_cents,
        "ground": settlement.ground.value,
        "reason": settlement.reason,
    }
    if settlement.lowers:
        breached = settlement.breached_on.isoformat() if settlement.breached_on is not None else None
        details |= {"before_cents": settlement.redeemed_cents, "breached_on": breached}
    tell_asker(
        session,
        question=question,
        template=settlement.template,
        now=now,
        version=settlement.id,
        in_writing=True,
        details=details,
    )
