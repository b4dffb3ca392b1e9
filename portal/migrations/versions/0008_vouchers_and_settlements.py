"""vouchers and settlements

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.migrations.steps import r0008_jobs, r0008_recoveries, r0008_vouchers
from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PROTECTED: dict[str, list[tuple[str, ...]]] = {
    "redemption_spend": [("redemption_id", "transfer_id")],
    "voucher_change": [("id",), ("public_id",)],
    "voucher_reminder": [("id",), ("voucher_id", "kind", "valid_until")],
    "settlement": [("id",), ("public_id",), ("voucher_id",)],
    "recovery_entry": [("id",), ("recovery_id", "reference")],
}
OLD_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred')"
NEW_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled')"
OLD_STATES = "state IN ('issued', 'partly_redeemed', 'redeemed', 'expired', 'revoked')"
NEW_STATES = "state IN ('issued', 'partly_redeemed', 'redeemed', 'expired', 'revoked', 'settled')"
OLD_CHECKS = {
    "live_releases_nothing": "state NOT IN ('issued', 'partly_redeemed') OR released_cents = 0",
    "expired_has_instant": "(state = 'expired') = (expired_at IS NOT NULL)",
    "revoked_has_instant": "(state = 'revoked') = (revoked_at IS NOT NULL)",
}
NEW_CHECKS = {
    "expired_has_instant": "CASE WHEN expired_at IS NULL THEN state <> 'expired' ELSE state IN ('expired', 'settled') END",
    "revoked_has_instant": "CASE WHEN revoked_at IS NULL THEN state <> 'revoked' ELSE state IN ('revoked', 'settled') END",
    "settled_has_instant": "(state = 'settled') = (settled_at IS NOT NULL)",
    "settled_by_someone_at_an_amount": "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_cents IS NULL)",
    "settled_within_use": "settled_cents IS NULL OR settled_cents >= 0 AND settled_cents <= redeemed_cents",
    "recovered_within_use": "recovered_cents >= 0 AND recovered_cents <= redeemed_cents",
    "blocked_by_someone_for_a_reason": "(blocked_at IS NULL) = (blocked_by IS NULL) AND (blocked_at IS NULL) = (block_reason IS NULL)",
    "blocked_while_live": "blocked_at IS NULL OR state IN ('issued', 'partly_redeemed')",
    "reserved_has_instant": "(reserved_provider_id IS NULL) = (reserved_at IS NULL)",
}
COLUMNS: dict[str, Any] = {
    "starts_on": sa.Date(),
    "blocked_at": sa.DateTime(timezone=True),
    "blocked_by": sa.String(length=80),
    "block_reason": sa.Text(),
    "reserved_provider_id": sa.Integer(),
    "reserved_at": sa.DateTime(timezone=True),
    "recovered_cents": sa.BigInteger(),
    "settled_at": sa.DateTime(timezone=True),
    "settled_by": sa.String(length=80),
    "settled_cents": sa.BigInteger(),
}
#: What a voucher in a state that is not known before becomes again; its euros stay as they are in the books.
BACK = (
    "UPDATE voucher SET revoked_at = settled_at, revoked_by = settled_by, revoke_reason = 'settled'"
    " WHERE state = 'settled' AND redeemed_cents = 0 AND expired_at IS NULL AND revoked_at IS NULL",
    "UPDATE voucher SET state = CASE WHEN expired_at IS NOT NULL THEN 'expired' WHEN revoked_at IS NOT NULL THEN 'revoked'"
    " ELSE 'redeemed' END, settled_at = NULL, settled_by = NULL, settled_cents = NULL WHERE state = 'settled'",
    "UPDATE voucher SET amount_cents = amount_cents - released_cents, released_cents = 0"
    " WHERE state IN ('issued', 'partly_redeemed')",
)


def upgrade() -> None:
    """Change the schema; the transfers of earlier redemptions are found by their voucher and instant."""
    _change_kinds_of_decisions(NEW_KINDS)
    _change_vouchers()
    _change_redemptions()
    _new_tables()
    op.execute(
        "INSERT INTO redemption_spend (redemption_id, transfer_id) SELECT redemption.id, transfer.id FROM redemption"
        " JOIN transfer ON transfer.voucher_id = redemption.voucher_id AND transfer.kind = 'spend'"
        " AND transfer.at = redemption.redeemed_at"
    )
    dialect = op.get_bind().dialect.name
    for table, unique_columns in PROTECTED.items():
        for statement in protect_statements(dialect, table, unique_columns):
            op.execute(statement)


def _change_kinds_of_decisions(kinds: str) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    dialect = op.get_bind().dialect.name
    for statement in unprotect_statements(dialect, "decision"):
        op.execute(statement)
    if kinds == OLD_KINDS:
        op.execute(
            "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind IN ('supplemented', 'settled')"
        )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_decision_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_decision_decision_kind"), kinds)
    for statement in protect_statements(dialect, "decision", [("id",), ("public_id",)]):
        op.execute(statement)


def _change_vouchers() -> None:
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        for name, kind in COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    op.execute("UPDATE voucher SET recovered_cents = 0")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.alter_column("recovered_cents", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_constraint(batch_op.f("ck_voucher_voucher_state"), type_="check")
        for name in OLD_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_voucher_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_voucher_voucher_state"), NEW_STATES)
        for name, rule in NEW_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_voucher_{name}"), rule)
        batch_op.create_index(batch_op.f("ix_voucher_reserved_provider_id"), ["reserved_provider_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_voucher_reserved_provider_id_provider"), "provider", ["reserved_provider_id"], ["id"]
        )


def _change_redemptions() -> None:
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("credited_cents", sa.BigInteger(), nullable=True))
    op.execute("UPDATE redemption SET kind = 'invoice', credited_cents = 0")
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=40), nullable=False)
        batch_op.alter_column("credited_cents", existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_redemption_redemption_kind"), "kind IN ('invoice', 'cancellation_fee')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_redemption_credited_within_amount"), "credited_cents >= 0 AND credited_cents <= amount_cents"
        )


def _new_tables() -> None:
    r0008_jobs.create_job_item()
    r0008_recoveries.create_settlement()
    r0008_vouchers.create_voucher_reminder()
    r0008_recoveries.create_recovery()
    r0008_vouchers.create_redemption_spend()
    r0008_vouchers.create_voucher_change()
    r0008_recoveries.create_instalment()
    r0008_recoveries.create_recovery_entry()


def downgrade() -> None:
    """Change the schema back. A decision of a kind that was not known before is kept as one that refers to it."""
    _drop_tables()
    _change_kinds_of_decisions(OLD_KINDS)
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_redemption_credited_within_amount"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_redemption_redemption_kind"), type_="check")
        batch_op.drop_column("credited_cents")
        batch_op.drop_column("kind")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        for name in reversed(NEW_CHECKS):
            batch_op.drop_constraint(batch_op.f(f"ck_voucher_{name}"), type_="check")
    for statement in BACK:
        op.execute(statement)
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_voucher_reserved_provider_id_provider"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_voucher_reserved_provider_id"))
        batch_op.drop_constraint(batch_op.f("ck_voucher_voucher_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_voucher_voucher_state"), OLD_STATES)
        for name, rule in OLD_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_voucher_{name}"), rule)
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)


def _drop_tables() -> None:
    r0008_recoveries.drop_recovery_entry()
    r0008_recoveries.drop_instalment()
    r0008_vouchers.drop_voucher_change()
    r0008_vouchers.drop_redemption_spend()
    r0008_recoveries.drop_recovery()
    r0008_vouchers.drop_voucher_reminder()
    r0008_recoveries.drop_settlement()
    r0008_jobs.drop_job_item()
