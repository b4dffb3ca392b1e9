"""plans of re-assignments and the room of a surety are worked out as long work

Revision ID: 0075
Revises: 0074
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WORK, PLAN, ROOM = "long_work", "rebalance", "surety_room"
KINDS = ("job", "replay", "scenario", "forecast", "prices", "round", "search")
MORE_KINDS = ("job", "replay", "scenario", "forecast", "prices", "round", "rebalance", "surety_room", "search")
STATES = ("laid_down", "carried_out", "dropped")
MORE_STATES = ("asked", "laid_down", "nothing", "carried_out", "dropped")
WORKED_OUT = {
    "worked_out_whole": "(worked_out_at IS NULL) = (worked_out_by IS NULL) AND (worked_out_at IS NULL) = (worked_out_by_name IS NULL)"
    " AND (worked_out_at IS NOT NULL OR (books_print IS NULL AND fewest_moves IS NULL AND of_day IS NULL))",
    "worked_out_when_state_says_so": "state = 'dropped' OR (state = 'asked') = (worked_out_at IS NULL)",
    "print_is_one": "books_print IS NULL OR length(books_print) = 64",
    "bound_not_negative": "fewest_moves IS NULL OR fewest_moves >= 0",
}


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


def _of_plans() -> list[sa.Column[Any]]:
    return [
        sa.Column("fewest_moves", sa.Integer(), nullable=True),
        sa.Column("of_day", sa.Date(), nullable=True),
        sa.Column("books_print", sa.String(64), nullable=True),
        sa.Column("worked_out_at", INSTANT, nullable=True),
        sa.Column("worked_out_by", sa.String(80), nullable=True),
        sa.Column("worked_out_by_name", sa.String(100), nullable=True),
    ]


def _of_rooms() -> list[sa.Column[Any]]:
    return [
        sa.Column("of_day", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("seed", "sets", "learned_from", "open_vouchers")),
        sa.Column("books_print", sa.String(64), nullable=True),
    ]


def upgrade() -> None:
    """Change the schema. A plan of before was worked out when it was laid down, and by whom."""
    with op.batch_alter_table(WORK) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{WORK}_work_kind"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{WORK}_work_kind"), _one_of("kind", MORE_KINDS))
    for column in _of_plans():
        op.add_column(PLAN, column)
    plan = sa.table(
        PLAN, *(sa.column(f"{act}_{what}") for act in ("worked_out", "laid_down") for what in ("at", "by", "by_name"))
    )
    op.execute(
        plan.update().values(
            worked_out_at=plan.c.laid_down_at,
            worked_out_by=plan.c.laid_down_by,
            worked_out_by_name=plan.c.laid_down_by_name,
        )
    )
    _states(MORE_STATES, open_states=("asked", "laid_down"), more=WORKED_OUT)
    for column in _of_rooms():  # append-only: no row of before is touched
        op.add_column(ROOM, column)


def _states(states: tuple[str, ...], *, open_states: tuple[str, ...], more: dict[str, str] | None = None) -> None:
    """What a plan can be, and which of that are not over: at most one of each."""
    is_open = f"state = '{open_states[0]}'" if len(open_states) == 1 else _one_of("state", open_states)
    op.drop_index(f"uq_{PLAN}_waiting", table_name=PLAN)
    with op.batch_alter_table(PLAN) as batch_op:
        for name, rule in (
            ("rebalance_state", _one_of("state", states)),
            ("ended_when_state_says_so", f"({is_open}) = (ended_at IS NULL)"),
        ):
            batch_op.drop_constraint(op.f(f"ck_{PLAN}_{name}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{PLAN}_{name}"), rule)
        for name, rule in (more or {}).items():
            batch_op.create_check_constraint(op.f(f"ck_{PLAN}_{name}"), rule)
    where = sa.text(is_open)
    op.create_index(f"uq_{PLAN}_waiting", PLAN, ["state"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Change the schema back. Plans that were not worked out or had nothing to gain are lost, and what rooms were worked out from."""
    for column in reversed(_of_rooms()):
        op.drop_column(ROOM, column.name)
    plan = sa.table(PLAN, sa.column("worked_out_at"), sa.column("state", sa.String))
    op.execute(plan.delete().where(sa.or_(plan.c.worked_out_at.is_(None), plan.c.state == "nothing")))
    with op.batch_alter_table(PLAN) as batch_op:
        for name in WORKED_OUT:
            batch_op.drop_constraint(op.f(f"ck_{PLAN}_{name}"), type_="check")
    _states(STATES, open_states=("laid_down",))
    with op.batch_alter_table(PLAN) as batch_op:
        for column in reversed(_of_plans()):
            batch_op.drop_column(column.name)
    work = sa.table(WORK, sa.column("kind", sa.String))
    op.execute(work.delete().where(work.c.kind.in_(sorted(set(MORE_KINDS) - set(KINDS)))))
    with op.batch_alter_table(WORK) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{WORK}_work_kind"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{WORK}_work_kind"), _one_of("kind", KINDS))
