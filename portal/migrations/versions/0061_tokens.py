"""tokens with which programs use the interface

Revision ID: 0061
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0056"
branch_labels = None
depends_on = None

TABLE = "api_token"
INSTANT = sa.DateTime(timezone=True)
CHECKS = {
    "has_name": "length(name) > 0",
    "expires_after_making": "expires_at > made_at",
    "approved_at_and_by": "(approved_at IS NULL) = (approved_by IS NULL)",
    "approved_when_needed": "approved_at IS NULL OR needs_second",
    "second_person": "approved_by IS NULL OR approved_by <> made_by",
    "ended_at_and_by": "(ended_at IS NULL) = (ended_by IS NULL)",
}
HAS_ONE = sa.text("successor_of_id IS NOT NULL")


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
    )
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.create_index(op.f(f"ix_{TABLE}_account_id"), ["account_id"])
        batch_op.create_index(
            f"uq_{TABLE}_successor", ["successor_of_id"], unique=True, sqlite_where=HAS_ONE, postgresql_where=HAS_ONE
        )


def downgrade() -> None:
    """Change the schema back: no program comes in any more."""
    op.drop_table(TABLE)
