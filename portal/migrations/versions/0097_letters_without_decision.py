"""a letter that makes no decision known is registered as a document alone

Revision ID: 0097
Revises: 0096
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

TABLE = "letter_registration"
NAME = "ck_letter_registration_registered_has_addresses"
BOTH = "state <> 'registered' OR (document_url IS NOT NULL AND decision_url IS NOT NULL)"
AS_TOLD = "state <> 'registered' OR (document_url IS NOT NULL AND (decision_id IS NULL OR decision_url IS NOT NULL))"


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.alter_column("decision_id", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(op.f(NAME), type_="check")
        batch_op.create_check_constraint(op.f(NAME), AS_TOLD)


def downgrade() -> None:
    """Change the schema back. What is in the archive stays there; of what has no decision it is not known here any more."""
    op.execute("DELETE FROM letter_registration WHERE decision_id IS NULL")
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_="check")
        batch_op.create_check_constraint(op.f(NAME), BOTH)
        batch_op.alter_column("decision_id", existing_type=sa.Integer(), nullable=False)
