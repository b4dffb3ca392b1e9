"""The act that revokes or lowers a settlement later (Awb 4:49), with a claim of its own for what was paid too much by it.

4:49, first paragraph: on facts of which the body could not reasonably know when it settled and with which it would have settled
lower (a), because the settlement was wrong and the holder knew or should have known (b), or because the holder did not keep to a
duty of the subsidy after it (c). Third paragraph: not once five years have passed since the settlement was made known, or since
the day on which the duty was not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import DecisionKind
from portal.awarding.hearing_first.actions import keep_heard, require_heard
from portal.awarding.hearing_first.models import LeftOut
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.settlements.actions import Determined, claim, decide_settlement, tell_of_settlement
from portal.paying.settlements.models import AFTER_SETTLING, Settlement, SettlementGround
from portal.paying.settlements.queries import last_day_of_years, settlement_of, settlements_of
from portal.paying.settlements.unpaid import not_on_its_way, planned_off, take_off, voucher_changed
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import staff_with_reason
from portal.spending.vouchers.models import Voucher, VoucherState


@dataclass(frozen=True)
class LoweringDraft:
    """To which amount a settlement is lowered (0: it is revoked), on which ground and why; on which day a duty was not met after
    it; and by which exception of the law the holder is not heard (None: the hearing that was held)."""

    amount_cents: int
    ground: SettlementGround
    reason: str
    breached_on: date | None = None
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class _Allowed:
    """What may be lowered: the settlement as it was first, how often it was lowered before, and how the holder was heard."""

    first: Settlement
    number: int
    heard: Hearing | None


def lower_settlement(
    session: Session,
    *,
    voucher: Voucher,
    draft: LoweringDraft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Settlement:
    """Revoke a settlement or lower it, to the disadvantage of the holder, who is heard first (Awb 4:8, 4:12, 4:49).

    A decision about all that was used: the actor needs a mandate for that amount, and a first person who prepared it
    (`prepared_by`) where the scheme wants two. Invoices that were not paid yet are lowered first; what was paid too much is
    claimed from the holder, beside what an earlier settlement claimed. Raises ``Refusal`` at the field, or without a hearing,
    mandate or second person; ``Conflict`` when five years passed, or something changed or comes first.
    """
    staff_with_reason(actor, draft.reason, _l("Schrijf op waarom u de vaststelling verlaagt."))
    hold(session, voucher)
    allowed = check_lowering(session, voucher, draft, local_date(now))
    before, used_cents = voucher.settled_cents or 0, allowed.first.redeemed_cents
    determined = Determined(draft.amount_cents, used_cents, draft.reason, DecisionKind.SETTLED_LESS)
    decision = decide_settlement(
        session, voucher=voucher, determined=determined, actor=actor, prepared_by=prepared_by, now=now
    )
    keep_heard(session, decision_id=decision.id, hearing=allowed.heard, left_out=draft.left_out)
    taken = planned_off(session, voucher, before - draft.amount_cents)
    corrected = sum(cents for _, cents in taken)
    not_on_its_way(session, *(redemption for redemption, _ in taken))
    _count(session, voucher, draft.amount_cents, corrected)
    for redemption, cents in taken:
        take_off(session, redemption, cents, keep=False, actor=actor, now=now, note="settlement lowered")
    made = Settlement(
        voucher_id=voucher.id,
        number=allowed.number,
        decision_id=decision.id,
        awarded_cents=voucher.amount_cents,
        redeemed_cents=before,
        settled_cents=draft.amount_cents,
        corrected_cents=corrected,
        claimed_cents=before - draft.amount_cents - corrected,
        released_cents=0,
        ground=draft.ground,
        breached_on=draft.breached_on,
        reason=draft.reason.strip(),
        settled_at=now,
        settled_by=actor.reference,
        settled_by_name=actor.signature,
    )
    write_new(session, made, otherwise=voucher_changed())
    if made.claimed_cents:
        claim(session, voucher=voucher, amount_cents=made.claimed_cents, settlement=made, actor=actor, now=now)
    action = "voucher.settlement_lowered"
    record(session, actor=actor, action=action, object_kind="voucher", object_id=voucher.id, now=now)
    tell_of_settlement(session, voucher, made, used_cents, now)
    return made


def check_lowering(session: Session, voucher: Voucher, draft: LoweringDraft, today: date) -> _Allowed:
    """Whether a settlement can be lowered so now; what that takes. Raises as `lower_settlement`."""
    before = voucher.settled_cents
    first = settlement_of(session, voucher=voucher)
    if voucher.state is not VoucherState.SETTLED or before is None or first is None:
        message = _l("Deze voucher is nog niet vastgesteld. Stel hem lager vast, of trek hem in.")
        raise Conflict("not_settled", message)
    owed = select(Repayment.id).where(Repayment.voucher_id == voucher.id, Repayment.state == RepaymentState.OPEN)
    if session.scalar(owed) is not None:
        message = _l("Na een bezwaar moet nog geld terug naar de houder. Betaal dat eerst.")
        raise Conflict("repayment_open", message)
    if draft.ground not in AFTER_SETTLING:
        message = _l("Deze grond past hier niet. Kies een grond die de wet voor dit besluit geeft.")
        raise Refusal("ground_does_not_fit", message, field="ground")
    _check_lower(draft.amount_cents, before)
    _check_term(first, draft, today)
    act, cents = IntendedAct.LOWER_SETTLED, draft.amount_cents
    heard = require_heard(session, voucher=voucher, act=act, cents=cents, left_out=draft.left_out)
    return _Allowed(first, len(settlements_of(session, voucher=voucher)), heard)


def _check_lower(amount_cents: int, before: int) -> None:
    if not before:
        raise Conflict("nothing_settled", _l("Er is € 0 vastgesteld. Lager kan niet."))
    if not 0 <= amount_cents < before:
        message = _l(
            "Vul een bedrag in van minder dan %(before)s: wat nu is vastgesteld. Trekt u de vaststelling in? Vul dan 0 in.",
            before=format_euros(before, exact=True),
        )
        raise Refusal("settled_out_of_range", message, field="amount")


def _check_term(first: Settlement, draft: LoweringDraft, today: date) -> None:
    """Within five years (4:49, third paragraph): of the settlement, or of the day on which the duty was not met after it."""
    settled_on = local_date(first.settled_at)
    if (draft.ground is SettlementGround.DUTY_AFTER) != (draft.breached_on is not None):
        message = _l("Vul de dag in waarop de houder de verplichting niet nakwam. Alleen bij die grond.")
        raise Refusal("day_missing", message, field="breached_on")
    if draft.breached_on is not None and not settled_on <= draft.breached_on <= today:
        message = _l("Kies een dag tussen de vaststelling (%(day)s) en vandaag.", day=format_date(settled_on))
        raise Refusal("day_out_of_range", message, field="breached_on")
    until = last_day_of_years(draft.breached_on or settled_on)
    if today > until:
        message = _l(
            "Dit kan niet meer. Het kon tot en met %(day)s, vijf jaar later (Awb 4:49, derde lid, en 4:57, vierde lid).",
            day=format_date(until),
        )
        raise Conflict("lowering_barred", message)


def _count(session: Session, voucher: Voucher, amount_cents: int, corrected: int) -> None:
    """Write on the voucher what it is settled at now, guarded in the write: nothing came back or changed meanwhile."""
    left = voucher.redeemed_cents - corrected
    write_guarded(
        session,
        voucher,
        Voucher.state == VoucherState.SETTLED,
        Voucher.settled_cents == voucher.settled_cents,
        Voucher.redeemed_cents == voucher.redeemed_cents,
        otherwise=voucher_changed(),
        settled_cents=amount_cents,
        redeemed_cents=left,
        redeemed_at=voucher.redeemed_at if left else None,
        released_cents=Voucher.released_cents + corrected,
    )
