"""a plan for questions per route, warnings that somebody has seen, and who has them by mail each week

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

PLAN, SEEN, DIGEST = "inflow_plan", "seen_warning", "digest_subscription"
SEEN_CHECKS = {
    "of_a_warning": "length(warning_key) > 0",
    "has_note": "length(note) > 0",
    "ended_by_someone": "(ended_at IS NULL) = (ended_by IS NULL)",
    "ended_after_seen": "ended_at IS NULL OR ended_at >= seen_at",
}


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Change the schema."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        PLAN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route", _one_of("route", "individual", "employer"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("per_month", sa.Integer(), nullable=False),
        sa.Column("set_at", instant, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("per_month BETWEEN 0 AND 100000", name=op.f(f"ck_{PLAN}_per_month_range")),
        sa.CheckConstraint("set_by <> ''", name=op.f(f"ck_{PLAN}_set_by_someone")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PLAN}")),
        sa.UniqueConstraint("route", "valid_from", name=op.f(f"uq_{PLAN}_route_valid_from")),
    )
    op.create_table(
        SEEN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("warning_key", sa.String(length=100), nullable=False),
        sa.Column("severity", _one_of("warning_severity", "notice", "urgent"), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("seen_by", sa.String(length=80), nullable=False),
        sa.Column("seen_by_name", sa.String(length=100), nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{SEEN}_{name}")) for name, rule in SEEN_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SEEN}")),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        f"uq_{SEEN}_stands",
        SEEN,
        ["account_id", "warning_key"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_table(
        DIGEST,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("last_week", sa.Date(), nullable=True),
        sa.CheckConstraint("changed_by <> ''", name=op.f(f"ck_{DIGEST}_changed_by_someone")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DIGEST}")),
        sa.UniqueConstraint("account_id", name=op.f(f"uq_{DIGEST}_account_id")),
    )


def downgrade() -> None:
    """Change the schema back. Plans, notes and wishes for mail are gone; warnings themselves were never kept."""
    op.drop_table(DIGEST)
    op.drop_table(SEEN)
    op.drop_table(PLAN)
