"""a question and an award remember which training of the region they are for

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

FILLED_IN = """
UPDATE development_question SET training_id = (
    SELECT CASE WHEN count(*) = 1 THEN min(region_training.id) END FROM region_training
    WHERE region_training.name = development_question.training_name
    AND region_training.provider_name = development_question.training_provider
) WHERE training_provider IS NOT NULL
"""


def upgrade() -> None:
    """Change the schema. A question that is called exactly as one training of the region was filled in with that one.

    What was awarded before this keeps no training of its own: it is counted for what its question says.
    """
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        _add_training(batch_op, "development_question")
    with op.batch_alter_table("award", schema=None) as batch_op:
        _add_training(batch_op, "award")
        batch_op.add_column(sa.Column("training_key", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_award_training_key"), ["training_key"], unique=False)
    op.execute(FILLED_IN)


def _add_training(batch_op: BatchOperations, table: str) -> None:
    batch_op.add_column(sa.Column("training_id", sa.Integer(), nullable=True))
    batch_op.create_foreign_key(
        batch_op.f(f"fk_{table}_training_id_region_training"), "region_training", ["training_id"], ["id"]
    )
    batch_op.create_index(batch_op.f(f"ix_{table}_training_id"), ["training_id"], unique=False)


def downgrade() -> None:
    """Change the schema back: questions keep the words of their training. What was counted per training stays in the books."""
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_training_key"))
        batch_op.drop_column("training_key")
        _drop_training(batch_op, "award")
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        _drop_training(batch_op, "development_question")


def _drop_training(batch_op: BatchOperations, table: str) -> None:
    batch_op.drop_index(batch_op.f(f"ix_{table}_training_id"))
    batch_op.drop_constraint(batch_op.f(f"fk_{table}_training_id_region_training"), type_="foreignkey")
    batch_op.drop_column("training_id")
