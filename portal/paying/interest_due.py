"""Interest that nobody decided on yet: what the region owes because it paid too late, and what a holder owes who did (Awb 4:98).

How much it is follows from every day, from the percentages of the region and from what came in, so a database cannot count it.
Each night what was paid in the last five years is worked out as the screens do, and since when the desk knows is noted on the
record of an amount that bears interest: that is what the worklist reads. Deciding on it is for a person (4:99).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.paying.collecting.models import ChargeKind, CollectionCharge
from portal.paying.collecting.queries import PAYMENT_WEEKS, interest_when_paid, standing_of
from portal.paying.late_interest.models import OwnInterest
from portal.paying.late_interest.queries import late_paid
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.paying.statutory_interest import NoRate, same_day_later
from portal.platform.among import among
from portal.platform.clock import end_of_day, local_date
from portal.platform.jobs.actions import Job

LOOK_BACK_YEARS = 5
"""So long after it was paid an amount is looked at: then a claim prescribes (Awb 4:104, first paragraph)."""
Bearing = Repayment | OwnDebt | Recovery


def note_interest_due(session: Session, *, now: datetime) -> int:
    """Note on what was paid whether interest is to be decided on over it; how many records changed.

    What was decided on, is owed again or turned out to bear too little is taken off. Nothing is noted of an amount for which
    the region has no percentage: the doctor names that.
    """
    changed, today = 0, local_date(now)
    for kind, wanted in _without_decision(today):
        due = {one.id for one in session.scalars(wanted) if _bears_interest(session, one, today)}
        noted = set(session.scalars(select(kind.id).where(kind.interest_due_at.is_not(None))))
        for ids, at in ((due - noted, now), (noted - due, None)):
            if ids:
                session.execute(update(kind).where(among(kind.id, ids)).values(interest_due_at=at))
                changed += len(ids)
    return changed


def interest_job(due: Callable[[Session, datetime], Sequence[str]]) -> Job:
    """Each night: note over which amounts interest is to be decided on."""

    def note(session: Session, _item: str, at: datetime) -> int:
        return note_interest_due(session, now=at)

    return Job("interest_due", due, note)


def _without_decision(today: date) -> list[tuple[type[Bearing], Select[Any]]]:
    """What was paid in the last years and has no decision on interest, per kind."""
    since = same_day_later(today, -LOOK_BACK_YEARS)
    own, charge = select(OwnInterest.id), select(CollectionCharge.id)
    repayments = select(Repayment).where(
        Repayment.state == RepaymentState.PAID,
        Repayment.paid_on >= since,
        ~own.where(OwnInterest.repayment_id == Repayment.id).exists(),
    )
    debts = select(OwnDebt).where(
        OwnDebt.state == OwnDebtState.PAID,
        OwnDebt.to_another.is_(False),
        OwnDebt.paid_on >= since,
        ~own.where(OwnInterest.own_debt_id == OwnDebt.id).exists(),
    )
    of_claim = (CollectionCharge.recovery_id == Recovery.id, CollectionCharge.kind == ChargeKind.INTEREST)
    recoveries = select(Recovery).where(
        Recovery.state == RecoveryState.CLOSED,
        Recovery.debtor == Debtor.HOLDER,
        Recovery.closed_at > end_of_day(since),
        ~charge.where(*of_claim).exists(),
    )
    return [(Repayment, repayments), (OwnDebt, debts), (Recovery, recoveries)]


def _bears_interest(session: Session, owed: Bearing, today: date) -> bool:
    try:
        if not isinstance(owed, Recovery):
            return late_paid(session, owed=owed) is not None
        if max(one.on for one in owed.entries) <= local_date(owed.claimed_at) + timedelta(weeks=PAYMENT_WEEKS):
            return False  # before the letter can have let its term pass
        standing = standing_of(session, recovery=owed, today=today)
        found = interest_when_paid(session, recovery=owed)
    except NoRate:
        return False
    return found is not None and found.is_owed and standing is not None and not standing.is_prescribed
