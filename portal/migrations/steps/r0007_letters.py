"""Letters, the batches they are printed in, and consent to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_message_consent() -> None:
    op.create_table(
        "message_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "case",
                "decision",
                "voucher",
                name="message_topic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_message_consent_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at", name=op.f("ck_message_consent_withdrawn_after_given")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_consent")),
    )
    op.create_index(op.f("ix_message_consent_question_id"), "message_consent", ["question_id"], unique=False)
    op.create_index(
        "uq_message_consent_in_force",
        "message_consent",
        ["question_id", "topic"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def drop_message_consent() -> None:
    op.drop_index("uq_message_consent_in_force", table_name="message_consent")
    op.drop_index("ix_message_consent_question_id", table_name="message_consent")
    op.drop_table("message_consent")


def create_print_batch() -> None:
    op.create_table(
        "print_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_print_batch_public_id")),
    )


def drop_print_batch() -> None:
    op.drop_table("print_batch")


def create_letter() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("object_by", sa.Date(), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_letter_hash_of_64_digits")),
        sa.CheckConstraint("object_by IS NULL OR object_by > dated", name=op.f("ck_letter_objection_after_letter")),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batch.id"], name=op.f("fk_letter_batch_id_print_batch")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_letter_message_id_outbox_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_public_id")),
    )
    op.create_index(op.f("ix_letter_batch_id"), "letter", ["batch_id"], unique=False)
    op.create_index(op.f("ix_letter_question_id"), "letter", ["question_id"], unique=False)


def drop_letter() -> None:
    op.drop_index("ix_letter_question_id", table_name="letter")
    op.drop_index("ix_letter_batch_id", table_name="letter")
    op.drop_table("letter")


def create_letter_posting() -> None:
    op.create_table(
        "letter_posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_posting_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_posting")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_posting_letter_id")),
    )


def drop_letter_posting() -> None:
    op.drop_table("letter_posting")
