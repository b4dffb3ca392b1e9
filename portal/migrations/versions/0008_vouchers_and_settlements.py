"""vouchers and settlements

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

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
    op.create_table(
        "job_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "leased",
                "failed",
                "dead",
                "done",
                name="job_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_job_item_done_has_instant")),
        sa.CheckConstraint("(state = 'leased') = (lease IS NOT NULL)", name=op.f("ck_job_item_leased_to_somebody")),
        sa.CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name=op.f("ck_job_item_leased_until")),
        sa.CheckConstraint(
            "state NOT IN ('failed', 'dead') OR trouble IS NOT NULL", name=op.f("ck_job_item_failed_for_a_reason")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_item_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_item")),
        sa.UniqueConstraint("job", "item", name=op.f("uq_job_item_job_item")),
    )
    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.create_index("ix_job_item_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("awarded_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("corrected_cents", sa.BigInteger(), nullable=False),
        sa.Column("claimed_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "as_used",
                "not_done",
                "duty_not_met",
                "wrong_data",
                "wrong_award",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=False),
        sa.Column("settled_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(ground = 'as_used') = (settled_cents = redeemed_cents)", name=op.f("ck_settlement_lower_has_ground")
        ),
        sa.CheckConstraint(
            "corrected_cents >= 0 AND claimed_cents >= 0", name=op.f("ck_settlement_parts_not_negative")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_settlement_reason_given")),
        sa.CheckConstraint(
            "settled_cents + corrected_cents + claimed_cents = redeemed_cents", name=op.f("ck_settlement_adds_up")
        ),
        sa.CheckConstraint(
            "settled_cents >= 0 AND settled_cents <= redeemed_cents", name=op.f("ck_settlement_never_above_use")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_settlement_decision_id_decision")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_settlement_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_settlement_public_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_settlement_voucher_id")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "voucher_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "six_weeks",
                "three_weeks",
                "lapsed",
                name="reminder_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_reminder_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_reminder")),
        sa.UniqueConstraint(
            "voucher_id", "kind", "valid_until", name=op.f("uq_voucher_reminder_voucher_id_kind_valid_until")
        ),
    )
    with op.batch_alter_table("voucher_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_reminder_voucher_id"), ["voucher_id"], unique=False)

    op.create_table(
        "recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=True),
        sa.Column("redemption_id", sa.Integer(), nullable=True),
        sa.Column(
            "debtor",
            sa.Enum("holder", "provider", name="debtor", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column("written_off_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="recovery_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(debtor = 'provider') = (provider_id IS NOT NULL)", name=op.f("ck_recovery_provider_named")
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_recovery_closed_has_instant")),
        sa.CheckConstraint(
            "(state = 'closed') = (received_cents + written_off_cents = amount_cents)",
            name=op.f("ck_recovery_closed_when_nothing_is_open"),
        ),
        sa.CheckConstraint(
            "(settlement_id IS NULL) <> (redemption_id IS NULL)", name=op.f("ck_recovery_has_one_cause")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_amount_positive")),
        sa.CheckConstraint(
            "received_cents + written_off_cents <= amount_cents", name=op.f("ck_recovery_never_more_than_claimed")
        ),
        sa.CheckConstraint(
            "received_cents >= 0 AND written_off_cents >= 0", name=op.f("ck_recovery_parts_not_negative")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_recovery_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_recovery_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_recovery_settlement_id_settlement")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_recovery_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recovery_public_id")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_recovery_settlement_id")),
    )
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_redemption_id"), ["redemption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_voucher_id"), ["voucher_id"], unique=False)

    op.create_table(
        "redemption_spend",
        sa.Column("redemption_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_redemption_spend_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_redemption_spend_transfer_id_transfer")
        ),
        sa.PrimaryKeyConstraint("redemption_id", "transfer_id", name=op.f("pk_redemption_spend")),
    )
    with op.batch_alter_table("redemption_spend", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_spend_transfer_id"), ["transfer_id"], unique=False)

    op.create_table(
        "voucher_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "blocked",
                "unblocked",
                "extended",
                "topped_up",
                "lowered",
                "start_moved",
                "reserved",
                "freed",
                "provider_swapped",
                "credited",
                "cancelled",
                "moved_out",
                name="change_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("day_after", sa.Date(), nullable=True),
        sa.Column("provider_before_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("redemption_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "kind <> 'topped_up' OR decision_id IS NOT NULL", name=op.f("ck_voucher_change_top_up_was_decided")
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents >= 0", name=op.f("ck_voucher_change_amount_not_negative")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_voucher_change_reason_given")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_voucher_change_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["provider_before_id"], ["provider.id"], name=op.f("fk_voucher_change_provider_before_id_provider")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_voucher_change_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_voucher_change_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_change_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voucher_change_public_id")),
    )
    with op.batch_alter_table("voucher_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_change_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_provider_before_id"), ["provider_before_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_redemption_id"), ["redemption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_change_voucher_id"), ["voucher_id"], unique=False)

    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "missed",
                "received",
                "replaced",
                name="instalment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'missed' OR missed_at IS NOT NULL", name=op.f("ck_instalment_missed_has_instant")),
        sa.CheckConstraint(
            "state <> 'received' OR received_cents = amount_cents", name=op.f("ck_instalment_received_in_full")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_instalment_amount_positive")),
        sa.CheckConstraint(
            "received_cents >= 0 AND received_cents <= amount_cents", name=op.f("ck_instalment_received_within_amount")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_instalment_recovery_id_recovery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("recovery_id", "plan", "number", name=op.f("uq_instalment_recovery_id_plan_number")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_instalment_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.create_index(batch_op.f("ix_instalment_recovery_id"), ["recovery_id"], unique=False)

    op.create_table(
        "recovery_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("received", "written_off", name="entry_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(kind = 'received') = (reference IS NOT NULL)", name=op.f("ck_recovery_entry_received_has_reference")
        ),
        sa.CheckConstraint(
            "(kind = 'written_off') = (reason IS NOT NULL)", name=op.f("ck_recovery_entry_written_off_for_a_reason")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_entry_amount_positive")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_entry_recovery_id_recovery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_entry")),
        sa.UniqueConstraint("recovery_id", "reference", name=op.f("uq_recovery_entry_recovery_id_reference")),
    )
    with op.batch_alter_table("recovery_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_entry_recovery_id"), ["recovery_id"], unique=False)


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
    with op.batch_alter_table("recovery_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_entry_recovery_id"))

    op.drop_table("recovery_entry")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_recovery_id"))
        batch_op.drop_index(
            "ix_instalment_due",
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    op.drop_table("instalment")
    with op.batch_alter_table("voucher_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_change_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_redemption_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_provider_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_provider_before_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_change_decision_id"))

    op.drop_table("voucher_change")
    with op.batch_alter_table("redemption_spend", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_spend_transfer_id"))

    op.drop_table("redemption_spend")
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_redemption_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_provider_id"))

    op.drop_table("recovery")
    with op.batch_alter_table("voucher_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_reminder_voucher_id"))

    op.drop_table("voucher_reminder")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_decision_id"))

    op.drop_table("settlement")
    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.drop_index("ix_job_item_state_due_at")

    op.drop_table("job_item")
