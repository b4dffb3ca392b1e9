"""what the region itself owes people is paid, penalties are decisions, and so is paying later or less

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

OLD_KINDS = (
    "kind IN ('approved', 'partly', 'rejected', 'referred', 'set_aside', 'taken_up', 'supplemented', 'settled', 'revoked', "
    "'lowered', 'restored', 'interest', 'set_off', 'undone', 'taken_over')"
)
NEW_KINDS = OLD_KINDS.replace("'set_off',", "'set_off', 'put_off', 'waived', 'penalty',")
BECAME = "('put_off', 'waived', 'penalty')"
KEPT = f"UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind IN {BECAME}"  # noqa: S608 (ours)
AGAIN = (
    "UPDATE decision SET kind = referred_to, referred_to = NULL"  # noqa: S608 (ours)
    f" WHERE kind = 'referred' AND referred_to IN {BECAME}"
)
NOTICE, DEBT, ANEW, PAYMENT = "default_notice", "own_debt", "penalty_again", "payment"
STEP, ENTRY, CHARGE = "collection_step", "recovery_entry", "collection_charge"
REFUSED = "'not_deferred', 'not_waived'"
OLD_STEPS = "kind IN ('reminded', 'deferred', 'planned', 'acknowledged')"
NEW_STEPS = f"kind IN ('reminded', 'deferred', 'planned', 'acknowledged', {REFUSED})"
OLD_STEP_CHECKS = {
    "step_kind": OLD_STEPS,
    "has_last_day": "(kind = 'acknowledged') = (until_on IS NULL)",
    "reason_given": "(kind IN ('deferred', 'acknowledged')) = (reason IS NOT NULL)",
}
NEW_STEP_CHECKS = {
    "step_kind": NEW_STEPS,
    "has_last_day": f"(kind IN ('acknowledged', {REFUSED})) = (until_on IS NULL)",
    "reason_given": f"(kind IN ('deferred', 'acknowledged', {REFUSED})) = (reason IS NOT NULL)",
}
MORE_STEP_CHECKS = {
    "decided_on_relief": f"decision_id IS NULL OR kind IN ('deferred', 'planned', {REFUSED})",
    "refusal_is_a_decision": f"kind NOT IN ({REFUSED}) OR decision_id IS NOT NULL",
    "letter_of_a_plan": "(letter IS NULL) = (kind <> 'planned' OR decision_id IS NULL)",
}
DEBT_CHECKS = {
    "amount_positive": "amount_cents > 0",
    "paid_has_day": "(state = 'paid') = (paid_on IS NOT NULL)",
    "paid_by_someone_with_reference": "(paid_on IS NULL) = (paid_at IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)"
    " AND (paid_on IS NULL) = (reference IS NULL)",
    "account_with_name_given_by_someone": "(iban IS NULL) = (payee_name IS NULL)"
    " AND (iban IS NULL) = (account_given_at IS NULL) AND (iban IS NULL) = (account_given_by IS NULL)",
    "lapsed_by_someone": "(state = 'lapsed') = (lapsed_at IS NOT NULL) AND (lapsed_at IS NULL) = (lapsed_by IS NULL)",
}
ANEW_CHECKS = {
    "at_most_42_days": "penalty_days BETWEEN 1 AND 42",
    "never_to_the_worse": "before_cents >= 0 AND amount_cents > before_cents",
    "reason_given": "length(reason) > 0",
}
OLD_CAUSE = "(redemption_id IS NULL) <> (repayment_id IS NULL)"
NEW_CAUSE = (
    "(redemption_id IS NOT NULL AND repayment_id IS NULL AND own_debt_id IS NULL)"
    " OR (redemption_id IS NULL AND repayment_id IS NOT NULL AND own_debt_id IS NULL)"
    " OR (redemption_id IS NULL AND repayment_id IS NULL AND own_debt_id IS NOT NULL)"
)
OF_ANOTHER = "UPDATE default_notice SET of_another = true WHERE objection_id IN (SELECT id FROM objection WHERE third_name <> '')"
OLD_TWO = (
    "kind IN ('override_invoice', 'cancellation_fee', 'write_off', 'raise_budget', 'lower_budget', 'new_budget', "
    "'stop_scheme', 'new_account', 'change_role', 'open_account')"
)
NEW_TWO = OLD_TWO.replace("'write_off',", "'write_off', 'set_off',")
ENTRY_UNIQUE = [("id",), ("recovery_id", "reference", "on_day")]
STEP_UNIQUE = [("id",), ("recovery_id", "about_on")]
INSTANT, CENTS = sa.DateTime(timezone=True), sa.BigInteger()


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was. What was decided before has no decision of its own."""
    _change_decisions(NEW_KINDS, after=AGAIN)
    _change_notices()
    _make_debts()
    _make_anew()
    _change_payments()
    _change_steps()
    _change_entries()
    _change_two_people(NEW_TWO)
    with op.batch_alter_table(CHARGE) as table:
        table.add_column(sa.Column("waived_decision_id", sa.Integer(), nullable=True))
        name = op.f(f"fk_{CHARGE}_waived_decision_id_decision")
        table.create_foreign_key(name, "decision", ["waived_decision_id"], ["id"])
        rule = "waived_decision_id IS NULL OR waived_at IS NOT NULL"
        table.create_check_constraint(op.f(f"ck_{CHARGE}_waived_by_a_decision"), rule)
        table.create_index(op.f(f"ix_{CHARGE}_waived_decision_id"), ["waived_decision_id"], unique=False)


