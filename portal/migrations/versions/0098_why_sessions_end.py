"""a session that an act ended tells its browser why

Revision ID: 0098
Revises: 0097
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

TABLE, COLUMN = "session_record", "ended_because"
REASONS = (
    *("idle", "long", "signed_out", "signed_out_elsewhere", "links_ended", "other_address", "asked_elsewhere"),
    *("withdrawn", "closed", "thrown_away", "draft_too_old", "erased", "no_longer_acts", "account_closed"),
    *("rights_changed", "steps_forgotten", "ended_by_desk"),
)
CHECKS = {
    "end_of_session": f"{COLUMN} IN ({', '.join(repr(one) for one in REASONS)})",
    "ended_is_nobody": (
        f"{COLUMN} IS NULL OR (account_id IS NULL AND question_id IS NULL AND employer_link_id IS NULL"
        f" AND pending_account_id IS NULL AND {COLUMN} NOT IN ('idle', 'long'))"
    ),
}


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column(COLUMN, sa.String(length=40), nullable=True))
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), rule)


def downgrade() -> None:
    """Change the schema back. Sessions that were ended are thrown away, as they were before."""
    op.execute("DELETE FROM session_record WHERE ended_because IS NOT NULL")
    with op.batch_alter_table(TABLE) as batch_op:
        for name in reversed(CHECKS):
            batch_op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), type_="check")
        batch_op.drop_column(COLUMN)
