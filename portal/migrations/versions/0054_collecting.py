"""collecting what has to be paid back: reminders, putting off, costs, interest, and setting off

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

OLD_KINDS = (
    "kind IN ('approved', 'partly', 'rejected', 'referred', 'set_aside', 'taken_up', 'supplemented', 'settled', 'revoked', "
    "'lowered', 'restored', 'taken_over')"
)
NEW_KINDS = OLD_KINDS.replace("'restored',", "'restored', 'interest', 'set_off',")
KEPT = "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind IN ('interest', 'set_off')"
AGAIN = (
    "UPDATE decision SET kind = referred_to, referred_to = NULL"
    " WHERE kind = 'referred' AND referred_to IN ('interest', 'set_off')"
)
STEP, CHARGE, ENTRY, SET_OFF = "collection_step", "collection_charge", "recovery_entry", "set_off"
STEP_CHECKS = {
    "reminder_of_a_day": "(kind = 'reminded') = (about_on IS NOT NULL)",
    "has_last_day": "(kind = 'acknowledged') = (until_on IS NULL)",
    "last_day_after_first": "until_on IS NULL OR until_on >= on_day",
    "plan_named": "(kind = 'planned') = (plan IS NOT NULL)",
    "reason_given": "(kind IN ('deferred', 'acknowledged')) = (reason IS NOT NULL)",
    "interest_of_deferral": "NOT interest_free OR kind IN ('deferred', 'planned')",
}
CHARGE_CHECKS = {
    "amount_positive": "amount_cents > 0",
    "parts_not_negative": "received_cents >= 0 AND waived_cents >= 0",
    "never_more_than_charged": "received_cents + waived_cents <= amount_cents",
    "costs_of_a_step": "(kind = 'costs') = (step_id IS NOT NULL)",
    "interest_over_days": "(kind = 'interest') = (first_on IS NOT NULL) AND (first_on IS NULL) = (last_on IS NULL)",
    "interest_decided": "(kind = 'interest') = (decision_id IS NOT NULL)",
    "waived_has_instant": "(waived_cents > 0) = (waived_at IS NOT NULL)",
    "waived_by_someone_for_a_reason": "(waived_at IS NULL) = (waived_by IS NULL) AND (waived_at IS NULL) = (waived_reason IS NULL)",
}
SET_OFF_CHECKS = {
    "amount_positive": "amount_cents > 0",
    "regulation_named": "(ground = 'regulation') = (article IS NOT NULL)",
    "decided_on_a_holder": "(ground = 'private_law') = (decision_id IS NULL)",
    "reason_given": "length(reason) > 0",
}
INSTANT, CENTS = sa.DateTime(timezone=True), sa.BigInteger()


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was."""
    _change_kinds(NEW_KINDS, after=AGAIN)
    _change_entries(forward=True)
    _make_steps()
    _make_charges()
    _make_set_offs()


def downgrade() -> None:
    """Change the schema back. How claims were collected is lost; a decision about one is kept as one that refers to it.

    What came in for costs and interest alone was no part of a claim, so those receipts go.
    """
    dialect = op.get_bind().dialect.name
    for table in (SET_OFF, STEP):
        for statement in unprotect_statements(dialect, table):
            op.execute(statement)
    for table in (SET_OFF, CHARGE, STEP):
        op.drop_table(table)
    _change_entries(forward=False)
    _change_kinds(OLD_KINDS, before=KEPT)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _protect(table: str, *unique: tuple[str, ...]) -> None:
    for statement in protect_statements(op.get_bind().dialect.name, table, unique):
        op.execute(statement)


def _change_kinds(kinds: str, *, before: str | None = None, after: str | None = None) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    for statement in unprotect_statements(op.get_bind().dialect.name, "decision"):
        op.execute(statement)
    if before is not None:
        op.execute(before)
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_decision_kind"), type_="check")
        table.create_check_constraint(op.f("ck_decision_decision_kind"), kinds)
    if after is not None:
        op.execute(after)
    _protect("decision", ("id",), ("public_id",))


