"""How a training went: who attended, what came of it, and what strikes the eye."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("start_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("start_confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ended_how",
            sa.Enum("completed", "stopped", name="end_kind", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("end_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("own_share_paid", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_confirmed_at IS NULL) AND (ended_on IS NULL) = (end_confirmed_by IS NULL)",
            name=op.f("ck_attendance_end_confirmed"),
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name=op.f("ck_attendance_ended_somehow")),
        sa.CheckConstraint(
            "(started_on IS NULL) = (start_confirmed_at IS NULL)"
            " AND (started_on IS NULL) = (start_confirmed_by IS NULL)",
            name=op.f("ck_attendance_start_confirmed"),
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR started_on IS NOT NULL AND ended_on >= started_on",
            name=op.f("ck_attendance_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_attendance_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_attendance_voucher_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_ended_on"), ["ended_on"], unique=False)


def drop_attendance() -> None:
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_ended_on"))

    op.drop_table("attendance")


def create_outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("week", "half_year", "year", name="moment", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "completed",
                "certificate",
                "diploma",
                "stopped",
                "still_busy",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("work_before", sa.String(length=40), nullable=True),
        sa.Column(
            "work_after",
            sa.Enum(
                "same_job",
                "other_job",
                "self_employed",
                "looking",
                "learning",
                "other",
                name="work",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "without_fund",
            sa.Enum(
                "yes",
                "later",
                "smaller",
                "no",
                "unknown",
                name="without_fund",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "work_before IN ('same_job', 'other_job', 'self_employed', 'looking', 'learning', 'other')",
            name=op.f("ck_outcome_work_before"),
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (result IS NULL)"
            " AND (answered_at IS NULL) = (work_after IS NULL) AND (answered_at IS NULL) = (without_fund IS NULL)",
            name=op.f("ck_outcome_answered_whole"),
        ),
        sa.CheckConstraint(
            "work_before IS NULL OR answered_at IS NOT NULL", name=op.f("ck_outcome_before_with_answer")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_outcome_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outcome_public_id")),
        sa.UniqueConstraint("voucher_id", "moment", name=op.f("uq_outcome_voucher_id_moment")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_voucher_id"), ["voucher_id"], unique=False)


def drop_outcome() -> None:
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_voucher_id"))

    op.drop_table("outcome")


def create_flag() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "provider_burst",
                "training_burst",
                "iban_burst",
                "iban_of_two",
                "own_share_unseen",
                "training_ceiling",
                name="flag_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name=op.f("ck_flag_closed_for_a_reason")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_flag_closed_by_someone")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_flag_provider_id_provider")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_flag_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("kind", "subject", "period", name=op.f("uq_flag_kind_subject_period")),
        sa.UniqueConstraint("public_id", name=op.f("uq_flag_public_id")),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index("ix_flag_closed_at_raised_at", ["closed_at", "raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_voucher_id"), ["voucher_id"], unique=False)


def drop_flag() -> None:
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_flag_provider_id"))
        batch_op.drop_index("ix_flag_closed_at_raised_at")

    op.drop_table("flag")
