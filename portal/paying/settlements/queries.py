"""Reads of settlements and recoveries."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES
from portal.framework.powers import one_person_up_to, scheme_of_version
from portal.ledger.queries import unpaid_of
from portal.paying.settlements.models import (
    Instalment,
    InstalmentState,
    Recovery,
    RecoveryState,
    Settlement,
)
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Redemption, RedemptionSpend, Voucher
from portal.spending.vouchers.queries import of_vouchers_in_sight, of_vouchers_seen_by

YEARS = 5
"""Awb 4:49, third paragraph, 4:57, fourth paragraph, and 4:104."""


def settlement_of(session: Session, *, voucher: Voucher) -> Settlement | None:
    """The settlement of a voucher, as it was first; None while it was not settled."""
    return session.scalar(select(Settlement).where(Settlement.voucher_id == voucher.id, Settlement.number == 0))


def settlements_of(session: Session, *, voucher: Voucher) -> list[Settlement]:
    """The settlement of a voucher, and what revoked or lowered it later, in that order; empty while it was not settled."""
    rows = select(Settlement).where(Settlement.voucher_id == voucher.id)
    return list(session.scalars(rows.order_by(Settlement.number)))


def last_day_of_years(day: date, years: int = YEARS) -> date:
    """The last day of so many years after a day; of 29 February the 28th in a year without one, to the good of the debtor."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def settlement_counts_from(session: Session, *, settlement: Settlement) -> date:
    """The day from which the five years count in which a settlement can be lowered (Awb 4:49, third paragraph) and what it asks
    back can be claimed (4:57, fourth paragraph): the day of the first settlement, or on which a duty was not met after it.

    4:49 counts from the day on which a settlement was made known, which is never earlier than the day of 4:57.
    """
    if settlement.breached_on is not None:
        return settlement.breached_on
    voucher = session.get_one(Voucher, settlement.voucher_id)
    first = settlement_of(session, voucher=voucher)
    return local_date((first or settlement).settled_at)


def settlement_by_id(session: Session, *, settlement_id: int) -> Settlement | None:
    """The settlement with this id. The caller guards who may see it."""
    return session.get(Settlement, settlement_id)


def settlement_behind(session: Session, *, recovery: Recovery) -> Settlement | None:
    """The settlement, or what lowered it, by which a claim on a holder came; None for one on a provider."""
    return session.get(Settlement, recovery.settlement_id) if recovery.settlement_id is not None else None


def settled_voucher(session: Session, *, question: DevelopmentQuestion, settlement_id: int) -> Voucher | None:
    """The voucher that a settlement is about; None when it is not of this question."""
    rows = select(Voucher).join(Settlement, Settlement.voucher_id == Voucher.id)
    return session.scalar(rows.where(Settlement.id == settlement_id, Voucher.question_id == question.id))


def recoveries_of(session: Session, *, voucher: Voucher) -> list[Recovery]:
    """What has to come back, or had to, of what was paid for a voucher; oldest first."""
    return list(session.scalars(select(Recovery).where(Recovery.voucher_id == voucher.id).order_by(Recovery.id)))


def voucher_of_recovery(session: Session, *, recovery: Recovery) -> Voucher:
    """The voucher of which something has to come back."""
    return session.get_one(Voucher, recovery.voucher_id)


def recovery_behind(session: Session, *, recovery_id: int) -> Recovery:
    """The claim with this id. The caller guards who may see it."""
    return session.get_one(Recovery, recovery_id)


def recovery_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Recovery | None:
    """A recovery; None when there is none or the actor may not see its voucher."""
    of_seen = of_vouchers_seen_by(session, Recovery.voucher_id, actor)
    return session.scalar(select(Recovery).where(Recovery.public_id == public_id, of_seen))


def open_recoveries(session: Session, *, actor: Actor, limit: int = 200, offset: int = 0) -> list[Recovery]:
    """Everything that is still to come back, oldest first; for advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    seen = of_vouchers_in_sight(Recovery.voucher_id, actor)
    rows = select(Recovery).where(Recovery.state == RecoveryState.OPEN, seen).order_by(Recovery.id)
    return list(session.scalars(rows.limit(limit).offset(offset)))


def missed_instalments(session: Session, *, today: object) -> list[int]:
    """The ids of planned instalments whose day has passed, of recoveries that are open."""
    rows = (
        select(Instalment.id)
        .join(Recovery, Recovery.id == Instalment.recovery_id)
        .where(
            Instalment.state == InstalmentState.PLANNED, Instalment.due_on < today, Recovery.state == RecoveryState.OPEN
        )
    )
    return list(session.scalars(rows.order_by(Instalment.id)))


def unpaid_spends(session: Session, *, redemption: Redemption) -> list[tuple[int, int]]:
    """(id, cents) of the transfers of a redemption that were neither paid nor taken back, oldest first."""
    looking = select(RedemptionSpend.transfer_id).where(RedemptionSpend.redemption_id == redemption.id)
    return unpaid_of(session, transfer_ids=session.scalars(looking).all())


def claimed_cents(
    session: Session, *, voucher: Voucher | None = None, redemption: Redemption | None = None, ever: bool = False
) -> int:
    """What is still to come back of a voucher or a redemption; with ``ever`` also what came back or was written off."""
    left = Recovery.amount_cents
    if not ever:
        left = Recovery.amount_cents - Recovery.received_cents - Recovery.written_off_cents  # type: ignore[assignment]
    rows = select(func.coalesce(func.sum(left), 0))
    if voucher is not None:
        rows = rows.where(Recovery.voucher_id == voucher.id)
    if redemption is not None:
        rows = rows.where(Recovery.redemption_id == redemption.id)
    return int(session.scalar(rows) or 0)


def takes_two_to_write_off(session: Session, *, recovery: Recovery, amount_cents: int) -> bool:
    """Whether writing off so much more takes a second person."""
    return takes_two(session, recovery=recovery, amount_cents=recovery.written_off_cents + amount_cents)


def takes_two(session: Session, *, recovery: Recovery, amount_cents: int) -> bool:
    """Whether so many cents of a claim are above the amount up to which its scheme lets one person decide."""
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme = scheme_of_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    return amount_cents > one_person_up_to(scheme)
