"""letters that are registered in the archive of the municipality

Revision ID: 0091
Revises: 0090
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATES = "state IN ('waiting', 'sending', 'registered', 'given_up', 'gone')"
CHECKS = {
    "letter_registration_state": STATES,
    "attempts_not_negative": "attempts >= 0",
    "sending_has_lease": "(state = 'sending') = (leased_until IS NOT NULL)",
    "registered_has_instant": "(state = 'registered') = (registered_at IS NOT NULL)",
    "registered_has_addresses": "state <> 'registered' OR (document_url IS NOT NULL AND decision_url IS NOT NULL)",
    "given_up_for_a_reason": "state <> 'given_up' OR trouble IS NOT NULL",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "letter_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("document_url", sa.String(1000), nullable=True),
        sa.Column("decision_url", sa.String(1000), nullable=True),
        sa.Column("registered_at", INSTANT, nullable=True),
        sa.Column("trouble", sa.String(80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_letter_registration_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_registration_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_registration")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_registration_letter_id")),
    )
    op.create_index("ix_letter_registration_state_due_at", "letter_registration", ["state", "due_at"])


def downgrade() -> None:
    """Change the schema back. What is in the archive stays there."""
    op.drop_table("letter_registration")
