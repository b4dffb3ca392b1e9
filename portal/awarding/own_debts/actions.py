"""Writing down that the region owes something of its own money: a part of the decision that says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind, OwnDebtState


def owe_of_own(
    session: Session, *, decision: Decision, kind: OwnDebtKind, cents: int, to_another: bool = False, now: datetime
) -> OwnDebt | None:
    """Write that the region owes so many cents by a decision, which has the mandate and is in the log; None for nothing."""
    if not cents:
        return None
    owed = OwnDebt(
        decision_id=decision.id,
        question_id=decision.question_id,
        kind=kind,
        to_another=to_another,
        amount_cents=cents,
        state=OwnDebtState.OPEN,
        owed_since=now,
    )
    session.add(owed)
    session.flush()
    return owed
