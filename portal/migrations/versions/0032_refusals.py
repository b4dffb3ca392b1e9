"""how many refusals of strangers at one place were only counted

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "refusals_of_place",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_refusals_of_place_number_positive")),
        sa.PrimaryKeyConstraint("place", "hour", name=op.f("pk_refusals_of_place")),
    )
    op.create_index(op.f("ix_refusals_of_place_hour"), "refusals_of_place", ["hour"])


def downgrade() -> None:
    """Change the schema back. What was refused stays in the log."""
    op.drop_table("refusals_of_place")
