"""trainings that somebody who does not know yet wants to compare

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "shortlisted_training"


def upgrade() -> None:
    """Change the schema. No question has a shortlist yet."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 5", name=op.f("ck_shortlisted_training_place_of_few")),
        sa.CheckConstraint("length(added_by) > 0", name=op.f("ck_shortlisted_training_added_by_someone")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_shortlisted_training_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["region_training.id"], name=op.f("fk_shortlisted_training_training_id_region_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlisted_training")),
        sa.UniqueConstraint("question_id", "training_id", name=op.f("uq_shortlisted_training_question_id_training_id")),
        sa.UniqueConstraint("question_id", "place", name=op.f("uq_shortlisted_training_question_id_place")),
    )
    op.create_index(op.f("ix_shortlisted_training_training_id"), TABLE, ["training_id"])


def downgrade() -> None:
    """Shortlists are gone; what was chosen from one stays."""
    op.drop_table(TABLE)
