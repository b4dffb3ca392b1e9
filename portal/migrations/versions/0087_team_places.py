"""which municipality is of which team, and cases that went from one team to another

Revision ID: 0087
Revises: 0088
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0088"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_NOW = sa.text("until IS NULL")
OF_A_PLACE = {
    "until_and_by": "(until IS NULL) = (ended_by IS NULL)",
    "until_after_since": "until IS NULL OR until >= since",
}
OF_A_MOVE = {
    "reason_given": "length(reason) > 0",
    "to_another_team": "from_team_id IS NULL OR from_team_id <> to_team_id",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "team_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(10), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_team_place_{name}")) for name, rule in OF_A_PLACE.items()),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_place_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_place")),
    )
    op.create_index(op.f("ix_team_place_team_id"), "team_place", ["team_id"])
    place = ["municipality"]
    op.create_index("uq_team_place_now", "team_place", place, unique=True, sqlite_where=_NOW, postgresql_where=_NOW)
    op.create_table(
        "team_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("from_team_id", sa.Integer(), nullable=True),
        sa.Column("to_team_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_team_move_{name}")) for name, rule in OF_A_MOVE.items()),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_team_move_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["from_team_id"], ["team.id"], name=op.f("fk_team_move_from_team_id_team")),
        sa.ForeignKeyConstraint(["to_team_id"], ["team.id"], name=op.f("fk_team_move_to_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_move")),
    )
    for column in ("question_id", "from_team_id", "to_team_id"):
        op.create_index(op.f(f"ix_team_move_{column}"), "team_move", [column])


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("team_move")
    op.drop_table("team_place")
