"""Reads for late binding: which funding lines may pay what is still reserved, by the rule of matching."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.limits import refusal_of
from matching.problem import Problem
from portal.decisions.models import Decision
from portal.funding.models import FundingLine
from portal.funding.queries import funding_lines, matching_funding_lines
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import figures
from portal.reassignments.models import Reassignment
from portal.vouchers.models import Award, Voucher


@dataclass(frozen=True)
class Payer:
    """A funding line and what it holds reserved for a voucher, in cents."""

    line: FundingLine
    reserved_cents: int


def payers_of(session: Session, *, voucher: Voucher) -> list[Payer]:
    """The funding lines that now pay what is still open on a voucher."""
    found = figures(session, by=("funding_line_id",), voucher_ids=[voucher.id])
    held = {key[0]: one.reserved_cents for key, one in found.items() if one.reserved_cents}
    return [Payer(line, held[line.id]) for line in funding_lines(session) if line.id in held]


def why_not(session: Session, *, voucher: Voucher, line: FundingLine) -> str | None:
    """Why a funding line may not pay an award, as a code of matching (earmark or period); None when it may.

    Looked at for every cost line of the award, with the facts of the decision and the day on which it was awarded.
    """
    award = session.get_one(Award, voucher.award_id)
    decision = session.get_one(Decision, award.decision_id)
    problem = Problem.model_validate_json(decision.problem_json or "")
    problem = problem.model_copy(update={"reference_date": award.awarded_on})
    money = next((one for one in matching_funding_lines(session, on=award.awarded_on) if one.id == line.slug), None)
    if money is None:
        return "funding_period_award_date"
    offer = next(one for one in problem.offers if one.scheme == award.scheme and one.administered == "here")
    keys = {part.line_key for part in award.parts}
    reasons = [refusal_of(problem, money, offer, cost) for cost in problem.lines if cost.id in keys]
    return next((reason for reason in reasons if reason is not None), None)


def lines_that_may_pay(session: Session, *, voucher: Voucher) -> list[FundingLine]:
    """The funding lines that may pay this voucher, by earmark and period; also those without money left."""
    return [line for line in funding_lines(session) if why_not(session, voucher=voucher, line=line) is None]


def reassignments_of(session: Session, *, voucher: Voucher) -> list[Reassignment]:
    """The re-assignments of a voucher, oldest first."""
    rows = select(Reassignment).where(Reassignment.voucher_id == voucher.id).order_by(Reassignment.id)
    return list(session.scalars(rows))


def booked_and_recorded(session: Session) -> list[int]:
    """Vouchers of which the REASSIGN transfers do not add up to their re-assignments; empty when all is right."""
    booked = (
        select(Transfer.voucher_id, func.sum(Transfer.amount_cents))
        .where(Transfer.kind == TransferKind.REASSIGN)
        .group_by(Transfer.voucher_id)
    )
    kept = select(Reassignment.voucher_id, func.sum(Reassignment.amount_cents)).group_by(Reassignment.voucher_id)
    one = {int(row[0] or 0): int(row[1]) for row in session.execute(booked)}
    other = {int(row[0]): int(row[1]) for row in session.execute(kept)}
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
