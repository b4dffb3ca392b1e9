"""the days on which a decision term stood still, one by one; and an extension of a voucher that was put back

Revision ID: 0019
Revises: 0017
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

OLD_KINDS = (
    "kind IN ('blocked', 'unblocked', 'extended', 'topped_up', 'lowered', 'start_moved', 'reserved', 'freed', "
    "'provider_swapped', 'credited', 'cancelled', 'moved_out')"
)
NEW_KINDS = OLD_KINDS.replace("'extended', ", "'extended', 'put_back', ")
KEPT = "UPDATE voucher_change SET kind = 'extended' WHERE kind = 'put_back'"
AGAIN = "UPDATE voucher_change SET kind = 'put_back' WHERE kind = 'extended' AND day_after < day_before"
A_DAY = timedelta(days=1)


def upgrade() -> None:
    """Change the schema. Requests that were answered or ended before are stops that were counted already."""
    stops = op.create_table(
        "term_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_term_stop_first_before_last")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_term_stop_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_stop")),
    )
    op.create_index(op.f("ix_term_stop_application_id"), "term_stop", ["application_id"], unique=False)
    op.bulk_insert(stops, _counted())
    _change_kinds(NEW_KINDS, after=AGAIN)


def downgrade() -> None:
    """Change the schema back. An extension that was put back is kept as one to an earlier day."""
    _change_kinds(OLD_KINDS, before=KEPT)
    op.drop_table("term_stop")


def _counted() -> list[dict[str, object]]:
    """The stops for requests that are over, each from the day after it was asked."""
    application = sa.table("application", sa.column("id"), sa.column("question_id"), sa.column("applied_at"))
    request = sa.table(
        "information_request",
        sa.column("question_id"),
        sa.column("asked_on", sa.Date()),
        sa.column("asked_at"),
        sa.column("answer_by", sa.Date()),
        sa.column("answered_on", sa.Date()),
        sa.column("ended_at"),
    )
    over = sa.or_(request.c.answered_on.is_not(None), request.c.ended_at.is_not(None))
    rows = op.get_bind().execute(
        sa.select(application.c.id, request.c.asked_on, request.c.answer_by, request.c.answered_on)
        .join(request, request.c.question_id == application.c.question_id)
        .where(request.c.asked_at >= application.c.applied_at, over)
    )
    found: list[dict[str, object]] = []
    for row in rows:
        in_time = row.answered_on is not None and row.answered_on <= row.answer_by
        first, last = row.asked_on + A_DAY, row.answered_on - A_DAY if in_time else row.answer_by
        if first <= last:
            found.append({"application_id": row.id, "first_on": first, "last_on": last})
    return found


def _change_kinds(kinds: str, *, before: str | None = None, after: str | None = None) -> None:
    """SQLite builds the table anew, which takes its protection away for a moment."""
    dialect = op.get_bind().dialect.name
    for statement in unprotect_statements(dialect, "voucher_change"):
        op.execute(statement)
    if before is not None:
        op.execute(before)
    with op.batch_alter_table("voucher_change", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_voucher_change_change_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_voucher_change_change_kind"), kinds)
    if after is not None:
        op.execute(after)
    for statement in protect_statements(dialect, "voucher_change", [("id",), ("public_id",)]):
        op.execute(statement)
