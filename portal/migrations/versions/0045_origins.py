"""campaigns of the region, what is counted at the door, where a question comes from, and indexes that sum the books quickly

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

CAMPAIGN, DOOR, ORIGIN = "campaign", "door_count", "question_origin"
CAMPAIGN_CHECKS = {
    "has_code": "length(code) BETWEEN 2 AND 20",
    "code_in_small_letters": "code = lower(code)",
    "has_name": "length(name) > 0",
    "made_by_someone": "made_by <> ''",
}
HEARD_FROM = ("flyer", "website", "municipality", "uwv", "employer", "acquaintance", "social_media", "otherwise")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        CAMPAIGN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{CAMPAIGN}_{name}")) for name, rule in CAMPAIGN_CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CAMPAIGN}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{CAMPAIGN}_code")),
    )
    op.create_table(
        DOOR,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", _one_of("door_step", "visit", "begun"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{DOOR}_number_positive")),
        sa.PrimaryKeyConstraint("day", "step", "code", name=op.f(f"pk_{DOOR}")),
    )
    op.create_table(
        ORIGIN,
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("heard_from", _one_of("heard_from", *HEARD_FROM), nullable=True),
        sa.CheckConstraint("code IS NOT NULL OR heard_from IS NOT NULL", name=op.f(f"ck_{ORIGIN}_says_something")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f(f"fk_{ORIGIN}_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f(f"pk_{ORIGIN}")),
    )
    op.create_index(op.f(f"ix_{ORIGIN}_code"), ORIGIN, ["code"])
    op.create_index("ix_transfer_between", "transfer", ["debit_account_id", "credit_account_id", "amount_cents"])
    op.drop_index("ix_transfer_debit_account_id", "transfer")


def downgrade() -> None:
    """Change the schema back. Campaigns and what was counted are gone."""
    op.create_index("ix_transfer_debit_account_id", "transfer", ["debit_account_id"])
    op.drop_index("ix_transfer_between", "transfer")
    op.drop_table(ORIGIN)
    op.drop_table(DOOR)
    op.drop_table(CAMPAIGN)
