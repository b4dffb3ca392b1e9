"""what is owed to a holder is paid through the bank, on the account that the holder gives

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ACCOUNT = (
    "(iban IS NULL) = (payee_name IS NULL) AND (iban IS NULL) = (account_given_at IS NULL)"
    " AND (iban IS NULL) = (account_given_by IS NULL)"
)


def upgrade() -> None:
    """Change the schema. Repayments that are open ask for an account from now on; those that were noted as paid stay so."""
    with op.batch_alter_table("repayment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payee_name", sa.String(length=70), nullable=True))
        batch_op.add_column(sa.Column("iban", sa.String(length=34), nullable=True))
        batch_op.add_column(sa.Column("account_given_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("account_given_by", sa.String(length=80), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_repayment_account_with_name_given_by_someone"), ACCOUNT)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("repayment_id", sa.Integer(), nullable=True))
        batch_op.alter_column("redemption_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_payment_repayment_id_repayment"), "repayment", ["repayment_id"], ["id"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_payment_batch_id_repayment_id"), ["batch_id", "repayment_id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_payment_pays_one_thing"), "(redemption_id IS NULL) <> (repayment_id IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_payment_repayment_goes_to_the_holder"), "repayment_id IS NULL OR payee = 'holder'"
        )
        batch_op.create_index("ix_payment_repayment_id", ["repayment_id"], unique=False)


def downgrade() -> None:
    """Change the schema back. Not possible without losing them once holders were paid through the bank: then it is refused."""
    paid = op.get_bind().execute(sa.text("SELECT count(*) FROM payment WHERE repayment_id IS NOT NULL")).scalar_one()
    if paid:
        raise RuntimeError(f"{paid} payments to holders would be lost; the schema stays as it is")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_repayment_id")
        batch_op.drop_constraint(batch_op.f("ck_payment_repayment_goes_to_the_holder"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_payment_pays_one_thing"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_payment_batch_id_repayment_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_payment_repayment_id_repayment"), type_="foreignkey")
        batch_op.alter_column("redemption_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("repayment_id")
    with op.batch_alter_table("repayment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_repayment_account_with_name_given_by_someone"), type_="check")
        for name in ("account_given_by", "account_given_at", "iban", "payee_name"):
            batch_op.drop_column(name)
