"""What belongs to a question: applications, conversations, notes, pledges and what is asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_application() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("receipt_order", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("schemes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scheme_versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "employer", name="applicant_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=False),
        sa.Column("house_number", sa.String(length=20), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=True),
        sa.Column("learner_name", sa.String(length=100), nullable=True),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("employer_key", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=80), nullable=False),
        sa.Column("decision_weeks", sa.Integer(), nullable=False),
        sa.Column("stopped_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'employer') = (kvk_number IS NOT NULL)", name=op.f("ck_application_employer_has_kvk_number")
        ),
        sa.CheckConstraint(
            "kind <> 'employer' OR learner_name IS NOT NULL", name=op.f("ck_application_employer_names_learner")
        ),
        sa.CheckConstraint(
            "kind <> 'person' OR birth_date IS NOT NULL", name=op.f("ck_application_person_has_birth_date")
        ),
        sa.CheckConstraint("decision_weeks > 0", name=op.f("ck_application_decision_weeks_positive")),
        sa.CheckConstraint(
            "kvk_number IS NULL OR length(kvk_number) = 8", name=op.f("ck_application_kvk_number_eight_digits")
        ),
        sa.CheckConstraint("receipt_order > 0", name=op.f("ck_application_receipt_order_positive")),
        sa.CheckConstraint("stopped_days >= 0", name=op.f("ck_application_stopped_days_not_negative")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_application_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
        sa.UniqueConstraint("question_id", name=op.f("uq_application_question_id")),
        sa.UniqueConstraint("receipt_order", name=op.f("uq_application_receipt_order")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_employer_key"), ["employer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_key"), ["person_key"], unique=False)


def drop_application() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_person_key"))
        batch_op.drop_index(batch_op.f("ix_application_employer_key"))

    op.drop_table("application")


def create_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                "cancelled",
                name="conversation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "desk",
                "phone",
                "video",
                "workplace",
                name="talk_way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.String(length=80), nullable=False),
        sa.Column("advisor_name", sa.String(length=100), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=80), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_conversation_cancelled_has_instant")
        ),
        sa.CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name=op.f("ck_conversation_held_has_instant")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name=op.f("ck_conversation_cancelled_by_someone")
        ),
        sa.CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name=op.f("ck_conversation_held_by_someone")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_conversation_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_question_id"), ["question_id"], unique=False)


def drop_conversation() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_question_id"))

    op.drop_table("conversation")


def create_information_request() -> None:
    op.create_table(
        "information_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_information_request_answered_with_text")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_information_request_answered_by_someone")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_information_request_ended_by_someone")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR answered_at IS NULL", name=op.f("ck_information_request_answered_or_ended")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_information_request_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_information_request_public_id")),
    )
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_request_question_id"), ["question_id"], unique=False)
        batch_op.create_index(
            "uq_information_request_open",
            ["question_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )


def drop_information_request() -> None:
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_information_request_open",
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_information_request_question_id"))

    op.drop_table("information_request")


def create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_note_text_not_empty")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_note_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_question_id"), ["question_id"], unique=False)


def drop_note() -> None:
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_question_id"))

    op.drop_table("note")


def create_pledge() -> None:
    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "asked",
                "given",
                "declined",
                name="pledge_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("fixed", "up_to", name="pledge_kind", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_email", sa.String(length=254), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("asked_times", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_name", sa.String(length=100), nullable=True),
        sa.Column("given_by_function", sa.String(length=100), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by_name", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "(state = 'declined') = (declined_at IS NOT NULL)", name=op.f("ck_pledge_declined_has_instant")
        ),
        sa.CheckConstraint("(state = 'given') = (given_at IS NOT NULL)", name=op.f("ck_pledge_given_has_instant")),
        sa.CheckConstraint("state <> 'asked' OR asked_at IS NOT NULL", name=op.f("ck_pledge_asked_has_instant")),
        sa.CheckConstraint(
            "state NOT IN ('expected', 'given') OR amount_cents IS NOT NULL",
            name=op.f("ck_pledge_amount_when_promised"),
        ),
        sa.CheckConstraint("(asked_at IS NULL) = (asked_by IS NULL)", name=op.f("ck_pledge_asked_by_someone")),
        sa.CheckConstraint("(given_at IS NULL) = (given_by_name IS NULL)", name=op.f("ck_pledge_given_by_someone")),
        sa.CheckConstraint("(kind IS NULL) = (amount_cents IS NULL)", name=op.f("ck_pledge_kind_with_amount")),
        sa.CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_pledge_amount_positive")),
        sa.CheckConstraint("asked_at IS NULL OR employer_email IS NOT NULL", name=op.f("ck_pledge_asked_has_address")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_pledge_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pledge_public_id")),
        sa.UniqueConstraint("question_id", name=op.f("uq_pledge_question_id")),
    )


def drop_pledge() -> None:
    op.drop_table("pledge")
