"""What figures are made of, each put together by the database in one query: money, vouchers, questions, talks, outcomes.

Money is what each act moved between the accounts of a funding line, added up per voucher: an act that takes a reservation apart
and lays it down again is one movement here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, case, cast, func, select, type_coerce, union_all
from sqlalchemy import literal_column as literal
from sqlalchemy.orm import Session, aliased

from portal.accounting.figures.columns import (
    Numbers,
    WordColumn,
    columns_of,
    days_of,
    days_of_hours,
    hour_of,
    numbers,
    rows_of,
)
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.trainings.models import RegionTraining
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.platform.clock import end_of_day
from portal.spending.vouchers.models import Award, Redemption, Voucher

SEVERAL = "several"
"""The provider of a voucher that more than one was paid for."""


@dataclass(frozen=True)
class VoucherFacts:
    """What figures know of every voucher, by id; of a person nothing but the pseudonym under which one is counted."""

    ids: Numbers
    public_ids: tuple[str, ...]
    question: Numbers
    """Rows of the questions."""
    issued_on: Numbers
    scheme: WordColumn
    person: WordColumn
    employer: WordColumn
    provider: WordColumn
    """By id as text."""


@dataclass(frozen=True)
class QuestionFacts:
    """What figures know of every question, by id. `size` is how many people work at the company, as it was answered."""

    ids: Numbers
    route: WordColumn
    municipality: WordColumn
    sector: WordColumn
    size: WordColumn
    sent_on: Numbers
    responded_on: Numbers
    talked_on: Numbers
    applied_on: Numbers
    decided_on: Numbers
    stopped: Numbers
    """Days on which the term stood still."""


@dataclass(frozen=True)
class Movements:
    """What each act did to the money of one voucher (or of none) on one funding line, in cents."""

    voucher: Numbers
    """Rows of the vouchers."""
    line: Numbers
    day: Numbers
    lapsed: Numbers
    """1 where the voucher expired by this act."""
    funded: Numbers
    available: Numbers
    reserved: Numbers
    spent: Numbers
    paid: Numbers
    recovered: Numbers


_CHANGES = ("funded", "available", "reserved", "spent", "paid", "recovered")


# Money -----------------------------------------------------------------------------------------------------------------


def movements(session: Session, *, line_ids: Collection[int], last: date, vouchers: VoucherFacts) -> Movements:
    """What every act moved on these funding lines until a day, per voucher."""
    moved = union_all(_within_a_line(line_ids, last), *_between_lines(line_ids, last)).subquery("moved")
    keys = (moved.c.voucher_id, moved.c.line, moved.c.at)
    sums = [cast(func.sum(moved.c[name]), BigInteger).label(name) for name in _CHANGES]
    acts = select(*keys, func.min(moved.c.booked_on).label("day"), *sums).group_by(*keys).subquery("acts")
    lapsed = case((Voucher.expired_at == acts.c.at, literal("1")), else_=literal("0"))
    rows = select(
        acts.c.voucher_id, acts.c.line, cast(acts.c.day, String), lapsed, *(acts.c[name] for name in _CHANGES)
    )
    voucher, line, day, *rest = columns_of(session, rows.outerjoin(Voucher, Voucher.id == acts.c.voucher_id))
    return Movements(
        rows_of(vouchers.ids, numbers(voucher)), numbers(line), days_of(day), *(numbers(one) for one in rest)
    )


def _within_a_line(line_ids: Collection[int], last: date) -> Select[Any]:
    """Every transfer within one line, with what it did to each account."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)

    def change(*kinds: AccountKind, sign: int = 1) -> ColumnElement[int]:
        came, went = credit.kind.in_(kinds), debit.kind.in_(kinds)
        return Transfer.amount_cents * case(
            (and_(came, ~went), literal(f"{sign}")), (and_(went, ~came), literal(f"{-sign}")), else_=literal("0")
        )

    rows = _changed(
        credit.funding_line_id,
        change(AccountKind.FUNDER, sign=-1),
        change(AccountKind.AVAILABLE),
        change(AccountKind.RESERVED),
        change(AccountKind.SPENT, AccountKind.PAID),
        change(AccountKind.PAID),
    )
    rows = rows.join(credit, credit.id == Transfer.credit_account_id)
    rows = rows.join(debit, debit.id == Transfer.debit_account_id)
    mine = (credit.funding_line_id.in_(list(line_ids)), Transfer.booked_on <= last)
    return rows.where(debit.funding_line_id == credit.funding_line_id, *mine)


