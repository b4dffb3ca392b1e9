"""Reads of funders and funding lines. What is available comes from the ledger."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem import FundingLine as ProblemLine
from portal.funding.models import Agreement, Funder, FundingLine
from portal.ledger.queries import available_cents, line_figures
from schemes.funding import FundingFile


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


def funding_file(session: Session) -> FundingFile:
    """The funders, agreements and lines as a funding file holds them, each line with the budget it has in the ledger."""
    lines = funding_lines(session)
    money = line_figures(session, funding_line_ids=[line.id for line in lines])
    agreements = {row.id: row for row in session.scalars(select(Agreement).order_by(Agreement.slug))}
    return FundingFile.model_validate(
        {
            "format": "ontwikkelloket/funding/1",
            "funders": tuple(
                {"id": row.slug, "name": {"nl": row.name_nl, "en": row.name_en}, "kind": row.kind}
                for row in funders(session)
            ),
            "agreements": tuple(
                {"id": row.slug, "funder": row.funder.slug, "title": {"nl": row.title_nl, "en": row.title_en}}
                for row in agreements.values()
            ),
            "funding_lines": tuple(
                {
                    "id": line.slug,
                    "funder": line.funder.slug,
                    "agreement": agreements[line.agreement_id].slug if line.agreement_id is not None else None,
                    "title": {"nl": line.title_nl, "en": line.title_en},
                    "amount_cents": max(0, money[line.id].funded_cents),
                    "earmark": {key: tuple(value) for key, value in line.earmark.items()},
                    "period": {"from": line.period_from, "to": line.period_to},
                    "period_binds": line.period_binds,
                    "price_permille": line.price_permille,
                }
                for line in lines
            ),
        }
    )
