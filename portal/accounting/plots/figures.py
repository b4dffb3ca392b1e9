"""The figures of the plots: each one statement over the records, without a word and without a name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from portal.accounting.registers.asked import RegisterFilter
from portal.accounting.registers.dimensions import Dimension, placed, told_by
from portal.accounting.registers.sources import vouchers
from portal.accounting.small_groups import SMALLEST, hide_small
from portal.accounting.takeover.queries import undone_vouchers
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.oversight.outcomes.models import TrainingOutcome, Work
from portal.oversight.outcomes.queries import AT_WORK, FINISHED, NOT_WITHOUT
from portal.platform.among import among
from portal.spending.vouchers.models import Award, Voucher

PACE_MONTHS = 6
"""Over so many months before this one is measured how fast money is laid down."""
LOOK_AHEAD = 24
AGES = tuple(range(30, 361, 30))
"""Days since the issue of a voucher, at which is told what was used."""
USED = (AccountKind.SPENT, AccountKind.PAID)


@dataclass(frozen=True)
class MonthStanding:
    """The money at the end of a month (or today, in this month), in cents; of a month to come what is expected."""

    month: date
    budget_cents: int
    reserved_cents: int = 0
    spent_cents: int = 0
    expected_cents: int | None = None
    """What is reserved and spent together at this pace; None in months that are over."""

    @property
    def committed_cents(self) -> int:
        """What is reserved and spent, in cents."""
        return self.reserved_cents + self.spent_cents


@dataclass(frozen=True)
class Steps:
    """How many questions came so far."""

    sent: int
    talked: int
    applied: int
    decided: int
    awarded: int
    used: int


@dataclass(frozen=True)
class OutcomeCounts:
    """How often holders were asked how it went, and what they answered; who looked for work before and works now, too."""

    asked: int
    answered: int
    finished: int
    at_work: int
    found_work: int
    not_without: int
    hidden: frozenset[str] = frozenset()
    """Which of them are about few people, or would tell of few beside the others."""


@dataclass(frozen=True)
class MunicipalityFigures:
    """How many people of one municipality have a voucher, how many vouchers, and what is reserved and spent, in cents."""

    municipality: str | None
    people: int
    vouchers: int
    cents: int


def months(session: Session, *, today: date) -> list[MonthStanding]:
    """The budget, what is reserved and what was spent at the end of every month from the first booking until today."""
    out, into = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = (
        select(Transfer.booked_on, out.kind, into.kind, func.sum(Transfer.amount_cents))
        .join(out, out.id == Transfer.debit_account_id)
        .join(into, into.id == Transfer.credit_account_id)
        .where(Transfer.booked_on <= today)
        .group_by(Transfer.booked_on, out.kind, into.kind)
    )
    moved: dict[date, MonthStanding] = {}
    for booked_on, debit, credit, cents in session.execute(rows):
        day = booked_on.replace(day=1)
        found = _plus(moved.get(day, MonthStanding(day, 0)), _of_kind(day, credit, int(cents)))
        moved[day] = _plus(found, _of_kind(day, debit, -int(cents)))
    if not moved:
        return []
    every = [moved.get(day, MonthStanding(day, 0)) for day in _until(min(moved), today)]
    return list(accumulate(every, _plus))


def _of_kind(month: date, kind: AccountKind, cents: int) -> MonthStanding:
    """What an amount on an account of this kind is in the standing of a month."""
    if kind is AccountKind.FUNDER:
        return MonthStanding(month, -cents)
    if kind is AccountKind.RESERVED:
        return MonthStanding(month, 0, cents)
    return MonthStanding(month, 0, 0, cents if kind in USED else 0)


def _plus(before: MonthStanding, then: MonthStanding) -> MonthStanding:
    return MonthStanding(
        then.month,
        before.budget_cents + then.budget_cents,
        before.reserved_cents + then.reserved_cents,
        before.spent_cents + then.spent_cents,
    )


def _until(first: date, last: date) -> Iterator[date]:
    """The first day of every month from one day up to and including the month of another."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(number // 12, number % 12 + 1, 1)


