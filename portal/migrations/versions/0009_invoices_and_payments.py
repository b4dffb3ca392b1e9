"""invoices and payments

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
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

    op.create_table(
        "iban_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "refused",
                name="iban_change_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_iban_change_decided_has_instant")
        ),
        sa.CheckConstraint("state <> 'confirmed' OR decided_by <> asked_by", name=op.f("ck_iban_change_second_person")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_iban_change_decided_by_someone")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_iban_change_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iban_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_iban_change_public_id")),
    )
    with op.batch_alter_table("iban_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_iban_change_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_iban_change_waiting",
            ["provider_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "provider_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "refused",
                name="registration_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'accepted') = (provider_id IS NOT NULL)",
            name=op.f("ck_provider_registration_accepted_is_a_provider"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_provider_registration_decided_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refused_reason IS NOT NULL)",
            name=op.f("ck_provider_registration_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_provider_registration_decided_by_someone")
        ),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_provider_registration_kvk_number_eight_digits")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_registration_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_registration_public_id")),
    )
    with op.batch_alter_table("provider_registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_registration_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_provider_registration_open",
            ["kvk_number"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

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
            "(started_on IS NULL) = (start_confirmed_at IS NULL) AND (started_on IS NULL) = (start_confirmed_by IS NULL)",
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
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (result IS NULL) AND (answered_at IS NULL) = (work_after IS NULL) AND (answered_at IS NULL) = (without_fund IS NULL)",
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
    for statement in protect_statements(op.get_bind().dialect.name, "bank_statement", [("id",), ("sha256",)]):
        op.execute(statement)


def downgrade() -> None:
    """Change the schema back."""
    with op.batch_alter_table("payment_spend", schema=None) as batch_op:
        batch_op.drop_index("uq_payment_spend_live", sqlite_where=sa.text("live"), postgresql_where=sa.text("live"))
        batch_op.drop_index(batch_op.f("ix_payment_spend_transfer_id"))

    op.drop_table("payment_spend")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_redemption_id")
        batch_op.drop_index(batch_op.f("ix_payment_provider_id"))
        batch_op.drop_index(batch_op.f("ix_payment_iban"))
        batch_op.drop_index(batch_op.f("ix_payment_batch_id"))

    op.drop_table("payment")
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
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_voucher_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_flag_provider_id"))
        batch_op.drop_index("ix_flag_closed_at_raised_at")

    op.drop_table("flag")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_ended_on"))

    op.drop_table("attendance")
    with op.batch_alter_table("provider_registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_provider_registration_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_registration_provider_id"))

    op.drop_table("provider_registration")
    with op.batch_alter_table("iban_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_iban_change_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_iban_change_provider_id"))

    op.drop_table("iban_change")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_uploaded_at")
        batch_op.drop_index("ix_stored_file_sha256")

    op.drop_table("stored_file")
    op.drop_table("payment_batch")
    op.drop_table("bank_statement")
