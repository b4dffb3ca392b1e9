"""scenarios that are kept, and prices of budgets in versions

Revision ID: 0067
Revises: 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BEFORE, AFTER = ("job", "replay", "search"), ("job", "replay", "scenario", "search")
PAST = ("hindsight", "unforeseeable", "no_show", "rule", "override")
PRICES_CHECKS = {
    "counts_positive": "number > 0 AND years > 0",
    "parts_in_range": "hindsight_permille BETWEEN 0 AND 1000 AND fixed_permille BETWEEN 0 AND 1000",
    "past_whole": "(past_hindsight_cents IS NULL) = (past_unforeseeable_cents IS NULL)"
    " AND (past_hindsight_cents IS NULL) = (past_no_show_cents IS NULL)"
    " AND (past_hindsight_cents IS NULL) = (past_rule_cents IS NULL)"
    " AND (past_hindsight_cents IS NULL) = (past_override_cents IS NULL)",
    "in_force_whole": "(state IN ('in_force', 'ended')) = (in_force_at IS NOT NULL)"
    " AND (in_force_at IS NULL) = (in_force_by IS NULL)"
    " AND (in_force_at IS NULL) = (in_force_by_name IS NULL)",
    "ended_whole": "(state IN ('ended', 'dropped')) = (ended_at IS NOT NULL)"
    " AND (ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
}
PRICE_CHECKS = {
    "scarce_in_range": "scarce_permille BETWEEN 0 AND 1000",
    "price_in_range": "price_permille BETWEEN 0 AND 2000",
    "written_in_range": "written_permille IS NULL OR written_permille BETWEEN 0 AND 2000",
}
SCENARIO_CHECKS = {
    "named": "length(name) > 0",
    "computed_whole": "(result_json IS NULL) = (computed_at IS NULL) AND (result_json IS NULL) = (computed_on IS NULL)",
}


def _checks(table: str, rules: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _kinds(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """What long work can be: another list of kinds."""
    name = op.f("ck_long_work_work_kind")
    work = sa.table("long_work", sa.column("kind", sa.String))
    op.execute(work.delete().where(work.c.kind.in_(sorted(set(old) - set(new)))))
    with op.batch_alter_table("long_work") as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, "kind IN (" + ", ".join(f"'{kind}'" for kind in new) + ")")


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("changes_json", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_by_name", sa.String(100), nullable=False),
        sa.Column("result_json", sa.Text(), nullable=True),
        sa.Column("computed_at", INSTANT, nullable=True),
        sa.Column("computed_on", sa.Date(), nullable=True),
        *_checks("scenario", SCENARIO_CHECKS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("public_id", name=op.f("uq_scenario_public_id")),
        sa.UniqueConstraint("name", name=op.f("uq_scenario_name")),
    )
    _create_prices()
    _kinds(BEFORE, AFTER)


def _create_prices() -> None:
    states = ("worked_out", "in_force", "ended", "dropped")
    op.create_table(
        "line_prices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("hindsight_permille", sa.Integer(), nullable=False),
        sa.Column("fixed_permille", sa.Integer(), nullable=False),
        *(sa.Column(f"past_{name}_cents", sa.BigInteger(), nullable=True) for name in PAST),
        sa.Column(
            "state",
            sa.Enum(*states, name="prices_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("worked_out_at", INSTANT, nullable=False),
        sa.Column("worked_out_by", sa.String(80), nullable=False),
        sa.Column("worked_out_by_name", sa.String(100), nullable=False),
        sa.Column("in_force_at", INSTANT, nullable=True),
        sa.Column("in_force_by", sa.String(80), nullable=True),
        sa.Column("in_force_by_name", sa.String(100), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=True),
        sa.Column("ended_by_name", sa.String(100), nullable=True),
        *_checks("line_prices", PRICES_CHECKS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_prices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_line_prices_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_line_prices_number")),
    )
    for state in ("worked_out", "in_force"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_line_prices_{state}", "line_prices", ["state"], unique=True, sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "line_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prices_id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("scarce_permille", sa.Integer(), nullable=False),
        sa.Column("price_permille", sa.Integer(), nullable=False),
        sa.Column("written_permille", sa.Integer(), nullable=True),
        *_checks("line_price", PRICE_CHECKS),
        sa.ForeignKeyConstraint(["prices_id"], ["line_prices.id"], name=op.f("fk_line_price_prices_id_line_prices")),
        sa.ForeignKeyConstraint(
            ["funding_line_id"], ["funding_line.id"], name=op.f("fk_line_price_funding_line_id_funding_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_price")),
        sa.UniqueConstraint("prices_id", "funding_line_id", name=op.f("uq_line_price_prices_id_funding_line_id")),
    )
    for column in ("prices_id", "funding_line_id"):
        op.create_index(op.f(f"ix_line_price_{column}"), "line_price", [column])


def downgrade() -> None:
    """Change the schema back. Scenarios and versions of prices are lost; budgets keep the price they have."""
    _kinds(AFTER, BEFORE)
    for table in ("line_price", "line_prices", "scenario"):
        op.drop_table(table)
