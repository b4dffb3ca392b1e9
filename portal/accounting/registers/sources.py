"""Per register the one statement that has its rows: what stands in them, and how the filter narrows it.

Only what is needed for the accounts is read: of a person no name, of a case neither wish nor facts nor files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, cast, false, func, literal, or_, select

from portal.accounting.registers.asked import CellKind, RegisterColumn, RegisterFilter, RegisterOrder
from portal.accounting.registers.dimensions import needs_training, placed, told_by
from portal.accounting.registers.money import voucher_money, vouchers_of
from portal.accounting.takeover.queries import undone_vouchers
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.trainings.models import RegionTraining
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.platform.clock import end_of_day, start_of_day
from portal.spending.providers.models import Provider, ProviderState
from portal.spending.vouchers.codes import codes_in
from portal.spending.vouchers.models import Award, Redemption, Voucher, VoucherState

_NUMBER = re.compile(r"(?:([A-Za-z])-?)?0*([1-9]\d{0,8})")


@dataclass(frozen=True)
class RegisterRows:
    """A statement with a row per entry (`id`, what adds up, and the other columns unless `beside` has them), and the columns."""

    rows: Select[*tuple[Any, ...]]
    columns: tuple[RegisterColumn, ...]
    by_day: str = "id"
    """What the newest is told by."""
    summed: bool = False
    """Whether each row is a sum over many records."""
    totals: Select[*tuple[Any, ...]] | None = None
    """The same rows with only what adds up, when that is quicker to sum."""
    records: Select[*tuple[Any, ...]] | None = None
    """The records behind the rows with what adds up, when the rows are only told apart."""
    beside: Callable[[FromClause], Select[*tuple[Any, ...]]] | None = None
    """Every column, looked up for the rows of one page only."""
    full: Select[*tuple[Any, ...]] | None = None
    """Every column for every row, when that is less work than looking all of them up."""

    def whole(self) -> Select[*tuple[Any, ...]]:
        """The statement with every column for every row."""
        if self.full is not None or self.beside is None:
            return self.rows if self.full is None else self.full
        return self.beside(self.rows.cte("every"))


def columns(**kinds: CellKind) -> tuple[RegisterColumn, ...]:
    """Columns by key, in this order."""
    return tuple(RegisterColumn(key, kind) for key, kind in kinds.items())


def numbered(letter: str, text: str) -> int | None:
    """The id in a number that somebody typed: ``V-000012``, ``v12`` or ``12``; None when it is no such number."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[2]) if found and (found[1] or letter).upper() == letter else None


def has_number(column: Any, letter: str, text: str) -> ColumnElement[bool]:
    """Whether an id is the one in a number that somebody typed; of what is no such number it never is."""
    number = numbered(letter, text)
    return column == number if number is not None else false()


