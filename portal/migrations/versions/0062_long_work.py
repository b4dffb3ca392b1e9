"""work that takes longer than a page

Revision ID: 0062
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NOT_OVER = "state IN ('waiting', 'running', 'paused')"
KINDS = "kind IN ('job', 'replay', 'search')"
STATES = "state IN ('waiting', 'running', 'paused', 'done', 'cancelled', 'failed')"


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "long_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("cancelled_by", sa.String(80), nullable=True),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("trouble", sa.String(80), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled', 'failed')) = (ended_at IS NOT NULL)",
            name=op.f("ck_long_work_over_has_instant"),
        ),
        sa.CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name=op.f("ck_long_work_running_by_somebody")),
        sa.CheckConstraint("(state = 'running') = (leased_until IS NOT NULL)", name=op.f("ck_long_work_running_until")),
        sa.CheckConstraint("(state = 'failed') = (trouble IS NOT NULL)", name=op.f("ck_long_work_failed_for_a_reason")),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL)", name=op.f("ck_long_work_cancelled_by_somebody")
        ),
        sa.CheckConstraint(
            "done >= 0 AND total >= 0 AND milliseconds >= 0", name=op.f("ck_long_work_counts_not_negative")
        ),
        sa.CheckConstraint(KINDS, name=op.f("ck_long_work_work_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_long_work_work_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_work")),
        sa.UniqueConstraint("public_id", name=op.f("uq_long_work_public_id")),
    )
    op.create_index("ix_long_work_state", "long_work", ["state"])
    op.create_index(
        "uq_long_work_open",
        "long_work",
        ["kind", "about"],
        unique=True,
        sqlite_where=sa.text(NOT_OVER),
        postgresql_where=sa.text(NOT_OVER),
    )


def downgrade() -> None:
    """Change the schema back. What was asked for is lost; what was done stays done."""
    op.drop_table("long_work")
