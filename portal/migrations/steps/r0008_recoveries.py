"""Settlements, and what is recovered after them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_settlement() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("awarded_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("corrected_cents", sa.BigInteger(), nullable=False),
        sa.Column("claimed_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "as_used",
                "not_done",
                "duty_not_met",
                "wrong_data",
                "wrong_award",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=False),
        sa.Column("settled_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(ground = 'as_used') = (settled_cents = redeemed_cents)", name=op.f("ck_settlement_lower_has_ground")
        ),
        sa.CheckConstraint(
            "corrected_cents >= 0 AND claimed_cents >= 0", name=op.f("ck_settlement_parts_not_negative")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_settlement_reason_given")),
        sa.CheckConstraint(
            "settled_cents + corrected_cents + claimed_cents = redeemed_cents", name=op.f("ck_settlement_adds_up")
        ),
        sa.CheckConstraint(
            "settled_cents >= 0 AND settled_cents <= redeemed_cents", name=op.f("ck_settlement_never_above_use")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_settlement_decision_id_decision")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_settlement_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_settlement_public_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_settlement_voucher_id")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_decision_id"), ["decision_id"], unique=False)


def drop_settlement() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_decision_id"))

    op.drop_table("settlement")


def create_recovery() -> None:
    op.create_table(
        "recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=True),
        sa.Column("redemption_id", sa.Integer(), nullable=True),
        sa.Column(
            "debtor",
            sa.Enum("holder", "provider", name="debtor", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column("written_off_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="recovery_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(debtor = 'provider') = (provider_id IS NOT NULL)", name=op.f("ck_recovery_provider_named")
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_recovery_closed_has_instant")),
        sa.CheckConstraint(
            "(state = 'closed') = (received_cents + written_off_cents = amount_cents)",
            name=op.f("ck_recovery_closed_when_nothing_is_open"),
        ),
        sa.CheckConstraint(
            "(settlement_id IS NULL) <> (redemption_id IS NULL)", name=op.f("ck_recovery_has_one_cause")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_amount_positive")),
        sa.CheckConstraint(
            "received_cents + written_off_cents <= amount_cents", name=op.f("ck_recovery_never_more_than_claimed")
        ),
        sa.CheckConstraint(
            "received_cents >= 0 AND written_off_cents >= 0", name=op.f("ck_recovery_parts_not_negative")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_recovery_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_recovery_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_recovery_settlement_id_settlement")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_recovery_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recovery_public_id")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_recovery_settlement_id")),
    )
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_redemption_id"), ["redemption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_voucher_id"), ["voucher_id"], unique=False)


def drop_recovery() -> None:
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_redemption_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_provider_id"))

    op.drop_table("recovery")


def create_instalment() -> None:
    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "missed",
                "received",
                "replaced",
                name="instalment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'missed' OR missed_at IS NOT NULL", name=op.f("ck_instalment_missed_has_instant")),
        sa.CheckConstraint(
            "state <> 'received' OR received_cents = amount_cents", name=op.f("ck_instalment_received_in_full")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_instalment_amount_positive")),
        sa.CheckConstraint(
            "received_cents >= 0 AND received_cents <= amount_cents", name=op.f("ck_instalment_received_within_amount")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_instalment_recovery_id_recovery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("recovery_id", "plan", "number", name=op.f("uq_instalment_recovery_id_plan_number")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_instalment_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.create_index(batch_op.f("ix_instalment_recovery_id"), ["recovery_id"], unique=False)


def drop_instalment() -> None:
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_recovery_id"))
        batch_op.drop_index(
            "ix_instalment_due",
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    op.drop_table("instalment")


def create_recovery_entry() -> None:
    op.create_table(
        "recovery_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("received", "written_off", name="entry_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(kind = 'received') = (reference IS NOT NULL)", name=op.f("ck_recovery_entry_received_has_reference")
        ),
        sa.CheckConstraint(
            "(kind = 'written_off') = (reason IS NOT NULL)", name=op.f("ck_recovery_entry_written_off_for_a_reason")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_entry_amount_positive")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_entry_recovery_id_recovery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_entry")),
        sa.UniqueConstraint("recovery_id", "reference", name=op.f("uq_recovery_entry_recovery_id_reference")),
    )
    with op.batch_alter_table("recovery_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_entry_recovery_id"), ["recovery_id"], unique=False)


def drop_recovery_entry() -> None:
    with op.batch_alter_table("recovery_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_entry_recovery_id"))

    op.drop_table("recovery_entry")