def like(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a text has this part, in any case."""
    part = text.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return func.lower(column).like(f"%{part}%", escape="\\")


def of_voucher(text: str) -> ColumnElement[bool]:
    """Whether a voucher has this number, or this code."""
    return or_(has_number(Voucher.id, "V", text), Voucher.code.in_(codes_in(text)))


def between(column: Any, asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That a day lies in the asked period."""
    wanted = []
    if asked.first is not None:
        wanted.append(column >= asked.first)
    if asked.last is not None:
        wanted.append(column <= asked.last)
    return wanted


def at_between(column: Any, asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That an instant lies on a day of the asked period, on the Dutch calendar."""
    wanted = []
    if asked.first is not None:
        wanted.append(column >= start_of_day(asked.first))
    if asked.last is not None:
        wanted.append(column < end_of_day(asked.last))
    return wanted


def in_state(column: Any, states: Any, asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That something stands in the asked state; an unknown one is never so."""
    if asked.state is None:
        return []
    known = {one.value for one in states}
    return [column == states(asked.state)] if asked.state in known else [false()]


def of_scheme(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That a voucher is of the asked scheme."""
    return [Voucher.scheme == asked.scheme] if asked.scheme is not None else []


def of_lines(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That money of the asked lines stands, or stood, on a voucher."""
    return [Voucher.id.in_(vouchers_of(asked.line_ids))] if asked.line_ids is not None else []


def in_cell(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That a voucher stands in the asked cell of a cross table."""
    if not asked.cell:
        return []
    question, dimensions = DevelopmentQuestion, [dimension for dimension, _value in asked.cell]
    inside = select(Voucher.id).join(question, question.id == Voucher.question_id)
    if needs_training(dimensions):
        inside = inside.outerjoin(RegionTraining, RegionTraining.id == question.training_id)
    return [Voucher.id.in_(inside.where(*(placed(one, told_by(one)) == value for one, value in asked.cell)))]


def _money(asked: RegisterFilter) -> tuple[Any, Any, Any]:
    """What is reserved and spent for a voucher, and the sums per voucher to join: those of the lines, or None for all money."""
    if asked.line_ids is None:
        return Voucher.amount_cents - Voucher.redeemed_cents - Voucher.released_cents, _used(), None
    sums = voucher_money(asked.line_ids)
    return sums.c.reserved_cents, sums.c.spent_cents, sums


def _used() -> ColumnElement[int]:
    return Voucher.redeemed_cents - Voucher.recovered_cents


def vouchers(asked: RegisterFilter) -> RegisterRows:
    """Every voucher: what is reserved for it and what was spent, on the lines that are asked for."""
    reserved, spent, sums = _money(asked)
    own = Voucher
    whole = {"amount_cents": CellKind.CENTS} if sums is None else {}
    shown = columns(
        number=CellKind.VOUCHER, scheme=CellKind.SCHEME, state=CellKind.STATE, issued_on=CellKind.DAY,
        valid_until=CellKind.DAY, **whole, reserved_cents=CellKind.CENTS, spent_cents=CellKind.CENTS, cents=CellKind.CENTS,
    )  # fmt: skip
    rows = select(
        own.id, own.id.label("number"), own.scheme, own.state, own.issued_on, own.valid_until, own.amount_cents,
        reserved.label("reserved_cents"), spent.label("spent_cents"), (reserved + spent).label("cents"),
    )  # fmt: skip
    if sums is not None:
        rows = rows.join(sums, sums.c.voucher_id == own.id)
    rows = rows.where(*between(own.issued_on, asked), *in_state(own.state, VoucherState, asked), *of_scheme(asked))
    rows = rows.where(own.id.not_in(undone_vouchers()), *in_cell(asked))
    rows = rows.where(of_voucher(asked.text)) if asked.text else rows
    return RegisterRows(rows, shown, summed=sums is not None)


def _wanted(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """Which vouchers the filter asks for."""
    wanted = [*between(Voucher.issued_on, asked), *in_state(Voucher.state, VoucherState, asked), *of_scheme(asked)]
    return [*wanted, Voucher.id.not_in(undone_vouchers()), *in_cell(asked)]


def _grouped(asked: RegisterFilter, key: Any) -> Select[*tuple[Any, ...]]:
    """The vouchers of the filter per key: how many, the first and last of them, and their money."""
    reserved, spent, sums = _money(asked)
    rows = select(
        key.label("key"),
        func.min(Voucher.id).label("first_id"),
        func.max(Voucher.id).label("last_id"),
        func.count(Voucher.id).label("vouchers"),
        func.sum(reserved).label("reserved_cents"),
        func.sum(spent).label("spent_cents"),
    ).select_from(Voucher)
    if sums is not None:
        rows = rows.join(sums, sums.c.voucher_id == Voucher.id)
    return rows.where(*_wanted(asked)).group_by(key)


def people(asked: RegisterFilter) -> RegisterRows:
    """Everybody with a voucher: a number, the municipality and the route of the last voucher, how many, and the money."""
    person = Voucher.beneficiary_key
    shown = columns(
        number=CellKind.PERSON, municipality=CellKind.MUNICIPALITY, route=CellKind.ROUTE, vouchers=CellKind.COUNT,
        reserved_cents=CellKind.CENTS, spent_cents=CellKind.CENTS, cents=CellKind.CENTS,
    )  # fmt: skip
    rows = _each_person(_grouped(asked, person))
    if asked.text or asked.order is RegisterOrder.MOST or asked.line_ids is not None:
        rows = rows.where(has_number(rows.selected_columns["id"], "P", asked.text)) if asked.text else rows
        return RegisterRows(rows, shown, summed=True, beside=_from_where)
    told_apart = select(person.label("key"), func.min(Voucher.id).label("id")).where(*_wanted(asked)).group_by(person)
    reserved, spent, _sums = _money(asked)
    money = {"vouchers": literal(1), "reserved_cents": reserved, "spent_cents": spent, "cents": reserved + spent}
    records = select(*(one.label(key) for key, one in money.items())).select_from(Voucher).where(*_wanted(asked))

    def beside(page: FromClause) -> Select[*tuple[Any, ...]]:
        """What everybody on the page has."""
        whose = _grouped(asked, person).where(person.in_(select(page.c.key)))
        return _from_where(_each_person(whose).subquery())

    full = _from_where(rows.subquery())
    return RegisterRows(told_apart, shown, summed=True, records=records, beside=beside, full=full)


def _each_person(grouped: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    each = grouped.subquery()
    return select(
        each.c.first_id.label("id"), each.c.first_id.label("number"), each.c.last_id, each.c.vouchers,
        each.c.reserved_cents, each.c.spent_cents, (each.c.reserved_cents + each.c.spent_cents).label("cents"),
    )  # fmt: skip


def _from_where(people: FromClause) -> Select[*tuple[Any, ...]]:
    """Where the last voucher of somebody comes from, and by which route."""
    question = DevelopmentQuestion
    last = select(people, question.municipality, question.route).join(Voucher, Voucher.id == people.c.last_id)
    return last.join(question, question.id == Voucher.question_id)


def employers(asked: RegisterFilter) -> RegisterRows:
    """Every employer that asked for a voucher for an employee: its name and KvK number, how many, and the money.

    One employer is what awards are counted under: the number in the application, which may be another than was first asked with.
    """
    key = Award.employer_key
    whose = func.coalesce(key, "")  # so that no index of the keys is followed through all vouchers
    grouped = _grouped(asked, whose).join(Award, Award.id == Voucher.award_id).where(whose != "").subquery()
    shown = columns(
        employer=CellKind.TEXT, kvk_number=CellKind.TEXT, vouchers=CellKind.COUNT, reserved_cents=CellKind.CENTS,
        spent_cents=CellKind.CENTS, cents=CellKind.CENTS,
    )  # fmt: skip
    rows = select(
        grouped.c.first_id.label("id"), grouped.c.key, grouped.c.vouchers, grouped.c.reserved_cents,
        grouped.c.spent_cents, (grouped.c.reserved_cents + grouped.c.spent_cents).label("cents"),
    )  # fmt: skip

    def beside(page: FromClause) -> Select[*tuple[Any, ...]]:
        """What they are called, in the vouchers of the filter."""
        question, number = DevelopmentQuestion, func.coalesce(Application.kvk_number, DevelopmentQuestion.employer_kvk)
        called = (
            select(key.label("key"), func.max(question.employer_name).label("employer"), func.max(number).label("kvk"))
            .join(Voucher, Voucher.award_id == Award.id)
            .join(question, question.id == Voucher.question_id)
            .outerjoin(Application, Application.question_id == question.id)
            .where(key.in_(select(page.c.key)), *_wanted(asked), *of_lines(asked))
            .group_by(key)
            .subquery()
        )
        named = select(page, called.c.employer, called.c.kvk.label("kvk_number"))
        return named.join(called, called.c.key == page.c.key)

    if not asked.text:
        return RegisterRows(rows, shown, summed=True, beside=beside)
    named = beside(rows.cte("grouped")).subquery()
    found = or_(like(named.c.employer, asked.text), like(named.c.kvk_number, asked.text))
    return RegisterRows(select(named).where(found), shown, summed=True)


def providers(asked: RegisterFilter) -> RegisterRows:
    """Every provider, with what was used at it: how many invoices, of how many vouchers, for how much after credit notes."""
    each = (
        select(
            Redemption.provider_id,
            Redemption.voucher_id,
            func.count().label("invoices"),
            func.sum(Redemption.amount_cents - Redemption.credited_cents).label("cents"),
        )
        .where(*at_between(Redemption.redeemed_at, asked), Redemption.voucher_id.not_in(undone_vouchers()))
        .group_by(Redemption.provider_id, Redemption.voucher_id)
    )
    if asked.scheme is not None or asked.line_ids is not None:
        each = each.join(Voucher, Voucher.id == Redemption.voucher_id).where(*of_scheme(asked), *of_lines(asked))
    vouchers = each.subquery()
    used = (
        select(
            vouchers.c.provider_id,
            cast(func.sum(vouchers.c.invoices), BigInteger).label("invoices"),
            func.count().label("vouchers"),
            func.sum(vouchers.c.cents).label("cents"),
        )
        .group_by(vouchers.c.provider_id)
        .subquery()
    )
    shown = columns(
        provider=CellKind.TEXT, kvk_number=CellKind.TEXT, state=CellKind.STATE, vouchers=CellKind.COUNT,
        invoices=CellKind.COUNT, cents=CellKind.CENTS,
    )  # fmt: skip
    rows = (
        select(
            Provider.id, Provider.name.label("provider"), Provider.kvk_number, Provider.state,
            func.coalesce(used.c.vouchers, 0).label("vouchers"), func.coalesce(used.c.invoices, 0).label("invoices"),
            func.coalesce(used.c.cents, 0).label("cents"),
        )
        .outerjoin(used, used.c.provider_id == Provider.id)
        .where(*in_state(Provider.state, ProviderState, asked))
    )  # fmt: skip
    if asked.text:
        rows = rows.where(or_(like(Provider.name, asked.text), like(Provider.kvk_number, asked.text)))
    return RegisterRows(rows, shown, summed=True)


def recoveries(asked: RegisterFilter) -> RegisterRows:
    """Everything that has to come back: from whom, how much, what came in, what was written off and what is open."""
    left = Recovery.amount_cents - Recovery.received_cents - Recovery.written_off_cents
    shown = columns(
        recovery=CellKind.RECOVERY, number=CellKind.VOUCHER, party=CellKind.PARTY, provider=CellKind.TEXT,
        scheme=CellKind.SCHEME, state=CellKind.STATE, claimed_at=CellKind.INSTANT, cents=CellKind.CENTS,
        received_cents=CellKind.CENTS, written_off_cents=CellKind.CENTS, open_cents=CellKind.CENTS,
    )  # fmt: skip
    rows = (
        select(
            Recovery.id, Recovery.id.label("recovery"), Recovery.voucher_id.label("number"),
            Recovery.debtor.label("party"), Provider.name.label("provider"), Voucher.scheme, Recovery.state,
            Recovery.claimed_at, Recovery.amount_cents.label("cents"), Recovery.received_cents,
            Recovery.written_off_cents, left.label("open_cents"),
        )
        .join(Voucher, Voucher.id == Recovery.voucher_id)
        .outerjoin(Provider, Provider.id == Recovery.provider_id)
        .where(*at_between(Recovery.claimed_at, asked), *in_state(Recovery.state, RecoveryState, asked))
        .where(*of_scheme(asked), *of_lines(asked))
    )  # fmt: skip
    if asked.text:
        number = has_number(Recovery.id, "T", asked.text)
        rows = rows.where(or_(number, of_voucher(asked.text), like(Provider.name, asked.text)))
    return RegisterRows(rows, shown)
