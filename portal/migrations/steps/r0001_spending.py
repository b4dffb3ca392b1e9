"""Vouchers, the providers who take them and what was redeemed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_provider() -> None:
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "registered", "withdrawn", name="provider_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_provider_withdrawn_has_instant")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_provider_withdrawn_by_someone")
        ),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_provider_kvk_number_eight_digits")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_provider_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("kvk_number", name=op.f("uq_provider_kvk_number")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_provider_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_public_id")),
    )


def drop_provider() -> None:
    op.drop_table("provider")


def create_provider_approval() -> None:
    op.create_table(
        "provider_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "approved", "withdrawn", name="approval_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_provider_approval_withdrawn_has_instant"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_provider_approval_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_provider_approval_withdrawn_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_approval_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_approval")),
    )
    with op.batch_alter_table("provider_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_approval_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_provider_approval_holding",
            ["provider_id", "scheme"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )


def drop_provider_approval() -> None:
    with op.batch_alter_table("provider_approval", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_provider_approval_holding",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_approval_provider_id"))

    op.drop_table("provider_approval")


def create_voucher() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("beneficiary_key", sa.String(length=64), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("partial_redemption", sa.Boolean(), nullable=False),
        sa.Column("keep_rest", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "partly_redeemed",
                "redeemed",
                "expired",
                "revoked",
                name="voucher_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'expired') = (expired_at IS NOT NULL)", name=op.f("ck_voucher_expired_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoked_at IS NOT NULL)", name=op.f("ck_voucher_revoked_has_instant")
        ),
        sa.CheckConstraint(
            "(state IN ('issued', 'partly_redeemed')) = (redeemed_cents + released_cents < amount_cents)",
            name=op.f("ck_voucher_live_while_something_is_open"),
        ),
        sa.CheckConstraint("state <> 'issued' OR redeemed_cents = 0", name=op.f("ck_voucher_issued_is_untouched")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'partly_redeemed') OR released_cents = 0",
            name=op.f("ck_voucher_live_releases_nothing"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('redeemed', 'partly_redeemed') OR redeemed_cents > 0",
            name=op.f("ck_voucher_redeemed_has_amount"),
        ),
        sa.CheckConstraint(
            "(redeemed_at IS NULL) = (redeemed_cents = 0)", name=op.f("ck_voucher_redeemed_has_instant")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)",
            name=op.f("ck_voucher_revoked_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_voucher_amount_positive")),
        sa.CheckConstraint("length(code) = 12", name=op.f("ck_voucher_code_twelve_letters")),
        sa.CheckConstraint(
            "redeemed_cents + released_cents <= amount_cents", name=op.f("ck_voucher_never_more_than_amount")
        ),
        sa.CheckConstraint(
            "redeemed_cents >= 0 AND released_cents >= 0", name=op.f("ck_voucher_counters_not_negative")
        ),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_voucher_valid_from_issue")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_voucher_award_id_award")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_voucher_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("award_id", name=op.f("uq_voucher_award_id")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voucher_public_id")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_scheme"), ["scheme"], unique=False)
        batch_op.create_index("ix_voucher_state_valid_until", ["state", "valid_until"], unique=False)
        batch_op.create_index(
            "uq_voucher_live",
            ["question_id", "scheme", "beneficiary_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('issued', 'partly_redeemed')"),
            postgresql_where=sa.text("state IN ('issued', 'partly_redeemed')"),
        )


def drop_voucher() -> None:
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_voucher_live",
            sqlite_where=sa.text("state IN ('issued', 'partly_redeemed')"),
            postgresql_where=sa.text("state IN ('issued', 'partly_redeemed')"),
        )
        batch_op.drop_index("ix_voucher_state_valid_until")
        batch_op.drop_index(batch_op.f("ix_voucher_scheme"))
        batch_op.drop_index(batch_op.f("ix_voucher_question_id"))

    op.drop_table("voucher")


def create_redemption() -> None:
    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("invoice_key", sa.String(length=60), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_redemption_amount_positive")),
        sa.CheckConstraint("length(invoice_number) > 0", name=op.f("ck_redemption_invoice_number_given")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_redemption_provider_id_provider")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_redemption_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint(
            "provider_id", "invoice_key", "voucher_id", name=op.f("uq_redemption_provider_id_invoice_key_voucher_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_redemption_public_id")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_redemption_voucher_id"), ["voucher_id"], unique=False)


def drop_redemption() -> None:
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_redemption_provider_id"))

    op.drop_table("redemption")