def _change_entries(*, forward: bool) -> None:
    """What came in beside a claim stands beside it."""
    for statement in unprotect_statements(op.get_bind().dialect.name, ENTRY):
        op.execute(statement)
    positive = f"ck_{ENTRY}_amount_positive"
    if forward:
        with op.batch_alter_table(ENTRY) as table:
            table.add_column(sa.Column("extra_cents", CENTS, nullable=False, server_default="0"))
        with op.batch_alter_table(ENTRY) as table:
            table.alter_column("extra_cents", existing_type=CENTS, server_default=None)
            table.drop_constraint(op.f(positive), type_="check")
            table.create_check_constraint(op.f(positive), "amount_cents + extra_cents > 0")
            table.create_check_constraint(
                op.f(f"ck_{ENTRY}_parts_not_negative"), "amount_cents >= 0 AND extra_cents >= 0"
            )
            table.create_check_constraint(
                op.f(f"ck_{ENTRY}_extra_only_received"), "extra_cents = 0 OR kind = 'received'"
            )
    else:
        op.execute(f"DELETE FROM {ENTRY} WHERE amount_cents = 0")  # noqa: S608 (the name is ours)
        with op.batch_alter_table(ENTRY) as table:
            for name in ("parts_not_negative", "extra_only_received", "amount_positive"):
                table.drop_constraint(op.f(f"ck_{ENTRY}_{name}"), type_="check")
            table.create_check_constraint(op.f(positive), "amount_cents > 0")
        with op.batch_alter_table(ENTRY) as table:
            table.drop_column("extra_cents")
    _protect(ENTRY, ("id",), ("recovery_id", "reference", "on_day"))


def _make_steps() -> None:
    op.create_table(
        STEP,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("step_kind", "reminded", "deferred", "planned", "acknowledged"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("about_on", sa.Date(), nullable=True),
        sa.Column("plan", sa.Integer(), nullable=True),
        sa.Column("interest_free", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{STEP}_{name}")) for name, rule in STEP_CHECKS.items()),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f(f"fk_{STEP}_recovery_id_recovery")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEP}")),
        sa.UniqueConstraint("recovery_id", "about_on", name=op.f(f"uq_{STEP}_recovery_id_about_on")),
    )
    op.create_index(op.f(f"ix_{STEP}_recovery_id"), STEP, ["recovery_id"], unique=False)
    _protect(STEP, ("id",), ("recovery_id", "about_on"))


def _make_charges() -> None:
    op.create_table(
        CHARGE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("recovery_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("charge_kind", "costs", "interest"), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        *(sa.Column(f"{name}_cents", CENTS, nullable=False) for name in ("amount", "received", "waived")),
        sa.Column("charged_on", sa.Date(), nullable=False),
        sa.Column("charged_by", sa.String(length=80), nullable=False),
        sa.Column("charged_by_name", sa.String(length=100), nullable=False),
        sa.Column("waived_at", INSTANT, nullable=True),
        sa.Column("waived_by", sa.String(length=80), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{CHARGE}_{name}")) for name, rule in CHARGE_CHECKS.items()),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f(f"fk_{CHARGE}_decision_id_decision")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f(f"fk_{CHARGE}_recovery_id_recovery")),
        sa.ForeignKeyConstraint(["step_id"], [f"{STEP}.id"], name=op.f(f"fk_{CHARGE}_step_id_{STEP}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHARGE}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{CHARGE}_{name}"))
            for name in ("public_id", "step_id", "decision_id")
        ),
    )
    op.create_index(op.f(f"ix_{CHARGE}_recovery_id"), CHARGE, ["recovery_id"], unique=False)
    interest = sa.text("kind = 'interest'")
    op.create_index(
        f"uq_{CHARGE}_interest",
        CHARGE,
        ["recovery_id"],
        unique=True,
        sqlite_where=interest,
        postgresql_where=interest,
    )


def _make_set_offs() -> None:
    columns = {"recovery_id": "recovery", "redemption_id": "redemption", "entry_id": ENTRY, "decision_id": "decision"}
    op.create_table(
        SET_OFF,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=name == "decision_id") for name in columns),
        sa.Column("amount_cents", CENTS, nullable=False),
        sa.Column("ground", _choice("set_off_ground", "same_activities", "regulation", "private_law"), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_off_at", INSTANT, nullable=False),
        sa.Column("set_off_by", sa.String(length=80), nullable=False),
        sa.Column("set_off_by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{SET_OFF}_{name}")) for name, rule in SET_OFF_CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_{SET_OFF}_{name}_{table}"))
            for name, table in columns.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SET_OFF}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{SET_OFF}_{name}"))
            for name in ("public_id", "number", "entry_id", "decision_id")
        ),
    )
    for name in ("recovery_id", "redemption_id"):
        op.create_index(op.f(f"ix_{SET_OFF}_{name}"), SET_OFF, [name], unique=False)
    _protect(SET_OFF, ("decision_id",), ("entry_id",), ("id",), ("number",), ("public_id",))
