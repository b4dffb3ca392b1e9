"""Acts after a founded objection against interest: it lapses, and what was paid of it goes back to the holder (Awb 7:11).

Interest is no money of a budget and stands in no books, so no batch for the bank can pay it back. The region pays it itself, on
the account that it came from, and writes down when.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import require_authority
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.collecting.models import ChargeKind, CollectionCharge, InterestUndone
from portal.paying.collecting.queries import charges_of, interest_undone
from portal.paying.payments.actions import region_only
from portal.paying.settlements.models import Recovery
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.models import Voucher


def undo_interest(
    session: Session,
    *,
    charge: CollectionCharge,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> InterestUndone:
    """Decide that interest is not owed after all: what is open lapses, and what was paid is owed to the holder.

    Part of a decision on an objection, which says who may take it; the mandate is for all of the interest, with a first person
    (`prepared_by`) where the scheme wants two. Raises ``Refusal`` without a reason or authority, ``Conflict`` when it was undone
    before.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de rente vervalt."))
    recovery = session.get_one(Recovery, charge.recovery_id)
    hold(session, recovery)
    charges_of(session, recovery=recovery, lock=True)
    before = Conflict("undone_before", _l("De rente is na bezwaar al vervallen."))
    if charge.kind is not ChargeKind.INTEREST or interest_undone(session, charge=charge) is not None:
        raise before
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme, cents, on = scheme_of_voucher(session, voucher=voucher), charge.amount_cents, local_date(now)
    mandate = require_authority(session, scheme=scheme, cents=cents, actor=actor, prepared_by=prepared_by, on=on)
    draft, by = VoucherDraft(DecisionKind.UNDONE, scheme, cents, reason), Decider(actor, now, prepared_by)
    decision = decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=by)
    undone = InterestUndone(
        charge_id=charge.id,
        decision_id=decision.id,
        waived_cents=charge.open_cents,
        owed_cents=charge.received_cents,
        reason=reason.strip(),
        undone_at=now,
        undone_by=actor.reference,
        undone_by_name=actor.signature,
    )
    write_new(session, undone, otherwise=before)
    if undone.waived_cents:
        charge.waived_cents, charge.waived_at = charge.waived_cents + undone.waived_cents, now
        charge.waived_by, charge.waived_reason = actor.reference, undone.reason
        session.flush()
    details = {
        "waived_cents": undone.waived_cents,
        "owed_cents": undone.owed_cents,
        "cents": cents,
        "reason": undone.reason,
    }
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(
        session,
        question=question,
        template="recovery/interest_undone",
        now=now,
        version=undone.id,
        in_writing=True,
        details=details,
    )
    _log(session, recovery, "recovery.interest_undone", actor, now)
    return undone


def note_interest_repaid(
    session: Session, *, undone: InterestUndone, paid_on: date, reference: str, actor: Actor, now: datetime
) -> InterestUndone:
    """Write down that the region paid back the interest that lapsed. Another person than who decided that.

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when nothing is owed or it was paid back before.
    """
    region_only(actor)
    own = Refusal("second_person", _l("U hebt dit zelf besloten. Een collega legt de betaling vast."))
    if actor.account_id is None:
        raise own
    require_none_of(actor, earlier=(undone.undone_by,), own=own)
    name = " ".join(reference.split())
    if not 0 < len(name) <= 80:
        message = _l("Vul het kenmerk van de betaling in. Het heeft hoogstens 80 tekens.")
        raise Refusal("reference_missing", message, field="reference")
    if not local_date(undone.undone_at) <= paid_on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen het besluit en vandaag."), field="paid_on")
    write_guarded(
        session,
        undone,
        InterestUndone.owed_cents > 0,
        InterestUndone.paid_on.is_(None),
        otherwise=Conflict("repaid_before", _l("Deze betaling is al vastgelegd.")),
        paid_on=paid_on,
        reference=name,
        paid_at=now,
        paid_by=actor.reference,
    )
    charge = session.get_one(CollectionCharge, undone.charge_id)
    _log(session, session.get_one(Recovery, charge.recovery_id), "recovery.interest_repaid", actor, now)
    return undone


def _log(session: Session, recovery: Recovery, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="recovery", object_id=recovery.id, now=now)
