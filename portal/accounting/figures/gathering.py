"""What figures are made of: what happened to money, vouchers and questions, each put together by the database in one query.

Money is what each act moved between the accounts of a funding line, added up per voucher: an act that takes a reservation apart
and lays it down again is one movement here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import DevelopmentQuestion, QuestionCostLine, Route
from portal.framework.trainings.models import RegionTraining
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.oversight.outcomes.models import TrainingOutcome
from portal.platform.clock import end_of_day, local_date, start_of_day
from portal.spending.vouchers.models import Award, AwardPart, Redemption, Voucher

SEVERAL = "several"
"""Of a voucher that more than one provider was paid for."""


class Item(NamedTuple):
    """One thing behind a figure: of whom or what (counted once), how much, when, and what it belongs to."""

    subject: object
    amount: int
    day: date
    voucher: int | None = None
    question: int | None = None
    line: int | None = None
    extra: str | None = None


class VoucherFacts(NamedTuple):
    """What figures know of a voucher; nothing about a person but the pseudonym under which one is counted."""

    public_id: str
    question: int
    scheme: str
    issued_on: date
    expired_at: datetime | None
    person: str | None
    employer: str | None
    provider: str | None


class QuestionFacts(NamedTuple):
    """What figures know of a question. `size` is the number of people who work at the company, as it was answered."""

    route: str
    municipality: str | None
    sector: str | None
    size: str | None
    sent_on: date


class Movement(NamedTuple):
    """What one act did to the money of one voucher (or of none) on one funding line, in cents."""

    voucher: int | None
    line: int
    at: datetime
    day: date
    funded: int
    available: int
    reserved: int
    spent: int
    paid: int
    recovered: int


@dataclass(frozen=True)
class Gathered:
    """Everything until the last day, from which every figure is made."""

    first: date
    last: date
    vouchers: dict[int, VoucherFacts]
    questions: dict[int, QuestionFacts]
    items: dict[str, list[Item]] = field(default_factory=dict)
    """Per figure what is behind it."""


# Money -----------------------------------------------------------------------------------------------------------------


def movements(session: Session, *, line_ids: Collection[int], last: date) -> Iterator[Movement]:
    """What every act moved on these funding lines until a day, per voucher."""
    halves = union_all(_within_a_line(line_ids, last), *_between_lines(line_ids, last)).subquery("moved")
    sums = [func.sum(halves.c[name]) for name in ("funded", "available", "reserved", "spent", "paid", "recovered")]
    keys = (halves.c.voucher_id, halves.c.line, halves.c.at)
    rows = select(*keys, func.min(halves.c.booked_on), *sums).group_by(*keys)
    for row in session.execute(rows):
        yield Movement(row[0], row[1], row[2], row[3], *(int(cents) for cents in row[4:]))


def _within_a_line(line_ids: Collection[int], last: date) -> Select[Any]:
    """Every transfer within one line, with what it did to each account."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)

    def change(*kinds: AccountKind, sign: int = 1) -> ColumnElement[int]:
        came, went = credit.kind.in_(kinds), debit.kind.in_(kinds)
        return Transfer.amount_cents * case(
            (and_(came, ~went), literal_column(str(sign))), (and_(went, ~came), literal_column(str(-sign))), else_=0
        )

    rows = _columns(
        credit.funding_line_id,
        change(AccountKind.FUNDER, sign=-1),
        change(AccountKind.AVAILABLE),
        change(AccountKind.RESERVED),
        change(AccountKind.SPENT, AccountKind.PAID),
        change(AccountKind.PAID),
    )
    rows = rows.join(credit, credit.id == Transfer.credit_account_id)
    rows = rows.join(debit, debit.id == Transfer.debit_account_id)
    return rows.where(
        debit.funding_line_id == credit.funding_line_id,
        credit.funding_line_id.in_(list(line_ids)),
        Transfer.booked_on <= last,
    )


def _between_lines(line_ids: Collection[int], last: date) -> Iterator[Select[Any]]:
    """What another line took over: it came on the one and went from the other."""
    for sign, mine_id, other_id in (
        (1, Transfer.credit_account_id, Transfer.debit_account_id),
        (-1, Transfer.debit_account_id, Transfer.credit_account_id),
    ):
        mine, other = aliased(LedgerAccount), aliased(LedgerAccount)

        def change(*kinds: AccountKind, sign: int = sign, mine: Any = mine) -> ColumnElement[int]:
            return Transfer.amount_cents * case((mine.kind.in_(kinds), literal_column(str(sign))), else_=0)

        rows = _columns(
            mine.funding_line_id,
            change(AccountKind.FUNDER, sign=-sign),
            change(AccountKind.AVAILABLE),
            change(AccountKind.RESERVED),
            change(AccountKind.SPENT, AccountKind.PAID),
            change(AccountKind.PAID),
        )
        rows = rows.join(mine, mine.id == mine_id).join(other, other.id == other_id)
        yield rows.where(
            mine.funding_line_id != other.funding_line_id,
            mine.funding_line_id.in_(list(line_ids)),
            Transfer.booked_on <= last,
        )


