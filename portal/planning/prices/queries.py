"""Reads of prices: the version in force, the one that is looked at, and those of before."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.planning.prices.models import LinePrices, PricesState


def price_versions(session: Session) -> list[LinePrices]:
    """Every version, the newest first."""
    rows = select(LinePrices).order_by(LinePrices.number.desc()).options(selectinload(LinePrices.rows))
    return list(session.scalars(rows))


def prices_in(session: Session, *, state: PricesState) -> LinePrices | None:
    """The version that is in force, or is looked at; None when there is none."""
    return session.scalar(select(LinePrices).where(LinePrices.state == state))


def prices_by_public_id(session: Session, *, public_id: str) -> LinePrices | None:
    """The version with this id; None when there is none."""
    return session.scalar(select(LinePrices).where(LinePrices.public_id == public_id))
