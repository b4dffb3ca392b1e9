"""pieces of evidence, and asking for facts and pieces

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE, ASKED, CORRECTION = "evidence", "information_request", "correction"
TIME = sa.DateTime(timezone=True)
STATES = "state IN ('handed_in', 'accepted', 'returned')"
WAITING = sa.text("state = 'handed_in'")
GIVEN = sa.text("given IS NOT NULL AND looked_at IS NULL")
CHECKS = {
    "piece_given": "length(piece) > 0",
    "judged_has_instant": "(state = 'handed_in') = (judged_at IS NULL)",
    "judged_by_someone": "(judged_at IS NULL) = (judged_by IS NULL)",
    "returned_for_a_reason": "(state = 'returned') = (reason IS NOT NULL)",
    "without_file_only_seen": "file_id IS NOT NULL OR state <> 'handed_in'",
    "evidence_state": STATES,
}
ASKED_CHECKS = {
    "given_with_the_answer": "given IS NULL OR answered_at IS NOT NULL",
    "only_given_answers_are_looked_at": "looked_at IS NULL OR given IS NOT NULL",
    "looked_at_by_someone": "(looked_at IS NULL) = (looked_by IS NULL)",
}
OLD_WORDS = "on_word IN ('told', 'document', 'looked_up')"
NEW_WORDS = "on_word IN ('told', 'document', 'looked_up', 'answered')"


def upgrade() -> None:
    """Change the schema. Nothing was handed in yet, and what was asked before was asked in words alone."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("piece", sa.String(length=100), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("handed_in_at", TIME, nullable=False),
        sa.Column("handed_in_by", sa.String(length=80), nullable=False),
        sa.Column("judged_at", TIME, nullable=True),
        sa.Column("judged_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_evidence_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_evidence_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_evidence_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_public_id")),
        sa.UniqueConstraint("file_id", name=op.f("uq_evidence_file_id")),
    )
    op.create_index(op.f("ix_evidence_question_id"), TABLE, ["question_id"])
    op.create_index("ix_evidence_waiting", TABLE, ["question_id"], sqlite_where=WAITING, postgresql_where=WAITING)
    with op.batch_alter_table(ASKED, schema=None) as batch_op:
        for name in ("facts", "pieces"):
            batch_op.add_column(sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("given", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("looked_at", TIME, nullable=True))
        batch_op.add_column(sa.Column("looked_by", sa.String(length=80), nullable=True))
        for name, rule in ASKED_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{ASKED}_{name}"), rule)
    with op.batch_alter_table(ASKED, schema=None) as batch_op:
        for name in ("facts", "pieces"):
            batch_op.alter_column(name, server_default=None)
    op.create_index("ix_information_request_given", ASKED, ["question_id"], sqlite_where=GIVEN, postgresql_where=GIVEN)
    _allow(NEW_WORDS)


def _allow(words: str) -> None:
    with op.batch_alter_table(CORRECTION, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_correction_on_word"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_correction_on_word"), words)


def downgrade() -> None:
    """Change the schema back. What was answered on the page was told by the person; files are removed by the daily job."""
    op.execute("UPDATE correction SET on_word = 'told' WHERE on_word = 'answered'")
    _allow(OLD_WORDS)
    op.drop_index("ix_information_request_given", ASKED)
    with op.batch_alter_table(ASKED, schema=None) as batch_op:
        for name in ASKED_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{ASKED}_{name}"), type_="check")
        for name in ("facts", "pieces", "given", "looked_at", "looked_by"):
            batch_op.drop_column(name)
    op.drop_table(TABLE)
