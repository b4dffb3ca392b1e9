"""Reading a register: some rows in order, with how many there are and the totals over all of them.

Two statements at most, however many rows there are: one for the rows and one for the totals, over the same narrowed rows. Where
rows are sums themselves one statement has both, so that the books are summed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, FromClause, Select, func, select, true
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import (
    OF_A_FUNDER,
    TOLD_APART,
    RegisterColumn,
    RegisterFilter,
    RegisterName,
    RegisterOrder,
    RegisterPage,
)
from portal.accounting.registers.bills import invoices
from portal.accounting.registers.moved import bookings, payments
from portal.accounting.registers.sources import (
    RegisterRows,
    employers,
    people,
    providers,
    recoveries,
    vouchers,
)
from portal.accounting.scope import scope_of
from portal.people.actor import Actor
from portal.platform.database import give_room

COUNT = "number_of_rows"
ALL = "all_"
"""How the totals are called beside the rows."""
AT_A_TIME = 2_000
"""So many rows of a file are read at once."""
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
    rows = once(source.rows, "every") if source.summed else source.rows.subquery()
    wanted = select(rows).order_by(*_order(rows, source, own.order))
    if limit is not None:
        wanted = wanted.limit(limit).offset(offset)
    if source.summed or source.beside is not None:
        page = wanted.subquery() if source.beside is None else source.beside(once(wanted, "page")).subquery()
        wanted = select(page).order_by(*_order(page, source, own.order))
        if source.summed:  # what is made once is both leafed through and added up
            all_of_them = _added_up(rows, source).subquery()
            wanted = wanted.add_columns(all_of_them).join(all_of_them, true())
            give_room(session)
    found = [_plain(row) for row in session.execute(wanted).mappings()]
    if source.summed and found:
        totals = _totals(found[0], source)
    elif not found and offset == 0 and limit != 0:
        totals = _totals({}, source)
    else:
        every = rows if source.totals is None else source.totals.subquery()
        totals = _totals(session.execute(_added_up(every, source)).mappings().one(), source)
    shown = tuple({column.key: row[column.key] for column in source.columns} for row in found)
    return RegisterPage(name, source.columns, shown, totals.pop(COUNT), totals)


def register_rows(
    session: Session, *, name: RegisterName, asked: RegisterFilter, actor: Actor
) -> tuple[tuple[RegisterColumn, ...], Iterator[Mapping[str, Any]]] | None:
    """All rows of a register with its columns, for a file: they come from the database some at a time, as they are taken.

    None for who may not open it. Money is in cents.
    """
    own = _own(session, name, asked, actor)
    if own is None:
        return None
    source = SOURCES[name](own)
    whole = source.whole().subquery()
    wanted = select(*(whole.c[column.key] for column in source.columns)).order_by(*_order(whole, source, own.order))
    return source.columns, _some_at_a_time(session, wanted)


def _some_at_a_time(session: Session, wanted: Select[*tuple[Any, ...]]) -> Iterator[Mapping[str, Any]]:
    """The rows as they are taken; who stops taking them leaves nothing open."""
    with session.execute(wanted.execution_options(yield_per=AT_A_TIME)) as found:
        for row in found.mappings():
            yield _plain(row)


def once(rows: Select[*tuple[Any, ...]], name: str) -> CTE:
    """These rows, made once however often the statement reads them."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def _added_up(rows: FromClause, source: RegisterRows) -> Select[*tuple[Any, ...]]:
    """One row: how many rows there are, and what they add up to."""
    adding = rows if source.records is None else source.records.subquery()
    sums = [func.sum(adding.c[key]).label(ALL + key) for key in _keys(source)]
    number = func.count().label(ALL + COUNT)
    if source.records is None:
        return select(number, *sums).select_from(rows)
    counted, added = select(number).select_from(rows).subquery(), select(*sums).subquery()
    return select(counted, added).join(added, true())


def _keys(source: RegisterRows) -> list[str]:
    return [column.key for column in source.columns if column.adds_up]


def _totals(row: Mapping[Any, Any], source: RegisterRows) -> dict[str, int]:
    """How many rows there are and what they add up to; nothing at all adds up to 0."""
    return {key: int(row.get(ALL + key) or 0) for key in (COUNT, *_keys(source))}


def _own(session: Session, name: RegisterName, asked: RegisterFilter, actor: Actor) -> RegisterFilter | None:
    """The filter narrowed to what somebody may see; None for who may not open the register."""
    scope = scope_of(session, actor=actor)
    if scope is None or (asked.cell and name not in TOLD_APART):
        return None
    if scope.is_whole:
        return asked
    if name not in OF_A_FUNDER or asked.cell:
        return None
    seen = set(scope.line_ids) if asked.line_ids is None else set(scope.line_ids) & set(asked.line_ids)
    return replace(asked, line_ids=tuple(sorted(seen)), named=False)


def _order(rows: FromClause, source: RegisterRows, order: RegisterOrder) -> Iterator[Any]:
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
