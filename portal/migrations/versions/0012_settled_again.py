"""settlements that replace a lower one after an objection, and what is owed to the holder then

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNIQUE = [("decision_id",), ("id",), ("public_id",), ("settlement_id",)]


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "resettlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("replaced_decision_id", sa.Integer(), nullable=False),
        sa.Column("before_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("unclaimed_cents", sa.BigInteger(), nullable=False),
        sa.Column("forgiven_cents", sa.BigInteger(), nullable=False),
        sa.Column("repaid_cents", sa.BigInteger(), nullable=False),
        sa.Column("restored_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=False),
        sa.Column("settled_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "settled_cents > before_cents AND before_cents >= 0", name=op.f("ck_resettlement_only_higher")
        ),
        sa.CheckConstraint(
            "unclaimed_cents >= 0 AND forgiven_cents >= 0 AND repaid_cents >= 0 AND restored_cents >= 0",
            name=op.f("ck_resettlement_parts_not_negative"),
        ),
        sa.CheckConstraint(
            "settled_cents - before_cents = unclaimed_cents + forgiven_cents + repaid_cents + restored_cents",
            name=op.f("ck_resettlement_adds_up"),
        ),
        sa.CheckConstraint("decision_id <> replaced_decision_id", name=op.f("ck_resettlement_replaces_another")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_resettlement_reason_given")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_resettlement_settlement_id_settlement")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_resettlement_voucher_id_voucher")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_resettlement_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["replaced_decision_id"], ["decision.id"], name=op.f("fk_resettlement_replaced_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resettlement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_resettlement_public_id")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_resettlement_settlement_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_resettlement_decision_id")),
    )
    with op.batch_alter_table("resettlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resettlement_voucher_id"), ["voucher_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_resettlement_replaced_decision_id"), ["replaced_decision_id"], unique=False
        )
    for statement in protect_statements(op.get_bind().dialect.name, "resettlement", UNIQUE):
        op.execute(statement)
    op.create_table(
        "repayment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("resettlement_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "paid", name="repayment_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("owed_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_repayment_amount_positive")),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name=op.f("ck_repayment_paid_has_day")),
        sa.CheckConstraint(
            "(paid_on IS NULL) = (paid_at IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)"
            " AND (paid_on IS NULL) = (reference IS NULL)",
            name=op.f("ck_repayment_paid_by_someone_with_reference"),
        ),
        sa.ForeignKeyConstraint(
            ["resettlement_id"], ["resettlement.id"], name=op.f("fk_repayment_resettlement_id_resettlement")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_repayment_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_repayment_public_id")),
        sa.UniqueConstraint("resettlement_id", name=op.f("uq_repayment_resettlement_id")),
    )
    with op.batch_alter_table("repayment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repayment_voucher_id"), ["voucher_id"], unique=False)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("repayment")
    op.drop_table("resettlement")
