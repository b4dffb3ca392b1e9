"""vouchers that come back after an objection, how a holder was heard before something is taken, and on which ground it is

Revision ID: 0052
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None
DECISIONS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled', 'revoked', 'lowered', 'taken_over')"
DECISIONS_NOW = DECISIONS.replace("'lowered', ", "'lowered', 'restored', ")
CHANGES = (
    "kind IN ('blocked', 'unblocked', 'extended', 'put_back', 'topped_up', 'lowered', 'start_moved', 'reserved', 'freed', "
    "'provider_swapped', 'credited', 'cancelled', 'moved_out')"
)
CHANGES_NOW = CHANGES.replace("'moved_out')", "'moved_out', 'ends', 'restored')")
WAYS = "way IN ('in_writing', 'spoken', 'not_given')"
WAYS_NOW = "way IN ('in_writing', 'spoken', 'own_page', 'not_given')"
AGAIN = (
    "UPDATE decision SET kind = referred_to, referred_to = NULL WHERE kind = 'referred' AND referred_to = 'restored'"
)
UNHEARD = ("asked", "own_facts", "urgent", "heard_before", "purpose")
ACTS = ("refuse", "revoke", "lower", "end", "settle_lower")
GROUNDS = (
    "at_request",
    "not_done",
    "duty_not_met",
    "wrong_data",
    "wrong_award",
    "no_budget",
    "mistake",
    "changed",
    "by_rule",
)
HEARD, TAKING, BACK, HEARING, LAID = "decision_hearing", "taking", "restoration", "hearing", "preparation"
HEARING_CHECKS = {
    "voucher_unless_refusal": "(act = 'refuse') = (voucher_id IS NULL)",
    "amount_when_lower": "(act IN ('lower', 'settle_lower')) = (amount_cents IS NOT NULL)",
    "amount_not_negative": "amount_cents IS NULL OR amount_cents >= 0",
    "dropped_by_someone": "(dropped_at IS NULL) = (dropped_by IS NULL)",
    "dropped_of_a_voucher": "dropped_at IS NULL OR act <> 'refuse'",
}
LEFT_OUT = "(left_out IS NULL) = (left_out_reason IS NULL)"


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Change the schema. Every hearing of before was about a refusal."""
    _change_kinds("decision", "decision_kind", DECISIONS_NOW, [("id",), ("public_id",)], after=AGAIN)
    _change_kinds("voucher_change", "change_kind", CHANGES_NOW, [("id",), ("public_id",)], after=None)
    with op.batch_alter_table(HEARING) as table:
        table.drop_constraint(op.f("ck_hearing_view_way"), type_="check")
        table.create_check_constraint(op.f("ck_hearing_view_way"), WAYS_NOW)
        table.add_column(sa.Column("act", sa.String(length=40), server_default="refuse", nullable=False))
        table.add_column(sa.Column("voucher_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("amount_cents", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("dropped_by", sa.String(length=80), nullable=True))
        table.create_check_constraint(op.f("ck_hearing_intended_act"), f"act IN {ACTS}")
        table.create_foreign_key(op.f("fk_hearing_voucher_id_voucher"), "voucher", ["voucher_id"], ["id"])
        for name, rule in HEARING_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{HEARING}_{name}"), rule)
    with op.batch_alter_table(HEARING) as table:
        table.alter_column("act", server_default=None)
    op.create_index(op.f("ix_hearing_voucher_id"), HEARING, ["voucher_id"])
    with op.batch_alter_table(LAID) as table:
        table.add_column(sa.Column("left_out", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("left_out_reason", sa.Text(), nullable=True))
        table.create_check_constraint(op.f("ck_preparation_unheard"), f"left_out IN {UNHEARD}")
        table.create_check_constraint(op.f("ck_preparation_left_out_for_a_reason"), LEFT_OUT)
    _make_heard()
    _make_taking()
    _make_back()


def _make_heard() -> None:
    op.create_table(
        HEARD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("hearing_id", sa.Integer(), nullable=True),
        sa.Column("left_out", _choice("unheard", UNHEARD), nullable=True),
        sa.Column("left_out_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(hearing_id IS NULL) = (left_out IS NOT NULL)", name=op.f(f"ck_{HEARD}_heard_or_left_out")),
        sa.CheckConstraint(LEFT_OUT, name=op.f(f"ck_{HEARD}_left_out_for_a_reason")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f(f"fk_{HEARD}_decision_id_decision")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f(f"fk_{HEARD}_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HEARD}")),
        sa.UniqueConstraint("decision_id", name=op.f(f"uq_{HEARD}_decision_id")),
        sa.UniqueConstraint("hearing_id", name=op.f(f"uq_{HEARD}_hearing_id")),
    )
    _protect(HEARD, [("decision_id",), ("hearing_id",), ("id",)])


def _make_taking() -> None:
    checks = {
        "later_has_end": "(ground IN ('mistake', 'changed', 'by_rule')) = (ends_on IS NOT NULL)",
        "damage_looked_at": "(ground IN ('mistake', 'changed')) = (damage_cents IS NOT NULL)",
        "damage_for_a_reason": "(damage_cents IS NULL) = (damage_reason IS NULL)",
        "amounts_not_negative": "amount_cents >= 0 AND (damage_cents IS NULL OR damage_cents >= 0)",
    }
    op.create_table(
        TAKING,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("ground", _choice("taking_ground", GROUNDS), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid_before", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("damage_cents", sa.BigInteger(), nullable=True),
        sa.Column("damage_reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TAKING}_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f(f"fk_{TAKING}_decision_id_decision")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f(f"fk_{TAKING}_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TAKING}")),
        sa.UniqueConstraint("decision_id", name=op.f(f"uq_{TAKING}_decision_id")),
    )
    op.create_index(op.f(f"ix_{TAKING}_voucher_id"), TAKING, ["voucher_id"])
    _protect(TAKING, [("decision_id",), ("id",)])


def _make_back() -> None:
    checks = {
        "amount_not_negative": "amount_cents >= 0",
        "replaces_another": "decision_id <> replaced_decision_id",
        "given_has_instant": "(state = 'given') = (given_at IS NOT NULL)",
        "given_has_last_day": "(given_at IS NULL) = (valid_until IS NULL)",
        "ended_has_instant": "(state = 'ended') = (ended_at IS NOT NULL)",
        "decided_by_someone": "length(decided_by) > 0",
    }
    instant = sa.DateTime(timezone=True)
    foreign = {"voucher_id": "voucher", "decision_id": "decision", "replaced_decision_id": "decision"}
    op.create_table(
        BACK,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("replaced_decision_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", _choice("restoration_state", ("waiting", "given", "ended")), nullable=False),
        sa.Column("decided_at", instant, nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("given_at", instant, nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{BACK}_{name}")) for name, rule in checks.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{BACK}_{name}_{to}"))
            for name, to in foreign.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{BACK}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{BACK}_{name}"))
            for name in ("public_id", "decision_id", "replaced_decision_id")
        ),
    )
    op.create_index(op.f(f"ix_{BACK}_voucher_id"), BACK, ["voucher_id"])
    op.create_index(f"ix_{BACK}_state", BACK, ["state"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        f"uq_{BACK}_waiting", BACK, ["voucher_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    """Change the schema back. A decision that gave a voucher back is kept as one that refers; hearings about vouchers go."""
    for gone in (BACK, TAKING, HEARD):
        op.drop_table(gone)
    with op.batch_alter_table(LAID) as table:
        table.drop_constraint(op.f("ck_preparation_left_out_for_a_reason"), type_="check")
        table.drop_constraint(op.f("ck_preparation_unheard"), type_="check")
        table.drop_column("left_out_reason")
        table.drop_column("left_out")
    op.execute("DELETE FROM hearing WHERE act <> 'refuse'")
    op.execute("UPDATE hearing SET way = 'in_writing' WHERE way = 'own_page'")
    op.drop_index(op.f("ix_hearing_voucher_id"), HEARING)
    with op.batch_alter_table(HEARING) as table:
        for name in HEARING_CHECKS:
            table.drop_constraint(op.f(f"ck_{HEARING}_{name}"), type_="check")
        table.drop_constraint(op.f("fk_hearing_voucher_id_voucher"), type_="foreignkey")
        table.drop_constraint(op.f("ck_hearing_intended_act"), type_="check")
        table.drop_constraint(op.f("ck_hearing_view_way"), type_="check")
        table.create_check_constraint(op.f("ck_hearing_view_way"), WAYS)
        for name in ("dropped_by", "dropped_at", "amount_cents", "voucher_id", "act"):
            table.drop_column(name)
    lost = "UPDATE voucher_change SET kind = 'extended' WHERE kind IN ('ends', 'restored')"
    _change_kinds("voucher_change", "change_kind", CHANGES, [("id",), ("public_id",)], before=lost)
    kept = "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind = 'restored'"
    _change_kinds("decision", "decision_kind", DECISIONS, [("id",), ("public_id",)], before=kept)


def _protect(table: str, unique: list[tuple[str, ...]]) -> None:
    for statement in protect_statements(op.get_bind().dialect.name, table, unique):
        op.execute(statement)


def _change_kinds(
    table: str,
    name: str,
    kinds: str,
    unique: list[tuple[str, ...]],
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    for statement in unprotect_statements(op.get_bind().dialect.name, table):
        op.execute(statement)
    if before is not None:
        op.execute(before)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), kinds)
    if after is not None:
        op.execute(after)
    _protect(table, unique)
