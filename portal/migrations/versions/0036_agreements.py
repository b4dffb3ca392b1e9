"""what goes with an agreement, and the money of funders in parts

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

from alembic import op

from portal.migrations.steps import r0036_agreements, r0036_tranches
from portal.platform.append_only import protect_statements

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

UNIQUE = {
    "agreement_document": [("file_id",), ("id",), ("public_id",)],
    "funder_promise": [("id",)],
    "plan_change": [("id",), ("public_id",)],
}
TABLES = (
    "agreement_document",
    "agreement_duty",
    "agreement_party",
    "funder_promise",
    "plan_change",
    "tranche",
    "plan_approval",
    "tranche_receipt",
)


def upgrade() -> None:
    """Change the schema."""
    r0036_agreements.create_agreement_document()
    r0036_agreements.create_agreement_duty()
    r0036_agreements.create_agreement_party()
    r0036_tranches.create_funder_promise()
    r0036_agreements.create_plan_change()
    r0036_tranches.create_tranche()
    r0036_agreements.create_plan_approval()
    r0036_tranches.create_tranche_receipt()
    for table, unique in UNIQUE.items():
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)


def downgrade() -> None:
    """Change the schema back. What was written down of agreements and tranches goes with it; the books stay."""
    for table in reversed(TABLES):
        op.drop_table(table)
