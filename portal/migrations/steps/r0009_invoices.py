"""Invoices and the files that belong to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_stored_file() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pdf", "jpeg", "png", name="file_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column(
            "scan_state",
            sa.Enum(
                "not_scanned",
                "clean",
                "infected",
                name="scan_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "(scan_state = 'not_scanned') = (scanned_at IS NULL)", name=op.f("ck_stored_file_scanned_has_instant")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_hash_complete")),
        sa.CheckConstraint("pages > 0", name=op.f("ck_stored_file_has_pages")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_stored_file_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("place", name=op.f("uq_stored_file_place")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index("ix_stored_file_sha256", ["sha256"], unique=False)
        batch_op.create_index("ix_stored_file_uploaded_at", ["uploaded_at"], unique=False)


def drop_stored_file() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_uploaded_at")
        batch_op.drop_index("ix_stored_file_sha256")

    op.drop_table("stored_file")


def create_invoice() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invoice", "receipt", name="invoice_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("learner_name", sa.String(length=100), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("payee_name", sa.String(length=70), nullable=True),
        sa.Column("payee_iban", sa.String(length=34), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "checked",
                "accepted",
                "refused",
                "credited",
                name="invoice_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(length=80), nullable=True),
        sa.Column("accepted_note", sa.Text(), nullable=True),
        sa.Column("redemption_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.String(length=80), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'receipt') = (payee_iban IS NOT NULL)", name=op.f("ck_invoice_receipt_has_iban")),
        sa.CheckConstraint(
            "(state = 'credited') = (credited_at IS NOT NULL)", name=op.f("ck_invoice_credited_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refused_at IS NOT NULL)", name=op.f("ck_invoice_refused_has_instant")
        ),
        sa.CheckConstraint("(state = 'submitted') = (checked_at IS NULL)", name=op.f("ck_invoice_checked_has_instant")),
        sa.CheckConstraint(
            "(state IN ('accepted', 'credited')) = (accepted_at IS NOT NULL)",
            name=op.f("ck_invoice_accepted_has_instant"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL) AND (accepted_at IS NULL) = (redemption_id IS NULL)",
            name=op.f("ck_invoice_accepted_by_someone_and_redeemed"),
        ),
        sa.CheckConstraint("(payee_iban IS NULL) = (payee_name IS NULL)", name=op.f("ck_invoice_payee_has_name")),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refused_by IS NULL) AND (refused_at IS NULL) = (refused_reason IS NULL)",
            name=op.f("ck_invoice_refused_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint("amount_cents <= total_cents", name=op.f("ck_invoice_amount_within_total")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_invoice_amount_positive")),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_invoice_number_given")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_invoice_file_id_stored_file")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_invoice_provider_id_provider")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_invoice_redemption_id_redemption")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_invoice_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoice_public_id")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_invoice_redemption_id")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_payee_iban"), ["payee_iban"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_invoice_state_submitted_at", ["state", "submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_voucher_id"), ["voucher_id"], unique=False)
        batch_op.create_index(
            "uq_invoice_live_number",
            ["provider_id", "number_key", "voucher_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )


def drop_invoice() -> None:
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invoice_live_number",
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )
        batch_op.drop_index(batch_op.f("ix_invoice_voucher_id"))
        batch_op.drop_index("ix_invoice_state_submitted_at")
        batch_op.drop_index(batch_op.f("ix_invoice_provider_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_payee_iban"))
        batch_op.drop_index(batch_op.f("ix_invoice_file_id"))

    op.drop_table("invoice")
