"""what the bank reports of payments, the groups that employers belong to, and the register of de-minimis aid

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

from alembic import op

from portal.migrations.steps import r0021_aid, r0021_bank
from portal.platform.append_only import protect_statements

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNIQUE = {"reported_state": [("id",)], "register_entry": [("id",), ("public_id",)]}


def upgrade() -> None:
    """Change the schema."""
    r0021_bank.say_more_of_lines()
    r0021_bank.create_reported_state()
    r0021_aid.create_groups()
    r0021_aid.create_register_entry()
    for table, unique in UNIQUE.items():
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)


def downgrade() -> None:
    """Change the schema back. Lines of the bank for which there are no words then are kept as lines that do not fit."""
    for table in ("register_entry", "linked_undertaking", "group_declaration", "reported_state"):
        op.drop_table(table)
    r0021_bank.say_less_of_lines()