def _columns(line: Any, *changes: ColumnElement[int]) -> Select[Any]:
    names = ("funded", "available", "reserved", "spent", "paid")
    recovered = case((Transfer.kind == TransferKind.RECOVER, Transfer.amount_cents), else_=0)
    return select(
        Transfer.voucher_id,
        line.label("line"),
        Transfer.at,
        Transfer.booked_on,
        *(change.label(name) for name, change in zip(names, changes, strict=True)),
        recovered.label("recovered"),
    ).select_from(Transfer)


# Vouchers and questions ------------------------------------------------------------------------------------------------


def voucher_facts(session: Session, *, last: date) -> dict[int, VoucherFacts]:
    """Every voucher that was issued until a day."""
    used = select(Redemption.voucher_id, func.min(Redemption.provider_id), func.max(Redemption.provider_id))
    used = used.where(Redemption.redeemed_at < end_of_day(last)).group_by(Redemption.voucher_id)
    providers = {row[0]: str(row[1]) if row[1] == row[2] else SEVERAL for row in session.execute(used)}
    rows = select(
        Voucher.id,
        Voucher.public_id,
        Voucher.question_id,
        Voucher.scheme,
        Voucher.issued_on,
        Voucher.expired_at,
        Award.person_key,
        Award.employer_key,
    ).join(Award, Award.id == Voucher.award_id)
    found = session.execute(rows.where(Voucher.issued_on <= last))
    return {row[0]: VoucherFacts(*row[1:], provider=providers.get(row[0])) for row in found}


def question_facts(session: Session, *, last: date) -> dict[int, QuestionFacts]:
    """Every question that was sent until a day. What somebody answered counts as it stands now."""
    question = DevelopmentQuestion

    def fact(key: str) -> ColumnElement[str]:
        return question.facts[key].as_string()

    place = case(
        (question.route == Route.EMPLOYER, fact("employer_municipality")), else_=fact("residence_municipality")
    )
    sector = func.coalesce(fact("training_sector"), RegionTraining.sector)
    rows = select(question.id, question.route, place, sector, fact("employer_size"), question.submitted_at)
    rows = rows.outerjoin(RegionTraining, RegionTraining.id == question.training_id)
    found = session.execute(rows.where(question.submitted_at < end_of_day(last)))
    return {row[0]: QuestionFacts(row[1].value, row[2], row[3], row[4], local_date(row[5])) for row in found}


def award_items(session: Session, gathered: Gathered, line_ids: Collection[int]) -> list[Item]:
    """What was awarded for each kind of cost, in the awards of the period."""
    rows = select(
        Voucher.id, Voucher.question_id, AwardPart.funding_line_id, Award.awarded_on, QuestionCostLine.category,
        func.sum(AwardPart.amount_cents),
    )  # fmt: skip
    rows = rows.join(Award, Award.id == AwardPart.award_id).join(Voucher, Voucher.award_id == Award.id)
    rows = rows.outerjoin(
        QuestionCostLine,
        and_(QuestionCostLine.question_id == Award.question_id, QuestionCostLine.line_key == AwardPart.line_key),
    )
    rows = rows.where(
        Award.awarded_on.between(gathered.first, gathered.last), AwardPart.funding_line_id.in_(list(line_ids))
    ).group_by(Voucher.id, Voucher.question_id, AwardPart.funding_line_id, Award.awarded_on, QuestionCostLine.category)
    return [
        Item(voucher, int(cents), day, voucher, question, line, category)
        for voucher, question, line, day, category, cents in session.execute(rows)
    ]


def talk_items(session: Session, gathered: Gathered) -> list[Item]:
    """Every talk that was held in the period."""
    held = Conversation.held_at
    rows = select(Conversation.id, held, Conversation.question_id)
    rows = rows.where(held >= start_of_day(gathered.first), held < end_of_day(gathered.last))
    return [Item(key, 1, local_date(at), None, question) for key, at, question in session.execute(rows) if at]


def referral_items(session: Session, gathered: Gathered) -> list[Item]:
    """Every question that was referred in the period, with where to."""
    rows = select(Decision.question_id, Decision.decided_at, Decision.referred_to).where(
        Decision.kind == DecisionKind.REFERRED,
        Decision.decided_at >= start_of_day(gathered.first),
        Decision.decided_at < end_of_day(gathered.last),
    )
    found = session.execute(rows.order_by(Decision.id))
    return [Item(question, 1, local_date(at), None, question, None, to) for question, at, to in found]


def outcome_rows(session: Session, gathered: Gathered) -> list[Any]:
    """Every time that was asked how it went in the period: voucher, when asked and answered, and what was answered."""
    row = TrainingOutcome
    rows = select(row.id, row.voucher_id, row.asked_at, row.answered_at, row.result, row.work_after, row.without_fund)
    rows = rows.where(row.asked_at >= start_of_day(gathered.first), row.asked_at < end_of_day(gathered.last))
    return list(session.execute(rows))
