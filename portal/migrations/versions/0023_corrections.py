"""what the desk changed in a question that was sent, and what the person says of it

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
TIME = sa.DateTime(timezone=True)
CHECKS = {
    "revision_positive": "revision >= 1",
    "subject_given": "length(subject) > 0",
    "answer_has_instant": "(answer IS NULL) = (answered_at IS NULL)",
    "answered_by_someone": "(answer IS NULL) = (answered_by IS NULL)",
    "objection_has_words": "(answer IS NOT NULL AND answer = 'objected') = (objection IS NOT NULL)",
    "settled_by_someone": "(settled_at IS NULL) = (settled_by IS NULL)",
    "only_objections_are_settled": "settled_at IS NULL OR objection IS NOT NULL",
    "on_word": "on_word IN ('told', 'document', 'looked_up')",
    "correction_answer": "answer IN ('confirmed', 'objected')",
}


def upgrade() -> None:
    """Change the schema. What was changed before is in the audit log, without its values."""
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("was", JSON, nullable=True),
        sa.Column("becomes", JSON, nullable=True),
        sa.Column("on_word", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("place_before", TIME, nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("settled_reply", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_correction_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_correction_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["correction.id"], name=op.f("fk_correction_undoes_id_correction"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_correction_undoes_id")),
    )
    op.create_index(op.f("ix_correction_question_id"), "correction", ["question_id"], unique=False)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("correction")
