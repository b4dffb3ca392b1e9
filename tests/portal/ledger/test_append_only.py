"""The database itself refuses to rewrite the books, and transfers that cannot be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.portal.ledger.booked import personal_cap, put_aside

REWRITES = {
    "update": "UPDATE transfer SET amount_cents = 1",
    "delete": "DELETE FROM transfer",
    "cap update": "UPDATE cap_use SET cap_id = cap_id",
    "cap delete": "DELETE FROM cap_use",
}
_COLUMNS = "kind, debit_account_id, credit_account_id, resolves_id, booked_on, at, actor_id, decision_id, note"
_INTO = f"INTO transfer (amount_cents, {_COLUMNS}, id, key) SELECT 1, {_COLUMNS}"
ONLY = {
    "sqlite": {
        "replace by id": f"INSERT OR REPLACE {_INTO}, id, 'x' FROM transfer LIMIT 1",
        "replace by key": f"INSERT OR REPLACE {_INTO}, 9999, key FROM transfer LIMIT 1",
    },
    "postgresql": {"truncate": "TRUNCATE transfer CASCADE"},
}


@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_the_books_cannot_be_rewritten(
    engine: Engine, books: Session, now: datetime, database: str, recursive_triggers: str
) -> None:
    put_aside(books, now, (1, 100), caps=(personal_cap(),))
    books.commit()
    count = text("SELECT count(*), sum(amount_cents) FROM transfer")
    before = books.execute(count).one()
    books.rollback()
    for statement in [*REWRITES.values(), *ONLY[database].values()]:
        with engine.connect() as connection:
            if database == "sqlite":
                raw = connection.connection.driver_connection
                assert raw is not None
                connection.rollback()
                raw.execute(f"PRAGMA recursive_triggers={recursive_triggers}")
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()
            if database == "sqlite":
                raw.execute("PRAGMA recursive_triggers=ON")
    assert books.execute(count).one() == before


def test_one_reservation_cannot_be_settled_twice_even_by_hand(books: Session, now: datetime) -> None:
    (held,) = put_aside(books, now, (1, 100))
    books.commit()
    copy = text(
        "INSERT INTO transfer "
        "(key, kind, debit_account_id, credit_account_id, amount_cents, resolves_id, booked_on, at, actor_id) "
        "SELECT :key, 'release', credit_account_id, debit_account_id, amount_cents, id, booked_on, at, actor_id "
        "FROM transfer WHERE id = :id"
    )
    books.execute(copy, {"key": "a", "id": held.id})
    with pytest.raises(DBAPIError):
        books.execute(copy, {"key": "b", "id": held.id})
    books.rollback()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("amount_positive", {"amount_cents": 0}),
        ("two_accounts", {"credit_account_id": 1, "debit_account_id": 1}),
        ("resolves_fits_kind", {"kind": "release"}),
        ("reserve_has_decision", {"kind": "reserve"}),
        ("has_actor", {"actor_id": ""}),
        ("correction_has_reason", {"kind": "correct"}),
        ("transfer_kind", {"kind": "gift"}),
    ],
)
def test_the_database_itself_refuses_an_impossible_transfer(
    books: Session, constraint: str, change: dict[str, Any]
) -> None:
    row: dict[str, Any] = {
        "key": "x",
        "kind": "fund",
        "debit_account_id": 1,
        "credit_account_id": 2,
        "amount_cents": 5,
        "booked_on": "2026-03-02",
        "at": "2026-03-02 09:00:00",
        "actor_id": "account:1",
    }
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    insert = text(f"INSERT INTO transfer ({columns}) VALUES ({values})")
    books.execute(insert, row)
    books.rollback()
    with pytest.raises(IntegrityError, match=constraint):
        books.execute(insert, row | change)
    books.rollback()
