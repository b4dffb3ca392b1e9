"""forecasts and prices are worked out as long work

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


def downgrade() -> None:
    """Change the schema back. Work on forecasts and prices is forgotten; what it made stays."""
    _kinds(AFTER, BEFORE)
