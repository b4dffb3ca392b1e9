"""names, birth dates, addresses and account numbers can stand sealed, and the index holds no word of a person

What stood there stays as it is: it is read as ever, and ``loket keys seal`` seals it. On SQLite nothing of these columns changes.

Revision ID: 0070
Revises: 0068
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.platform.sealed_columns import FactsJson, SealedBytes, SealedDate, SealedJson, SealedText

revision = "0070"
down_revision = "0068"
branch_labels = None
depends_on = None

ADDRESS = {"street": 100, "house_number": 20, "postcode": 10, "city": 100}
TEXTS: dict[str, dict[str, dict[str, int]]] = {
    "contact": {"name": {"name": 100}, "address": ADDRESS},
    "former_contact": {"name": {"name": 100}, "address": ADDRESS},
    "application": {"name": {"name": 200, "learner_name": 100}, "address": ADDRESS},
    "development_question": {"name": {"learner_name": 100, "employer_contact": 100}},
    "representative": {"name": {"name": 100}},
    "pledge": {"name": {"given_by_name": 100, "declined_by_name": 100}},
    "objection": {
        "name": {"third_name": 120},
        "address": {"third_street": 120, "third_postcode": 10, "third_city": 80},
    },
    "invoice": {"name": {"learner_name": 100, "payee_name": 70}, "account": {"payee_iban": 34}},
    "payment": {"name": {"payee_name": 70}, "account": {"iban": 34}},
    "repayment": {"name": {"payee_name": 70}, "account": {"iban": 34}},
    "own_debt": {"name": {"payee_name": 70}, "account": {"iban": 34}},
    "provider": {"account": {"iban": 34}},
    "provider_registration": {"account": {"iban": 34}},
    "iban_change": {"account": {"iban": 34}},
    "unmatched_line": {"account": {"from_account": 34}},
    "region_record": {"salt": {"holder_salt": 64}},
}
"""Per table and kind the texts that are sealed, with how long each may be."""
BIRTH = ("application", "birth_date")
OTHERS: dict[str, dict[str, Any]] = {
    "development_question": {"facts": FactsJson()},
    "bundled_training": {"facts": FactsJson()},
    "information_request": {"given": FactsJson()},
    "correction": {"was": SealedJson(), "becomes": SealedJson()},
    "earlier_administration": {"tables": SealedJson()},
    "letter": {"content": SealedJson("letter"), "pdf": SealedBytes("letter")},
    "conversation": {"notes": SealedText(None, "papers")},
    "note": {"text": SealedText(None, "papers")},
    "payment_batch": {"file_text": SealedText(None, "papers")},
    "proposal": {"answer_json": SealedText(None, "papers")},
    "unmatched_line": {"said": SealedText(None, "papers")},
}
"""What is sealed without another type in the database."""
INDEX = ("search_due", "search_term", "search_variant", "search_entry")
AT_ONCE, TOLD_EACH = 500, 20_000
log = logging.getLogger("alembic.runtime.migration")
"""What alembic itself says a revision with: who goes back sees how far it is."""


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def upgrade() -> None:
    """Change the schema. The index is made anew at the next start: no word of a person stands in it any more."""
    for table in INDEX:
        op.execute(sa.table(table).delete())
    op.add_column("search_variant", sa.Column("plain", sa.Text() if _is_postgresql() else sa.String(60), nullable=True))
    if not _is_postgresql():
        return
    for table, kinds in TEXTS.items():
        for columns in kinds.values():
            for column in columns:
                op.alter_column(table, column, type_=sa.Text())
    op.alter_column(*BIRTH, type_=sa.Text(), postgresql_using="birth_date::text")


def downgrade() -> None:
    """Change the schema back: what was sealed is opened, and stands there for all to read."""
    for table in INDEX:
        op.execute(sa.table(table).delete())
    with op.batch_alter_table("search_variant") as batch_op:
        batch_op.drop_column("plain")
    for table in sorted({*TEXTS, *OTHERS}):
        _open_rows(table, _sealed(table))
    if not _is_postgresql():
        return
    for table, kinds in TEXTS.items():
        for columns in kinds.values():
            for column, length in columns.items():
                op.alter_column(table, column, type_=sa.String(length))
    op.alter_column(*BIRTH, type_=sa.Date(), postgresql_using="birth_date::date")


def _sealed(table: str) -> dict[str, Any]:
    found = dict(OTHERS.get(table, {}))
    for kind, columns in TEXTS.get(table, {}).items():
        found |= {name: SealedText(length, kind) for name, length in columns.items()}
    return found | ({BIRTH[1]: SealedDate()} if table == BIRTH[0] else {})


def _plain(kind: Any) -> Any:
    if isinstance(kind, FactsJson | SealedJson):
        return sa.JSON(none_as_null=True)
    return sa.LargeBinary() if isinstance(kind, SealedBytes) else sa.String()


def _open_rows(name: str, kinds: dict[str, Any]) -> None:
    connection = op.get_bind()
    read = sa.table(name, sa.column("id", sa.Integer), *(sa.column(one, kind) for one, kind in kinds.items()))
    plain = sa.table(name, sa.column("id", sa.Integer), *(sa.column(one, _plain(kind)) for one, kind in kinds.items()))
    write = plain.update().where(plain.c.id == sa.bindparam("of_row")).values({one: sa.bindparam(one) for one in kinds})
    last, opened = 0, 0
    while rows := (
        connection.execute(sa.select(read).where(read.c.id > last).order_by(read.c.id).limit(AT_ONCE)).mappings().all()
    ):
        last = rows[-1]["id"]
        found = [_as_plain(row, kinds) for row in rows if any(row[one] is not None for one in kinds)]
        if found:
            with _unprotected(connection, name):
                connection.execute(write, found)
        opened += len(found)
        if opened and (len(rows) < AT_ONCE or last % TOLD_EACH < AT_ONCE):
            log.info("%s: %d rows opened", name, opened)


def _as_plain(row: Any, kinds: dict[str, Any]) -> dict[str, Any]:
    """The values of a row as they were before they were sealed; SQLite keeps a day as text."""
    values = {"of_row": row["id"], **{one: row[one] for one in kinds}}
    if values.get(BIRTH[1]) is not None:
        values[BIRTH[1]] = values[BIRTH[1]].isoformat()
    return values


@contextmanager
def _unprotected(connection: sa.Connection, table: str) -> Iterator[None]:
    """Rows of a table that is append-only are written over for a moment."""
    if _is_postgresql():
        connection.execute(sa.text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
        yield
        connection.execute(sa.text(f'ALTER TABLE "{table}" ENABLE TRIGGER USER'))
        return
    mine = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.execute(mine, {"table": table}).all()
    for trigger, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)
