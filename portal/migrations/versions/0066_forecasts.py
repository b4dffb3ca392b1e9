"""forecasts: what every budget will do, as it was worked out, and whether the public sees it

Revision ID: 0066
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0066"
down_revision = "0063"
branch_labels = None
depends_on = None

FORECAST, METER = "forecast", "money_meter"
CHECKS = {
    "looks_ahead": "until > data_day",
    "dice_known": "paths > 0 AND seed >= 0",
    "vouchers_counted": "vouchers >= 0",
    "version_known": "length(version) > 0",
    "made_by_someone": "length(made_by) > 0",
}
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        FORECAST,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("data_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("paths", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("vouchers", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{FORECAST}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FORECAST}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{FORECAST}_public_id")),
    )
    op.create_table(
        METER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(set_by) > 0", name=op.f(f"ck_{METER}_set_by_someone")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{METER}")),
    )
    for table, unique in ((FORECAST, [("id",), ("public_id",)]), (METER, [("id",)])):
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)


def downgrade() -> None:
    """Change the schema back. The forecasts that were kept are lost; the books have nothing to do with them."""
    for table in (METER, FORECAST):
        op.drop_table(table)
