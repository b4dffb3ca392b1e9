"""What the bank reports of payments, and more about the lines that a person looks at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

OLD_SAYS = ("paid", "came_back", "undone")
NEW_SAYS = (*OLD_SAYS, "refused", "reported")
OLD_WHY = (
    "without_key",
    "unknown_key",
    "other_amount",
    "other_total",
    "whole_came_back",
    "undone",
    "does_not_fit",
    "other_account",
)
NEW_WHY = (*OLD_WHY, "incoming", "other_file", "other_batch", "not_sent", "unknown_status")
KEPT = (
    "UPDATE unmatched_line SET says = 'undone' WHERE says IN ('refused', 'reported')",
    "UPDATE unmatched_line SET why = 'does_not_fit'"
    " WHERE why IN ('incoming', 'other_file', 'other_batch', 'not_sent', 'unknown_status')",
)


def say_more_of_lines() -> None:
    """New words for what the bank says and why it does not fit, and what else stood with it."""
    with op.batch_alter_table("unmatched_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("from_account", sa.String(length=34), nullable=True))
        batch_op.add_column(sa.Column("bank_reference", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("receipt_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_unmatched_line_receipt_id_recovery_entry"), "recovery_entry", ["receipt_id"], ["id"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_unmatched_line_receipt_id"), ["receipt_id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_unmatched_line_receipt_is_handled"), "receipt_id IS NULL OR handled_at IS NOT NULL"
        )
        for column, name, values in (
            ("says", "bank_says", NEW_SAYS),
            ("why", "why_unmatched", NEW_WHY),
        ):
            batch_op.drop_constraint(batch_op.f(f"ck_unmatched_line_{name}"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_unmatched_line_{name}"), _one_of(column, values))


def say_less_of_lines() -> None:
    """Back to the words of before."""
    for statement in KEPT:
        op.execute(statement)
    with op.batch_alter_table("unmatched_line", schema=None) as batch_op:
        for column, name, values in (("says", "bank_says", OLD_SAYS), ("why", "why_unmatched", OLD_WHY)):
            batch_op.drop_constraint(batch_op.f(f"ck_unmatched_line_{name}"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_unmatched_line_{name}"), _one_of(column, values))
        batch_op.drop_constraint(batch_op.f("ck_unmatched_line_receipt_is_handled"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_unmatched_line_receipt_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_unmatched_line_receipt_id_recovery_entry"), type_="foreignkey")
        for column in ("receipt_id", "bank_reference", "from_account", "said"):
            batch_op.drop_column(column)


def create_reported_state() -> None:
    op.create_table(
        "reported_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_reported_state_statement_id_bank_statement")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_reported_state_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_state")),
    )
    for column in ("statement_id", "payment_id"):
        op.create_index(op.f(f"ix_reported_state_{column}"), "reported_state", [column], unique=False)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
