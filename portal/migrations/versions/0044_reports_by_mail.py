"""reports that somebody wants every month or quarter, and receipts of tranches that two people undo

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from portal.platform.append_only import protect_statements

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

SCHEDULE, RUN, RECEIPT = "report_schedule", "report_run", "tranche_receipt"
SCHEDULE_CHECKS = {
    "about_something": "length(about) > 0",
    "day_of_every_month": "on_day BETWEEN 1 AND 28",
    "in_a_language": "length(locale) > 0",
    "asked_by_someone": "length(asked_by) > 0",
    "ended_by_someone_for_a_reason": "(ended_at IS NULL) = (ended_by IS NULL)"
    " AND (ended_at IS NULL) = (ended_why IS NULL)",
    "ended_after_asked": "ended_at IS NULL OR ended_at >= asked_at",
}
RUN_CHECKS = {
    "period_in_order": "period_to >= period_from",
    "period_was_over": "as_of > period_to",
    "hash_of_64_digits": "length(sha256) = 64",
    "made_by_someone": "length(made_by) > 0",
}
UNDO_CHECKS = {
    "undo_asked_by_someone_for_a_reason": "(undo_asked_at IS NULL) = (undo_asked_by IS NULL)"
    " AND (undo_asked_at IS NULL) = (undo_asked_by_name IS NULL) AND (undo_asked_at IS NULL) = (undo_reason IS NULL)",
    "only_what_counts_is_undone": "undo_asked_at IS NULL OR state = 'received' OR state = 'undone'",
    "undone_by_someone": "(undone_at IS NULL) = (undone_by IS NULL)",
    "undone_has_instant": "(state = 'undone') = (undone_at IS NOT NULL)",
    "undone_after_it_was_asked": "undone_at IS NULL OR undo_asked_at IS NOT NULL",
    "undone_by_a_second_person": "undone_by IS NULL OR undone_by <> undo_asked_by",
}
UNDO_COLUMNS: Mapping[str, Any] = {
    "undo_asked_at": sa.DateTime(timezone=True),
    "undo_asked_by": sa.String(length=80),
    "undo_asked_by_name": sa.String(length=100),
    "undo_reason": sa.Text(),
    "undone_at": sa.DateTime(timezone=True),
    "undone_by": sa.String(length=80),
}
SEEN = "({}) = (line_id IS NOT NULL OR confirmed_at IS NOT NULL)"
OLD_STATES = "state IN ('waiting', 'received', 'withdrawn')"
NEW_STATES = "state IN ('waiting', 'received', 'withdrawn', 'undone')"
NEVER_COUNTED = """
UPDATE tranche_receipt SET state = 'withdrawn', withdrawn_at = undone_at, withdrawn_by = undone_by,
    line_id = NULL, confirmed_at = NULL, confirmed_by = NULL, undone_at = NULL, undone_by = NULL,
    undo_asked_at = NULL, undo_asked_by = NULL, undo_asked_by_name = NULL, undo_reason = NULL
WHERE state = 'undone'
"""


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Change the schema."""
    _create_schedules()
    _create_runs()
    op.drop_index("uq_tranche_receipt_reference", RECEIPT)
    with op.batch_alter_table(RECEIPT, schema=None) as batch_op:
        for name, kind in UNDO_COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.drop_constraint(batch_op.f(f"uq_{RECEIPT}_line_id"), type_="unique")
        _checks(batch_op, NEW_STATES, SEEN.format("state = 'received' OR state = 'undone'"))
        for name, rule in UNDO_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{RECEIPT}_{name}"), rule)
        batch_op.create_index(batch_op.f(f"ix_{RECEIPT}_line_id"), ["line_id"])
    _references("state <> 'withdrawn' AND state <> 'undone'")
    counted = sa.text("state = 'received'")
    op.create_index(
        f"uq_{RECEIPT}_line", RECEIPT, ["line_id"], unique=True, sqlite_where=counted, postgresql_where=counted
    )


def _create_schedules() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        SCHEDULE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("every", _one_of("schedule_every", "month", "quarter"), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_by_name", sa.String(length=100), nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_why", _one_of("schedule_end", "asked", "rights"), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{SCHEDULE}_{name}")) for name, rule in SCHEDULE_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SCHEDULE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{SCHEDULE}_public_id")),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        f"uq_{SCHEDULE}_stands",
        SCHEDULE,
        ["account_id", "about", "every"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _create_runs() -> None:
    op.create_table(
        RUN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{RUN}_{name}")) for name, rule in RUN_CHECKS.items()),
        sa.ForeignKeyConstraint(["schedule_id"], [f"{SCHEDULE}.id"], name=op.f(f"fk_{RUN}_schedule_id_{SCHEDULE}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{RUN}")),
        sa.UniqueConstraint("schedule_id", "period_from", name=op.f(f"uq_{RUN}_schedule_id_period_from")),
    )
    for statement in protect_statements(op.get_bind().dialect.name, RUN, [("id",), ("schedule_id", "period_from")]):
        op.execute(statement)


def _checks(batch_op: BatchOperations, states: str, seen: str) -> None:
    for name, rule in (("receipt_state", states), ("seen_at_the_bank_or_by_two", seen)):
        batch_op.drop_constraint(batch_op.f(f"ck_{RECEIPT}_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{RECEIPT}_{name}"), rule)


def _references(where: str) -> None:
    live = sa.text(where)
    op.create_index(
        f"uq_{RECEIPT}_reference",
        RECEIPT,
        ["tranche_id", "reference", "received_on"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def downgrade() -> None:
    """Change the schema back. Wishes for reports are gone; a receipt that was undone is one that never counted."""
    op.drop_index(f"uq_{RECEIPT}_line", RECEIPT)
    op.drop_index(f"uq_{RECEIPT}_reference", RECEIPT)
    with op.batch_alter_table(RECEIPT, schema=None) as batch_op:
        for name in UNDO_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{RECEIPT}_{name}"), type_="check")
        batch_op.drop_index(batch_op.f(f"ix_{RECEIPT}_line_id"))
    op.execute(NEVER_COUNTED)
    with op.batch_alter_table(RECEIPT, schema=None) as batch_op:
        _checks(batch_op, OLD_STATES, SEEN.format("state = 'received'"))
        batch_op.create_unique_constraint(batch_op.f(f"uq_{RECEIPT}_line_id"), ["line_id"])
        for name in UNDO_COLUMNS:
            batch_op.drop_column(name)
    _references("state <> 'withdrawn'")
    op.drop_table(RUN)
    op.drop_table(SCHEDULE)
