"""The items of the nightly jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_job_item() -> None:
    op.create_table(
        "job_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "leased",
                "failed",
                "dead",
                "done",
                name="job_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_job_item_done_has_instant")),
        sa.CheckConstraint("(state = 'leased') = (lease IS NOT NULL)", name=op.f("ck_job_item_leased_to_somebody")),
        sa.CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name=op.f("ck_job_item_leased_until")),
        sa.CheckConstraint(
            "state NOT IN ('failed', 'dead') OR trouble IS NOT NULL", name=op.f("ck_job_item_failed_for_a_reason")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_item_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_item")),
        sa.UniqueConstraint("job", "item", name=op.f("uq_job_item_job_item")),
    )
    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.create_index("ix_job_item_state_due_at", ["state", "due_at"], unique=False)


def drop_job_item() -> None:
    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.drop_index("ix_job_item_state_due_at")

    op.drop_table("job_item")
