"""Writing down a decision on what bodies owe somebody of their own: the penalty for a late decision, of every body that was late,
or interest on what was paid too late. The act itself is its caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, SchemeOutcome
from portal.framework.mandates.actions import require_mandate
from portal.framework.mandates.models import Mandate


@dataclass(frozen=True)
class LateBody:
    """A body whose decision is late, and the scheme (with the version that counts) by which it is known."""

    nl: str
    en: str
    scheme: str
    version: int


def _mandates_of(session: Session, bodies: Sequence[LateBody], by: Decider) -> dict[str, Mandate]:
    """By scheme, the mandate to decide in the name of each body; the amount follows from the law, so any mandate covers it."""
    return {
        one.scheme: require_mandate(session, actor=by.actor, body=one.nl, scheme=one.scheme, cents=0, on=by.today)
        for one in bodies
    }


def decide_on_penalty(
    session: Session,
    *,
    question_id: int,
    bodies: Sequence[LateBody],
    each_cents: int,
    reason: str,
    by: Decider,
    kind: DecisionKind = DecisionKind.PENALTY,
) -> Decision:
    """Keep the decision, with what each body owes (0: nothing, for the reason that is given) and by which mandate (Awb 10:3).

    Raises ``Refusal`` when a mandate is missing.
    """
    mandates = _mandates_of(session, bodies, by)
    decision = Decision(
        question_id=question_id,
        kind=kind,
        rationale=reason.strip(),
        decided_at=by.now,
        decided_by=by.actor.reference,
        decided_by_name=by.actor.signature,
    )
    session.add(decision)
    session.flush()
    for one in bodies:
        session.add(
            DecisionOutcome(
                decision_id=decision.id,
                scheme=one.scheme,
                scheme_version=one.version,
                amount_cents=each_cents,
                outcome=SchemeOutcome.AWARDED if each_cents else SchemeOutcome.REJECTED,
                reason=None if each_cents else decision.rationale,
                deciding_body_nl=one.nl,
                deciding_body_en=one.en,
            )
        )
    session.add_all(
        DecisionMandate(decision_id=decision.id, scheme=slug, mandate_id=one.id, prepared_by=by.prepared_by)
        for slug, one in mandates.items()
    )
    session.flush()
    session.refresh(decision, ["outcomes"])
    return decision