def downgrade() -> None:
    """Change the schema back. Not once the region itself paid somebody: then it is refused.

    That something is owed is lost, and which decision a step was; a decision of these kinds is kept as one that refers to it.
    """
    paid = op.get_bind().execute(sa.text("SELECT count(*) FROM payment WHERE own_debt_id IS NOT NULL")).scalar_one()
    if paid:
        raise RuntimeError(f"{paid} payments of the region itself would be lost; the schema stays as it is")
    with op.batch_alter_table(CHARGE) as table:
        table.drop_index(op.f(f"ix_{CHARGE}_waived_decision_id"))
        table.drop_constraint(op.f(f"ck_{CHARGE}_waived_by_a_decision"), type_="check")
        table.drop_constraint(op.f(f"fk_{CHARGE}_waived_decision_id_decision"), type_="foreignkey")
        table.drop_column("waived_decision_id")
    op.execute("DELETE FROM two_person_act WHERE kind = 'set_off'")
    _change_two_people(OLD_TWO)
    _change_entries_back()
    _change_steps_back()
    _change_payments_back()
    _unprotect(ANEW)
    for name in (ANEW, DEBT):
        op.drop_table(name)
    with op.batch_alter_table(NOTICE) as table:
        table.drop_constraint(op.f(f"ck_{NOTICE}_decided_when_settled"), type_="check")
        table.drop_constraint(op.f(f"uq_{NOTICE}_decision_id"), type_="unique")
        table.drop_constraint(op.f(f"fk_{NOTICE}_decision_id_decision"), type_="foreignkey")
        for column in ("decision_id", "of_another"):
            table.drop_column(column)
    _change_decisions(OLD_KINDS, before=KEPT)


def _unprotect(table: str) -> None:
    """SQLite builds a table anew, which takes its protection away for a moment."""
    for statement in unprotect_statements(op.get_bind().dialect.name, table):
        op.execute(statement)


def _protect(table: str, unique: list[tuple[str, ...]]) -> None:
    for statement in protect_statements(op.get_bind().dialect.name, table, unique):
        op.execute(statement)


def _change_decisions(kinds: str, *, before: str | None = None, after: str | None = None) -> None:
    _unprotect("decision")
    if before is not None:
        op.execute(before)
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_decision_kind"), type_="check")
        table.create_check_constraint(op.f("ck_decision_decision_kind"), kinds)
    if after is not None:
        op.execute(after)
    _protect("decision", [("id",), ("public_id",)])


