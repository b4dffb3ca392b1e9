"""mail that did not arrive

Revision ID: 0074
Revises: 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0070"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CHECKS = {
    "noticed_by": "how IN ('hand', 'report', 'refusal')",
    "settled_by_someone": "(settled_at IS NULL) = (settled_by IS NULL)",
    "only_an_address_is_settled": "settled_at IS NULL OR address_fails",
    "address_of_a_question": "NOT address_fails OR question_id IS NOT NULL",
    "letter_about_a_question": "NOT as_letter OR question_id IS NOT NULL",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "undelivered_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("address_fails", sa.Boolean(), nullable=False),
        sa.Column("as_letter", sa.Boolean(), nullable=False),
        sa.Column("noticed_at", INSTANT, nullable=False),
        sa.Column("noticed_by", sa.String(80), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_undelivered_mail_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_undelivered_mail_message_id_outbox_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undelivered_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_undelivered_mail_message_id")),
    )
    op.create_index(op.f("ix_undelivered_mail_question_id"), "undelivered_mail", ["question_id"])


def downgrade() -> None:
    """Change the schema back. What did not arrive stays on its way on paper."""
    op.drop_table("undelivered_mail")
