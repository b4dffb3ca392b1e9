"""campaigns can end

Revision ID: 0050
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

CAMPAIGN = "campaign"
ENDED = f"ck_{CAMPAIGN}_ended_by_someone"


def upgrade() -> None:
    """Change the schema. Every campaign that is there runs."""
    with op.batch_alter_table(CAMPAIGN) as table:
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("ended_by", sa.String(length=80), nullable=True))
        table.create_check_constraint(op.f(ENDED), "(ended_at IS NULL) = (ended_by IS NULL)")


def downgrade() -> None:
    """Change the schema back. Nobody knows any more which campaigns have ended."""
    with op.batch_alter_table(CAMPAIGN) as table:
        table.drop_constraint(op.f(ENDED), type_="check")
        table.drop_column("ended_by")
        table.drop_column("ended_at")
