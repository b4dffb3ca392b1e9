"""winding down the money of a funder: its steps, which of them were closed, and where what is left goes

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

WINDING, CLOSED, LEFT = "winding_down", "closed_step", "leftover"
STEPS = ("stop", "run_off", "settlement", "report", "transfer", "done")
WINDING_CHECKS = {
    "reason_given": "length(reason) > 0",
    "called_off_by_someone_for_a_reason": "(called_off_at IS NULL) = (called_off_by IS NULL)"
    " AND (called_off_at IS NULL) = (called_off_reason IS NULL)",
    "not_both": "called_off_at IS NULL OR (step <> 'done' AND laid_down_at IS NULL)",
    "laid_down_by_someone": "(laid_down_at IS NULL) = (laid_down_by IS NULL)"
    " AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL)",
    "laid_down_in_the_last_step": "laid_down_at IS NULL OR step IN ('transfer', 'done')",
    "done_when_step_says_so": "(step = 'done') = (done_at IS NOT NULL)",
    "done_whole": "(done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (done_by_name IS NULL)"
    " AND (done_at IS NULL OR laid_down_at IS NOT NULL)",
    "second_person": "done_by IS NULL OR done_by <> laid_down_by",
}
CLOSED_CHECKS = {
    "a_step": "step <> 'done'",
    "report_has_hash": "(step = 'report') = (sha256 IS NOT NULL)",
    "report_has_last_day": "(step = 'report') = (report_until IS NOT NULL)",
    "hash_whole": "sha256 IS NULL OR length(sha256) = 64",
    "closed_by_someone": "closed_by <> ''",
}
LEFT_CHECKS = {
    "amount_positive": "amount_cents > 0",
    "to_another_line": "to_line_id IS NULL OR to_line_id <> funding_line_id",
}


def _step() -> sa.Enum:
    return sa.Enum(*STEPS, name="wind_down_step", native_enum=False, create_constraint=True, length=40)


def _checks(table: str, rules: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    """Change the schema."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        WINDING,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("schemes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("step", _step(), nullable=False),
        sa.Column("begun_at", instant, nullable=False),
        sa.Column("begun_by", sa.String(length=80), nullable=False),
        sa.Column("begun_by_name", sa.String(length=100), nullable=False),
        sa.Column("called_off_at", instant, nullable=True),
        sa.Column("called_off_by", sa.String(length=80), nullable=True),
        sa.Column("called_off_reason", sa.Text(), nullable=True),
        sa.Column("laid_down_at", instant, nullable=True),
        sa.Column("laid_down_by", sa.String(length=80), nullable=True),
        sa.Column("laid_down_by_name", sa.String(length=100), nullable=True),
        sa.Column("done_at", instant, nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("done_by_name", sa.String(length=100), nullable=True),
        *_checks(WINDING, WINDING_CHECKS),
        _key(WINDING, "funder_id", "funder"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{WINDING}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{WINDING}_public_id")),
    )
    running = sa.text("called_off_at IS NULL")
    op.create_index(op.f(f"ix_{WINDING}_funder_id"), WINDING, ["funder_id"])
    op.create_index(
        "uq_winding_down_running",
        WINDING,
        ["funder_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        CLOSED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("winding_down_id", sa.Integer(), nullable=False),
        sa.Column("step", _step(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("report_until", sa.Date(), nullable=True),
        sa.Column("closed_at", instant, nullable=False),
        sa.Column("closed_by", sa.String(length=80), nullable=False),
        sa.Column("closed_by_name", sa.String(length=100), nullable=False),
        *_checks(CLOSED, CLOSED_CHECKS),
        _key(CLOSED, "winding_down_id", WINDING),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CLOSED}")),
        sa.UniqueConstraint("winding_down_id", "step", name=op.f(f"uq_{CLOSED}_winding_down_id_step")),
    )
    op.create_index(op.f(f"ix_{CLOSED}_winding_down_id"), CLOSED, ["winding_down_id"])
    for statement in protect_statements(op.get_bind().dialect.name, CLOSED, (("id",), ("winding_down_id", "step"))):
        op.execute(statement)
    op.create_table(
        LEFT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("winding_down_id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("to_line_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        *_checks(LEFT, LEFT_CHECKS),
        _key(LEFT, "winding_down_id", WINDING),
        _key(LEFT, "funding_line_id", "funding_line"),
        _key(LEFT, "to_line_id", "funding_line"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{LEFT}")),
        sa.UniqueConstraint(
            "winding_down_id", "funding_line_id", name=op.f(f"uq_{LEFT}_winding_down_id_funding_line_id")
        ),
    )
    for column in ("winding_down_id", "funding_line_id", "to_line_id"):
        op.create_index(op.f(f"ix_{LEFT}_{column}"), LEFT, [column])


def downgrade() -> None:
    """Take the change back."""
    for statement in unprotect_statements(op.get_bind().dialect.name, CLOSED):
        op.execute(statement)
    for table in (LEFT, CLOSED, WINDING):
        op.drop_table(table)
