"""announcements of ceilings

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "ceiling_announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("ceiling_cents >= 0", name=op.f("ck_ceiling_announcement_ceiling_not_negative")),
        sa.CheckConstraint("length(place) > 0", name=op.f("ck_ceiling_announcement_announced_somewhere")),
        sa.CheckConstraint("length(recorded_by) > 0", name=op.f("ck_ceiling_announcement_recorded_by_someone")),
        sa.ForeignKeyConstraint(
            ["funding_line_id"],
            ["funding_line.id"],
            name=op.f("fk_ceiling_announcement_funding_line_id_funding_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceiling_announcement")),
    )
    op.create_index(
        op.f("ix_ceiling_announcement_funding_line_id"), "ceiling_announcement", ["funding_line_id"], unique=False
    )
    for statement in protect_statements(op.get_bind().dialect.name, "ceiling_announcement", [("id",)]):
        op.execute(statement)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_index(op.f("ix_ceiling_announcement_funding_line_id"), table_name="ceiling_announcement")
    op.drop_table("ceiling_announcement")
