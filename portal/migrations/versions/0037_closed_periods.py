"""accounting periods that are closed, a ledger that books nothing in them, and a chart of accounts

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

PERIOD, CLOSING, CHART = "accounting_period", "books_closing", "chart_account"
PERIOD_CHECKS = {
    "number_positive": "number > 0",
    "days_in_order": "last_day >= first_day",
    "laid_down_when_state_says_so": "(state = 'open') = (laid_down_at IS NULL)",
    "laid_down_whole": "(laid_down_at IS NULL) = (laid_down_by IS NULL)"
    " AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL) AND (laid_down_at IS NULL) = (sha256 IS NULL)",
    "closed_when_state_says_so": "(state = 'closed') = (closed_at IS NOT NULL)",
    "closed_whole": "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_by_name IS NULL)"
    " AND (closed_at IS NULL) = (statement IS NULL)",
    "second_person": "closed_by IS NULL OR closed_by <> laid_down_by",
}


def upgrade() -> None:
    """Change the schema. A desk with accounts has open books."""
    op.create_table(
        "closed_books",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_until", sa.Date(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_closed_books_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_books")),
    )
    op.execute("INSERT INTO closed_books (id) SELECT 1 WHERE EXISTS (SELECT 1 FROM ledger_account)")
    op.create_table(
        CLOSING,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.Date(), nullable=False),
        sa.Column("last_transfer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.CheckConstraint("last_transfer_id >= 0", name=op.f(f"ck_{CLOSING}_transfer_known")),
        sa.CheckConstraint("actor_id <> ''", name=op.f(f"ck_{CLOSING}_has_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CLOSING}")),
        sa.UniqueConstraint("closed_until", name=op.f(f"uq_{CLOSING}_closed_until")),
    )
    for statement in protect_statements(op.get_bind().dialect.name, CLOSING, [("closed_until",), ("id",)]):
        op.execute(statement)
    _period()
    op.create_table(
        CHART,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("number <> ''", name=op.f(f"ck_{CHART}_has_number")),
        sa.CheckConstraint("name <> ''", name=op.f(f"ck_{CHART}_has_name")),
        sa.ForeignKeyConstraint(
            ["ledger_account_id"], ["ledger_account.id"], name=op.f(f"fk_{CHART}_ledger_account_id_ledger_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHART}")),
        sa.UniqueConstraint("ledger_account_id", name=op.f(f"uq_{CHART}_ledger_account_id")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{CHART}_number")),
    )


def _period() -> None:
    op.create_table(
        PERIOD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "laid_down", "closed", name="period_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("laid_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("laid_down_by", sa.String(length=80), nullable=True),
        sa.Column("laid_down_by_name", sa.String(length=100), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("closed_by_name", sa.String(length=100), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{PERIOD}_{name}")) for name, rule in PERIOD_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PERIOD}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{PERIOD}_{name}"))
            for name in ("public_id", "number", "first_day", "last_day")
        ),
    )


def downgrade() -> None:
    """Change the schema back. Which books were closed is no longer kept; the bookings themselves stay where they are."""
    op.drop_table(CHART)
    op.drop_table(PERIOD)
    for statement in unprotect_statements(op.get_bind().dialect.name, CLOSING):
        op.execute(statement)
    op.drop_table(CLOSING)
    op.drop_table("closed_books")