def last_day_of_money(session: Session) -> date | None:
    """The last day of the periods of all funding lines; None without any."""
    return session.scalar(select(func.max(FundingLine.period_to)))


def with_expected(known: Sequence[MonthStanding], *, until: date | None) -> list[MonthStanding]:
    """The months, and the months to come until a day (two years at most) at the pace of the last six months.

    The pace is what was laid down more in those months, evenly; never below nothing, and what is expected never passes the
    budget. Without a month before this one nothing is expected.
    """
    if len(known) < 2 or until is None:
        return list(known)
    now, back = known[-1], known[-1 - min(PACE_MONTHS, len(known) - 1)]
    steps = min(PACE_MONTHS, len(known) - 1)
    grown = max(0, now.committed_cents - back.committed_cents)
    ahead = list(_until(now.month, until))[1 : LOOK_AHEAD + 1]
    if not ahead:
        return list(known)
    highest = max(now.budget_cents, now.committed_cents)
    coming = [
        MonthStanding(
            month,
            now.budget_cents,
            expected_cents=min(highest, now.committed_cents + grown * number // steps),
        )
        for number, month in enumerate(ahead, start=1)
    ]
    return [*known[:-1], replace(now, expected_cents=now.committed_cents), *coming]


def used_by_age(session: Session, *, today: date) -> tuple[int, list[int]]:
    """What all vouchers are worth, and what of it was used up to each of `AGES` after their issue and, last, until today.

    What was taken off again counts on the day it was booked.
    """
    out, into = aliased(LedgerAccount), aliased(LedgerAccount)
    cents = case((into.kind.in_(USED), Transfer.amount_cents), else_=-Transfer.amount_cents)
    rows = (
        select(Voucher.issued_on, Transfer.booked_on, func.sum(cents))
        .join(Voucher, Voucher.id == Transfer.voucher_id)
        .join(out, out.id == Transfer.debit_account_id)
        .join(into, into.id == Transfer.credit_account_id)
        .where(Transfer.booked_on <= today, into.kind.in_(USED) != out.kind.in_(USED))
        .group_by(Voucher.issued_on, Transfer.booked_on)
    )
    found = [0] * (len(AGES) + 1)
    for issued_on, booked_on, used in session.execute(rows):
        days = (booked_on - issued_on) // timedelta(days=1)
        first = next((number for number, age in enumerate(AGES) if days <= age), len(AGES))
        for number in range(first, len(found)):
            found[number] += int(used)
    stands = Voucher.id.not_in(undone_vouchers())
    issued = session.scalar(select(func.sum(Voucher.amount_cents)).where(Voucher.issued_on <= today, stands))
    return int(issued or 0), found


def steps(session: Session) -> Steps:
    """How many questions were sent, had a talk, an application, a decision and a voucher, and used one."""
    question, elsewhere = DevelopmentQuestion, questions_taken_over()

    def number(column: Any, *where: ColumnElement[bool]) -> ColumnElement[int]:
        counted = select(func.count(func.distinct(column))).where(*where, column.not_in(elsewhere))
        return counted.scalar_subquery()

    row = session.execute(
        select(
            number(question.id, question.submitted_at.is_not(None)),
            number(Conversation.question_id, Conversation.held_at.is_not(None)),
            number(question.id, question.applied_at.is_not(None)),
            number(question.id, question.decided_at.is_not(None)),
            number(Voucher.question_id),
            number(Voucher.question_id, Voucher.redeemed_cents > 0),
        )
    ).one()
    return Steps(*(int(cell) for cell in row))


_PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "asked": ("", ()),
    "answered": ("asked", ("silent",)),
    "finished": ("answered", ("not_finished",)),
    "at_work": ("answered", ("not_at_work",)),
    "looked": ("", ()),
    "found_work": ("looked", ("looks_still", "worked_before", "neither")),
    "not_without": ("answered", ("other_ways",)),
}
"""Per number of what it is a part, and which other parts are known by taking it from what stands beside it."""


