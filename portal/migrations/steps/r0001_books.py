"""The books: accounts, transfers and the guards of budgets and caps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_ledger_account() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "funder",
                "available",
                "reserved",
                "spent",
                "paid",
                name="account_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("funding_line_id", "kind", name=op.f("uq_ledger_account_funding_line_id_kind")),
    )


def drop_ledger_account() -> None:
    op.drop_table("ledger_account")


def create_budget_guard() -> None:
    op.create_table(
        "budget_guard",
        sa.Column("funding_line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("funded_cents", sa.BigInteger(), nullable=False),
        sa.Column("reserved_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("funded_cents >= 0", name=op.f("ck_budget_guard_funded_not_negative")),
        sa.CheckConstraint("reserved_cents + spent_cents <= funded_cents", name=op.f("ck_budget_guard_within_budget")),
        sa.CheckConstraint("reserved_cents >= 0", name=op.f("ck_budget_guard_reserved_not_negative")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_budget_guard_spent_not_negative")),
        sa.PrimaryKeyConstraint("funding_line_id", name=op.f("pk_budget_guard")),
    )


def drop_budget_guard() -> None:
    op.drop_table("budget_guard")


def create_cap_guard() -> None:
    op.create_table(
        "cap_guard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("holder_key", sa.String(length=80), nullable=False),
        sa.Column("period_key", sa.String(length=40), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=False),
        sa.Column("used_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used_cents <= limit_cents", name=op.f("ck_cap_guard_within_cap")),
        sa.CheckConstraint("used_cents >= 0", name=op.f("ck_cap_guard_used_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_guard")),
        sa.UniqueConstraint(
            "scheme", "holder_key", "period_key", name=op.f("uq_cap_guard_scheme_holder_key_period_key")
        ),
    )


def drop_cap_guard() -> None:
    op.drop_table("cap_guard")


def create_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fund",
                "reserve",
                "release",
                "spend",
                "pay",
                "recover",
                "return",
                "reassign",
                "correct",
                name="transfer_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("debit_account_id", sa.Integer(), nullable=False),
        sa.Column("credit_account_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("resolves_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("scheme_version_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('release', 'spend', 'pay', 'reassign')) = (resolves_id IS NOT NULL) OR kind = 'correct'",
            name=op.f("ck_transfer_resolves_fits_kind"),
        ),
        sa.CheckConstraint("actor_id <> ''", name=op.f("ck_transfer_has_actor")),
        sa.CheckConstraint(
            "kind <> 'reserve' OR decision_id IS NOT NULL", name=op.f("ck_transfer_reserve_has_decision")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('correct', 'return', 'recover') OR note IS NOT NULL",
            name=op.f("ck_transfer_correction_has_reason"),
        ),
        sa.CheckConstraint(
            "amount_cents > 0 AND amount_cents <= 10000000000000", name=op.f("ck_transfer_amount_positive")
        ),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_account_id"], ["ledger_account.id"], name=op.f("fk_transfer_credit_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id"], ["ledger_account.id"], name=op.f("fk_transfer_debit_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(["resolves_id"], ["transfer.id"], name=op.f("fk_transfer_resolves_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_key")),
        info={"append_only": True},
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_booked_on"), ["booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_credit_account_id"), ["credit_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_debit_account_id"), ["debit_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_scheme_version_id"), ["scheme_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_voucher_id"), ["voucher_id"], unique=False)
        batch_op.create_index("uq_transfer_resolves_id", ["resolves_id"], unique=True)


def drop_transfer() -> None:
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index("uq_transfer_resolves_id")
        batch_op.drop_index(batch_op.f("ix_transfer_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_scheme_version_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_decision_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_debit_account_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_credit_account_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_booked_on"))

    op.drop_table("transfer")


def create_cap_use() -> None:
    op.create_table(
        "cap_use",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("cap_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cap_id"], ["cap_guard.id"], name=op.f("fk_cap_use_cap_id_cap_guard")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_cap_use_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("transfer_id", "cap_id", name=op.f("pk_cap_use")),
        info={"append_only": True},
    )
    with op.batch_alter_table("cap_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cap_use_cap_id"), ["cap_id"], unique=False)


def drop_cap_use() -> None:
    with op.batch_alter_table("cap_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cap_use_cap_id"))

    op.drop_table("cap_use")
