"""administrations of a fund from before the desk, the vouchers that came of them, and decisions that were taken there

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLE, CHOICE, TAKEN = "earlier_administration", "column_choice", "voucher_taken_over"
OLD_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled', 'revoked', 'lowered')"
NEW_KINDS = OLD_KINDS.replace("'lowered')", "'lowered', 'taken_over')")
KEPT = "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind = 'taken_over'"
AGAIN = (
    "UPDATE decision SET kind = referred_to, referred_to = NULL WHERE kind = 'referred' AND referred_to = 'taken_over'"
)
STATES = ("draft", "laid_down", "taken_over", "undo_laid_down", "undone", "dropped")
CHECKS = {
    "content_hash_sha256": "length(content_hash) = 64",
    "tried_has_sums": "(tried_hash IS NULL) = (tried_sums IS NULL)",
    "laid_down_has_instant": "(state IN ('draft', 'dropped')) = (laid_down_at IS NULL)",
    "laid_down_by_someone": "(laid_down_at IS NULL) = (laid_down_by IS NULL)"
    " AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL)",
    "laid_down_after_trial": "state IN ('draft', 'dropped') OR tried_hash IS NOT NULL",
    "taken_over_has_instant": "(state IN ('taken_over', 'undo_laid_down', 'undone')) = (taken_over_at IS NOT NULL)",
    "taken_over_by_someone": "(taken_over_at IS NULL) = (taken_over_by IS NULL)"
    " AND (taken_over_at IS NULL) = (taken_over_by_name IS NULL) AND (taken_over_at IS NULL) = (last_transfer_id IS NULL)",
    "taken_over_by_second_person": "taken_over_by IS NULL OR taken_over_by <> laid_down_by",
    "undo_has_instant": "(state IN ('undo_laid_down', 'undone')) = (undo_laid_down_at IS NOT NULL)",
    "undo_by_someone_for_a_reason": "(undo_laid_down_at IS NULL) = (undo_laid_down_by IS NULL)"
    " AND (undo_laid_down_at IS NULL) = (undo_laid_down_by_name IS NULL)"
    " AND (undo_laid_down_at IS NULL) = (undo_reason IS NULL)",
    "undone_has_instant": "(state = 'undone') = (undone_at IS NOT NULL)",
    "undone_by_someone": "(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_by_name IS NULL)",
    "undone_by_second_person": "undone_by IS NULL OR undone_by <> undo_laid_down_by",
    "dropped_has_instant": "(state = 'dropped') = (dropped_at IS NOT NULL)",
    "dropped_by_someone": "(dropped_at IS NULL) = (dropped_by IS NULL)",
}


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was."""
    _change_kinds(NEW_KINDS, after=AGAIN)
    instant = sa.DateTime(timezone=True)
    someone = [
        sa.Column(f"{act}_{what}", kind, nullable=act != "sent")
        for act in ("sent", "laid_down", "taken_over", "undo_laid_down", "undone")
        for what, kind in (("at", instant), ("by", sa.String(length=80)), ("by_name", sa.String(length=100)))
    ]
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="administration_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("tables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("tried_hash", sa.String(length=64), nullable=True),
        sa.Column("tried_sums", sa.JSON(none_as_null=True), nullable=True),
        *someone,
        sa.Column("last_transfer_id", sa.Integer(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.Column("dropped_at", instant, nullable=True),
        sa.Column("dropped_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_state"), TABLE, ["state"])
    op.create_table(
        CHOICE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("headings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kept_at", instant, nullable=False),
        sa.Column("kept_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f(f"ck_{CHOICE}_has_name")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHOICE}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{CHOICE}_name")),
    )
    op.create_table(
        TAKEN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("administration_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("reference_key", sa.String(length=60), nullable=False),
        sa.Column("undone_at", instant, nullable=True),
        sa.CheckConstraint("length(reference) > 0", name=op.f(f"ck_{TAKEN}_has_reference")),
        sa.ForeignKeyConstraint(
            ["administration_id"], [f"{TABLE}.id"], name=op.f(f"fk_{TAKEN}_administration_id_{TABLE}")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f(f"fk_{TAKEN}_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TAKEN}")),
        sa.UniqueConstraint("voucher_id", name=op.f(f"uq_{TAKEN}_voucher_id")),
    )
    op.create_index(op.f(f"ix_{TAKEN}_administration_id"), TAKEN, ["administration_id"])
    stands = sa.text("undone_at IS NULL")
    op.create_index(
        f"uq_{TAKEN}_standing", TAKEN, ["reference_key"], unique=True, sqlite_where=stands, postgresql_where=stands
    )


def downgrade() -> None:
    """Change the schema back. What was taken over stays in the books; from where is gone, and a decision of there is kept as one
    that refers to it."""
    for table in (TAKEN, CHOICE, TABLE):
        op.drop_table(table)
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
