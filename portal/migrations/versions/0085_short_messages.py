"""short messages (SMS) to who is called, on a number that was proved

Revision ID: 0085
Revises: 0079
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0079"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KINDS = "ck_outbox_message_message_kind"
CHECKS = {
    "code_ends": "(code_hash IS NULL) = (code_until IS NULL)",
    "tries_not_negative": "tries >= 0",
}


def upgrade() -> None:
    """Change the schema."""
    _kinds("email", "letter", "sms")
    op.create_table(
        "text_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("code_until", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proved_at", INSTANT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_text_number_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_number")),
        sa.UniqueConstraint("question_id", name=op.f("uq_text_number_question_id")),
    )


def downgrade() -> None:
    """Change the schema back. A short message says only that there is one: what it was about stays."""
    op.drop_table("text_number")
    op.execute("DELETE FROM undelivered_mail WHERE message_id IN (SELECT id FROM outbox_message WHERE kind = 'sms')")
    op.execute("DELETE FROM outbox_message WHERE kind = 'sms'")
    _kinds("email", "letter")


def _kinds(*kinds: str) -> None:
    said = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(KINDS), type_="check")
        batch_op.create_check_constraint(op.f(KINDS), f"kind IN ({said})")
