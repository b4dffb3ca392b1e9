"""What stands in a database, counted from its own tables and not from the models: rows, cents, and the balance of each account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Integer, inspect, text

OLDEST = "0057"
"""The oldest revision that a desk with real data goes back to without losing anything that the older version knows, or a cent. One
further, a step of collecting that is a decision by itself has no place any more. Earlier already, below 0064, the way back is refused
by itself once a settlement was lowered or interest was decided on: then that is the oldest."""
INDEX = ("search_due", "search_term", "search_variant", "search_entry")
"""Not counted: the index of the search is made anew at the next start (revision 0070)."""
CENTS = "_cents"
BALANCES = """
SELECT account.id, account.funding_line_id, account.kind,
  (SELECT COALESCE(SUM(amount_cents), 0) FROM transfer WHERE credit_account_id = account.id)
  - (SELECT COALESCE(SUM(amount_cents), 0) FROM transfer WHERE debit_account_id = account.id)
FROM ledger_account AS account
"""
"""What came in less what went out, per account of the books."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows per table, cents per column of money (``table.column``), and cents per account of the books."""

    rows: Mapping[str, int]
    sums: Mapping[str, int]
    balances: Mapping[str, int]

    def differences(self, other: Standing, *, of: Standing | None = None) -> list[str]:
        """What differs; with ``of`` only what that one has too: a table that came later cannot stand in an older schema."""
        kept = of or self
        return [
            f"{name}: {mine.get(name)} was, {theirs.get(name)} is"
            for mine, theirs, known in (
                (self.rows, other.rows, kept.rows),
                (self.sums, other.sums, kept.sums),
                (self.balances, other.balances, kept.balances),
            )
            for name in sorted(known)
            if mine.get(name) != theirs.get(name)
        ]


def standing(engine: Engine) -> Standing:
    """Everything that is counted, as the database has it now."""
    look = inspect(engine)
    rows, sums = dict[str, int](), dict[str, int]()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for (_, table), columns in sorted(look.get_multi_columns().items(), key=repr):
            if table in ("alembic_version", *INDEX):
                continue
            money = [one["name"] for one in columns if one["name"].endswith(CENTS) and isinstance(one["type"], Integer)]
            rows[table], found = _counted(connection, table, money)
            sums |= {f"{table}.{column}": cents for column, cents in zip(money, found, strict=True)}
        found_balances = connection.execute(text(BALANCES)).all() if "ledger_account" in rows else []
    return Standing(
        rows, sums, {f"account {id} ({line}, {kind})": int(cents) for id, line, kind, cents in found_balances}
    )


def _counted(connection: Connection, table: str, money: list[str]) -> tuple[int, list[int]]:
    asked = ", ".join(["COUNT(*)", *(f'COALESCE(SUM("{column}"), 0)' for column in money)])
    number, *cents = connection.execute(text(f'SELECT {asked} FROM "{table}"')).one()
    return int(number), [int(one) for one in cents]
