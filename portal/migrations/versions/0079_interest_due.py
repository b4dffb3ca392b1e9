"""over which amounts that were paid too late interest is to be decided on

Until the first night nothing is noted: `portal.paying.interest_due` looks at all that was paid in the last five years.

Revision ID: 0079
Revises: 0077
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0077"
branch_labels = None
depends_on = None

TABLES = ("repayment", "own_debt", "recovery")
NOTED = sa.text("interest_due_at IS NOT NULL")


def upgrade() -> None:
    """Change the schema."""
    for table in TABLES:
        op.add_column(table, sa.Column("interest_due_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            f"ix_{table}_interest_due", table, ["interest_due_at"], sqlite_where=NOTED, postgresql_where=NOTED
        )


def downgrade() -> None:
    """Change the schema back. What was noted is found again by looking."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_interest_due", table_name=table)
        op.drop_column(table, "interest_due_at")
