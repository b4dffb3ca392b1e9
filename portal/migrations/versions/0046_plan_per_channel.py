"""a plan for questions may be about one way in which people heard of the desk

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

PLAN = "inflow_plan"
OF_A_ROUTE, OF_A_WAY = "uq_inflow_plan_route_valid_from", "uq_inflow_plan_route_channel_valid_from"
OF_A_CHANNEL = "DELETE FROM inflow_plan WHERE channel <> ''"


def upgrade() -> None:
    with op.batch_alter_table(PLAN) as table:
        table.add_column(sa.Column("channel", sa.String(length=20), nullable=False, server_default=""))
        table.drop_constraint(op.f(OF_A_ROUTE), type_="unique")
        table.create_unique_constraint(op.f(OF_A_WAY), ["route", "channel", "valid_from"])
    with op.batch_alter_table(PLAN) as table:
        table.alter_column("channel", existing_type=sa.String(length=20), server_default=None)


def downgrade() -> None:
    op.execute(OF_A_CHANNEL)
    with op.batch_alter_table(PLAN) as table:
        table.drop_constraint(op.f(OF_A_WAY), type_="unique")
        table.create_unique_constraint(op.f(OF_A_ROUTE), ["route", "valid_from"])
        table.drop_column("channel")
