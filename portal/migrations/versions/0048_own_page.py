"""what a question was told when it was sent, and what people say of the desk

Revision ID: 0048
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

SENT, FEEDBACK, QUESTION = "sent_outcome", "feedback", "development_question"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _of_question(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_question_id_{QUESTION}")
    return sa.ForeignKeyConstraint(["question_id"], [f"{QUESTION}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        SENT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("payers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("possible", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("total_cents >= 0", name=op.f(f"ck_{SENT}_total_not_negative")),
        _of_question(SENT),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SENT}")),
        sa.UniqueConstraint("question_id", name=op.f(f"uq_{SENT}_question_id")),
    )
    op.create_table(
        FEEDBACK,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("subject", _one_of("subject", "outcome", "treatment", "decision"), nullable=False),
        sa.Column("answer", _one_of("answer", "yes", "partly", "no"), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("given_by <> ''", name=op.f(f"ck_{FEEDBACK}_given_by_someone")),
        _of_question(FEEDBACK),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FEEDBACK}")),
        sa.UniqueConstraint("question_id", "subject", name=op.f(f"uq_{FEEDBACK}_question_id_subject")),
    )
    op.create_index(op.f(f"ix_{FEEDBACK}_question_id"), FEEDBACK, ["question_id"])
    op.create_index(op.f(f"ix_{FEEDBACK}_given_at"), FEEDBACK, ["given_at"])


def downgrade() -> None:
    """Change the schema back. What was told and said is gone."""
    op.drop_table(FEEDBACK)
    op.drop_table(SENT)
