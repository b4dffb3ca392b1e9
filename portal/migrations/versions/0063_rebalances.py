"""rebalances: re-assignments of many vouchers, worked out as one plan

Revision ID: 0063
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

PLAN, MOVE = "rebalance", "rebalance_move"
PLAN_CHECKS = {
    "saved_not_negative": "saved_cents >= 0",
    "reason_given": "length(reason) > 0",
    "ended_when_state_says_so": "(state = 'laid_down') = (ended_at IS NULL)",
    "ended_whole": "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
    "second_person": "state <> 'carried_out' OR ended_by <> laid_down_by",
}
MOVE_CHECKS = {
    "amount_positive": "amount_cents > 0",
    "two_lines": "from_line_id <> to_line_id",
    "stands_movable": "stands IN ('reserved', 'spent', 'paid')",
    "paid_has_payment": "(stands = 'paid') = (payment_id IS NOT NULL)",
    "done_is_booked": "(outcome = 'done') = (reassignment_id IS NOT NULL)",
    "skipped_has_reason": "(outcome = 'skipped') = (skipped_code IS NOT NULL)",
}
REFERS = {
    "rebalance_id": PLAN,
    "voucher_id": "voucher",
    "from_line_id": "funding_line",
    "to_line_id": "funding_line",
    "payment_id": "transfer",
    "reassignment_id": "reassignment",
}
INSTANT, CENTS = sa.DateTime(timezone=True), sa.BigInteger()


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        PLAN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("saved_cents", CENTS, nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", _one_of("rebalance_state", "laid_down", "carried_out", "dropped"), nullable=False),
        sa.Column("laid_down_at", INSTANT, nullable=False),
        sa.Column("laid_down_by", sa.String(length=80), nullable=False),
        sa.Column("laid_down_by_name", sa.String(length=100), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_by_name", sa.String(length=100), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{PLAN}_{name}")) for name, rule in PLAN_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PLAN}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{PLAN}_public_id")),
    )
    waits = sa.text("state = 'laid_down'")
    op.create_index(f"uq_{PLAN}_waiting", PLAN, ["state"], unique=True, sqlite_where=waits, postgresql_where=waits)
    _create_moves()


def _create_moves() -> None:
    op.create_table(
        MOVE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rebalance_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("from_line_id", sa.Integer(), nullable=False),
        sa.Column("to_line_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", CENTS, nullable=False),
        sa.Column(
            "stands", _one_of("account_kind", "funder", "available", "reserved", "spent", "paid"), nullable=False
        ),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("why", _one_of("move_reason", "saves", "frees", "makes_room"), nullable=False),
        sa.Column("outcome", _one_of("move_outcome", "waiting", "done", "skipped"), nullable=False),
        sa.Column("skipped_code", sa.String(length=60), nullable=True),
        sa.Column("reassignment_id", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{MOVE}_{name}")) for name, rule in MOVE_CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{MOVE}_{column}_{table}"))
            for column, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{MOVE}")),
        sa.UniqueConstraint("rebalance_id", "number", name=op.f(f"uq_{MOVE}_rebalance_id_number")),
        sa.UniqueConstraint("reassignment_id", name=op.f(f"uq_{MOVE}_reassignment_id")),
    )
    for column in REFERS:
        if column != "reassignment_id":
            op.create_index(op.f(f"ix_{MOVE}_{column}"), MOVE, [column])


def downgrade() -> None:
    """Change the schema back. What was laid down is lost; what was re-assigned stays in the books with its reason."""
    op.drop_table(MOVE)
    op.drop_table(PLAN)