def _change_two_people(kinds: str) -> None:
    with op.batch_alter_table("two_person_act") as table:
        table.drop_constraint(op.f("ck_two_person_act_two_person_kind"), type_="check")
        table.create_check_constraint(op.f("ck_two_person_act_two_person_kind"), kinds)


def _change_notices() -> None:
    with op.batch_alter_table(NOTICE) as table:
        table.add_column(sa.Column("of_another", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
    with op.batch_alter_table(NOTICE) as table:
        table.alter_column("of_another", existing_type=sa.Boolean(), server_default=None)
        table.create_foreign_key(op.f(f"fk_{NOTICE}_decision_id_decision"), "decision", ["decision_id"], ["id"])
        table.create_unique_constraint(op.f(f"uq_{NOTICE}_decision_id"), ["decision_id"])
        rule = "decision_id IS NULL OR settled_at IS NOT NULL"
        table.create_check_constraint(op.f(f"ck_{NOTICE}_decided_when_settled"), rule)
    op.execute(OF_ANOTHER)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _make_debts() -> None:
    op.create_table(
        DEBT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("own_debt_kind", "penalty", "damage"), nullable=False),
        sa.Column("to_another", sa.Boolean(), nullable=False),
        sa.Column("amount_cents", CENTS, nullable=False),
        sa.Column("state", _choice("own_debt_state", "open", "paid", "lapsed"), nullable=False),
        sa.Column("owed_since", INSTANT, nullable=False),
        sa.Column("payee_name", sa.String(length=70), nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("account_given_at", INSTANT, nullable=True),
        sa.Column("account_given_by", sa.String(length=80), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("paid_by", sa.String(length=80), nullable=True),
        sa.Column("lapsed_at", INSTANT, nullable=True),
        sa.Column("lapsed_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{DEBT}_{name}")) for name, rule in DEBT_CHECKS.items()),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f(f"fk_{DEBT}_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f(f"fk_{DEBT}_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DEBT}")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{DEBT}_{name}")) for name in ("public_id", "decision_id")),
    )
    op.create_index("ix_own_debt_state", DEBT, ["state"], unique=False)
    op.create_index(op.f(f"ix_{DEBT}_question_id"), DEBT, ["question_id"], unique=False)


