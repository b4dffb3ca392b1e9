"""the audit log is a chain, and the checks of the books are kept

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.people.audit.chain import START, digest_of
from portal.platform.append_only import protect_statements
from portal.platform.database import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
AT_ONCE = 5_000
EVENT = sa.table(
    "audit_event",
    sa.column("id", sa.Integer()),
    sa.column("at", UtcDateTime()),
    *map(sa.column, ("actor", "role", "action", "object_kind", "object_id", "result", "origin")),
    sa.column("fields", JSON),
)
LINK = sa.table("audit_link", *map(sa.column, ("place", "event_id", "previous", "digest")), sa.column("decided", JSON))
HEAD = sa.table("audit_head", *map(sa.column, ("id", "places", "digest")))
UNIQUE = {
    "audit_link": [("event_id",), ("place",)],
    "books_check": [("id",), ("public_id",)],
    "books_answer": [("check_id",), ("id",)],
}


def upgrade() -> None:
    """Make the tables, and bind every event that was logged before, in the order in which it was."""
    _make_chain()
    _make_checks()
    for table, unique in UNIQUE.items():
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)
    _bind()


def downgrade() -> None:
    """The events stay; what binds them and what the checks found goes."""
    for table in ("books_answer", "books_check", "audit_head", "audit_link"):
        op.drop_table(table)


def _make_chain() -> None:
    op.create_table(
        "audit_link",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("decided", JSON, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_audit_link_digest_whole")),
        sa.CheckConstraint("place > 0", name=op.f("ck_audit_link_place_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_link_event_id_audit_event")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_link_event_id")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.CheckConstraint("places >= 0", name=op.f("ck_audit_head_places_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _make_checks() -> None:
    op.create_table(
        "books_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_by", sa.String(length=80), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("breaks", sa.Integer(), nullable=False),
        sa.Column("found", JSON, nullable=False),
        sa.CheckConstraint("breaks >= 0", name=op.f("ck_books_check_breaks_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_books_check_public_id")),
    )
    op.create_table(
        "books_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=False),
        sa.Column("answered_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_books_answer_reason_given")),
        sa.ForeignKeyConstraint(["check_id"], ["books_check.id"], name=op.f("fk_books_answer_check_id_books_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_answer")),
        sa.UniqueConstraint("check_id", name=op.f("uq_books_answer_check_id")),
    )


def _bind() -> None:
    """The values of then are not known any more: these events say none."""
    place, digest, last = 0, START, 0
    while (
        rows := op.get_bind()
        .execute(sa.select(EVENT).where(EVENT.c.id > last).order_by(EVENT.c.id).limit(AT_ONCE))
        .all()
    ):
        links: list[dict[str, Any]] = []
        for row in rows:
            place, previous = place + 1, digest
            digest, last = digest_of(previous, place, row, {}), row.id
            links.append({"place": place, "event_id": row.id, "decided": {}, "previous": previous, "digest": digest})
        op.get_bind().execute(sa.insert(LINK), links)
    if place:
        op.get_bind().execute(sa.insert(HEAD), {"id": 1, "places": place, "digest": digest})
