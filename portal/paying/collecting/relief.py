"""Decisions that let a debtor pay later or less: putting off payment, letting it lapse, and refusing either (Awb 4:94, 4:94a).

Each is a decision with a mandate, its ground and a letter that says until when one may object. On a provider private law holds,
and nothing is decided.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import mandate_for
from portal.framework.mandates.models import Mandate
from portal.framework.powers import Power, require_power
from portal.paying.collecting.actions import held_claim, keep_step, log_claim, tell_of_claim
from portal.paying.collecting.models import CollectionStep, StepKind
from portal.paying.collecting.queries import charges_of, collecting_settings
from portal.paying.settlements.models import Debtor, InstalmentState, Recovery
from portal.paying.settlements.queries import last_day_of_years
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.models import Voucher

LONGEST_DEFERRAL_YEARS = 5
REFUSABLE = {StepKind.NOT_DEFERRED: DecisionKind.PUT_OFF, StepKind.NOT_WAIVED: DecisionKind.WAIVED}
"""What may be refused, and the kind of decision that it is."""


def decide_on_claim(
    session: Session, recovery: Recovery, kind: DecisionKind, cents: int, reason: str, by: Decider
) -> Decision | None:
    """The decision about a claim on its holder, with the mandate for all that is open of it; None on a provider.

    Raises ``Refusal`` without a mandate.
    """
    if recovery.debtor is Debtor.PROVIDER:
        return None
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme, whole = scheme_of_voucher(session, voucher=voucher), max(cents, recovery.open_cents)
    mandate = mandate_for(session, scheme=scheme, cents=whole, actor=by.actor, on=by.today)
    return _decide(session, voucher, kind, cents, reason, mandate, by)


def _decide(
    session: Session, voucher: Voucher, kind: DecisionKind, cents: int, reason: str, mandate: Mandate, by: Decider
) -> Decision:
    draft = VoucherDraft(kind, scheme_of_voucher(session, voucher=voucher), cents, reason)
    return decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=by)


def defer_payment(
    session: Session, *, recovery: Recovery, until: date, reason: str, actor: Actor, now: datetime
) -> CollectionStep:
    """Put payment off until a day, at the wish of the debtor (Awb 4:94). Whether interest runs meanwhile is the region's to say.

    A decision. Raises ``Refusal`` at the field or without a mandate, ``Conflict`` when the claim is closed or can be collected no
    more.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u uitstel geeft."))
    standing = held_claim(session, recovery, now)
    if any(one.state in (InstalmentState.PLANNED, InstalmentState.MISSED) for one in recovery.instalments):
        raise Conflict("instalments_agreed", _l("Er zijn termijnen afgesproken. Spreek daarvoor nieuwe termijnen af."))
    today = local_date(now)
    first = standing.pay_by if standing.pay_by is not None and standing.pay_by > today else today
    if not first < until <= last_day_of_years(today, LONGEST_DEFERRAL_YEARS):
        message = _l("Kies een dag na %(day)s, hoogstens vijf jaar vooruit.", day=format_date(first))
        raise Refusal("deferral_out_of_range", message, field="until")
    by = Decider(actor, now)
    decision = decide_on_claim(session, recovery, DecisionKind.PUT_OFF, recovery.open_cents, reason, by)
    free = not collecting_settings(session).interest_in_deferral
    wanted = {
        "kind": StepKind.DEFERRED,
        "on": today,
        "until_on": until,
        "interest_free": free,
        "reason": reason.strip(),
        "decision_id": decision.id if decision is not None else None,
    }
    step = keep_step(session, recovery, actor, now, **wanted)
    details: dict[str, object] = {
        "open_cents": recovery.open_cents,
        "until": until.isoformat(),
        "interest_free": step.interest_free,
        "reason": reason.strip(),
    }
    tell_of_claim(session, recovery, "recovery/deferred", step.id, details, now)
    log_claim(session, recovery, "recovery.deferred", actor, now)
    return step


def refuse_relief(
    session: Session, *, recovery: Recovery, refused: StepKind, reason: str, actor: Actor, now: datetime
) -> CollectionStep:
    """Decide that a debtor who asked to pay later (`NOT_DEFERRED`) or less (`NOT_WAIVED`) may not (Awb 1:3, 4:94, 4:94a).

    Raises ``Refusal`` at the field or without a mandate, ``Conflict`` when the claim is closed or can be collected no more.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u het weigert."))
    if refused not in REFUSABLE:
        raise Refusal("refusal_unknown", _l("Kies wat u weigert."), field="refused")
    held_claim(session, recovery, now)
    decision = decide_on_claim(session, recovery, REFUSABLE[refused], 0, reason, Decider(actor, now))
    wanted = {"kind": refused, "on": local_date(now), "interest_free": False, "reason": reason.strip()}
    step = keep_step(session, recovery, actor, now, decision_id=decision.id if decision is not None else None, **wanted)
    details: dict[str, object] = {"open_cents": recovery.open_cents, "reason": reason.strip()}
    tell_of_claim(session, recovery, f"recovery/{refused.value}", step.id, details, now)
    log_claim(session, recovery, f"recovery.{refused.value}", actor, now)
    return step


def waive_charges(session: Session, *, recovery: Recovery, reason: str, actor: Actor, now: datetime) -> int:
    """Let the costs and interest that are still open go (Awb 4:94a); how many cents. The claim itself stays.

    A decision. Raises ``Refusal`` without a reason or mandate, ``Conflict`` when nothing is open.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom dit bedrag niet betaald hoeft te worden."))
    hold(session, recovery)
    charges = [one for one in charges_of(session, recovery=recovery, lock=True) if one.open_cents]
    cents = sum(one.open_cents for one in charges)
    if not cents:
        raise Conflict("nothing_charged", _l("Er staan geen kosten of rente open."))
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = require_power(session, Power.WRITE_OFF, actor=actor, on=local_date(now), scheme=scheme, cents=cents)
    decision = None
    if mandate is not None:
        by = Decider(actor, now)
        decision = _decide(session, voucher, DecisionKind.WAIVED, cents, reason, mandate, by)
    for one in charges:
        one.waived_cents, one.waived_at = one.open_cents, now
        one.waived_by, one.waived_reason = actor.reference, reason.strip()
        one.waived_decision_id = decision.id if decision is not None else None
    session.flush()
    details: dict[str, object] = {"amount_cents": cents, "reason": reason.strip()}
    tell_of_claim(session, recovery, "recovery/charges_waived", charges[-1].id, details, now)
    log_claim(session, recovery, "recovery.charges_waived", actor, now)
    return cents
