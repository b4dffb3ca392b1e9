"""Reads of funders and funding lines. What is available comes from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem import AvailableFundingLine as ProblemLine
from portal.framework.funding.models import Agreement, CeilingAnnouncement, Funder, FundingLine
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.ledger.queries import available_cents, line_figures
from portal.platform.reading_once import read_once
from schemes.region.funding import FundingFile


def funders(session: Session) -> list[Funder]:
    """All funders, by name."""
    return list(session.scalars(select(Funder).order_by(Funder.name_nl, Funder.id)))


def funding_lines(session: Session) -> list[FundingLine]:
    """All funding lines, by slug."""
    by_slug = select(FundingLine).order_by(FundingLine.slug)
    return list(read_once(session, "funding lines", lambda: list(session.scalars(by_slug))))


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


# Budgets and their history ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetChange:
    """One change of a budget: money that came or went (cents below zero), with its reason."""

    at: datetime
    cents: int
    after_cents: int
    """The budget after this change."""
    by: str
    reason: str | None


@dataclass(frozen=True)
class CeilingWarning:
    """What somebody should know about the ceiling of a line."""

    code: Literal["never_announced", "announced_late", "budget_differs", "lowered_in_period"]
    params: Mapping[str, Any]


def budget_history(session: Session, *, line: FundingLine) -> list[BudgetChange]:
    """Every change of the budget of a line, the first one first."""
    found = select(Transfer).join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
    came = found.where(Transfer.kind == TransferKind.FUND, LedgerAccount.funding_line_id == line.id)
    went = found.where(Transfer.kind == TransferKind.RETURN, LedgerAccount.funding_line_id == line.id)
    moves = [(row, row.amount_cents) for row in session.scalars(came)]
    moves += [(row, -row.amount_cents) for row in session.scalars(went)]
    changes, total = [], 0
    for row, cents in sorted(moves, key=lambda move: move[0].id):
        total += cents
        changes.append(BudgetChange(row.at, cents, total, row.actor_id, row.note))
    return changes


def announcements(session: Session, *, line: FundingLine) -> list[CeilingAnnouncement]:
    """What was made public about the ceiling of a line, the first one first."""
    rows = select(CeilingAnnouncement).where(CeilingAnnouncement.funding_line_id == line.id)
    return list(session.scalars(rows.order_by(CeilingAnnouncement.announced_on, CeilingAnnouncement.id)))


def ceiling_warnings(session: Session, *, line: FundingLine, on: date) -> list[CeilingWarning]:
    """Whether the ceiling was made public in time (Awb 4:27 and 4:28), and whether it is what the books say.

    A ceiling that is made public after the period began, or lowered within it, does not count for applications that were
    received before, unless the announcement before the period said so (Awb 4:28). A person judges that; this only points.
    """
    published = announcements(session, line=line)
    begun = on >= line.period_from
    if not published:
        return [CeilingWarning("never_announced", {"period_from": line.period_from})] if begun else []
    found: list[CeilingWarning] = []
    first, last = published[0], published[-1]
    if first.announced_on >= line.period_from:
        found.append(
            CeilingWarning("announced_late", {"announced_on": first.announced_on, "period_from": line.period_from})
        )
    lowered = [
        later
        for earlier, later in pairwise(published)
        if later.ceiling_cents < earlier.ceiling_cents and later.announced_on >= line.period_from
    ]
    if lowered:
        params = {"announced_on": lowered[-1].announced_on, "ceiling_cents": lowered[-1].ceiling_cents}
        found.append(CeilingWarning("lowered_in_period", params))
    budget = line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents
    if last.ceiling_cents != budget:
        found.append(CeilingWarning("budget_differs", {"ceiling_cents": last.ceiling_cents, "budget_cents": budget}))
    return found
