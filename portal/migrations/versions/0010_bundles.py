"""several trainings of one employer

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "bundled_training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=30), nullable=False),
        sa.Column("training_name", sa.String(length=200), nullable=False),
        sa.Column("training_provider", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("costs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sent_as_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_bundled_training_position_from_one")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_bundled_training_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sent_as_id"],
            ["development_question.id"],
            name=op.f("fk_bundled_training_sent_as_id_development_question"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundled_training")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_bundled_training_question_id_position")),
        sa.UniqueConstraint("sent_as_id", name=op.f("uq_bundled_training_sent_as_id")),
    )
    with op.batch_alter_table("bundled_training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundled_training_question_id"), ["question_id"], unique=False)


def downgrade() -> None:
    """Change the schema back."""
    with op.batch_alter_table("bundled_training", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundled_training_question_id"))

    op.drop_table("bundled_training")
