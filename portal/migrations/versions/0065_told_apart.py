"""what tables tell cases apart by stands in columns of its own, worked out by the database

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

QUESTION, VOUCHER, REDEMPTION = "development_question", "voucher", "redemption"
COUNTED, USED, OF_PROVIDER = "ix_voucher_counted", "ix_redemption_used", "ix_redemption_provider_id"
PLACED = "ix_development_question_placed"


def _said(key: str) -> str:
    return f"nullif(facts ->> '{key}', 'unknown')"


WORKED_OUT = {
    "municipality": f"CASE WHEN route = 'employer' THEN {_said('employer_municipality')} "
    f"ELSE {_said('residence_municipality')} END",
    "sector": _said("training_sector"),
    "level": _said("training_level"),
    "born": f"substr(coalesce({_said('birth_date')}, {_said('birth_year')}), 1, 4)",
}
OF_VOUCHERS = [
    "beneficiary_key", "id", "issued_on", "scheme", "state", "amount_cents", "redeemed_cents", "released_cents",
    "recovered_cents",
]  # fmt: skip


def lay_down(batch_op: BatchOperations) -> None:
    """Add the columns that are worked out. A later change of this table on SQLite takes them away first and then does this.

    SQLite makes a table anew, and what is worked out cannot be carried over.
    """
    for name, sql in WORKED_OUT.items():
        batch_op.add_column(sa.Column(name, sa.Text(), sa.Computed(sql, persisted=True), nullable=True))


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table(QUESTION) as batch_op:
        lay_down(batch_op)
    if _is_postgresql():
        op.create_index(PLACED, QUESTION, ["id", "route", "training_id", *WORKED_OUT])
    op.create_index(COUNTED, VOUCHER, OF_VOUCHERS)
    op.drop_index(OF_PROVIDER, REDEMPTION)
    op.create_index(USED, REDEMPTION, ["provider_id", "voucher_id", "amount_cents", "credited_cents"])


def downgrade() -> None:
    """Change the schema back: the answers stay where they are, in the facts."""
    op.drop_index(USED, REDEMPTION)
    op.create_index(OF_PROVIDER, REDEMPTION, ["provider_id"])
    op.drop_index(COUNTED, VOUCHER)
    if _is_postgresql():
        op.drop_index(PLACED, QUESTION)
    with op.batch_alter_table(QUESTION) as batch_op:
        for name in WORKED_OUT:
            batch_op.drop_column(name)
