"""Reads for late binding: which funding lines pay a voucher now, and which may take it over, by the rule of matching."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.problem import AvailableFundingLine, Problem
from matching.spec.limits import funding_price, refusal_of
from portal.awarding.decisions.models import Decision
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines, matching_funding_lines
from portal.ledger.invariants import Break
from portal.ledger.models import AccountKind, Transfer, TransferKind
from portal.ledger.queries import Figures, figures
from portal.ledger.reassigning import standing_on_line
from portal.paying.payments.queries import in_a_payment, redemption_of
from portal.paying.reassignments.models import Reassignment
from portal.platform.among import among
from portal.spending.vouchers.models import Award, Voucher, VoucherState


@dataclass(frozen=True)
class MovableAmount:
    """A funding line and an amount that another may take over from it, in cents.

    `stands` says whether it is reserved, spent (used, not yet paid, in no payment) or paid; of paid money it is one payment with
    its invoice, which goes over in full.
    """

    line: FundingLine
    stands: AccountKind
    cents: int
    payment_id: int | None = None
    invoice_number: str | None = None


def payers_of(session: Session, *, voucher: Voucher) -> list[MovableAmount]:
    """The funding lines that now pay a voucher, with what is reserved, used and paid; nothing once it was settled."""
    if voucher.state is VoucherState.SETTLED:
        return []
    found = figures(session, by=("funding_line_id",), voucher_ids=[voucher.id])
    payers = []
    for line in funding_lines(session):
        held = found.get((line.id,), Figures())
        if held.reserved_cents:
            payers.append(MovableAmount(line, AccountKind.RESERVED, held.reserved_cents))
        if held.spent_cents > held.paid_cents:
            spends = standing_on_line(session, voucher_id=voucher.id, line_id=line.id, kind=AccountKind.SPENT)
            taken = in_a_payment(session, transfer_ids=[one.id for one in spends])
            free = sum(one.amount_cents for one in spends if one.id not in taken)
            payers.extend([MovableAmount(line, AccountKind.SPENT, free)] if free else [])
        if held.paid_cents:
            payers.extend(_payments(session, voucher, line, held.paid_cents))
    return payers


def _payments(session: Session, voucher: Voucher, line: FundingLine, paid_cents: int) -> list[MovableAmount]:
    found = []
    for one in standing_on_line(session, voucher_id=voucher.id, line_id=line.id, kind=AccountKind.PAID):
        redemption = redemption_of(session, one)
        number = redemption.invoice_number if redemption is not None else None
        if one.amount_cents <= paid_cents:
            found.append(MovableAmount(line, AccountKind.PAID, one.amount_cents, one.id, number))
    return found


def why_not(session: Session, *, voucher: Voucher, line: FundingLine) -> str | None:
    """Why a funding line may not pay an award, as a code of matching (earmark or period); None when it may.

    Looked at for every cost line of the award, with the facts of the decision and the day on which it was awarded.
    """
    award = session.get_one(Award, voucher.award_id)
    money = next((one for one in matching_funding_lines(session, on=award.awarded_on) if one.id == line.slug), None)
    if money is None:
        return "funding_period_award_date"
    return _refusal(award, _problem(session, award.decision_id), money)


def _problem(session: Session, decision_id: int) -> Problem:
    return Problem.model_validate_json(session.get_one(Decision, decision_id).problem_json or "")


def _refusal(award: Award, problem: Problem, money: AvailableFundingLine) -> str | None:
    problem = problem.model_copy(update={"reference_date": award.awarded_on})
    offer = next(one for one in problem.offers if one.scheme == award.scheme and one.administered == "here")
    keys = {part.line_key for part in award.parts}
    reasons = [refusal_of(problem, money, offer, cost) for cost in problem.lines if cost.id in keys]
    return next((reason for reason in reasons if reason is not None), None)


def admitting_lines(session: Session, *, vouchers: Collection[Voucher]) -> dict[int, list[FundingLine]]:
    """Per voucher, by its id, the funding lines that may pay it, as `why_not` says; a voucher without facts admits none.

    For many vouchers at once: every decision is read once, and the funding lines once per day of awarding.
    """
    lines = {line.slug: line for line in funding_lines(session)}
    by_day: dict[date, list[AvailableFundingLine]] = {}
    found: dict[int, list[FundingLine]] = {}
    for voucher in {one.id: one for one in vouchers}.values():
        award = voucher.award
        if award.awarded_on not in by_day:
            by_day[award.awarded_on] = matching_funding_lines(session, on=award.awarded_on)
        if session.get_one(Decision, award.decision_id).problem_json is None:
            continue
        problem = _problem(session, award.decision_id)
        money = by_day[award.awarded_on]
        found[voucher.id] = [lines[one.id] for one in money if _refusal(award, problem, one) is None]
    return found


def lines_by_earmark(
    session: Session, *, vouchers: Collection[Voucher], lines: Collection[FundingLine], on: date
) -> dict[int, list[FundingLine]]:
    """Per voucher, by its id, the lines that would pay a question like it on a day, in the order in which a mix takes them.

    By their earmark and price alone: the periods are left out, so that it holds for what is still to be asked. A voucher
    without facts is left out.
    """
    by_slug = {line.slug: line for line in lines}
    open_money = {line.slug: _as_money(line, {}) for line in lines}
    money = {line.slug: _as_money(line, {"from": line.period_from, "to": line.period_to}) for line in lines}
    wanted = {one.award.decision_id for one in vouchers}
    rows = select(Decision.id, Decision.problem_json).where(
        among(Decision.id, wanted), Decision.problem_json.is_not(None)
    )
    kept = {int(number): str(text) for number, text in session.execute(rows)}
    found: dict[int, list[FundingLine]] = {}
    for voucher in vouchers:
        text = kept.get(voucher.award.decision_id)
        if text is None:
            continue
        problem = Problem.model_validate_json(text)
        priced = problem.model_copy(update={"reference_date": on})
        admit = [slug for slug, one in open_money.items() if _refusal(voucher.award, problem, one) is None]
        order = sorted((funding_price(priced, money[slug]), by_slug[slug].period_to, slug) for slug in admit)
        found[voucher.id] = [by_slug[slug] for _, _, slug in order]
    return found


def _as_money(line: FundingLine, period: dict[str, date]) -> AvailableFundingLine:
    """A line as matching sees it, with this period and without what is left of it."""
    known = {"id": line.slug, "funder": line.funder.slug, "available_cents": 0, "earmark": line.earmark}
    return AvailableFundingLine.model_validate(known | {"period": period, "price_permille": line.price_permille})


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


def reassignment_breaks(session: Session) -> Iterator[Break]:
    """R1: money that went from one funding line to another has a record that says why, of the same amount."""
    for voucher_id in booked_and_recorded(session):
        message = "what went to another funding line is not what its re-assignments say"
        yield Break("R1", f"voucher {voucher_id}", message)
