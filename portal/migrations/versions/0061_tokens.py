"""tokens with which programs use the interface, and systems that are told what happened

Revision ID: 0061
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

TABLE, HOOK, WORD = "api_token", "webhook", "webhook_delivery"
INSTANT = sa.DateTime(timezone=True)
CHECKS = {
    "has_name": "length(name) > 0",
    "expires_after_making": "expires_at > made_at",
    "approved_at_and_by": "(approved_at IS NULL) = (approved_by IS NULL)",
    "approved_when_needed": "approved_at IS NULL OR needs_second",
    "second_person": "approved_by IS NULL OR approved_by <> made_by",
    "ended_at_and_by": "(ended_at IS NULL) = (ended_by IS NULL)",
}
OF_HOOKS = {
    "has_name": "length(name) > 0",
    "https_only": "substr(url, 1, 8) = 'https://'",
    "place_not_negative": "after_place >= 0",
    "ended_by_someone_for_a_reason": "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_why IS NULL)",
}
OF_WORDS = {
    "attempts_not_negative": "attempts >= 0",
    "sent_has_instant": "(state = 'sent') = (sent_at IS NOT NULL)",
    "sending_has_lease": "(state = 'sending') = (leased_until IS NOT NULL)",
    "given_up_for_a_reason": "state <> 'given_up' OR trouble IS NOT NULL",
    "delivery_state": "state IN ('waiting', 'sending', 'sent', 'given_up')",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("successor_of_id", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{TABLE}_account_id_account")),
        sa.ForeignKeyConstraint(
            ["successor_of_id"], [f"{TABLE}.id"], name=op.f(f"fk_{TABLE}_successor_of_id_api_token")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{TABLE}_token_hash")),
        sa.UniqueConstraint("successor_of_id", name=op.f(f"uq_{TABLE}_successor_of_id")),
    )
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.create_index(op.f(f"ix_{TABLE}_account_id"), ["account_id"])
    _make_hooks()


def downgrade() -> None:
    """Change the schema back: no program comes in any more, and none is told anything."""
    for table in (WORD, HOOK, TABLE):
        op.drop_table(table)


def _make_hooks() -> None:
    op.create_table(
        HOOK,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("tells", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("after_place", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{HOOK}_{name}")) for name, rule in OF_HOOKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HOOK}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{HOOK}_public_id")),
    )
    op.create_table(
        WORD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{WORD}_{name}")) for name, rule in OF_WORDS.items()),
        sa.ForeignKeyConstraint(["webhook_id"], [f"{HOOK}.id"], name=op.f(f"fk_{WORD}_webhook_id_webhook")),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f(f"fk_{WORD}_event_id_audit_event")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{WORD}")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f(f"uq_{WORD}_webhook_id_event_id")),
    )
    with op.batch_alter_table(WORD) as batch_op:
        for name in ("webhook_id", "event_id"):
            batch_op.create_index(op.f(f"ix_{WORD}_{name}"), [name])
        batch_op.create_index(f"ix_{WORD}_state_due_at", ["state", "due_at"])
