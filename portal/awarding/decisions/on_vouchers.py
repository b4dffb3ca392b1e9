"""Writing down a decision about a voucher that stands: raised, settled, lowered or revoked. The act itself is its caller's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, SchemeOutcome
from portal.framework.catalogue.queries import SchemeInForce
from portal.framework.mandates.models import Mandate
from portal.spending.vouchers.models import Voucher


@dataclass(frozen=True)
class VoucherDraft:
    """What is to be decided about a voucher, and why."""

    kind: DecisionKind
    scheme: SchemeInForce
    amount_cents: int
    """What is decided on: what is added, or what the award comes to; 0 means that nothing is left of it."""
    reason: str


def decide_on_voucher(
    session: Session, *, voucher: Voucher, draft: VoucherDraft, mandate: Mandate, by: Decider
) -> Decision:
    """Keep the decision, its one outcome in the name of the deciding body, and by which mandate it was taken (Awb 10:3)."""
    scheme, reason = draft.scheme, draft.reason.strip()
    decision = Decision(
        question_id=voucher.question_id,
        kind=draft.kind,
        rationale=reason,
        decided_at=by.now,
        decided_by=by.actor.reference,
        decided_by_name=by.actor.signature,
    )
    session.add(decision)
    session.flush()
    body = scheme.definition.deciding_body
    outcome = DecisionOutcome(
        decision_id=decision.id,
        scheme=scheme.slug,
        scheme_version=scheme.version,
        amount_cents=draft.amount_cents,
        outcome=SchemeOutcome.AWARDED if draft.amount_cents else SchemeOutcome.REJECTED,
        reason=None if draft.amount_cents else reason,
        deciding_body_nl=body.nl if body is not None else "",
        deciding_body_en=body.en if body is not None else "",
    )
    under = DecisionMandate(
        decision_id=decision.id, scheme=scheme.slug, mandate_id=mandate.id, prepared_by=by.prepared_by
    )
    session.add_all([outcome, under])
    session.flush()
    return decision
