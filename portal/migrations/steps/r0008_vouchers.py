"""Changes of a voucher, reminders, and the transfers of a redemption."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_voucher_change() -> None:
    op.create_table(
        "voucher_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "blocked",
                "unblocked",
                "extended",
                "topped_up",
                "lowered",
                "start_moved",
                "reserved",
                "freed",
                "provider_swapped",
                "credited",
                "cancelled",
                "moved_out",
                name="change_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("day_after", sa.Date(), nullable=True),
        sa.Column("provider_before_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("redemption_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "kind <> 'topped_up' OR decision_id IS NOT NULL", name=op.f("ck_voucher_change_top_up_was_decided")
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents >= 0", name=op.f("ck_voucher_change_amount_not_negative")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_voucher_change_reason_given")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_voucher_change_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["provider_before_id"], ["provider.id"], name=op.f("fk_voucher_change_provider_before_id_provider")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_voucher_change_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_voucher_change_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_change_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voucher_change_public_id")),
    )
    with op.batch_alter_table("voucher_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_change_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_provider_before_id"), ["provider_before_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_redemption_id"), ["redemption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_voucher_id"), ["voucher_id"], unique=False)


def drop_voucher_change() -> None:
    with op.batch_alter_table("voucher_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_change_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_redemption_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_provider_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_provider_before_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_decision_id"))

    op.drop_table("voucher_change")


def create_voucher_reminder() -> None:
    op.create_table(
        "voucher_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "six_weeks",
                "three_weeks",
                "lapsed",
                name="reminder_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_reminder_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_reminder")),
        sa.UniqueConstraint(
            "voucher_id", "kind", "valid_until", name=op.f("uq_voucher_reminder_voucher_id_kind_valid_until")
        ),
    )
    with op.batch_alter_table("voucher_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_reminder_voucher_id"), ["voucher_id"], unique=False)


def drop_voucher_reminder() -> None:
    with op.batch_alter_table("voucher_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_reminder_voucher_id"))

    op.drop_table("voucher_reminder")


def create_redemption_spend() -> None:
    op.create_table(
        "redemption_spend",
        sa.Column("redemption_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_redemption_spend_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_redemption_spend_transfer_id_transfer")
        ),
        sa.PrimaryKeyConstraint("redemption_id", "transfer_id", name=op.f("pk_redemption_spend")),
    )
    with op.batch_alter_table("redemption_spend", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_spend_transfer_id"), ["transfer_id"], unique=False)


def drop_redemption_spend() -> None:
    with op.batch_alter_table("redemption_spend", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_spend_transfer_id"))

    op.drop_table("redemption_spend")
