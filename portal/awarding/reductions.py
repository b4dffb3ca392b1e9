"""Acts that reduce an award by a decision of its own: with mandate, money, and a letter that says how to object (Awb 3:45).

Each locks the voucher and its award before it looks at them: what the decision and its letter say is left, is what is left.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import mandate_for
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, check_move, lower_price, note_change
from portal.spending.invoices.decided_first import require_decided
from portal.spending.vouchers.actions import revoke_voucher, scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.holding import hold_award
from portal.spending.vouchers.models import ChangeKind, Voucher


def revoke_award(session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime) -> Decision:
    """Take back what is still open on a voucher; what was redeemed stays. Raises as ``revoke_voucher``."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher intrekt."))
    hold_award(session, voucher)
    require_decided(session, voucher=voucher)
    decision = _decide(session, voucher, DecisionKind.REVOKED, voucher.redeemed_cents, reason, actor, now)
    freed = voucher.open_cents
    revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=now, tell=False)
    _tell(session, voucher, decision, "reduction/revoked", now, freed_cents=freed, left_cents=voucher.redeemed_cents)
    return decision


def lower_award(
    session: Session, *, voucher: Voucher, by_cents: int, reason: str, actor: Actor, now: datetime
) -> Decision:
    """The training became cheaper: so many cents of what is open are released. Raises as ``lower_price``."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom het bedrag lager wordt."))
    hold_award(session, voucher)
    left = voucher.amount_cents - voucher.released_cents - by_cents
    decision = _decide(session, voucher, DecisionKind.LOWERED, left, reason, actor, now)
    lower_price(
        session, voucher=voucher, by_cents=by_cents, reason=reason, actor=actor, now=now, decision_id=decision.id
    )
    _tell(session, voucher, decision, "reduction/lowered", now, freed_cents=by_cents, left_cents=left)
    return decision


def end_after_move(
    session: Session, *, voucher: Voucher, moved_on: date, reason: str, actor: Actor, now: datetime
) -> Decision:
    """The holder left the region and the voucher ends; what was redeemed stays. Raises as ``check_move``, or without mandate."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom de houder de voucher houdt, of niet."))
    hold_award(session, voucher)
    check_move(voucher, moved_on, now)
    require_decided(session, voucher=voucher)
    decision = _decide(session, voucher, DecisionKind.REVOKED, voucher.redeemed_cents, reason, actor, now)
    freed = voucher.open_cents
    revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=now, tell=False)
    note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.MOVED_OUT, reason),
        actor,
        now,
        amount_cents=freed,
        day_after=moved_on,
        decision_id=decision.id,
    )
    _tell(session, voucher, decision, "reduction/moved_ends", now, freed_cents=freed, left_cents=voucher.redeemed_cents)
    return decision


def _decide(
    session: Session, voucher: Voucher, kind: DecisionKind, left_cents: int, reason: str, actor: Actor, now: datetime
) -> Decision:
    """The decision about what the award comes to from now on, by the mandate for the whole of the voucher. One person is enough.

    The whole and not the difference, so that nobody lowers it in slices that stay under the limit.
    """
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = mandate_for(session, scheme=scheme, cents=voucher.amount_cents, actor=actor, on=local_date(now))
    draft = VoucherDraft(kind, scheme, max(left_cents, 0), reason)
    return decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=Decider(actor, now))


def _tell(session: Session, voucher: Voucher, decision: Decision, template: str, now: datetime, **cents: Any) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    details = {**cents, "reason": decision.rationale}
    tell_asker(
        session, question=question, template=template, now=now, version=decision.id, in_writing=True, details=details
    )