def _make_anew() -> None:
    op.create_table(
        ANEW,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("penalty_days", sa.Integer(), nullable=False),
        sa.Column("before_cents", CENTS, nullable=False),
        sa.Column("amount_cents", CENTS, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{ANEW}_{name}")) for name, rule in ANEW_CHECKS.items()),
        sa.ForeignKeyConstraint(["notice_id"], [f"{NOTICE}.id"], name=op.f(f"fk_{ANEW}_notice_id_{NOTICE}")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f(f"fk_{ANEW}_decision_id_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ANEW}")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{ANEW}_{name}")) for name in ("notice_id", "decision_id")),
    )
    _protect(ANEW, [("decision_id",), ("id",), ("notice_id",)])


def _change_payments() -> None:
    with op.batch_alter_table(PAYMENT) as table:
        table.add_column(sa.Column("own_debt_id", sa.Integer(), nullable=True))
    live = sa.text("state IN ('planned', 'sent', 'executed')")
    with op.batch_alter_table(PAYMENT) as table:
        table.create_foreign_key(op.f(f"fk_{PAYMENT}_own_debt_id_{DEBT}"), DEBT, ["own_debt_id"], ["id"])
        table.drop_constraint(op.f(f"ck_{PAYMENT}_pays_one_thing"), type_="check")
        table.create_check_constraint(op.f(f"ck_{PAYMENT}_pays_one_thing"), NEW_CAUSE)
        rule = "own_debt_id IS NULL OR payee = 'holder'"
        table.create_check_constraint(op.f(f"ck_{PAYMENT}_own_debt_goes_to_a_person"), rule)
        table.create_index("ix_payment_own_debt_id", ["own_debt_id"], unique=False)
    op.create_index(
        "uq_payment_own_debt_live", PAYMENT, ["own_debt_id"], unique=True, sqlite_where=live, postgresql_where=live
    )


def _change_payments_back() -> None:
    op.drop_index("uq_payment_own_debt_live", table_name=PAYMENT)
    with op.batch_alter_table(PAYMENT) as table:
        table.drop_index("ix_payment_own_debt_id")
        table.drop_constraint(op.f(f"ck_{PAYMENT}_own_debt_goes_to_a_person"), type_="check")
        table.drop_constraint(op.f(f"ck_{PAYMENT}_pays_one_thing"), type_="check")
        table.create_check_constraint(op.f(f"ck_{PAYMENT}_pays_one_thing"), OLD_CAUSE)
        table.drop_constraint(op.f(f"fk_{PAYMENT}_own_debt_id_{DEBT}"), type_="foreignkey")
        table.drop_column("own_debt_id")


def _change_steps() -> None:
    _unprotect(STEP)
    with op.batch_alter_table(STEP) as table:
        table.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("letter", sa.Integer(), nullable=True))
    with op.batch_alter_table(STEP) as table:
        for name, rule in NEW_STEP_CHECKS.items():
            table.drop_constraint(op.f(f"ck_{STEP}_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_{STEP}_{name}"), rule)
        for name, rule in MORE_STEP_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{STEP}_{name}"), rule)
        table.create_foreign_key(op.f(f"fk_{STEP}_decision_id_decision"), "decision", ["decision_id"], ["id"])
        table.create_unique_constraint(op.f(f"uq_{STEP}_decision_id"), ["decision_id"])
    _protect(STEP, [("decision_id",), *STEP_UNIQUE])


def _change_steps_back() -> None:
    _unprotect(STEP)
    op.execute(f"DELETE FROM {STEP} WHERE kind IN ({REFUSED})")  # noqa: S608 (ours)
    with op.batch_alter_table(STEP) as table:
        table.drop_constraint(op.f(f"uq_{STEP}_decision_id"), type_="unique")
        table.drop_constraint(op.f(f"fk_{STEP}_decision_id_decision"), type_="foreignkey")
        for name in MORE_STEP_CHECKS:
            table.drop_constraint(op.f(f"ck_{STEP}_{name}"), type_="check")
        for name, rule in OLD_STEP_CHECKS.items():
            table.drop_constraint(op.f(f"ck_{STEP}_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_{STEP}_{name}"), rule)
    with op.batch_alter_table(STEP) as table:
        for column in ("letter", "decision_id"):
            table.drop_column(column)
    _protect(STEP, STEP_UNIQUE)


def _change_entries() -> None:
    _unprotect(ENTRY)
    with op.batch_alter_table(ENTRY) as table:
        table.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(f"fk_{ENTRY}_decision_id_decision"), "decision", ["decision_id"], ["id"])
        table.create_unique_constraint(op.f(f"uq_{ENTRY}_decision_id"), ["decision_id"])
        rule = "decision_id IS NULL OR kind = 'written_off'"
        table.create_check_constraint(op.f(f"ck_{ENTRY}_decided_to_write_off"), rule)
    _protect(ENTRY, [("decision_id",), *ENTRY_UNIQUE])


def _change_entries_back() -> None:
    _unprotect(ENTRY)
    with op.batch_alter_table(ENTRY) as table:
        table.drop_constraint(op.f(f"ck_{ENTRY}_decided_to_write_off"), type_="check")
        table.drop_constraint(op.f(f"uq_{ENTRY}_decision_id"), type_="unique")
        table.drop_constraint(op.f(f"fk_{ENTRY}_decision_id_decision"), type_="foreignkey")
        table.drop_column("decision_id")
    _protect(ENTRY, ENTRY_UNIQUE)
