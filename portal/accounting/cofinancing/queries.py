"""Reads of co-financing: the list, one entry, and how far it is against the duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.models import Cofinancing, CofinancingDuty, CofinancingState
from portal.accounting.scope import Scope
from portal.framework.funding.models import Agreement


@dataclass(frozen=True)
class DutyStand:
    """How far co-financing under an agreement is on a day, in cents."""

    agreement: Agreement
    duty: CofinancingDuty | None
    """None when nothing was laid down."""
    proven_cents: int
    claimed_cents: int
    """Written down, not proven yet, and not refused."""
    on: date

    @property
    def needed_cents(self) -> int:
        """What is still to be proven; never less than nothing."""
        return 0 if self.duty is None else max(0, self.duty.amount_cents - self.proven_cents)

    @property
    def months_left(self) -> int:
        """The calendar months until the end, with the present one; 0 when the day has come."""
        if self.duty is None or self.on >= self.duty.before_on:
            return 0
        last = self.duty.before_on - timedelta(days=1)
        return (last.year - self.on.year) * 12 + last.month - self.on.month + 1

    @property
    def needed_per_month_cents(self) -> int | None:
        """What has to be proven in each of those months, rounded up to a cent; None when no month is left."""
        return -(-self.needed_cents // self.months_left) if self.months_left else None


def cofinancing_against_duty(session: Session, *, scope: Scope, on: date) -> list[DutyStand]:
    """Per agreement that somebody may see: what is proven, what was claimed, what is needed, and per month until the end.

    An agreement without a duty stands in it when something was brought for it.
    """
    rows = select(Cofinancing.agreement_id, Cofinancing.state, func.sum(Cofinancing.amount_cents))
    sums = {
        (row[0], row[1]): int(row[2])
        for row in session.execute(rows.group_by(Cofinancing.agreement_id, Cofinancing.state))
    }
    duties = {duty.agreement_id: duty for duty in session.scalars(select(CofinancingDuty))}
    stands = [
        DutyStand(
            agreement=one,
            duty=duties.get(one.id),
            proven_cents=sums.get((one.id, CofinancingState.PROVEN), 0),
            claimed_cents=sums.get((one.id, CofinancingState.CLAIMED), 0),
            on=on,
        )
        for one in agreements_in(session, scope=scope)
    ]
    return [one for one in stands if one.duty is not None or one.proven_cents or one.claimed_cents]


def duty_of(session: Session, *, agreement: Agreement) -> CofinancingDuty | None:
    """The duty under an agreement; None when nothing was laid down."""
    return session.scalar(select(CofinancingDuty).where(CofinancingDuty.agreement_id == agreement.id))


def agreements_in(session: Session, *, scope: Scope) -> list[Agreement]:
    """The agreements that somebody may see, by slug: a funder those with itself."""
    return list(session.scalars(select(Agreement).where(_mine(scope)).order_by(Agreement.slug)))


def cofinancing_entries(session: Session, *, scope: Scope) -> list[Cofinancing]:
    """What was brought under those agreements, the newest first."""
    rows = select(Cofinancing).join(Agreement, Agreement.id == Cofinancing.agreement_id).where(_mine(scope))
    return list(session.scalars(rows.order_by(Cofinancing.id.desc())))


def cofinancing_by_public_id(session: Session, *, public_id: str, scope: Scope) -> Cofinancing | None:
    """The entry with this id, if somebody may see its agreement; None otherwise."""
    rows = select(Cofinancing).join(Agreement, Agreement.id == Cofinancing.agreement_id).where(_mine(scope))
    return session.scalar(rows.where(Cofinancing.public_id == public_id))


def _mine(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.funder is None else Agreement.funder_id == scope.funder.id
