"""forecasts and prices are worked out as long work, and a scenario goes on where it was stopped

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

BEFORE = ("job", "replay", "scenario", "search")
AFTER = ("job", "replay", "scenario", "forecast", "prices", "search")


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
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(content_json) > 0", name=op.f("ck_scenario_part_holds_something")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_part_scenario_id_scenario")),
        sa.PrimaryKeyConstraint("scenario_id", name=op.f("pk_scenario_part")),
    )


def downgrade() -> None:
    """Change the schema back. Work on forecasts and prices is forgotten; what it made stays."""
    op.drop_table("scenario_part")
    _kinds(AFTER, BEFORE)
