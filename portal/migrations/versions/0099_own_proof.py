"""who came in by a link proves again who they are

Revision ID: 0099
Revises: 0098
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLE = "own_proof"
CHECKS = {
    "code_ends": "(code_hash IS NULL) = (code_until IS NULL)",
    "proved_in_and_at": "(proved_in IS NULL) = (proved_at IS NULL)",
    "tries_not_negative": "tries >= 0",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "question_id")),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        *(sa.Column(name, sa.String(64), nullable=True) for name in ("asked_in", "code_hash")),
        sa.Column("code_until", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proved_in", sa.String(64), nullable=True),
        sa.Column("proved_at", INSTANT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f(f"fk_{TABLE}_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("question_id", name=op.f(f"uq_{TABLE}_question_id")),
    )


def downgrade() -> None:
    """Change the schema back. Who proved it a moment ago proves it again."""
    op.drop_table(TABLE)
