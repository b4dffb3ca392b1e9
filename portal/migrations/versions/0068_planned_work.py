"""forecasts and prices are worked out as long work, a scenario goes on where it was stopped, and rounds

Revision ID: 0068
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ROUND_CHECKS = {
    "round_method": "method IN ('ranking', 'lottery', 'pro_rata')",
    "round_state": "state IN ('open', 'divided', 'dropped')",
    "seed_with_print": "length(seed) = 32 AND length(seed_print) = 64",
    "divided_whole": "(state = 'divided') = (divided_at IS NOT NULL) AND (divided_at IS NULL) = (result_json IS NULL)"
    " AND (divided_at IS NULL) = (divided_by IS NULL) AND (divided_at IS NULL) = (divided_by_name IS NULL)",
    "dropped_whole": "(state = 'dropped') = (dropped_at IS NOT NULL) AND (dropped_at IS NULL) = (dropped_by IS NULL)",
    "points_rank": "points_json IS NULL OR method = 'ranking'",
}
BEFORE = ("job", "replay", "scenario", "search")
AFTER = ("job", "replay", "scenario", "forecast", "prices", "round", "search")


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
    _kinds(BEFORE, AFTER)
    op.create_table(
        "scenario_part",
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("lines_json", sa.Text(), nullable=False),
        sa.Column("content_json", sa.Text(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(content_json) > 0", name=op.f("ck_scenario_part_holds_something")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_part_scenario_id_scenario")),
        sa.PrimaryKeyConstraint("scenario_id", name=op.f("pk_scenario_part")),
    )
    op.create_table(
        "award_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("scheme", sa.String(80), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("received_until", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("seed_print", sa.String(64), nullable=False),
        sa.Column("points_json", sa.Text(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_by_name", sa.String(100), nullable=False),
        sa.Column("result_json", sa.Text(), nullable=True),
        sa.Column("divided_at", INSTANT, nullable=True),
        sa.Column("divided_by", sa.String(80), nullable=True),
        sa.Column("divided_by_name", sa.String(100), nullable=True),
        sa.Column("dropped_at", INSTANT, nullable=True),
        sa.Column("dropped_by", sa.String(80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_award_round_{name}")) for name, rule in ROUND_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_round_public_id")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_award_round_open", "award_round", ["scheme"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )


def downgrade() -> None:
    """Change the schema back. Work on forecasts and prices is forgotten; what it made stays."""
    op.drop_table("award_round")
    op.drop_table("scenario_part")
    _kinds(AFTER, BEFORE)
