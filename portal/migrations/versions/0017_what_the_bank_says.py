"""lines of the bank that fit nothing, outcomes that two people record, and a receipt is one by its reference and day

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.steps import r0017_bank
from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BY_REFERENCE = ("recovery_id", "reference")
BY_REFERENCE_AND_DAY = ("recovery_id", "reference", "on_day")


def upgrade() -> None:
    """Change the schema."""
    r0017_bank.create_unmatched_line()
    r0017_bank.create_outcome_by_hand()
    _tell_receipts_apart(BY_REFERENCE, by=BY_REFERENCE_AND_DAY)


def downgrade() -> None:
    """Change the schema back. It is refused when that would lose what people recorded, or two receipts with one reference."""
    used = "SELECT (SELECT count(*) FROM unmatched_line) + (SELECT count(*) FROM outcome_by_hand)"
    twice = "SELECT count(*) - count(DISTINCT recovery_id || ':' || reference) FROM recovery_entry WHERE reference IS NOT NULL"
    lost = sum(op.get_bind().execute(sa.text(question)).scalar_one() for question in (used, twice))
    if lost:
        raise RuntimeError(f"{lost} rows would be lost; the schema stays as it is")
    _tell_receipts_apart(BY_REFERENCE_AND_DAY, by=BY_REFERENCE)
    op.drop_table("outcome_by_hand")
    op.drop_table("unmatched_line")


def _tell_receipts_apart(before: tuple[str, ...], *, by: tuple[str, ...]) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    dialect = op.get_bind().dialect.name
    for statement in unprotect_statements(dialect, "recovery_entry"):
        op.execute(statement)
    with op.batch_alter_table("recovery_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"uq_recovery_entry_{'_'.join(before)}"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(f"uq_recovery_entry_{'_'.join(by)}"), list(by))
    for statement in protect_statements(dialect, "recovery_entry", [("id",), by]):
        op.execute(statement)
