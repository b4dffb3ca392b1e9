"""further decisions, prepared for a second person

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "further_preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "settled",
                "supplemented",
                "revised",
                name="further_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "decided",
                "sent_back",
                "withdrawn",
                name="further_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.String(length=80), nullable=False),
        sa.Column("prepared_by_name", sa.String(length=100), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'revised') = (amount_cents IS NULL)", name=op.f("ck_further_preparation_others_have_an_amount")
        ),
        sa.CheckConstraint(
            "(kind = 'revised') = (proposal_id IS NOT NULL)",
            name=op.f("ck_further_preparation_revision_rests_on_proposal"),
        ),
        sa.CheckConstraint(
            "(kind = 'revised') = (voucher_id IS NULL)", name=op.f("ck_further_preparation_others_are_about_a_voucher")
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (decision_id IS NOT NULL)", name=op.f("ck_further_preparation_decided_has_decision")
        ),
        sa.CheckConstraint(
            "(state = 'sent_back') = (sent_back_reason IS NOT NULL)",
            name=op.f("ck_further_preparation_sent_back_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_further_preparation_closed_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'decided' OR closed_by <> prepared_by", name=op.f("ck_further_preparation_four_eyes")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_further_preparation_closed_by_someone")
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents >= 0", name=op.f("ck_further_preparation_amount_not_negative")
        ),
        sa.CheckConstraint("length(rationale) > 0", name=op.f("ck_further_preparation_rationale_given")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_further_preparation_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_further_preparation_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_further_preparation_question_id_development_question"),
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_further_preparation_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_preparation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_further_preparation_public_id")),
    )
    with op.batch_alter_table("further_preparation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_further_preparation_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_further_preparation_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_further_preparation_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_further_preparation_voucher_id"), ["voucher_id"], unique=False)
        batch_op.create_index(
            "uq_further_preparation_waiting",
            ["question_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    """Change the schema back."""
    with op.batch_alter_table("further_preparation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_further_preparation_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_further_preparation_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_further_preparation_question_id"))
        batch_op.drop_index(batch_op.f("ix_further_preparation_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_further_preparation_decision_id"))

    op.drop_table("further_preparation")
