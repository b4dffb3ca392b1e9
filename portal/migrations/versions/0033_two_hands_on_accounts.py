"""an account number of a provider, a payment that came back and who acts for somebody take two people

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.types import TypeEngine

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

CHANGE = "iban_change"
WAITING = sa.text("state = 'waiting'")
OLD_SECOND = "state <> 'confirmed' OR decided_by <> asked_by"
NEW_SECOND = "state <> 'confirmed' OR (decided_by <> asked_by AND decided_by <> checked_by)"
CHECKED = {
    "checked_by_someone": "(checked_at IS NULL) = (checked_by IS NULL) AND (checked_at IS NULL) = (checked_how IS NULL)",
    "checked_first": "state <> 'confirmed' OR checked_at IS NOT NULL",
}
#: Who asked was the first of the two when it was confirmed before this.
FILLED_IN = """
UPDATE iban_change SET checked_at = asked_at, checked_by = asked_by, checked_how = 'Gevraagd voordat dit werd opgeschreven.'
WHERE state = 'confirmed'
"""
#: One number waits for one provider; of two that ask the same, the first.
ONE_EACH = """
UPDATE iban_change SET state = 'refused', decided_at = asked_at, decided_by = 'system'
WHERE state = 'waiting' AND EXISTS (
    SELECT 1 FROM iban_change AS first WHERE first.state = 'waiting' AND first.iban = iban_change.iban AND first.id < iban_change.id
)
"""
PAYMENT, BY_HAND = "payment", "outcome_by_hand"
RETURNED: dict[str, TypeEngine[Any]] = {
    "return_read_by": sa.String(length=80),
    "return_read_by_name": sa.String(length=100),
    "return_confirmed_by": sa.String(length=80),
    "return_confirmed_by_name": sa.String(length=100),
}
RETURNED_CHECKS = {
    "return_read_and_confirmed": "(return_read_by IS NULL) = (return_read_by_name IS NULL)"
    " AND (return_read_by IS NULL) = (return_confirmed_by IS NULL)"
    " AND (return_read_by IS NULL) = (return_confirmed_by_name IS NULL)"
    " AND (return_read_by IS NULL OR returned_on IS NOT NULL)",
    "return_by_two": "return_read_by IS NULL OR return_confirmed_by <> return_read_by",
}
REPRESENTATIVE = "representative"
CONFIRMED: dict[str, TypeEngine[Any]] = {
    "confirmed_at": sa.DateTime(timezone=True),
    "confirmed_by": sa.String(length=80),
}
CONFIRMED_CHECKS = {
    "confirmed_by_someone": "(confirmed_at IS NULL) = (confirmed_by IS NULL)",
    "second_person": "confirmed_by IS NULL OR confirmed_by <> authorised_by",
}
#: Who acts now goes on.
ACTED_BEFORE = "UPDATE representative SET confirmed_at = authorised_at, confirmed_by = 'system'"
#: Without the second person they may not act.
STILL_WAITS = """
UPDATE representative SET ended_at = authorised_at, ended_by = 'system' WHERE confirmed_at IS NULL AND ended_at IS NULL
"""


def upgrade() -> None:
    """Change the schema. What waits was checked by nobody yet, and who read an earlier return is not known."""
    _upgrade_accounts()
    with op.batch_alter_table(PAYMENT, schema=None) as batch_op:
        for name, kind in RETURNED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name, rule in RETURNED_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{PAYMENT}_{name}"), rule)
    op.add_column(BY_HAND, sa.Column("bank_code", sa.String(length=40), nullable=True))
    with op.batch_alter_table(REPRESENTATIVE, schema=None) as batch_op:
        for name, kind in CONFIRMED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("proof_file_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_representative_proof_file_id_stored_file"), "stored_file", ["proof_file_id"], ["id"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_representative_proof_file_id"), ["proof_file_id"])
        for name, rule in CONFIRMED_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{REPRESENTATIVE}_{name}"), rule)
    op.execute(ACTED_BEFORE)


def _upgrade_accounts() -> None:
    with op.batch_alter_table(CHANGE, schema=None) as batch_op:
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("checked_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("checked_how", sa.Text(), nullable=True))
    op.execute(FILLED_IN)
    op.execute(ONE_EACH)
    with op.batch_alter_table(CHANGE, schema=None) as batch_op:
        _second_person(batch_op, NEW_SECOND)
        for name, rule in CHECKED.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{CHANGE}_{name}"), rule)
    op.create_index(
        "uq_iban_change_waiting_iban", CHANGE, ["iban"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )


def _second_person(batch_op: BatchOperations, rule: str) -> None:
    batch_op.drop_constraint(batch_op.f(f"ck_{CHANGE}_second_person"), type_="check")
    batch_op.create_check_constraint(batch_op.f(f"ck_{CHANGE}_second_person"), rule)


def downgrade() -> None:
    """Change the schema back. Who was first and second is no longer kept; what waited for a second person is ended."""
    op.execute(STILL_WAITS)
    with op.batch_alter_table(REPRESENTATIVE, schema=None) as batch_op:
        for name in CONFIRMED_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{REPRESENTATIVE}_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_representative_proof_file_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_representative_proof_file_id_stored_file"), type_="foreignkey")
        for name in (*CONFIRMED, "proof_file_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table(BY_HAND, schema=None) as batch_op:
        batch_op.drop_column("bank_code")
    with op.batch_alter_table(PAYMENT, schema=None) as batch_op:
        for name in RETURNED_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{PAYMENT}_{name}"), type_="check")
        for name in RETURNED:
            batch_op.drop_column(name)
    _downgrade_accounts()


def _downgrade_accounts() -> None:
    op.drop_index("uq_iban_change_waiting_iban", CHANGE)
    with op.batch_alter_table(CHANGE, schema=None) as batch_op:
        for name in CHECKED:
            batch_op.drop_constraint(batch_op.f(f"ck_{CHANGE}_{name}"), type_="check")
        _second_person(batch_op, OLD_SECOND)
    with op.batch_alter_table(CHANGE, schema=None) as batch_op:
        for name in ("checked_at", "checked_by", "checked_how"):
            batch_op.drop_column(name)
