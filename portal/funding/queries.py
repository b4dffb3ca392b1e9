"""Reads of funders and funding lines. What is available comes from the ledger."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem import FundingLine as ProblemLine
from portal.funding.models import Funder, FundingLine
from portal.ledger.queries import available_cents


def funders(session: Session) -> list[Funder]:
    """All funders, by name."""
    return list(session.scalars(select(Funder).order_by(Funder.name_nl, Funder.id)))


def funding_lines(session: Session) -> list[FundingLine]:
    """All funding lines, by slug."""
    return list(session.scalars(select(FundingLine).order_by(FundingLine.slug)))


def funding_line_by_slug(session: Session, *, slug: str) -> FundingLine | None:
    """The funding line with this name; None when there is none."""
    return session.scalar(select(FundingLine).where(FundingLine.slug == slug))


def lines_for_scheme(session: Session, *, scheme: str) -> list[FundingLine]:
    """The funding lines whose earmark admits a scheme, by slug."""
    return [line for line in funding_lines(session) if not line.admitted_schemes or scheme in line.admitted_schemes]


def matching_funding_lines(session: Session, *, on: date) -> list[ProblemLine]:
    """The funding lines whose period holds a day, as matching sees them, with what the ledger has available now."""
    holding = [line for line in funding_lines(session) if line.period_from <= on <= line.period_to]
    left = available_cents(session, funding_line_ids=[line.id for line in holding])
    return [
        ProblemLine.model_validate(
            {
                "id": line.slug,
                "funder": line.funder.slug,
                "available_cents": max(0, left[line.id]),
                "earmark": line.earmark,
                "period": {"from": line.period_from, "to": line.period_to},
                "period_binds": line.period_binds,
                "price_permille": line.price_permille,
            }
        )
        for line in holding
    ]
