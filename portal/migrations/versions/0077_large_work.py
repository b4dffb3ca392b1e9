"""a large takeover is long work, done in parts; why work failed is kept in words

Revision ID: 0077
Revises: 0075
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0075"
branch_labels = None
depends_on = None

TABLE, WORK = "earlier_administration", "long_work"
KINDS_BEFORE = ("job", "replay", "scenario", "forecast", "prices", "round", "rebalance", "surety_room", "search")
KINDS_AFTER = (
    *("job", "replay", "scenario", "forecast", "prices", "round", "rebalance", "surety_room"),
    *("takeover_trial", "takeover", "takeover_undo", "search"),
)
STATES_BEFORE = ("draft", "laid_down", "taken_over", "undo_laid_down", "undone", "dropped")
STATES_AFTER = (
    *("draft", "laid_down", "carrying", "taken_over", "undo_laid_down"),
    *("undoing", "undone", "dropped"),
)
BY_SOMEONE = (
    "(taken_over_at IS NULL) = (taken_over_by IS NULL) AND (taken_over_at IS NULL) = (taken_over_by_name IS NULL)"
)
CHECKS_BEFORE = {
    "taken_over_has_instant": "(state IN ('taken_over', 'undo_laid_down', 'undone')) = (taken_over_at IS NOT NULL)",
    "taken_over_by_someone": BY_SOMEONE + " AND (taken_over_at IS NULL) = (last_transfer_id IS NULL)",
    "undo_has_instant": "(state IN ('undo_laid_down', 'undone')) = (undo_laid_down_at IS NOT NULL)",
    "undone_has_instant": "(state = 'undone') = (undone_at IS NOT NULL)",
}
CHECKS_AFTER = {
    "taken_over_has_instant": "(state IN ('carrying', 'taken_over', 'undo_laid_down', 'undoing', 'undone'))"
    " = (taken_over_at IS NOT NULL)",
    "taken_over_by_someone": BY_SOMEONE,
    "undo_has_instant": "(state IN ('undo_laid_down', 'undoing', 'undone')) = (undo_laid_down_at IS NOT NULL)",
    "undone_has_instant": "(state IN ('undoing', 'undone')) = (undone_at IS NOT NULL)",
}
CHECKS_NEW = {
    "taken_over_as_a_whole": "(state <> 'taken_over' OR last_transfer_id IS NOT NULL)"
    " AND (last_transfer_id IS NULL OR taken_over_at IS NOT NULL)",
    "counts_not_negative": "carried >= 0 AND taken_back >= 0",
}
REASON = {
    "reason_in_both_languages": "(trouble_nl IS NULL) = (trouble_en IS NULL)"
    " AND (trouble_nl IS NULL OR trouble IS NOT NULL)"
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
    """Change the schema. What failed before this has its code, and no words."""
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column("carried", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("taken_back", sa.Integer(), nullable=False, server_default="0"))
        _other(batch_op, TABLE, CHECKS_AFTER | {"administration_state": _one_of("state", STATES_AFTER)})
        _new(batch_op, TABLE, CHECKS_NEW)
    with op.batch_alter_table(WORK) as batch_op:
        batch_op.add_column(sa.Column("trouble_nl", sa.String(500), nullable=True))
        batch_op.add_column(sa.Column("trouble_en", sa.String(500), nullable=True))
        _other(batch_op, WORK, {"work_kind": _one_of("kind", KINDS_AFTER)})
        _new(batch_op, WORK, REASON)


def downgrade() -> None:
    """Change the schema back. What stopped halfway stands as it is, as taken over, and can be undone; work on it is gone."""
    one = sa.table(
        TABLE,
        *(
            sa.column(name)
            for name in ("state", "taken_over_at", "last_transfer_id", "undone_at", "undone_by", "undone_by_name")
        ),
    )
    last: sa.Select[Any] = sa.select(sa.func.coalesce(sa.func.max(sa.column("id")), 0)).select_from(
        sa.table("transfer")
    )
    whole = {"last_transfer_id": last.scalar_subquery()}
    nobody = {"undone_at": None, "undone_by": None, "undone_by_name": None}
    half = (one.c.taken_over_at.is_not(None), one.c.last_transfer_id.is_(None))
    op.execute(one.update().where(*half).values(**whole))
    op.execute(one.update().where(one.c.state == "carrying").values(state="taken_over"))
    op.execute(one.update().where(one.c.state == "undoing").values(state="undo_laid_down", **nobody))
    work = sa.table(WORK, sa.column("kind", sa.String))
    op.execute(work.delete().where(work.c.kind.in_(sorted(set(KINDS_AFTER) - set(KINDS_BEFORE)))))
    with op.batch_alter_table(WORK) as batch_op:
        _drop(batch_op, WORK, REASON)
        _other(batch_op, WORK, {"work_kind": _one_of("kind", KINDS_BEFORE)})
        batch_op.drop_column("trouble_en")
        batch_op.drop_column("trouble_nl")
    with op.batch_alter_table(TABLE) as batch_op:
        _drop(batch_op, TABLE, CHECKS_NEW)
        _other(batch_op, TABLE, CHECKS_BEFORE | {"administration_state": _one_of("state", STATES_BEFORE)})
        batch_op.drop_column("taken_back")
        batch_op.drop_column("carried")