def _between_lines(line_ids: Collection[int], last: date) -> Iterator[Select[Any]]:
    """What another line took over: it came on the one and went from the other."""
    for sign, mine_id, other_id in (
        (1, Transfer.credit_account_id, Transfer.debit_account_id),
        (-1, Transfer.debit_account_id, Transfer.credit_account_id),
    ):
        mine, other = aliased(LedgerAccount), aliased(LedgerAccount)

        def change(*kinds: AccountKind, sign: int = sign, mine: Any = mine) -> ColumnElement[int]:
            return Transfer.amount_cents * case((mine.kind.in_(kinds), literal(str(sign))), else_=literal("0"))

        rows = _changed(
            mine.funding_line_id,
            change(AccountKind.FUNDER, sign=-sign),
            change(AccountKind.AVAILABLE),
            change(AccountKind.RESERVED),
            change(AccountKind.SPENT, AccountKind.PAID),
            change(AccountKind.PAID),
        )
        rows = rows.join(mine, mine.id == mine_id).join(other, other.id == other_id)
        held = (mine.funding_line_id.in_(list(line_ids)), Transfer.booked_on <= last)
        yield rows.where(mine.funding_line_id != other.funding_line_id, *held)


def _changed(line: Any, *changes: ColumnElement[int]) -> Select[Any]:
    recovered = case((Transfer.kind == TransferKind.RECOVER, Transfer.amount_cents), else_=literal("0"))
    named = [change.label(name) for name, change in zip(_CHANGES, (*changes, recovered), strict=True)]
    return select(Transfer.voucher_id, line.label("line"), Transfer.at, Transfer.booked_on, *named).select_from(
        Transfer
    )


# Vouchers and questions ------------------------------------------------------------------------------------------------


def voucher_facts(session: Session, *, last: date, questions: QuestionFacts) -> VoucherFacts:
    """Every voucher that was issued until a day."""
    used = select(
        Redemption.voucher_id,
        func.min(Redemption.provider_id).label("one"),
        func.max(Redemption.provider_id).label("other"),
    )
    paid = used.where(Redemption.redeemed_at < end_of_day(last)).group_by(Redemption.voucher_id).subquery("paid")
    provider = case((paid.c.one == paid.c.other, cast(paid.c.one, String)), (paid.c.one.is_not(None), SEVERAL))
    rows = select(
        Voucher.id,
        Voucher.public_id,
        Voucher.question_id,
        cast(Voucher.issued_on, String),
        Voucher.scheme,
        Award.person_key,
        Award.employer_key,
        provider,
    )
    rows = rows.join(Award, Award.id == Voucher.award_id).outerjoin(paid, paid.c.voucher_id == Voucher.id)
    ids, public, question, issued, *words = columns_of(
        session, rows.where(Voucher.issued_on <= last).order_by(Voucher.id)
    )
    of_question = rows_of(questions.ids, numbers(question))
    return VoucherFacts(
        numbers(ids), tuple(public), of_question, days_of(issued), *(WordColumn.of(one) for one in words)
    )


def question_facts(session: Session, *, last: date) -> QuestionFacts:
    """Every question that was sent until a day, and what happened to it until then. Answers count as they stand now."""
    question, until = DevelopmentQuestion, end_of_day(last)

    def fact(key: str) -> ColumnElement[str]:
        return question.facts[key].as_string()

    def known(instant: Any) -> ColumnElement[str]:
        return case((instant < until, hour_of(session, instant)))

    held = select(Conversation.question_id, func.min(Conversation.held_at).label("at"))
    held_first = held.where(Conversation.held_at < until).group_by(Conversation.question_id).subquery("held")
    place = case(
        (question.route == Route.EMPLOYER, fact("employer_municipality")), else_=fact("residence_municipality")
    )
    rows = select(
        question.id,
        type_coerce(question.route, String),
        place,
        func.coalesce(fact("training_sector"), RegionTraining.sector),
        fact("employer_size"),
        hour_of(session, question.submitted_at),
        known(question.responded_at),
        hour_of(session, held_first.c.at),
        known(question.applied_at),
        known(question.decided_at),
        func.coalesce(Application.stopped_days, literal("0")),
    )
    rows = rows.outerjoin(RegionTraining, RegionTraining.id == question.training_id)
    rows = rows.outerjoin(Application, Application.question_id == question.id)
    rows = rows.outerjoin(held_first, held_first.c.question_id == question.id)
    found = columns_of(session, rows.where(question.submitted_at < until).order_by(question.id))
    route, municipality, sector, size = (WordColumn.of(one) for one in found[1:5])
    sent, responded, talked, applied, decided = (days_of_hours(one) for one in found[5:10])
    return QuestionFacts(
        ids=numbers(found[0]),
        route=route,
        municipality=municipality,
        sector=sector,
        size=size,
        sent_on=sent,
        responded_on=responded,
        talked_on=talked,
        applied_on=applied,
        decided_on=decided,
        stopped=numbers(found[10]),
    )
