"""how often acts were done that leave no line in the log

Revision ID: 0090
Revises: 0089
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "act_count",
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_act_count_number_positive")),
        sa.PrimaryKeyConstraint("action", name=op.f("pk_act_count")),
    )


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("act_count")
