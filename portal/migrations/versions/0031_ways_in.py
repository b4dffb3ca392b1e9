"""ways in that are known and end, and exact counts of what may be done so often

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PLACE = sa.String(length=64)
WAYS = "way_in IN ('sign_in_link', 'access_link', 'draft', 'demo')"
SIGN_IN_LINK = "COALESCE(way_in, '') <> 'sign_in_link' OR sign_in_link_id IS NOT NULL"
AT_MOST = timedelta(days=365)


def upgrade() -> None:
    """Change the schema. A link that is there ends a year after it was made; from when it is used the ninety days count.

    How a browser came in that is in now is not known, and is not made up. Wrong links of this hour are no longer counted.
    """
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_from", PLACE, nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.alter_column("created_from", existing_type=PLACE, server_default=None)
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_from", PLACE, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("expires_at", TIME, nullable=True))
        batch_op.add_column(sa.Column("ends_at", TIME, nullable=True))
    _give_ends()
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.alter_column("created_from", existing_type=PLACE, server_default=None)
        batch_op.alter_column("expires_at", existing_type=TIME, nullable=False)
        batch_op.alter_column("ends_at", existing_type=TIME, nullable=False)
        batch_op.create_check_constraint(batch_op.f("ck_access_link_expires_before_it_ends"), "expires_at <= ends_at")
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_in_link_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("way_in", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_session_record_sign_in_link_id_sign_in_link"), "sign_in_link", ["sign_in_link_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_session_record_way_in"), WAYS)
        batch_op.create_check_constraint(
            batch_op.f("ck_session_record_sign_in_link_of_an_account"),
            "sign_in_link_id IS NULL OR account_id IS NOT NULL",
        )
        batch_op.create_check_constraint(batch_op.f("ck_session_record_way_in_by_which_link"), SIGN_IN_LINK)
        batch_op.create_index(batch_op.f("ix_session_record_sign_in_link_id"), ["sign_in_link_id"], unique=False)
    op.drop_table("sign_in_attempt")
    op.create_table(
        "limit_count",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("who", PLACE, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_limit_count_number_positive")),
        sa.CheckConstraint("until > since", name=op.f("ck_limit_count_window_forward")),
        sa.PrimaryKeyConstraint("what", "who", name=op.f("pk_limit_count")),
    )


def _give_ends() -> None:
    """Of each link when it ends."""
    link = sa.table("access_link", sa.column("id"), sa.column("created_at", TIME), *_ends())
    bind = op.get_bind()
    ends = []
    for row in bind.execute(sa.select(link.c.id, link.c.created_at)):
        made = row.created_at if row.created_at.tzinfo is not None else row.created_at.replace(tzinfo=UTC)
        ends.append({"link": row.id, "ends": made + AT_MOST})
    if ends:
        given = sa.update(link).where(link.c.id == sa.bindparam("link"))
        bind.execute(given.values(expires_at=sa.bindparam("ends"), ends_at=sa.bindparam("ends")), ends)


def _ends() -> tuple[sa.ColumnClause[datetime], ...]:
    return sa.column("expires_at", TIME), sa.column("ends_at", TIME)


def downgrade() -> None:
    """Put the schema back as it was; how browsers came in, when links end and what was counted are lost."""
    op.drop_table("limit_count")
    op.create_table(
        "sign_in_attempt",
        sa.Column("place", PLACE, nullable=False),
        sa.Column("hour", TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "hour", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_record_sign_in_link_id"))
        for name in ("way_in_by_which_link", "sign_in_link_of_an_account", "way_in"):
            batch_op.drop_constraint(batch_op.f(f"ck_session_record_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_session_record_sign_in_link_id_sign_in_link"), type_="foreignkey")
        batch_op.drop_column("way_in")
        batch_op.drop_column("sign_in_link_id")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_link_expires_before_it_ends"), type_="check")
        for name in ("ends_at", "expires_at", "created_from"):
            batch_op.drop_column(name)
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_column("created_from")
