"""Reads of the money of funders: what was promised, its tranches, and which money that came in may be of one."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.queries import agreements, of_agreements_seen
from portal.accounting.tranches.models import FunderPromise, Tranche, TrancheReceipt
from portal.framework.funding.models import Agreement
from portal.paying.payments.queries import SEES_PAYMENTS
from portal.paying.statements.camt import BankSays
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor

MOST_LINES = 50


def promises_of(session: Session, *, agreement: Agreement) -> list[FunderPromise]:
    """What a funder promised under an agreement, the last one first: that one counts."""
    rows = select(FunderPromise).where(FunderPromise.agreement_id == agreement.id)
    return list(session.scalars(rows.order_by(FunderPromise.promised_on.desc(), FunderPromise.id.desc())))


def promised_cents(session: Session, *, agreement: Agreement) -> int | None:
    """What the funder promised under an agreement now, in cents; None when nothing was written down."""
    found = promises_of(session, agreement=agreement)
    return found[0].promised_cents if found else None


def tranches_of(session: Session, *, agreement: Agreement) -> list[Tranche]:
    """The tranches of an agreement, in their order."""
    rows = select(Tranche).where(Tranche.agreement_id == agreement.id).order_by(Tranche.number)
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def planned_cents(session: Session, *, agreement: Agreement) -> int:
    """What the tranches of an agreement come to, in cents; of one that was dropped only what came in."""
    return sum(one.received_cents() + one.open_cents for one in tranches_of(session, agreement=agreement))


def tranches(session: Session, *, actor: Actor) -> list[Tranche]:
    """The tranches of every agreement that somebody may see, the one that is expected first first."""
    wanted = [one.id for one in agreements(session, actor=actor)]
    rows = select(Tranche).where(Tranche.agreement_id.in_(wanted))
    return list(session.scalars(rows.order_by(Tranche.expected_on, Tranche.id)))


def tranche_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Tranche | None:
    """One tranche; None when there is none or the actor may not see its agreement."""
    of_mine = of_agreements_seen(session, agreement_id=Tranche.agreement_id, actor=actor)
    return session.scalar(select(Tranche).where(Tranche.public_id == public_id, of_mine))


def receipt_by_public_id(session: Session, *, public_id: str, tranche: Tranche) -> TrancheReceipt | None:
    """A receipt of this tranche; None when there is none."""
    rows = select(TrancheReceipt).where(TrancheReceipt.public_id == public_id)
    return session.scalar(rows.where(TrancheReceipt.tranche_id == tranche.id))


# Money that came in ----------------------------------------------------------------------------------------------------


class MatchedBy(enum.StrEnum):
    """Why money that came in may be of a tranche; the best first."""

    REFERENCE_AND_AMOUNT = "reference_and_amount"
    REFERENCE = "reference"
    AMOUNT = "amount"
    OTHER = "other"
    """It came in and nobody said yet what it is."""


@dataclass(frozen=True)
class SuggestedLine:
    """A line of the bank that may be money of a tranche. Nothing is matched by itself."""

    line: UnmatchedLine
    by: MatchedBy


def suggested_lines(session: Session, *, tranche: Tranche, actor: Actor) -> list[SuggestedLine]:
    """For the region: the money that came in and may be of a tranche, the likeliest first; none when it is whole.

    By the reference of the agreement in what stands with it, and by the amount that is still to come. More than that is left out.
    """
    left = tranche.open_cents - tranche.waiting_cents
    if actor.audience not in SEES_PAYMENTS or left <= 0:
        return []
    rows = select(UnmatchedLine).where(
        UnmatchedLine.handled_at.is_(None),
        UnmatchedLine.says == BankSays.CAME_BACK,
        UnmatchedLine.payment_id.is_(None),
        UnmatchedLine.batch_id.is_(None),
        UnmatchedLine.cents > 0,
        UnmatchedLine.cents <= left,
    )
    found = [SuggestedLine(one, _matched(one, tranche, left)) for one in session.scalars(rows)]
    order = list(MatchedBy)
    return sorted(found, key=lambda one: (order.index(one.by), one.line.booked_on, one.line.id))[:MOST_LINES]


def _matched(line: UnmatchedLine, tranche: Tranche, left: int) -> MatchedBy:
    said = _plain(f"{line.said or ''} {line.key or ''} {line.bank_reference or ''}")
    names = (_plain(tranche.agreement.reference or ""), _plain(tranche.agreement.slug))
    named = any(len(name) > 2 and name in said for name in names)
    if line.cents == left:
        return MatchedBy.REFERENCE_AND_AMOUNT if named else MatchedBy.AMOUNT
    return MatchedBy.REFERENCE if named else MatchedBy.OTHER


def _plain(text: str) -> str:
    """Only letters and digits: people write a reference with and without dashes and spaces."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def amounts_to_come(session: Session) -> frozenset[int]:
    """The amounts that are still to come of tranches: money of such an amount that comes in is kept for a person to look at."""
    return frozenset(one.open_cents for one in session.scalars(select(Tranche)) if one.open_cents > 0)
