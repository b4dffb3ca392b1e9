"""files of large reports are made as long work and kept for a while

Revision ID: 0093
Revises: 0092
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLE, WORK = "report_file", "long_work"
KINDS_BEFORE = (
    *("job", "replay", "scenario", "forecast", "prices", "round", "rebalance", "surety_room"),
    *("takeover_trial", "takeover", "takeover_undo", "search"),
)
KINDS_AFTER = (*KINDS_BEFORE[:-1], "report_file", "search")
SAME = ("asked_by", "about", "period_from", "period_to", "as_of", "format", "locale", "seen")
CHECKS = {
    "report_format": "format IN ('xlsx', 'csv', 'pdf')",
    "about_something": "length(about) > 0",
    "period_in_order": "period_to >= period_from",
    "in_a_language": "length(locale) > 0",
    "print_of_64_digits": "length(seen) = 64",
    "asked_by_someone": "length(asked_by) > 0",
    "made_with_content": "(made_at IS NULL) = (content IS NULL)",
}


def _kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table(WORK) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{WORK}_work_kind"), type_="check")
        rule = "kind IN (" + ", ".join(f"'{one}'" for one in kinds) + ")"
        batch_op.create_check_constraint(op.f(f"ck_{WORK}_work_kind"), rule)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("period_from", "period_to", "as_of")),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("made_at", INSTANT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
        sa.UniqueConstraint(*SAME, name=op.f(f"uq_{TABLE}_asked")),
    )
    _kinds(KINDS_AFTER)


def downgrade() -> None:
    """Change the schema back. Files that were kept and the work on them are lost; they can be made again."""
    work = sa.table(WORK, sa.column("kind", sa.String))
    op.execute(work.delete().where(work.c.kind == "report_file"))
    _kinds(KINDS_BEFORE)
    op.drop_table(TABLE)
