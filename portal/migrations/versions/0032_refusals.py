"""what is refused stands in the audit log, with its reason

Revision ID: 0032
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None

CHECK, RULE = "ck_audit_event_reason_when_not_done", "(result = 'done') = (reason IS NULL)"


def upgrade() -> None:
    """Change the schema. Until now the log only held what was done. Its rows are not written anew: they are append-only."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE audit_event ADD COLUMN reason VARCHAR(80) CONSTRAINT {CHECK} CHECK ({RULE})")
    else:
        op.add_column("audit_event", sa.Column("reason", sa.String(length=80), nullable=True))
        op.create_check_constraint(op.f(CHECK), "audit_event", RULE)
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
    """Change the schema back. Refusals stay in the log without their reason, so that their places do not fit the chain any more."""
    op.drop_table("refusals_of_place")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE audit_event DROP COLUMN reason")
    else:
        op.drop_constraint(op.f(CHECK), "audit_event", type_="check")
        op.drop_column("audit_event", "reason")
