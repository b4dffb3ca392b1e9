"""Step of revision 0036: the money of funders in parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_funder_promise() -> None:
    """The table funder_promise."""
    op.create_table(
        "funder_promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("promised_cents", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_funder_promise_reason_given")),
        sa.CheckConstraint("promised_cents > 0", name=op.f("ck_funder_promise_promised_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_funder_promise_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder_promise")),
        info={"append_only": True},
    )
    with op.batch_alter_table("funder_promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funder_promise_agreement_id"), ["agreement_id"], unique=False)


def create_tranche() -> None:
    """The table tranche."""
    op.create_table(
        "tranche",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by", sa.String(length=80), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_by", sa.String(length=80), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(called_on IS NULL) = (called_at IS NULL) AND (called_on IS NULL) = (called_by IS NULL)",
            name=op.f("ck_tranche_called_by_someone"),
        ),
        sa.CheckConstraint(
            "(dropped_at IS NULL) = (dropped_by IS NULL) AND (dropped_at IS NULL) = (drop_reason IS NULL)",
            name=op.f("ck_tranche_dropped_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_tranche_amount_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_tranche_number_positive")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_tranche_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranche")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_tranche_agreement_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tranche_public_id")),
    )
    with op.batch_alter_table("tranche", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tranche_agreement_id"), ["agreement_id"], unique=False)


def create_tranche_receipt() -> None:
    """The table tranche_receipt."""
    op.create_table(
        "tranche_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("tranche_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "received",
                "withdrawn",
                name="receipt_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'received') = (line_id IS NOT NULL OR confirmed_at IS NOT NULL)",
            name=op.f("ck_tranche_receipt_seen_at_the_bank_or_by_two"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_tranche_receipt_withdrawn_has_instant")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_tranche_receipt_confirmed_by_someone")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_tranche_receipt_withdrawn_by_someone")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_tranche_receipt_amount_positive")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_tranche_receipt_second_person")
        ),
        sa.CheckConstraint("length(reference) > 0", name=op.f("ck_tranche_receipt_reference_given")),
        sa.CheckConstraint(
            "line_id IS NULL OR confirmed_at IS NULL", name=op.f("ck_tranche_receipt_from_the_bank_or_by_hand")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["unmatched_line.id"], name=op.f("fk_tranche_receipt_line_id_unmatched_line")
        ),
        sa.ForeignKeyConstraint(["tranche_id"], ["tranche.id"], name=op.f("fk_tranche_receipt_tranche_id_tranche")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranche_receipt")),
        sa.UniqueConstraint("line_id", name=op.f("uq_tranche_receipt_line_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tranche_receipt_public_id")),
    )
    with op.batch_alter_table("tranche_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tranche_receipt_received_on"), ["received_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_tranche_receipt_tranche_id"), ["tranche_id"], unique=False)
        batch_op.create_index(
            "uq_tranche_receipt_reference",
            ["tranche_id", "reference", "received_on"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )
