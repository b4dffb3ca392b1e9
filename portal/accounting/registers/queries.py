"""Reading a register: some rows in order, with how many there are and the totals over all of them.

Two statements, however many rows there are: one for the totals and one for the rows, over the same narrowed rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import (
    OF_A_FUNDER,
    RegisterFilter,
    RegisterName,
    RegisterOrder,
    RegisterPage,
)
from portal.accounting.registers.moved import bookings, payments
from portal.accounting.registers.sources import (
    RegisterRows,
    employers,
    invoices,
    people,
    providers,
    recoveries,
    vouchers,
)
from portal.accounting.scope import scope_of
from portal.people.actor import Actor

SOURCES: Mapping[RegisterName, Callable[[RegisterFilter], RegisterRows]] = {
    RegisterName.VOUCHERS: vouchers,
    RegisterName.PEOPLE: people,
    RegisterName.EMPLOYERS: employers,
    RegisterName.PROVIDERS: providers,
    RegisterName.INVOICES: invoices,
    RegisterName.PAYMENTS: payments,
    RegisterName.RECOVERIES: recoveries,
    RegisterName.BOOKINGS: bookings,
}


def registers_of(session: Session, *, actor: Actor) -> tuple[RegisterName, ...]:
    """The registers that somebody may open; none for who sees nothing of the accounts."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return ()
    return tuple(one for one in RegisterName if scope.is_whole or one in OF_A_FUNDER)


def register(
    session: Session,
    *,
    name: RegisterName,
    asked: RegisterFilter,
    actor: Actor,
    limit: int | None = None,
    offset: int = 0,
) -> RegisterPage | None:
    """Some rows of a register, with the totals over all of them; None for who may not open it.

    A funder gets the rows and the amounts of its own funding lines only, without any name. Money is in cents.
    """
    own = _own(session, name, asked, actor)
    if own is None:
        return None
    source = SOURCES[name](own)
    rows = source.rows.subquery()
    adding = [column.key for column in source.columns if column.adds_up]
    sums = [func.coalesce(func.sum(rows.c[key]), 0) for key in adding]
    count, *totals = session.execute(select(func.count(), *sums).select_from(rows)).one()
    wanted = select(*(rows.c[column.key] for column in source.columns)).order_by(*_order(rows, source, own.order))
    found = session.execute(wanted.limit(limit).offset(offset) if limit is not None else wanted)
    return RegisterPage(
        name,
        source.columns,
        tuple(_plain(row) for row in found.mappings()),
        int(count),
        {key: int(total) for key, total in zip(adding, totals, strict=True)},
    )


def _own(session: Session, name: RegisterName, asked: RegisterFilter, actor: Actor) -> RegisterFilter | None:
    """The filter narrowed to what somebody may see; None for who may not open the register."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return None
    if scope.is_whole:
        return asked
    if name not in OF_A_FUNDER:
        return None
    seen = set(scope.line_ids) if asked.line_ids is None else set(scope.line_ids) & set(asked.line_ids)
    return replace(asked, line_ids=tuple(sorted(seen)), named=False)


def _order(rows: Subquery, source: RegisterRows, order: RegisterOrder) -> Iterator[Any]:
    """The order of the rows; what is equal in it stands by its number."""
    if order is RegisterOrder.MOST:
        yield rows.c.cents.desc()
        yield rows.c.id
        return
    for key in dict.fromkeys((source.by_day, "id")):
        yield rows.c[key] if order is RegisterOrder.OLDEST else rows.c[key].desc()


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The cells by key; sums come as plain whole numbers from either database."""
    return {key: int(value) if key.endswith("cents") and value is not None else value for key, value in row.items()}
