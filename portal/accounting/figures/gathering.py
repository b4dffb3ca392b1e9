"""What figures are made of, each put together by the database in one query: money, vouchers, questions, talks, outcomes.

Money is what each act moved between the accounts of a funding line, added up per voucher: an act that takes a reservation apart
and lays it down again is one movement here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, String, case, cast, func, or_, select, type_coerce
from sqlalchemy import literal_column as literal
from sqlalchemy.orm import Session

from portal.accounting.expenses.models import Expense
from portal.accounting.figures.columns import (
    Numbers,
    WordColumn,
    columns_of,
    days_of,
    days_of_hours,
    hour_of,
    numbers,
    rows_of,
    taken,
)
from portal.accounting.takeover.queries import lapsed_before, undone_vouchers
from portal.accounting.work_packages.models import WorkPackage
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation
from portal.cases.earlier_answers.queries import answers_on
from portal.cases.questions.models import DevelopmentQuestion
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
    counted_on: Numbers
    """The day of the application, by which lists hold."""
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
    package: WordColumn
    """The number of the work package that an expense outside vouchers was for."""


_ACCOUNTS = {
    "funded": (-1, (AccountKind.FUNDER,)),
    "available": (1, (AccountKind.AVAILABLE,)),
    "reserved": (1, (AccountKind.RESERVED,)),
    "spent": (1, (AccountKind.SPENT, AccountKind.PAID)),
    "paid": (1, (AccountKind.PAID,)),
}
"""Per figure the accounts of which it is the balance, and its sign, as in the ledger."""


# Money -----------------------------------------------------------------------------------------------------------------


def movements(session: Session, *, line_ids: Collection[int], last: date, vouchers: VoucherFacts) -> Movements:
    """What every act moved on these funding lines until a day, per voucher.

    Every transfer is read, and both its accounts are put under their funding lines here: adding up in the database first would
    leave nearly as many rows.
    """
    recovers = case((Transfer.kind == TransferKind.RECOVER, literal("1")), else_=literal("0"))
    lapsed = case(
        (or_(Voucher.expired_at == Transfer.at, lapsed_before(Transfer.at.expression)), literal("1")),
        else_=literal("0"),
    )
    rows = select(
        Transfer.voucher_id, cast(Transfer.at, String), cast(Transfer.booked_on, String), lapsed, recovers,
        Transfer.amount_cents, Transfer.debit_account_id, Transfer.credit_account_id, WorkPackage.number,
    )  # fmt: skip
    rows = rows.outerjoin(Voucher, Voucher.id == Transfer.voucher_id).where(Transfer.booked_on <= last)
    rows = rows.outerjoin(Expense, Expense.transfer_id == Transfer.id)
    rows = rows.outerjoin(WorkPackage, WorkPackage.id == Expense.work_package_id)
    found = columns_of(session, rows)
    voucher, at, day = rows_of(vouchers.ids, numbers(found[0])), WordColumn.of(found[1]).places, days_of(found[2])
    at = at * (1 + day.max(initial=0)) + day  # a takeover books many days at one instant
    lapses, recovering, cents, debit, credit = (numbers(one) for one in found[3:8])
    package = WordColumn.of(found[8])
    wanted = _Accounts.of(session, line_ids)
    both = _BothSides(
        account=np.concatenate((credit, debit)),
        cents=np.concatenate((cents, -cents)),
        recovered=np.concatenate((cents * recovering, np.zeros_like(cents))),
        package=WordColumn(package.names, np.concatenate((package.places, package.places))),
    )
    return both.added_up(wanted, *(np.concatenate((one, one)) for one in (voucher, at, day, lapses)))


@dataclass(frozen=True)
class _Accounts:
    """The accounts of some funding lines: by id the line, and which kind each is."""

    ids: Numbers
    line: Numbers
    kinds: tuple[AccountKind, ...]

    @classmethod
    def of(cls, session: Session, line_ids: Collection[int]) -> _Accounts:
        rows = select(LedgerAccount.id, LedgerAccount.funding_line_id, LedgerAccount.kind).order_by(LedgerAccount.id)
        found = session.execute(rows.where(LedgerAccount.funding_line_id.in_(list(line_ids)))).all()
        return cls(
            numbers([row.id for row in found]),
            numbers([row.funding_line_id for row in found]),
            tuple(row.kind for row in found),
        )

    def are(self, kinds: Collection[AccountKind]) -> Numbers:
        """1 for an account of one of these kinds."""
        return np.array([kind in kinds for kind in self.kinds], dtype=np.int64)


@dataclass(frozen=True)
class _BothSides:
    """Every movement twice: what came on the credited account, and what went from the debited one."""

    account: Numbers
    cents: Numbers
    recovered: Numbers
    package: WordColumn

    def added_up(self, wanted: _Accounts, voucher: Numbers, at: Numbers, day: Numbers, lapsed: Numbers) -> Movements:
        """Per voucher (or work package), act and funding line what it was together."""
        place = rows_of(wanted.ids, self.account)
        mine = place >= 0
        place, voucher, at, package = place[mine], voucher[mine], at[mine], self.package.places[mine]
        line = taken(wanted.line, place)
        span, lines = 1 + at.max(initial=0), 1 + line.max(initial=0)
        owner = np.where(voucher >= 0, voucher + len(self.package.names), package)  # an expense is of no voucher
        keys = (owner * span + at) * lines + line
        _keys, first, group = np.unique(keys, return_index=True, return_inverse=True)

        def together(amounts: Numbers) -> Numbers:
            sums = np.zeros(len(first), dtype=np.int64)
            np.add.at(sums, group, amounts)
            return sums

        cents = self.cents[mine]
        changes = {
            name: together(cents * sign * taken(wanted.are(kinds), place, otherwise=0))
            for name, (sign, kinds) in _ACCOUNTS.items()
        }
        return Movements(
            voucher=voucher[first],
            line=line[first],
            day=day[mine][first],
            lapsed=lapsed[mine][first],
            recovered=together(self.recovered[mine]),
            package=WordColumn(self.package.names, package[first]),
            **changes,
        )


# Vouchers and questions ------------------------------------------------------------------------------------------------


def voucher_facts(session: Session, *, last: date, questions: QuestionFacts) -> VoucherFacts:
    """Every voucher that was issued until a day; not one of a takeover that was undone."""
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
        cast(Award.counted_on, String),
        Voucher.scheme,
        Award.person_key,
        Award.employer_key,
        provider,
    )
    rows = rows.join(Award, Award.id == Voucher.award_id).outerjoin(paid, paid.c.voucher_id == Voucher.id)
    ids, public, question, issued, counted, *words = columns_of(
        session, rows.where(Voucher.issued_on <= last, Voucher.id.not_in(undone_vouchers())).order_by(Voucher.id)
    )
    of_question = rows_of(questions.ids, numbers(question))
    return VoucherFacts(
        numbers(ids),
        tuple(public),
        of_question,
        days_of(issued),
        days_of(counted),
        *(WordColumn.of(one) for one in words),
    )


def question_facts(session: Session, *, last: date) -> QuestionFacts:
    """Every question that was sent until a day, and what happened to it until then. Answers count as they stood then.

    One that was taken over from an earlier administration has no days: nobody asked it here.
    """
    question, until, stood = DevelopmentQuestion, end_of_day(last), answers_on(last)

    own = question.id.not_in(questions_taken_over())

    def known(instant: Any) -> ColumnElement[str]:
        return case((own & (instant < until), hour_of(session, instant)))

    counted = func.coalesce(Conversation.counted_at, Conversation.held_at)
    held = select(Conversation.question_id, func.min(counted).label("at"))
    held_first = held.where(counted < until).group_by(Conversation.question_id).subquery("held")
    deciding = select(Decision.question_id, func.max(Decision.decided_at).label("at")).where(
        Decision.decided_at < until
    )
    again = deciding.where(Decision.question_id.in_(select(question.id).where(question.decided_at >= until)))
    decided_then = again.group_by(Decision.question_id).subquery("decided")
    rows = select(
        question.id,
        type_coerce(question.route, String),
        stood.municipality,
        stood.sector,
        stood.size,
        case((own, hour_of(session, question.submitted_at))),
        known(question.responded_at),
        hour_of(session, held_first.c.at),
        known(question.applied_at),
        known(func.coalesce(decided_then.c.at, question.decided_at)),
        func.coalesce(Application.stopped_days, literal("0")),
    )
    rows = stood.join(rows).outerjoin(Application, Application.question_id == question.id)
    rows = rows.outerjoin(held_first, held_first.c.question_id == question.id)
    rows = rows.outerjoin(decided_then, decided_then.c.question_id == question.id)
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
