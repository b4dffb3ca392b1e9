"""a restriction that was granted holds the case until it is lifted (AVG 18)

What was granted before this revision holds its case from now on: that is what was answered then.

Revision ID: 0089
Revises: 0087
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0087"
branch_labels = None
depends_on = None

TABLE, INSTANT = "privacy_request", sa.DateTime(timezone=True)
RESTRICTED = sa.text("kind = 'restriction' AND state = 'granted' AND lifted_at IS NULL")
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "lift_told_at": INSTANT,
    "lift_told_by": sa.String(80),
    "lift_reason": sa.Text(),
    "lifted_at": INSTANT,
    "lifted_by": sa.String(80),
}
CHECKS = {
    "lift_told_for_a_reason": "(lift_told_at IS NULL) = (lift_told_by IS NULL) AND (lift_told_at IS NULL) = (lift_reason IS NULL)",
    "lifted_by_someone": "(lifted_at IS NULL) = (lifted_by IS NULL)",
    "lifted_when_restricted": "(lift_told_at IS NULL AND lifted_at IS NULL) OR (state = 'granted' AND kind = 'restriction')",
}


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        for name, kind in COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), rule)
    op.create_index(
        "ix_privacy_request_restricted",
        TABLE,
        ["question_id"],
        sqlite_where=RESTRICTED,
        postgresql_where=RESTRICTED,
    )


def downgrade() -> None:
    """Change the schema back."""
    op.drop_index("ix_privacy_request_restricted", table_name=TABLE)
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), type_="check")
        for name in COLUMNS:
            batch_op.drop_column(name)
