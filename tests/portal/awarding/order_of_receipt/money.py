"""Leaving exactly so much on the funding lines of Proefland."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import Reservation, reserve
from portal.ledger.queries import available_cents
from tests.factories import NOW

_NOBODY = 9_000_000


def line_ids(session: Session) -> dict[str, int]:
    """The id of every line by its name."""
    return {line.slug: line.id for line in funding_lines(session)}


def leave(session: Session, cents: dict[str, int]) -> None:
    """Reserve everything of these lines but so many cents, for a voucher of nobody."""
    ids = line_ids(session)
    left = available_cents(session, funding_line_ids=[ids[slug] for slug in cents])
    wanted = [
        Reservation(ids[slug], left[ids[slug]] - kept, _NOBODY, 1, (), f"leave:{slug}:{kept}")
        for slug, kept in sorted(cents.items())
        if left[ids[slug]] > kept
    ]
    reserve(session, reservations=wanted, decision_id=1, actor_id="tests", now=NOW)
