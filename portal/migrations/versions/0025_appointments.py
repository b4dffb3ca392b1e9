"""talks that people choose in the diaries of advisors, talks that were missed, and people who want to be called back

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

from portal.platform.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
QUESTION = "development_question.id"
OLD_STATES = "state IN ('planned', 'held', 'cancelled')"
NEW_STATES = "state IN ('planned', 'held', 'cancelled', 'missed')"
CHECKS = {
    "missed_has_instant": "(state = 'missed') = (missed_at IS NOT NULL)",
    "missed_by_someone": "(missed_at IS NULL) = (missed_by IS NULL)",
    "takes_time": "minutes > 0",
    "sequence_not_negative": "sequence >= 0",
}
OWN_CHOICE = sa.text("own_choice AND state = 'planned'")
PLANNED = sa.text("state = 'planned'")
WAITS = sa.text("answered_at IS NULL")
TALK = sa.table(
    "conversation",
    *map(sa.column, ("id", "state", "minutes", "advisor_id", "planned_by")),
    sa.column("planned_for", UtcDateTime()),
)
TAKEN = sa.table("taken_quarter", sa.column("advisor_id"), sa.column("starts_at", UtcDateTime()), sa.column("talk_id"))


def upgrade() -> None:
    """Change the schema. Talks that are planned stand in the diary of who planned them, the first one where two overlap."""
    _create_diaries()
    _create_call_back()
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minutes", sa.Integer(), server_default="60", nullable=False))
        batch_op.add_column(sa.Column("own_choice", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("advisor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        for name in ("moved_at", "reminded_for", "missed_at"):
            batch_op.add_column(sa.Column(name, TIME, nullable=True))
        batch_op.add_column(sa.Column("missed_by", sa.String(length=80), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_conversation_conversation_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_conversation_conversation_state"), NEW_STATES)
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_conversation_{name}"), rule)
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for name in ("minutes", "own_choice", "sequence"):
            batch_op.alter_column(name, server_default=None)
    op.create_index(
        "uq_conversation_own_choice",
        "conversation",
        ["question_id"],
        unique=True,
        sqlite_where=OWN_CHOICE,
        postgresql_where=OWN_CHOICE,
    )
    op.create_index(
        "ix_conversation_planned", "conversation", ["planned_for"], sqlite_where=PLANNED, postgresql_where=PLANNED
    )
    _create_taken_quarter()
    _fill_diaries()


def downgrade() -> None:
    """Change the schema back. A talk that was missed is one that did not take place."""
    op.drop_table("taken_quarter")
    op.drop_index("ix_conversation_planned", "conversation")
    op.drop_index("uq_conversation_own_choice", "conversation")
    op.execute(
        "UPDATE conversation SET state = 'cancelled', cancelled_at = missed_at, cancelled_by = missed_by,"
        " missed_at = NULL, missed_by = NULL WHERE state = 'missed'"
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_conversation_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_conversation_conversation_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_conversation_conversation_state"), OLD_STATES)
        for column in (
            "missed_by",
            "missed_at",
            "reminded_for",
            "moved_at",
            "sequence",
            "advisor_id",
            "own_choice",
            "minutes",
        ):
            batch_op.drop_column(column)
    for table in ("call_back", "day_away", "advisor_hours", "diary"):
        op.drop_table(table)


def _create_diaries() -> None:
    op.create_table(
        "diary",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("video_link", sa.String(length=200), nullable=True),
        sa.Column("changed_at", TIME, nullable=False),
        sa.CheckConstraint("place IS NULL OR length(place) > 0", name=op.f("ck_diary_place_has_words")),
        sa.CheckConstraint(
            "video_link IS NULL OR video_link LIKE 'https://%'", name=op.f("ck_diary_video_link_is_safe")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_diary_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_diary")),
    )
    hours = {
        "never_on_sunday": "weekday >= 0 AND weekday <= 5",
        "within_the_day": "begins >= 420 AND ends <= 1260",
        "begins_on_a_quarter": "begins % 15 = 0",
        "length_in_quarters": "talk_minutes >= 15 AND talk_minutes <= 120 AND talk_minutes % 15 = 0",
        "room_for_a_talk": "ends - begins >= talk_minutes",
        "in_some_way": "at_desk OR by_phone OR by_video",
    }
    op.create_table(
        "advisor_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("weekday", "begins", "ends", "talk_minutes")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("at_desk", "by_phone", "by_video")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_advisor_hours_{name}")) for name, rule in hours.items()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_advisor_hours_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advisor_hours")),
        sa.UniqueConstraint("public_id", name=op.f("uq_advisor_hours_public_id")),
    )
    op.create_index(op.f("ix_advisor_hours_account_id"), "advisor_hours", ["account_id"], unique=False)
    op.create_table(
        "day_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_day_away_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_day_away_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_away")),
        sa.UniqueConstraint("public_id", name=op.f("uq_day_away_public_id")),
    )
    op.create_index(op.f("ix_day_away_account_id"), "day_away", ["account_id"], unique=False)


def _create_call_back() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_call_back_answered_by_someone")
        ),
        sa.CheckConstraint("note IS NULL OR length(note) > 0", name=op.f("ck_call_back_note_has_words")),
        sa.ForeignKeyConstraint(
            ["question_id"], [QUESTION], name=op.f("fk_call_back_question_id_development_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("public_id", name=op.f("uq_call_back_public_id")),
    )
    op.create_index(op.f("ix_call_back_question_id"), "call_back", ["question_id"], unique=False)
    op.create_index(
        "uq_call_back_open", "call_back", ["question_id"], unique=True, sqlite_where=WAITS, postgresql_where=WAITS
    )


def _create_taken_quarter() -> None:
    op.create_table(
        "taken_quarter",
        sa.Column("advisor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["conversation.id"], name=op.f("fk_taken_quarter_talk_id_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("advisor_id", "starts_at", name=op.f("pk_taken_quarter")),
    )
    op.create_index(op.f("ix_taken_quarter_talk_id"), "taken_quarter", ["talk_id"], unique=False)


def _fill_diaries() -> None:
    """Whose talk it is says ``account:12``. Talks were planned at any minute: each takes every quarter that it touches."""
    connection = op.get_bind()
    taken: set[tuple[int, datetime]] = set()
    rows = connection.execute(sa.select(TALK).where(TALK.c.planned_by.like("account:%")).order_by(TALK.c.id)).all()
    for row in rows:
        advisor_id = int(str(row.planned_by).partition(":")[2])
        connection.execute(sa.update(TALK).where(TALK.c.id == row.id).values(advisor_id=advisor_id))
        quarters = {(advisor_id, quarter) for quarter in _quarters(row.planned_for, row.minutes)}
        if row.state == "planned" and not quarters & taken:
            taken |= quarters
            values = [{"advisor_id": one, "starts_at": quarter, "talk_id": row.id} for one, quarter in sorted(quarters)]
            connection.execute(sa.insert(TAKEN), values)


def _quarters(planned_for: datetime, minutes: int) -> list[datetime]:
    first = planned_for.replace(minute=planned_for.minute // 15 * 15, second=0, microsecond=0)
    last = planned_for + timedelta(minutes=minutes)
    return [
        first + timedelta(minutes=15 * number) for number in range(9) if first + timedelta(minutes=15 * number) < last
    ]
