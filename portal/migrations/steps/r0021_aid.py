"""The groups that employers say to belong to, which have one room for state aid, and what stands in the register of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_groups() -> None:
    op.create_table(
        "group_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("aid_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("aid_cents >= 0", name=op.f("ck_group_declaration_aid_not_negative")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_group_declaration_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_declaration")),
    )
    op.create_index(op.f("ix_group_declaration_question_id"), "group_declaration", ["question_id"], unique=False)
    op.create_table(
        "linked_undertaking",
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_linked_undertaking_kvk_number_eight_digits")),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["group_declaration.id"],
            name=op.f("fk_linked_undertaking_declaration_id_group_declaration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("declaration_id", "kvk_number", name=op.f("pk_linked_undertaking")),
    )
    op.create_index(op.f("ix_linked_undertaking_kvk_number"), "linked_undertaking", ["kvk_number"], unique=False)


def create_register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("sector", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_register_entry_amount_not_negative")),
        sa.CheckConstraint("length(reference) > 0", name=op.f("ck_register_entry_reference_given")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_register_entry_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_entry_public_id")),
    )
    op.create_index(op.f("ix_register_entry_award_id"), "register_entry", ["award_id"], unique=False)
