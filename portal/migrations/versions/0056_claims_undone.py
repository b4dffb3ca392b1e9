"""after a founded objection interest lapses, and what was set off is paid after all

Revision ID: 0056
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None

OLD_KINDS = (
    "kind IN ('approved', 'partly', 'rejected', 'referred', 'set_aside', 'taken_up', 'supplemented', 'settled', 'revoked', "
    "'lowered', 'restored', 'interest', 'set_off', 'taken_over')"
)
NEW_KINDS = OLD_KINDS.replace("'set_off',", "'set_off', 'undone',")
KEPT = "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind = 'undone'"
AGAIN = "UPDATE decision SET kind = referred_to, referred_to = NULL WHERE kind = 'referred' AND referred_to = 'undone'"
OLD_ENTRIES, NEW_ENTRIES = "kind IN ('received', 'written_off')", "kind IN ('received', 'written_off', 'undone')"
GONE = "DELETE FROM recovery_entry WHERE kind = 'undone'"
INTEREST, SET_OFF, ENTRY = "interest_undone", "set_off_undone", "recovery_entry"
INTEREST_CHECKS = {
    "parts_not_negative": "waived_cents >= 0 AND owed_cents >= 0",
    "reason_given": "length(reason) > 0",
    "paid_by_someone_with_reference": "(paid_on IS NULL) = (paid_at IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)"
    " AND (paid_on IS NULL) = (reference IS NULL)",
    "paid_what_is_owed": "paid_on IS NULL OR owed_cents > 0",
    "second_person": "paid_by IS NULL OR paid_by <> undone_by",
}
INSTANT, CENTS = sa.DateTime(timezone=True), sa.BigInteger()


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was."""
    _change_kinds("decision", "decision_kind", NEW_KINDS, [("id",), ("public_id",)], after=AGAIN)
    _change_kinds(ENTRY, "entry_kind", NEW_ENTRIES, [("id",), ("recovery_id", "reference", "on_day")])
    _make_interest()
    _make_set_offs()


def downgrade() -> None:
    """Change the schema back. What was undone is lost; a decision to undo is kept as one that refers to it."""
    for statement in unprotect_statements(op.get_bind().dialect.name, SET_OFF):
        op.execute(statement)
    for table in (SET_OFF, INTEREST):
        op.drop_table(table)
    _change_kinds(ENTRY, "entry_kind", OLD_ENTRIES, [("id",), ("recovery_id", "reference", "on_day")], before=GONE)
    _change_kinds("decision", "decision_kind", OLD_KINDS, [("id",), ("public_id",)], before=KEPT)


def _change_kinds(
    table: str,
    name: str,
    kinds: str,
    unique: list[tuple[str, ...]],
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    for statement in unprotect_statements(op.get_bind().dialect.name, table):
        op.execute(statement)
    if before is not None:
        op.execute(before)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), kinds)
    if after is not None:
        op.execute(after)
    _protect(table, unique)


def _protect(table: str, unique: list[tuple[str, ...]]) -> None:
    for statement in protect_statements(op.get_bind().dialect.name, table, unique):
        op.execute(statement)


def _undone() -> list[sa.Column[object]]:
    return [
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=False),
        sa.Column("undone_by", sa.String(length=80), nullable=False),
        sa.Column("undone_by_name", sa.String(length=100), nullable=False),
    ]


def _make_interest() -> None:
    columns = {"charge_id": "collection_charge", "decision_id": "decision"}
    op.create_table(
        INTEREST,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in columns),
        sa.Column("waived_cents", CENTS, nullable=False),
        sa.Column("owed_cents", CENTS, nullable=False),
        *_undone(),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("paid_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{INTEREST}_{name}")) for name, rule in INTEREST_CHECKS.items()),
        *_keys(INTEREST, columns),
    )


def _make_set_offs() -> None:
    columns = {"set_off_id": "set_off", "entry_id": ENTRY, "decision_id": "decision"}
    op.create_table(
        SET_OFF,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in columns),
        sa.Column("pay_by", sa.Date(), nullable=False),
        *_undone(),
        sa.CheckConstraint("length(reason) > 0", name=op.f(f"ck_{SET_OFF}_reason_given")),
        *_keys(SET_OFF, columns),
    )
    _protect(SET_OFF, [("decision_id",), ("entry_id",), ("id",), ("set_off_id",)])


def _keys(table: str, columns: dict[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
            for name, other in columns.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in columns),
    ]
