"""Short ways to book something, and to look at a funding line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.ledger import queries
from portal.ledger.actions import (
    PeriodCap,
    Reservation,
    reserve,
)
from portal.ledger.models import Transfer
from portal.ledger.queries import Figures

ACTOR = "account:1"


def put_aside(
    session: Session, now: datetime, *amounts: tuple[int, int], voucher: int = 7, caps: tuple[PeriodCap, ...] = ()
) -> list[Transfer]:
    return reserve(
        session,
        reservations=[
            Reservation(line, cents, voucher_id=voucher, scheme_version_id=3, caps=caps) for line, cents in amounts
        ],
        decision_id=5,
        actor_id=ACTOR,
        now=now,
    )


def line(session: Session, number: int = 1) -> Figures:
    return queries.line_figures(session, funding_line_ids=[number])[number]


def personal_cap(limit: int = 50_000, holder: str = "person:1") -> PeriodCap:
    return PeriodCap("werk-naar-werk", holder, "2026", limit)
