"""The ways to award that are raced: through the guard, and the controls without it, which must oversell."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.ledger.actions import BudgetExhausted, CapExhausted, PeriodCap, Reservation, fund, open_accounts, reserve
from portal.ledger.models import AccountKind, CapGuard, CapUse, LedgerAccount, Transfer, TransferKind
from portal.ledger.queries import available_cents
from portal.platform.database import unit_of_work

AMOUNT = 25_000
PERSON = PeriodCap("werk-naar-werk", "person:1", "2026", 12 * AMOUNT + 1)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HESITATION = 0.01  # seconds between looking and writing, in the controls
PATIENCE = 20  # tries of one unit of work: the race is about money, not about waiting


def prepare(session: Session, *, budget_cents: int) -> None:
    """Two funding lines with the same budget, nothing reserved, and one person's cap."""
    for line in (1, 2):
        open_accounts(session, funding_line_id=line)
        fund(session, funding_line_id=line, amount_cents=budget_cents, actor_id="account:1", now=NOW)
    limit = {"scheme": PERSON.scheme, "holder_key": PERSON.holder_key, "period_key": PERSON.period_key}
    session.add(CapGuard(**limit, limit_cents=PERSON.limit_cents, used_cents=0))


def from_budget(engine: Engine, number: int) -> None:
    """One amount from one budget."""
    _reserve(engine, number, [(1, AMOUNT)])


def from_two_budgets(engine: Engine, number: int) -> None:
    """Half from each of two budgets; half of the attempts name them the other way round."""
    lines = [(1, AMOUNT // 2), (2, AMOUNT // 2)]
    _reserve(engine, number, lines if number % 2 else lines[::-1])


def under_cap(engine: Engine, number: int) -> None:
    """One amount under one person's cap."""
    _reserve(engine, number, [(1, AMOUNT)], PERSON)


def _reserve(engine: Engine, number: int, amounts: list[tuple[int, int]], *caps: PeriodCap) -> None:
    def work(session: Session) -> None:
        reservations = [Reservation(line, cents, voucher_id=number, caps=caps) for line, cents in amounts]
        reserve(session, reservations=reservations, decision_id=number, actor_id="account:1", now=NOW)

    unit_of_work(engine, work, attempts=PATIENCE)


def from_budget_unguarded(engine: Engine, number: int) -> None:
    """The control: see that there is enough, and only then begin to write."""
    left = unit_of_work(engine, lambda s: available_cents(s, funding_line_ids=[1])[1], read_only=True)
    if left < AMOUNT:
        raise BudgetExhausted(1, AMOUNT, left)
    time.sleep(HESITATION)
    unit_of_work(engine, lambda s: _book(s, number) and None, attempts=PATIENCE)


def under_cap_unguarded(engine: Engine, number: int) -> None:
    """The control for a cap: add up what this person has, and only then begin to write."""
    used = unit_of_work(engine, cap_in_use, read_only=True)
    if used + AMOUNT > PERSON.limit_cents:
        raise CapExhausted(PERSON, AMOUNT, PERSON.limit_cents - used)
    time.sleep(HESITATION)

    def work(session: Session) -> None:
        transfer = _book(session, number)
        session.add(CapUse(transfer_id=transfer.id, cap_id=session.scalars(select(CapGuard.id)).one()))

    unit_of_work(engine, work, attempts=PATIENCE)


def cap_in_use(session: Session) -> int:
    """What counts towards caps, summed over the transfers."""
    query = select(func.sum(Transfer.amount_cents)).join(CapUse, CapUse.transfer_id == Transfer.id)
    return int(session.scalar(query) or 0)


def _book(session: Session, number: int) -> Transfer:
    rows = session.execute(select(LedgerAccount.kind, LedgerAccount.id).where(LedgerAccount.funding_line_id == 1))
    accounts = {row[0]: row[1] for row in rows}
    transfer = Transfer(
        key=f"control:{number}",
        kind=TransferKind.RESERVE,
        debit_account_id=accounts[AccountKind.AVAILABLE],
        credit_account_id=accounts[AccountKind.RESERVED],
        amount_cents=AMOUNT,
        booked_on=date(2026, 3, 2),
        at=NOW,
        actor_id="account:1",
        voucher_id=number,
        decision_id=number,
    )
    session.add(transfer)
    session.flush()
    return transfer
