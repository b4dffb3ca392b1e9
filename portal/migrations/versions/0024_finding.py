"""everything that one may see can be found by what people know of it

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WORD = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
KINDS = ("question", "voucher", "invoice", "redemption", "objection", "provider", "registration")


def upgrade() -> None:
    """Make the tables of the index. ``loket search rebuild`` fills it with what there is."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_search_entry_digest_whole")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_search_entry_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "about_id", name=op.f("uq_search_entry_kind_about_id")),
    )
    op.create_index(op.f("ix_search_entry_question_id"), "search_entry", ["question_id"])
    op.create_table(
        "search_term",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["search_entry.id"], name=op.f("fk_search_term_entry_id_search_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "word", name=op.f("pk_search_term")),
    )
    op.create_index("ix_search_term_found", "search_term", ["word", "kind", "entry_id"])
    op.create_table(
        "search_variant",
        sa.Column("variant", WORD, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name=op.f("pk_search_variant")),
    )
    op.create_index(op.f("ix_search_variant_word"), "search_variant", ["word"])
    op.create_table(
        "search_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    op.create_index("ix_outbox_message_about", "outbox_message", ["object_kind", "object_id"])
    op.create_index(op.f("ix_development_question_employer_kvk"), "development_question", ["employer_kvk"])


def downgrade() -> None:
    """What is found by it stays; only the index goes."""
    op.drop_index(op.f("ix_development_question_employer_kvk"), "development_question")
    op.drop_index("ix_outbox_message_about", "outbox_message")
    for table in ("search_due", "search_variant", "search_term", "search_entry"):
        op.drop_table(table)


def _kind() -> sa.Enum:
    return sa.Enum(*KINDS, name="findable", native_enum=False, create_constraint=True, length=40)
