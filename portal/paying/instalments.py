"""Instalments: dividing an amount into monthly parts, and keeping the parts of a plan right when something comes in or lapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from portal.paying.settlements.models import Instalment, InstalmentState, Recovery, RecoveryState
from portal.spending.vouchers.models import Voucher


@dataclass(frozen=True)
class Term:
    """One instalment of a plan: so many cents by a day."""

    due_on: date
    amount_cents: int


def monthly_terms(*, amount_cents: int, number: int, first_on: date) -> list[Term]:
    """An amount in equal monthly parts that add up to it; the first ones carry the odd cents.

    A day that a month does not have becomes its last day. Raises ``ValueError`` for fewer than one part or cent.
    """
    if number < 1 or amount_cents < number:
        raise ValueError("at least one part, of at least one cent")
    base, odd = divmod(amount_cents, number)
    return [Term(_months_later(first_on, step), base + (1 if step < odd else 0)) for step in range(number)]


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(years, month + 1, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def instalments_of(terms: Sequence[Term], *, recovery_id: int, plan: int) -> list[Instalment]:
    """The instalments of a plan, numbered from one; not kept yet."""
    return [
        Instalment(
            recovery_id=recovery_id,
            plan=plan,
            number=number,
            due_on=term.due_on,
            amount_cents=term.amount_cents,
            received_cents=0,
            state=InstalmentState.PLANNED,
        )
        for number, term in enumerate(terms, start=1)
    ]


def fill_instalments(session: Session, recovery: Recovery, amount_cents: int) -> None:
    """Put what was received on the instalments of the present plan, the oldest first."""
    wanted = (InstalmentState.PLANNED, InstalmentState.MISSED)
    rows = select(Instalment).where(Instalment.recovery_id == recovery.id, Instalment.state.in_(wanted))
    left = amount_cents
    for one in _held(session, rows.order_by(Instalment.due_on, Instalment.id)):
        part = min(left, one.amount_cents - one.received_cents)
        left -= part
        one.received_cents += part
        if one.received_cents == one.amount_cents:
            one.state = InstalmentState.RECEIVED
    session.flush()
    if recovery.state is RecoveryState.CLOSED:
        replace_instalments(session, recovery)


def _held(session: Session, rows: Select[Instalment]) -> Sequence[Instalment]:
    """Lock instalments and read them anew: who notes at the same moment that one was missed waits."""
    return session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()


def shorten_instalments(session: Session, recovery: Recovery) -> None:
    """Take off the plan what no longer has to come back, from the last instalment on."""
    wanted = (InstalmentState.PLANNED, InstalmentState.MISSED)
    rows = select(Instalment).where(Instalment.recovery_id == recovery.id, Instalment.state.in_(wanted))
    planned = _held(session, rows.order_by(Instalment.due_on.desc(), Instalment.id.desc()))
    excess = sum(one.amount_cents - one.received_cents for one in planned) - recovery.open_cents
    for one in planned:
        part = min(max(excess, 0), one.amount_cents - one.received_cents)
        excess -= part
        if part == one.amount_cents:
            one.state = InstalmentState.REPLACED
            continue
        one.amount_cents -= part
        if one.amount_cents == one.received_cents:
            one.state = InstalmentState.RECEIVED
    session.flush()


def replace_instalments(session: Session, recovery: Recovery) -> None:
    """End the parts of a plan that are still to come."""
    session.execute(
        update(Instalment)
        .where(
            Instalment.recovery_id == recovery.id,
            Instalment.state.in_((InstalmentState.PLANNED, InstalmentState.MISSED)),
        )
        .values(state=InstalmentState.REPLACED)
    )


def plans_before(session: Session, recovery: Recovery) -> int:
    """How many plans of instalments were made for the whole question, with its recoveries locked so that none comes in between.

    The letter about a plan is counted per question: two vouchers of one question can each have a plan. Letters from before this
    count have numbers above a thousand, which it does not reach.
    """
    question_id = select(Voucher.question_id).where(Voucher.id == recovery.voucher_id).scalar_subquery()
    rows = (
        select(Recovery.plan).join(Voucher, Voucher.id == Recovery.voucher_id).where(Voucher.question_id == question_id)
    )
    return sum(session.scalars(rows.order_by(Recovery.id).with_for_update(of=Recovery)))
