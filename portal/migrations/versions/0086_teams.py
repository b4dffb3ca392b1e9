"""teams of advisors, the team of a case, and accounts that see the own teams alone

Revision ID: 0086
Revises: 0085
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

told_apart = import_module("portal.migrations.versions.0065_told_apart")

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_OPEN, _NOW = sa.text("closed_at IS NULL"), sa.text("until IS NULL")
OF_TEAMS = (("development_question", "team_id"), ("handed_case", "from_team_id"))


@contextmanager
def _changing(table: str) -> Iterator[BatchOperations]:
    """Change a table. SQLite makes it anew, and what is worked out in it cannot be carried over: that is laid down again after."""
    anew = table == told_apart.QUESTION and op.get_context().dialect.name == "sqlite"
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in told_apart.WORKED_OUT if anew else ():
            batch_op.drop_column(name)
        yield batch_op
    if anew:
        with op.batch_alter_table(table, schema=None) as batch_op:
            told_apart.lay_down(batch_op)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(80), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_team_has_name")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_team_closed_at_and_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_public_id")),
    )
    op.create_index("uq_team_open_name", "team", ["name"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("added_by", sa.String(80), nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("removed_by", sa.String(80), nullable=True),
        sa.CheckConstraint("(until IS NULL) = (removed_by IS NULL)", name=op.f("ck_team_member_until_and_by")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_team_member_until_after_since")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id_team")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_team_member_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_member_public_id")),
    )
    for column in ("team_id", "account_id"):
        op.create_index(op.f(f"ix_team_member_{column}"), "team_member", [column])
    both = ["account_id", "team_id"]
    op.create_index("uq_team_member_now", "team_member", both, unique=True, sqlite_where=_NOW, postgresql_where=_NOW)
    for table, column in OF_TEAMS:
        with _changing(table) as batch_op:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_{table}_{column}_team"), "team", [column], ["id"])
            batch_op.create_index(op.f(f"ix_{table}_{column}"), [column])
    op.add_column("account", sa.Column("only_own_teams", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column(
            "only_own_teams", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )


def downgrade() -> None:
    """Change the schema back."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("only_own_teams")
    for table, column in reversed(OF_TEAMS):
        with _changing(table) as batch_op:
            batch_op.drop_index(op.f(f"ix_{table}_{column}"))
            batch_op.drop_constraint(op.f(f"fk_{table}_{column}_team"), type_="foreignkey")
            batch_op.drop_column(column)
    op.drop_table("team_member")
    op.drop_table("team")
