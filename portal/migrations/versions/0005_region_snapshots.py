"""snapshots of the region

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema; what is loaded now is the first snapshot."""
    op.create_table(
        "region_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("region", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reference_lists", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_snapshot")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_region_snapshot_content_hash")),
    )
    op.execute(
        "INSERT INTO region_snapshot (id, content_hash, region, facts, reference_lists, kept_at)"
        " SELECT 1, content_hash, region, facts, reference_lists, loaded_at FROM region_record"
    )
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("SELECT setval('region_snapshot_id_seq', (SELECT count(*) FROM region_snapshot) + 1, false)")
    for statement in protect_statements(dialect, "region_snapshot", [("content_hash",), ("id",)]):
        op.execute(statement)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("region_snapshot")
