"""what takes longer than a page may is computed once for all processes

Revision ID: 0095
Revises: 0094
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLE = "computed_apart"
CHECKS = {
    "apart_state": "state IN ('computing', 'done', 'failed')",
    "key_of_64_digits": "length(key) = 64",
    "who_of_64_digits": "length(who) = 64",
    "computed_by_somebody": "(state = 'computing') = (lease IS NOT NULL)",
    "computed_until": "(state = 'computing') = (leased_until IS NOT NULL)",
    "done_with_content": "(state = 'done') = (content IS NOT NULL)",
    "counts_not_negative": "done >= 0 AND total >= 0 AND attempts > 0",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("key", "who")),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempts", "done", "total")),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("key", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_who", TABLE, ["who"])


def downgrade() -> None:
    """Change the schema back. What was computed is lost; it is computed again when somebody asks."""
    op.drop_index(f"ix_{TABLE}_who", TABLE)
    op.drop_table(TABLE)
