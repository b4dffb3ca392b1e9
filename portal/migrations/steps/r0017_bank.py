"""Lines of statements that a person looks at, and outcomes of payments that people record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

WAITING = "confirmed_at IS NULL AND withdrawn_at IS NULL"
WHY = (
    "without_key",
    "unknown_key",
    "other_amount",
    "other_total",
    "whole_came_back",
    "undone",
    "does_not_fit",
    "other_account",
)


def create_unmatched_line() -> None:
    op.create_table(
        "unmatched_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("says", _choice("bank_says", "paid", "came_back", "undone"), nullable=False),
        sa.Column("why", _choice("why_unmatched", *WHY), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(length=80), nullable=True),
        sa.Column("handled_note", sa.Text(), nullable=True),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_unmatched_line_amount_not_negative")),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL) AND (handled_at IS NULL) = (handled_note IS NULL)",
            name=op.f("ck_unmatched_line_handled_by_someone_with_note"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_unmatched_line_statement_id_bank_statement")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_unmatched_line_payment_id_payment")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batch.id"], name=op.f("fk_unmatched_line_batch_id_payment_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unmatched_line_public_id")),
    )
    with op.batch_alter_table("unmatched_line", schema=None) as batch_op:
        for column in ("statement_id", "payment_id", "batch_id"):
            batch_op.create_index(batch_op.f(f"ix_unmatched_line_{column}"), [column], unique=False)


def create_outcome_by_hand() -> None:
    op.create_table(
        "outcome_by_hand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _choice("hand_outcome", "carried_out", "came_back"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=100), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_outcome_by_hand_reason_given")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f("ck_outcome_by_hand_second_person")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_by_name IS NULL)",
            name=op.f("ck_outcome_by_hand_confirmed_by_someone"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_outcome_by_hand_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_outcome_by_hand_confirmed_or_withdrawn")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_outcome_by_hand_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_by_hand")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outcome_by_hand_public_id")),
    )
    with op.batch_alter_table("outcome_by_hand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_by_hand_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(
            "uq_outcome_by_hand_waiting",
            ["payment_id"],
            unique=True,
            sqlite_where=sa.text(WAITING),
            postgresql_where=sa.text(WAITING),
        )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