def outcome_counts(session: Session) -> OutcomeCounts:
    """How often was asked how it went, and what was answered; of vouchers of a takeover that was undone nothing counts.

    What is hidden is what a report over all this time hides: a number about few people, or beside which few are left.
    """
    row = TrainingOutcome
    answered, works = row.answered_at.is_not(None), row.work_after.in_(AT_WORK) & row.answered_at.is_not(None)
    finished, needed = row.result.in_(FINISHED) & answered, row.without_fund.in_(NOT_WITHOUT) & answered
    looked = answered & (func.coalesce(row.work_before, "") == Work.LOOKING)
    groups: dict[str, ColumnElement[bool]] = {
        "asked": row.id.is_not(None), "answered": answered, "finished": finished, "at_work": works, "looked": looked,
        "found_work": looked & works, "not_without": needed, "silent": ~answered,
    }  # fmt: skip
    each: dict[str, ColumnElement[Any]] = {name: case((holds, 1), else_=0) for name, holds in groups.items()}
    each |= {
        "not_finished": each["answered"] - each["finished"], "not_at_work": each["answered"] - each["at_work"],
        "other_ways": each["answered"] - each["not_without"], "looks_still": each["looked"] - each["found_work"],
        "worked_before": each["at_work"] - each["found_work"],
        "neither": each["answered"] - each["looked"] - each["at_work"] + each["found_work"],
    }  # fmt: skip
    person = func.coalesce(Award.person_key, cast(Voucher.question_id, String))
    sums = [func.sum(each[name]).label(f"times_{name}") for name in _PARTS]
    sums += [func.max(one).label(f"of_{name}") for name, one in each.items()]
    rows = select(*sums).join(Voucher, Voucher.id == row.voucher_id).join(Award, Award.id == Voucher.award_id)
    per_person = rows.where(row.voucher_id.not_in(undone_vouchers())).group_by(person).subquery()
    found = session.execute(select(*(func.coalesce(func.sum(column), 0) for column in per_person.c))).one()
    told = dict(zip(per_person.c.keys(), map(int, found), strict=True))
    hidden = set[str]()
    for name, (whole, others) in _PARTS.items():
        if whole in hidden or any(0 < told[f"of_{one}"] < SMALLEST for one in (name, *others)):
            hidden.add(name)
    shown = {name: told[f"times_{name}"] for name in _PARTS if name != "looked"}
    return OutcomeCounts(**shown, hidden=frozenset(hidden - {"looked"}))


def municipalities(session: Session) -> list[MunicipalityFigures]:
    """Who has a voucher, by the municipality of each voucher; the most people first.

    It is the rule of the report and of cross tables: who has vouchers of two municipalities counts in both.
    """
    each = _placed().subquery()
    number = func.count(func.distinct(each.c.person))
    rows = select(each.c.place, number, func.count(), func.sum(each.c.cents))
    found = session.execute(rows.group_by(each.c.place).order_by(number.desc(), each.c.place))
    return [MunicipalityFigures(row[0] or None, int(row[1]), int(row[2]), int(row[3])) for row in found]


def people_of(session: Session, *, places: Collection[str] | None = None) -> int:
    """How many different people have a voucher; with `places` of any of these municipalities (the empty one is none)."""
    each = _placed().subquery()
    rows = select(func.count(func.distinct(each.c.person)))
    if places is not None:
        rows = rows.where(among(each.c.place, places))
    return session.scalar(rows) or 0


def _placed() -> Select[*tuple[Any, ...]]:
    """Every voucher with its municipality, its person, and what is reserved and spent for it."""
    rows, question = vouchers(RegisterFilter()).rows, DevelopmentQuestion
    place = placed(Dimension.MUNICIPALITY, told_by(Dimension.MUNICIPALITY))
    cents: Any = rows.selected_columns["cents"]
    rows = rows.join(question, question.id == Voucher.question_id)
    return rows.with_only_columns(place.label("place"), Voucher.beneficiary_key.label("person"), cents)


def hidden_places(found: Sequence[MunicipalityFigures]) -> frozenset[str]:
    """The municipalities (the empty one is none) of which nothing is shown: the rule for small groups, over all of them.

    It is the rule for the totals of a cross table, with the same choice of what more is hidden.
    """
    hidden = hide_small({(one.municipality or "", None): one.people for one in found})
    return frozenset(place for place, _total in hidden.cells)
