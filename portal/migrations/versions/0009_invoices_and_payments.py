"""invoices and payments

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

from portal.migrations.steps import r0009_invoices, r0009_payments, r0009_providers, r0009_trainings
from portal.platform.append_only import protect_statements

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    r0009_payments.create_bank_statement()
    r0009_payments.create_payment_batch()
    r0009_invoices.create_stored_file()
    r0009_providers.create_iban_change()
    r0009_providers.create_provider_registration()
    r0009_trainings.create_attendance()
    r0009_trainings.create_flag()
    r0009_trainings.create_outcome()
    r0009_invoices.create_invoice()
    r0009_payments.create_payment()
    r0009_payments.create_payment_spend()
    for statement in protect_statements(op.get_bind().dialect.name, "bank_statement", [("id",), ("sha256",)]):
        op.execute(statement)


def downgrade() -> None:
    """Change the schema back."""
    r0009_payments.drop_payment_spend()
    r0009_payments.drop_payment()
    r0009_invoices.drop_invoice()
    r0009_trainings.drop_outcome()
    r0009_trainings.drop_flag()
    r0009_trainings.drop_attendance()
    r0009_providers.drop_provider_registration()
    r0009_providers.drop_iban_change()
    r0009_invoices.drop_stored_file()
    r0009_payments.drop_payment_batch()
    r0009_payments.drop_bank_statement()
