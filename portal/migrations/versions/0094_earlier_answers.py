"""what a question and a training counted as before a change stays, and by when a talk counts, for figures of closed days

Revision ID: 0094
Revises: 0093
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

ANSWERS, SECTORS, TALKS = "earlier_answers", "earlier_sector", "conversation"


def _points_at(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    """Change the schema. What was changed before this is not known any more: it counts as it is now."""
    op.create_table(
        ANSWERS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("training_id", sa.Integer(), nullable=True),
        sa.Column("size", sa.String(60), nullable=True),
        _points_at(ANSWERS, "question_id", "development_question", ondelete="CASCADE"),
        _points_at(ANSWERS, "training_id", "region_training"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ANSWERS}")),
    )
    for column in ("question_id", "training_id"):
        op.create_index(op.f(f"ix_{ANSWERS}_{column}"), ANSWERS, [column])
    op.create_table(
        SECTORS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("sector", sa.String(60), nullable=True),
        _points_at(SECTORS, "training_id", "region_training"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SECTORS}")),
    )
    op.create_index(op.f(f"ix_{SECTORS}_training_id"), SECTORS, ["training_id"])
    op.add_column(TALKS, sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Change the schema back. Figures of days that are over count again by what stands now."""
    op.drop_column(TALKS, "counted_at")
    op.drop_table(SECTORS)
    op.drop_table(ANSWERS)
