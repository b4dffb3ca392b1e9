"""decisions that revoke or lower an award

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OLD_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled')"
NEW_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled', 'revoked', 'lowered')"
KEPT = "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind IN ('revoked', 'lowered')"
AGAIN = "UPDATE decision SET kind = referred_to, referred_to = NULL WHERE kind = 'referred' AND referred_to IN ('revoked', 'lowered')"


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was."""
    _change_kinds(NEW_KINDS, after=AGAIN)


def downgrade() -> None:
    """Change the schema back. A decision of a kind that was not known before is kept as one that refers to it."""
    _change_kinds(OLD_KINDS, before=KEPT)


def _change_kinds(kinds: str, *, before: str | None = None, after: str | None = None) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    dialect = op.get_bind().dialect.name
    for statement in unprotect_statements(dialect, "decision"):
        op.execute(statement)
    if before is not None:
        op.execute(before)
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_decision_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_decision_decision_kind"), kinds)
    if after is not None:
        op.execute(after)
    for statement in protect_statements(dialect, "decision", [("id",), ("public_id",)]):
        op.execute(statement)
