"""Acts that reduce an award by a decision of its own: with mandate, money, and a letter that says how to object (Awb 3:45)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.changes.actions import lower_price, note_moved_out
from portal.clock import local_date
from portal.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, Outcome
from portal.i18n import lazy_gettext as _l
from portal.questions.actions import tell_asker
from portal.questions.models import DevelopmentQuestion
from portal.vouchers.actions import revoke_voucher, staff_with_reason
from portal.vouchers.models import Voucher
from portal.vouchers.queries import mandate_over, scheme_of_voucher


def revoke_award(session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime) -> Decision:
    """Take back what is still open on a voucher; what was redeemed stays. Raises as ``revoke_voucher``."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher intrekt."))
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
    """The holder left the region and the voucher ends; what was redeemed stays. Raises as ``note_moved_out``."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom de houder de voucher houdt, of niet."))
    decision = _decide(session, voucher, DecisionKind.REVOKED, voucher.redeemed_cents, reason, actor, now)
    freed = voucher.open_cents
    note_moved_out(
        session, voucher=voucher, moved_on=moved_on, reason=reason, actor=actor, now=now,
        decision_id=decision.id,
    )  # fmt: skip
    _tell(session, voucher, decision, "reduction/moved_ends", now, freed_cents=freed, left_cents=voucher.redeemed_cents)
    return decision


def _decide(
    session: Session, voucher: Voucher, kind: DecisionKind, left_cents: int, reason: str, actor: Actor, now: datetime
) -> Decision:
    """The decision about what the award comes to from now on, by the mandate for the whole of it (Awb 10:3)."""
    mandate = mandate_over(session, voucher=voucher, actor=actor, on=local_date(now))
    scheme = scheme_of_voucher(session, voucher=voucher)
    body = scheme.definition.deciding_body
    decision = Decision(
        question_id=voucher.question_id, kind=kind, rationale=reason.strip(), decided_at=now,
        decided_by=actor.reference, decided_by_name=actor.display_name[:100],
    )  # fmt: skip
    session.add(decision)
    session.flush()
    left = max(left_cents, 0)
    session.add_all(
        [
            DecisionOutcome(
                decision_id=decision.id, scheme=scheme.slug, scheme_version=scheme.version, amount_cents=left,
                outcome=Outcome.AWARDED if left else Outcome.REJECTED, reason=None if left else reason.strip(),
                deciding_body_nl=body.nl if body is not None else "", deciding_body_en=body.en if body is not None else "",
            ),
            DecisionMandate(decision_id=decision.id, scheme=scheme.slug, mandate_id=mandate.id),
        ]
    )  # fmt: skip
    session.flush()
    return decision


def _tell(session: Session, voucher: Voucher, decision: Decision, template: str, now: datetime, **cents: Any) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    details = {**cents, "reason": decision.rationale}
    tell_asker(
        session, question=question, template=template, now=now, version=decision.id, in_writing=True, details=details
    )
