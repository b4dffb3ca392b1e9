"""the texts of accountability reports

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "report_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_report_text_period_in_order")),
        sa.CheckConstraint("length(about) > 0", name=op.f("ck_report_text_about_something")),
        sa.CheckConstraint("length(written_by) > 0", name=op.f("ck_report_text_written_by_someone")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_text_revision_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_text")),
        sa.UniqueConstraint(
            "about",
            "period_from",
            "period_to",
            "section",
            name=op.f("uq_report_text_about_period_from_period_to_section"),
        ),
    )


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("report_text")
