"""Batches of payments, what they pay, and the statements of the bank."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_bank_statement() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("executed", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("strange", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statement_sha256")),
    )


def drop_bank_statement() -> None:
    op.drop_table("bank_statement")


def create_payment_batch() -> None:
    op.create_table(
        "payment_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "released",
                "exported",
                "closed",
                "cancelled",
                name="batch_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=80), nullable=True),
        sa.Column("released_by_name", sa.String(length=100), nullable=True),
        sa.Column("execution_on", sa.Date(), nullable=True),
        sa.Column("file_text", sa.Text(), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=80), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_payment_batch_cancelled_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_payment_batch_closed_has_instant")
        ),
        sa.CheckConstraint(
            "(state IN ('exported', 'closed')) = (exported_at IS NOT NULL)",
            name=op.f("ck_payment_batch_exported_has_instant"),
        ),
        sa.CheckConstraint(
            "state <> 'draft' OR released_at IS NULL", name=op.f("ck_payment_batch_draft_is_not_released")
        ),
        sa.CheckConstraint(
            "state NOT IN ('released', 'exported', 'closed') OR released_at IS NOT NULL",
            name=op.f("ck_payment_batch_was_released"),
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL)",
            name=op.f("ck_payment_batch_cancelled_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(released_at IS NULL) = (file_text IS NULL) AND (released_at IS NULL) = (execution_on IS NULL)",
            name=op.f("ck_payment_batch_released_with_file"),
        ),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_payment_batch_released_by_someone")
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> made_by", name=op.f("ck_payment_batch_second_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_batch_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_batch_public_id")),
    )


def drop_payment_batch() -> None:
    op.drop_table("payment_batch")


def create_payment() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("redemption_id", sa.Integer(), nullable=False),
        sa.Column(
            "payee",
            sa.Enum("provider", "holder", name="payee_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("payee_name", sa.String(length=70), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("description", sa.String(length=140), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "sent",
                "executed",
                "returned",
                "cancelled",
                name="payment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(payee = 'provider') = (provider_id IS NOT NULL)", name=op.f("ck_payment_provider_named")),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_on IS NOT NULL) AND (returned_on IS NULL) = (return_reason IS NULL)",
            name=op.f("ck_payment_returned_has_day_and_reason"),
        ),
        sa.CheckConstraint(
            "(state IN ('executed', 'returned')) = (executed_on IS NOT NULL)", name=op.f("ck_payment_executed_has_day")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_batch_id_payment_batch")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_payment_provider_id_provider")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_payment_redemption_id_redemption")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("batch_id", "redemption_id", name=op.f("uq_payment_batch_id_redemption_id")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_payment_end_to_end_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_iban"), ["iban"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_payment_redemption_id", ["redemption_id"], unique=False)


def drop_payment() -> None:
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_redemption_id")
        batch_op.drop_index(batch_op.f("ix_payment_provider_id"))
        batch_op.drop_index(batch_op.f("ix_payment_iban"))
        batch_op.drop_index(batch_op.f("ix_payment_batch_id"))

    op.drop_table("payment")


def create_payment_spend() -> None:
    op.create_table(
        "payment_spend",
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_spend_payment_id_payment")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_payment_spend_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("payment_id", "transfer_id", name=op.f("pk_payment_spend")),
    )
    with op.batch_alter_table("payment_spend", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_spend_transfer_id"), ["transfer_id"], unique=False)
        batch_op.create_index(
            "uq_payment_spend_live",
            ["transfer_id"],
            unique=True,
            sqlite_where=sa.text("live"),
            postgresql_where=sa.text("live"),
        )


def drop_payment_spend() -> None:
    with op.batch_alter_table("payment_spend", schema=None) as batch_op:
        batch_op.drop_index("uq_payment_spend_live", sqlite_where=sa.text("live"), postgresql_where=sa.text("live"))
        batch_op.drop_index(batch_op.f("ix_payment_spend_transfer_id"))

    op.drop_table("payment_spend")
