"""The development question, its cost lines and who asks it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_development_question() -> None:
    op.create_table(
        "development_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("reference_number", sa.String(length=20), nullable=True),
        sa.Column(
            "route",
            sa.Enum("individual", "employer", name="route", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "applied",
                "waiting",
                "decided",
                "referred",
                "withdrawn",
                "closed",
                name="question_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("goals", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("training_name", sa.String(length=200), nullable=True),
        sa.Column("training_provider", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("borrow_up_to_cents", sa.BigInteger(), nullable=False),
        sa.Column("had_before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_kvk", sa.String(length=8), nullable=True),
        sa.Column("employer_contact", sa.String(length=100), nullable=True),
        sa.Column("learner_name", sa.String(length=100), nullable=True),
        sa.Column("reference_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.String(length=80), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referred_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column(
            "close_reason",
            sa.Enum(
                "helped",
                "no_answer",
                "finished",
                "other",
                name="close_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("respond_by", sa.Date(), nullable=True),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_development_question_closed_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_development_question_draft_until_submitted")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (waiting_since IS NOT NULL)",
            name=op.f("ck_development_question_waiting_has_instant"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_development_question_withdrawn_has_instant"),
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR state IN ('decided', 'closed')",
            name=op.f("ck_development_question_decided_stays_decided"),
        ),
        sa.CheckConstraint(
            "referred_at IS NULL OR state IN ('referred', 'closed')",
            name=op.f("ck_development_question_referred_stays_referred"),
        ),
        sa.CheckConstraint(
            "route = 'employer' OR employer_kvk IS NULL", name=op.f("ck_development_question_kvk_of_employer_route")
        ),
        sa.CheckConstraint(
            "state <> 'applied' OR applied_at IS NOT NULL", name=op.f("ck_development_question_applied_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'decided' OR decided_at IS NOT NULL", name=op.f("ck_development_question_decided_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'referred' OR referred_at IS NOT NULL", name=op.f("ck_development_question_referred_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR applied_at IS NULL", name=op.f("ck_development_question_submitted_is_not_applied")
        ),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)", name=op.f("ck_development_question_applied_by_someone")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (close_reason IS NULL)",
            name=op.f("ck_development_question_closed_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_development_question_decided_by_someone")
        ),
        sa.CheckConstraint(
            "(referred_at IS NULL) = (referred_by IS NULL)", name=op.f("ck_development_question_referred_by_someone")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (reference_date IS NULL)",
            name=op.f("ck_development_question_reference_date_when_submitted"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (reference_number IS NULL)",
            name=op.f("ck_development_question_numbered_when_submitted"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by IS NULL)", name=op.f("ck_development_question_submitted_by_someone")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_development_question_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "applied_at IS NULL OR submitted_at IS NOT NULL",
            name=op.f("ck_development_question_applied_after_submitted"),
        ),
        sa.CheckConstraint("borrow_up_to_cents >= 0", name=op.f("ck_development_question_borrowing_not_negative")),
        sa.CheckConstraint(
            "decided_at IS NULL OR applied_at IS NOT NULL", name=op.f("ck_development_question_decided_on_application")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_development_question_revision_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_development_question_public_id")),
        sa.UniqueConstraint("reference_number", name=op.f("uq_development_question_reference_number")),
    )
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_development_question_decide_by"), ["decide_by"], unique=False)
        batch_op.create_index("ix_development_question_state_submitted", ["state", "submitted_at"], unique=False)


def drop_development_question() -> None:
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.drop_index("ix_development_question_state_submitted")
        batch_op.drop_index(batch_op.f("ix_development_question_decide_by"))

    op.drop_table("development_question")


def create_contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("email", "phone", "post", name="contact_way", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=True),
        sa.Column("house_number", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.CheckConstraint("way <> 'email' OR email IS NOT NULL", name=op.f("ck_contact_email_when_by_email")),
        sa.CheckConstraint("way <> 'phone' OR phone IS NOT NULL", name=op.f("ck_contact_phone_when_by_phone")),
        sa.CheckConstraint(
            "way <> 'post' OR (street IS NOT NULL AND house_number IS NOT NULL AND postcode IS NOT NULL AND city IS NOT NULL)",
            name=op.f("ck_contact_address_when_by_post"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_contact_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("question_id", name=op.f("uq_contact_question_id")),
    )


def drop_contact() -> None:
    op.drop_table("contact")


def create_cost_line() -> None:
    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_without_vat_cents", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "bearer",
            sa.Enum("resident", "employer", name="bearer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_cost_line_amount_positive")),
        sa.CheckConstraint(
            "amount_without_vat_cents IS NULL OR (amount_without_vat_cents > 0 AND amount_without_vat_cents <= amount_cents)",
            name=op.f("ck_cost_line_amount_without_vat_within"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_cost_line_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
        sa.UniqueConstraint("question_id", "line_key", name=op.f("uq_cost_line_question_id_line_key")),
    )
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_line_question_id"), ["question_id"], unique=False)


def drop_cost_line() -> None:
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_line_question_id"))

    op.drop_table("cost_line")
