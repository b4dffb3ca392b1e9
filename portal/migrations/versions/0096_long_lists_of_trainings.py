"""a long list of trainings is taken in part by part, as long work

Revision ID: 0096
Revises: 0095
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

TABLE, WORK = "training_import", "long_work"
KINDS_BEFORE = (
    *("job", "replay", "scenario", "forecast", "prices", "round", "rebalance", "surety_room"),
    *("takeover_trial", "takeover", "takeover_undo", "report_file", "search"),
)
KINDS_AFTER = (*KINDS_BEFORE[:-1], "trainings", "search")
STATES_BEFORE = ("waiting", "taken_in", "dropped")
STATES_AFTER = ("waiting", "taking_in", "taken_in", "dropped")
SETTLED_BEFORE = {"settled_has_instant": "(state = 'waiting') = (settled_at IS NULL)"}
SETTLED_AFTER = {"settled_has_instant": "(state IN ('waiting', 'taking_in')) = (settled_at IS NULL)"}
BEGUN = {
    "begun_has_instant": "state <> 'taking_in' OR begun_at IS NOT NULL",
    "begun_by_someone": "(begun_at IS NULL) = (begun_by IS NULL)",
}


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


def _new(batch_op: Any, table: str, checks: dict[str, str]) -> None:
    for name, rule in checks.items():
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)


def _drop(batch_op: Any, table: str, checks: dict[str, str]) -> None:
    for name in checks:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")


def _other(batch_op: Any, table: str, checks: dict[str, str]) -> None:
    _drop(batch_op, table, checks)
    _new(batch_op, table, checks)


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("begun_by", sa.String(80), nullable=True))
        batch_op.add_column(sa.Column("seen", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        _other(batch_op, TABLE, SETTLED_AFTER | {"import_state": _one_of("state", STATES_AFTER)})
        _new(batch_op, TABLE, BEGUN)
    with op.batch_alter_table(WORK) as batch_op:
        _other(batch_op, WORK, {"work_kind": _one_of("kind", KINDS_AFTER)})


def downgrade() -> None:
    """Change the schema back. A list that stopped halfway waits again: what was taken in of it is the same as what is known."""
    lists = sa.table(TABLE, sa.column("state", sa.String))
    op.execute(lists.update().where(lists.c.state == "taking_in").values(state="waiting"))
    work = sa.table(WORK, sa.column("kind", sa.String))
    op.execute(work.delete().where(work.c.kind == "trainings"))
    with op.batch_alter_table(WORK) as batch_op:
        _other(batch_op, WORK, {"work_kind": _one_of("kind", KINDS_BEFORE)})
    with op.batch_alter_table(TABLE) as batch_op:
        _drop(batch_op, TABLE, BEGUN)
        _other(batch_op, TABLE, SETTLED_BEFORE | {"import_state": _one_of("state", STATES_BEFORE)})
        for name in ("seen", "begun_by", "begun_at"):
            batch_op.drop_column(name)
