"""forms that could not be sent are kept sealed, where somebody was reached before is told of a change, answers stay as given

Revision ID: 0047
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TABLE = "sealed_form"
CHECKS = {
    "expires_after_creation": "expires_at > created_at",
    "waits_for_somebody": "whose <> '' OR kind <> 'waiting'",
}


FORMER, QUESTION = "former_contact", "development_question"
CHECKS_OF_FORMER = {
    "email_when_by_email": "way <> 'email' OR email IS NOT NULL",
    "changed_by_someone": "changed_by <> ''",
}


def upgrade() -> None:
    """Change the schema."""
    _sealed()
    _former()
    with op.batch_alter_table(QUESTION) as table:
        table.add_column(sa.Column("left_open", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table(QUESTION) as table:
        table.alter_column("left_open", existing_type=sa.JSON(), server_default=None)


def _sealed() -> None:
    kind = sa.Enum(
        "typed", "waiting", "shown", name="sealed_kind", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for column in ("browser", "expires_at"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)


def _former() -> None:
    way = sa.Enum("email", "phone", "post", name="contact_way", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        FORMER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("way", way, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=True),
        sa.Column("house_number", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{FORMER}_{name}")) for name, rule in CHECKS_OF_FORMER.items()),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f(f"fk_{FORMER}_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FORMER}")),
    )
    op.create_index(op.f(f"ix_{FORMER}_question_id"), FORMER, ["question_id"], unique=False)


def downgrade() -> None:
    """Change it back."""
    with op.batch_alter_table(QUESTION) as table:
        table.drop_column("left_open")
    op.drop_table(FORMER)
    op.drop_table(TABLE)
