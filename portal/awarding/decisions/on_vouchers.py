"""Writing down a decision about a voucher that stands: raised, settled, lowered or revoked. The act itself is its caller's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, SchemeOutcome
from portal.framework.catalogue.queries import SchemeInForce
from portal.framework.mandates.models import Mandate
from portal.people.actor import Actor
from portal.spending.vouchers.models import Voucher


def decide_on_voucher(
    session: Session,
    *,
    voucher: Voucher,
    kind: DecisionKind,
    scheme: SchemeInForce,
    amount_cents: int,
    reason: str,
    mandate: Mandate,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Decision:
    """Keep the decision, its one outcome in the name of the deciding body, and by which mandate it was taken (Awb 10:3).

    `amount_cents` is what is decided on: what is added, or what the award comes to; 0 means that nothing is left of it.
    """
    decision = Decision(
        question_id=voucher.question_id,
        kind=kind,
        rationale=reason.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
    )
    session.add(decision)
    session.flush()
    body = scheme.definition.deciding_body
    outcome = DecisionOutcome(
        decision_id=decision.id,
        scheme=scheme.slug,
        scheme_version=scheme.version,
        amount_cents=amount_cents,
        outcome=SchemeOutcome.AWARDED if amount_cents else SchemeOutcome.REJECTED,
        reason=None if amount_cents else reason.strip(),
        deciding_body_nl=body.nl if body is not None else "",
        deciding_body_en=body.en if body is not None else "",
    )
    by = DecisionMandate(decision_id=decision.id, scheme=scheme.slug, mandate_id=mandate.id, prepared_by=prepared_by)
    session.add_all([outcome, by])
    session.flush()
    return decision
