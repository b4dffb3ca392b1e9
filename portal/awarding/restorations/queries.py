"""Reads of what comes back on vouchers: who waits for money, with priority over everybody else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.spec.order_of_receipt import Claim, SchemeClaim
from portal.awarding.restorations.models import Restoration, RestorationState
from portal.framework.funding.models import FundingLine
from portal.people.actor import Actor
from portal.spending.vouchers.models import AwardPart, Voucher
from portal.spending.vouchers.queries import voucher_by_public_id


@dataclass(frozen=True)
class WaitingVoucher:
    """A voucher that waits for its money to come back, as its case shows it."""

    voucher: Voucher
    restoration: Restoration


def restoration_replacing(session: Session, *, decision_id: int) -> Restoration | None:
    """What came in the place of a decision that took a voucher; None when nothing did."""
    return session.scalar(select(Restoration).where(Restoration.replaced_decision_id == decision_id))


def waiting_on(session: Session, *, voucher: Voucher) -> Restoration | None:
    """What waits to come back on a voucher; None when nothing does."""
    mine = (Restoration.voucher_id == voucher.id, Restoration.state == RestorationState.WAITING)
    return session.scalar(select(Restoration).where(*mine))


def waiting_restorations(session: Session, *, actor: Actor) -> list[WaitingVoucher]:
    """Everything that waits to come back on a voucher that the actor may see, the first decided first."""
    rows = select(Restoration, Voucher).join(Voucher, Voucher.id == Restoration.voucher_id)
    rows = rows.where(Restoration.state == RestorationState.WAITING).order_by(Restoration.decided_at, Restoration.id)
    return [
        WaitingVoucher(voucher, restoration)
        for restoration, voucher in session.execute(rows)
        if voucher_by_public_id(session, public_id=voucher.public_id, actor=actor) is not None
    ]


def waiting_cents(session: Session) -> int:
    """What waits to come back on all vouchers together, in cents."""
    rows = select(func.coalesce(func.sum(Restoration.amount_cents), 0))
    return int(session.scalar(rows.where(Restoration.state == RestorationState.WAITING)) or 0)


def claims_first(session: Session) -> list[Claim]:
    """What waits to come back, as claims on the funding lines of each award. They go before every application.

    The money was there when the award was made: the ceiling of now does not stand in the way of a decision upon objection (Awb
    4:25, third paragraph).
    """
    rows = (
        select(Restoration.id, Restoration.amount_cents, Voucher.scheme, FundingLine.slug)
        .join(Voucher, Voucher.id == Restoration.voucher_id)
        .join(AwardPart, AwardPart.award_id == Voucher.award_id)
        .join(FundingLine, FundingLine.id == AwardPart.funding_line_id)
        .where(Restoration.state == RestorationState.WAITING)
        .order_by(Restoration.decided_at, Restoration.id)
    )
    lines, wanted = defaultdict[int, set[str]](set), dict[int, tuple[int, str]]()
    for number, cents, scheme, slug in session.execute(rows):
        lines[number].add(slug)
        wanted[number] = (cents, scheme)
    return [
        Claim(RESTORED, cents, (SchemeClaim(scheme, cents, frozenset(lines[number])),))
        for number, (cents, scheme) in wanted.items()
    ]


RESTORED = "restored"
"""How a claim of a voucher that comes back is called: no application has this number."""
