"""a settlement can be revoked or lowered later, with a claim of its own (Awb 4:49); what was set off counts from when it could be

Revision ID: 0064
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

SETTLEMENT, HEARING, PREPARATION, OWED = "settlement", "hearing", "preparation", "repayment"
ENTRY, ENTRY_UNIQUE = "recovery_entry", [("decision_id",), ("id",), ("recovery_id", "reference", "on_day")]
SET_OFF = f"UPDATE {ENTRY} SET works_from = on_day WHERE id IN (SELECT entry_id FROM set_off)"  # noqa: S608 (ours)
DECIDED = (
    "kind IN ('approved', 'partly', 'rejected', 'referred', 'set_aside', 'taken_up', 'supplemented', 'settled', 'revoked', "
    "'lowered', 'restored', 'interest', 'set_off', 'put_off', 'waived', 'penalty', 'undone', 'taken_over')"
)
DECIDED_NOW = DECIDED.replace("'settled',", "'settled', 'settled_less',").replace(
    "'penalty',", "'penalty', 'own_interest',"
)
DEBT, INTEREST = "own_debt", "own_interest"
INTEREST_UNIQUE = [("decision_id",), ("id",), ("own_debt_id", "number"), ("public_id",), ("repayment_id", "number")]
INTEREST_CHECKS = {
    "over_one_amount": "(repayment_id IS NULL) <> (own_debt_id IS NULL)",
    "replaced_once": "number BETWEEN 0 AND 1",
    "replaces_an_amount": "(number = 0) = (before_cents = 0)",
    "never_to_the_worse": "before_cents >= 0 AND amount_cents > before_cents",
    "over_an_amount": "over_cents > 0",
    "own_debt_has_last_day": "(own_debt_id IS NULL) = (pay_by IS NULL)",
    "until_it_was_paid": "first_on <= last_on AND last_on < paid_on",
    "reason_given": "length(reason) > 0",
}
CENTS = sa.BigInteger()
OF_DECISION = (
    f"UPDATE {OWED} SET decision_id = "  # noqa: S608 (ours)
    f"(SELECT decision_id FROM resettlement WHERE resettlement.id = {OWED}.resettlement_id)"
)
OLD_GROUNDS = "'as_used', 'not_done', 'duty_not_met', 'wrong_data', 'wrong_award'"
LATER = "'new_facts', 'known_wrong', 'duty_after'"
MORE_CHECKS = {
    "number_not_negative": "number >= 0",
    "later_has_later_ground": f"(number = 0) = (ground NOT IN ({LATER}))",
    "later_is_decided": "number = 0 OR (decision_id IS NOT NULL AND released_cents = 0)",
    "duty_not_met_on_a_day": "(ground = 'duty_after') = (breached_on IS NOT NULL)",
}
OLD_ACTS = "'refuse', 'revoke', 'lower', 'end', 'settle_lower'"
NEW_ACTS = f"{OLD_ACTS}, 'lower_settled'"
OLD_AMOUNT = "(act IN ('lower', 'settle_lower')) = (amount_cents IS NOT NULL)"
NEW_AMOUNT = "(act IN ('lower', 'settle_lower', 'lower_settled')) = (amount_cents IS NOT NULL)"
OLD_KINDS = "kind IN ('awarded', 'settled', 'supplemented', 'revised')"
NEW_KINDS = "kind IN ('awarded', 'settled', 'settled_less', 'supplemented', 'revised')"


def upgrade() -> None:
    """Change the schema. What was settled before is the first settlement of its voucher."""
    _change_decisions(DECIDED_NOW)
    _unprotect(SETTLEMENT)
    with op.batch_alter_table(SETTLEMENT) as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("breached_on", sa.Date(), nullable=True))
    with op.batch_alter_table(SETTLEMENT) as table:
        table.alter_column("number", existing_type=sa.Integer(), server_default=None)
        table.drop_constraint(op.f(f"uq_{SETTLEMENT}_voucher_id"), type_="unique")
        table.create_unique_constraint(op.f(f"uq_{SETTLEMENT}_voucher_id_number"), ["voucher_id", "number"])
        _grounds(table, f"{OLD_GROUNDS}, {LATER}")
        for name, rule in MORE_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{SETTLEMENT}_{name}"), rule)
    _protect(SETTLEMENT, [("id",), ("public_id",), ("voucher_id", "number")])
    with op.batch_alter_table(OWED) as table:
        table.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
    op.execute(OF_DECISION)
    with op.batch_alter_table(OWED) as table:
        table.alter_column("decision_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f(f"fk_{OWED}_decision_id_decision"), "decision", ["decision_id"], ["id"])
        table.create_unique_constraint(op.f(f"uq_{OWED}_decision_id"), ["decision_id"])
    _unprotect(ENTRY)
    with op.batch_alter_table(ENTRY) as table:
        table.add_column(sa.Column("works_from", sa.Date(), nullable=True))
        rule = "works_from IS NULL OR (kind = 'received' AND works_from <= on_day)"
        table.create_check_constraint(op.f(f"ck_{ENTRY}_works_back_of_a_set_off"), rule)
    op.execute(SET_OFF)
    _protect(ENTRY, ENTRY_UNIQUE)
    _change_hearings(NEW_ACTS, NEW_AMOUNT)
    with op.batch_alter_table(PREPARATION) as table:
        table.add_column(sa.Column("breached_on", sa.Date(), nullable=True))
        _kinds(table, NEW_KINDS)
        rule = "breached_on IS NULL OR kind = 'settled_less'"
        table.create_check_constraint(op.f(f"ck_{PREPARATION}_breached_after_settling"), rule)
    _debt_kinds("'penalty', 'damage', 'interest'")
    _make_interest()


def downgrade() -> None:
    """Change the schema back. Not once a settlement was lowered: then it is refused.

    What waits for a second person, or was asked of a holder, about lowering one is lost.
    """
    lowered = op.get_bind().execute(sa.text("SELECT count(*) FROM settlement WHERE number > 0")).scalar_one()
    if lowered:
        raise RuntimeError(f"{lowered} lowered settlements would be lost; the schema stays as it is")
    decided = op.get_bind().execute(sa.text("SELECT count(*) FROM own_interest")).scalar_one()
    if decided:
        raise RuntimeError(f"{decided} decisions on interest would be lost; the schema stays as it is")
    _unprotect(INTEREST)
    op.drop_table(INTEREST)
    _debt_kinds("'penalty', 'damage'")
    op.execute("DELETE FROM preparation WHERE kind = 'settled_less'")
    with op.batch_alter_table(PREPARATION) as table:
        table.drop_constraint(op.f(f"ck_{PREPARATION}_breached_after_settling"), type_="check")
        _kinds(table, OLD_KINDS)
        table.drop_column("breached_on")
    op.execute("DELETE FROM hearing WHERE act = 'lower_settled'")
    _change_hearings(OLD_ACTS, OLD_AMOUNT)
    _unprotect(ENTRY)
    with op.batch_alter_table(ENTRY) as table:
        table.drop_constraint(op.f(f"ck_{ENTRY}_works_back_of_a_set_off"), type_="check")
        table.drop_column("works_from")
    _protect(ENTRY, ENTRY_UNIQUE)
    with op.batch_alter_table(OWED) as table:
        table.drop_constraint(op.f(f"uq_{OWED}_decision_id"), type_="unique")
        table.drop_constraint(op.f(f"fk_{OWED}_decision_id_decision"), type_="foreignkey")
        table.drop_column("decision_id")
    _unprotect(SETTLEMENT)
    with op.batch_alter_table(SETTLEMENT) as table:
        for name in MORE_CHECKS:
            table.drop_constraint(op.f(f"ck_{SETTLEMENT}_{name}"), type_="check")
        _grounds(table, OLD_GROUNDS)
        table.drop_constraint(op.f(f"uq_{SETTLEMENT}_voucher_id_number"), type_="unique")
        table.create_unique_constraint(op.f(f"uq_{SETTLEMENT}_voucher_id"), ["voucher_id"])
    with op.batch_alter_table(SETTLEMENT) as table:
        for column in ("breached_on", "number"):
            table.drop_column(column)
    _protect(SETTLEMENT, [("id",), ("public_id",), ("voucher_id",)])
    _change_decisions(DECIDED)


def _grounds(table: object, values: str) -> None:
    name = op.f(f"ck_{SETTLEMENT}_ground")
    table.drop_constraint(name, type_="check")  # type: ignore[attr-defined]
    table.create_check_constraint(name, f"ground IN ({values})")  # type: ignore[attr-defined]


def _kinds(table: object, rule: str) -> None:
    name = op.f(f"ck_{PREPARATION}_preparation_kind")
    table.drop_constraint(name, type_="check")  # type: ignore[attr-defined]
    table.create_check_constraint(name, rule)  # type: ignore[attr-defined]


def _change_hearings(acts: str, amount: str) -> None:
    with op.batch_alter_table(HEARING) as table:
        for name, rule in (("intended_act", f"act IN ({acts})"), ("amount_when_lower", amount)):
            table.drop_constraint(op.f(f"ck_{HEARING}_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_{HEARING}_{name}"), rule)


def _change_decisions(kinds: str) -> None:
    _unprotect("decision")
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_decision_kind"), type_="check")
        table.create_check_constraint(op.f("ck_decision_decision_kind"), kinds)
    _protect("decision", [("id",), ("public_id",)])


def _debt_kinds(kinds: str) -> None:
    with op.batch_alter_table(DEBT) as table:
        table.drop_constraint(op.f(f"ck_{DEBT}_own_debt_kind"), type_="check")
        table.create_check_constraint(op.f(f"ck_{DEBT}_own_debt_kind"), f"kind IN ({kinds})")


def _make_interest() -> None:
    columns = {
        "repayment_id": "repayment",
        "own_debt_id": DEBT,
        "question_id": "development_question",
        "decision_id": "decision",
    }
    days = ("first_on", "last_on", "paid_on")
    op.create_table(
        INTEREST,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        *(sa.Column(one, sa.Integer(), nullable=one in ("repayment_id", "own_debt_id")) for one in columns),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=True),
        *(sa.Column(one, sa.Date(), nullable=False) for one in days),
        *(sa.Column(one, CENTS, nullable=False) for one in ("over_cents", "before_cents", "amount_cents")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("decided_by_name", sa.String(100), nullable=False),
        *(
            sa.ForeignKeyConstraint([one], [f"{table}.id"], name=op.f(f"fk_{INTEREST}_{one}_{table}"))
            for one, table in columns.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{INTEREST}")),
        *(
            sa.UniqueConstraint(*names, name=op.f(f"uq_{INTEREST}_{'_'.join(names)}"))
            for names in INTEREST_UNIQUE
            if names != ("id",)
        ),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{INTEREST}_{name}")) for name, rule in INTEREST_CHECKS.items()),
    )
    op.create_index(op.f(f"ix_{INTEREST}_question_id"), INTEREST, ["question_id"])
    _protect(INTEREST, INTEREST_UNIQUE)


def _unprotect(table: str) -> None:
    """SQLite builds a table anew, which takes its protection away for a moment."""
    for statement in unprotect_statements(op.get_bind().dialect.name, table):
        op.execute(statement)


def _protect(table: str, unique: list[tuple[str, ...]]) -> None:
    for statement in protect_statements(op.get_bind().dialect.name, table, unique):
        op.execute(statement)
