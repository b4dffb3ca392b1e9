"""Step of revision 0036: what goes with an agreement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_agreement_document() -> None:
    """The table agreement_document."""
    op.create_table(
        "agreement_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_agreement_document_title_given")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_document_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_agreement_document_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_document")),
        sa.UniqueConstraint("file_id", name=op.f("uq_agreement_document_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_document_public_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("agreement_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_document_agreement_id"), ["agreement_id"], unique=False)


def create_agreement_duty() -> None:
    """The table agreement_duty."""
    op.create_table(
        "agreement_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "cofinancing",
                "report",
                "indicator",
                "allowed_costs",
                "earmark",
                "other",
                name="duty_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "repeated",
            sa.Enum(
                "monthly", "quarterly", "yearly", name="repeated", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_by", sa.String(length=80), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(done_on IS NULL) = (done_at IS NULL) AND (done_on IS NULL) = (done_by IS NULL)"
            " AND (done_on IS NULL) = (done_note IS NULL)",
            name=op.f("ck_agreement_duty_done_by_someone_with_note"),
        ),
        sa.CheckConstraint(
            "(dropped_at IS NULL) = (dropped_by IS NULL) AND (dropped_at IS NULL) = (drop_reason IS NULL)",
            name=op.f("ck_agreement_duty_dropped_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(repeated IS NULL) = (counted_from IS NULL)", name=op.f("ck_agreement_duty_repeated_is_counted")
        ),
        sa.CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_agreement_duty_amount_positive")),
        sa.CheckConstraint("done_on IS NULL OR dropped_at IS NULL", name=op.f("ck_agreement_duty_done_or_dropped")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_agreement_duty_text_given")),
        sa.CheckConstraint("repeated IS NULL OR due_on IS NOT NULL", name=op.f("ck_agreement_duty_repeated_has_day")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_duty_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["agreement_duty.id"], name=op.f("fk_agreement_duty_follows_id_agreement_duty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_duty")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_agreement_duty_follows_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_duty_public_id")),
    )
    with op.batch_alter_table("agreement_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_duty_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(
            "ix_agreement_duty_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("done_on IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("done_on IS NULL AND dropped_at IS NULL"),
        )


def create_agreement_party() -> None:
    """The table agreement_party."""
    op.create_table(
        "agreement_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("signed_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_noted_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (signed_noted_at IS NULL) AND (signed_on IS NULL) = (signed_noted_by IS NULL)",
            name=op.f("ck_agreement_party_signature_noted_by_someone"),
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_agreement_party_name_given")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_party_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_party")),
        sa.UniqueConstraint("agreement_id", "name", name=op.f("uq_agreement_party_agreement_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_party_public_id")),
    )
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_party_agreement_id"), ["agreement_id"], unique=False)


def create_plan_change() -> None:
    """The table plan_change."""
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_plan_change_what_given")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_plan_change_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_change_public_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("plan_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_change_agreement_id"), ["agreement_id"], unique=False)


def create_plan_approval() -> None:
    """The table plan_approval."""
    op.create_table(
        "plan_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column(
            "asked_of",
            sa.Enum("steering_group", "funder", name="asked_of", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("funder_id", sa.Integer(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(asked_of = 'funder') = (funder_id IS NOT NULL)", name=op.f("ck_plan_approval_funder_named")
        ),
        sa.CheckConstraint(
            "(approved_on IS NULL AND refused_on IS NULL) = (recorded_at IS NULL)"
            " AND (recorded_at IS NULL) = (recorded_by IS NULL) AND (recorded_at IS NULL) = (note IS NULL)",
            name=op.f("ck_plan_approval_answer_recorded_by_someone_with_note"),
        ),
        sa.CheckConstraint("approved_on IS NULL OR refused_on IS NULL", name=op.f("ck_plan_approval_one_answer")),
        sa.ForeignKeyConstraint(["change_id"], ["plan_change.id"], name=op.f("fk_plan_approval_change_id_plan_change")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_plan_approval_funder_id_funder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_approval")),
        sa.UniqueConstraint("change_id", "funder_id", name=op.f("uq_plan_approval_change_id_funder_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_approval_public_id")),
    )
    with op.batch_alter_table("plan_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_approval_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_approval_funder_id"), ["funder_id"], unique=False)
        batch_op.create_index(
            "uq_plan_approval_steering_group",
            ["change_id"],
            unique=True,
            sqlite_where=sa.text("asked_of = 'steering_group'"),
            postgresql_where=sa.text("asked_of = 'steering_group'"),
        )
