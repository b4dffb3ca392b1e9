"""Providers who ask to take part, and their account numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_provider_registration() -> None:
    op.create_table(
        "provider_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "refused",
                name="registration_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'accepted') = (provider_id IS NOT NULL)",
            name=op.f("ck_provider_registration_accepted_is_a_provider"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_provider_registration_decided_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refused_reason IS NOT NULL)",
            name=op.f("ck_provider_registration_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_provider_registration_decided_by_someone")
        ),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_provider_registration_kvk_number_eight_digits")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_registration_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_registration_public_id")),
    )
    with op.batch_alter_table("provider_registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_registration_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_provider_registration_open",
            ["kvk_number"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def drop_provider_registration() -> None:
    with op.batch_alter_table("provider_registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_provider_registration_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_registration_provider_id"))

    op.drop_table("provider_registration")


def create_iban_change() -> None:
    op.create_table(
        "iban_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "refused",
                name="iban_change_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_iban_change_decided_has_instant")
        ),
        sa.CheckConstraint("state <> 'confirmed' OR decided_by <> asked_by", name=op.f("ck_iban_change_second_person")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_iban_change_decided_by_someone")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_iban_change_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iban_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_iban_change_public_id")),
    )
    with op.batch_alter_table("iban_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_iban_change_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_iban_change_waiting",
            ["provider_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def drop_iban_change() -> None:
    with op.batch_alter_table("iban_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_iban_change_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_iban_change_provider_id"))

    op.drop_table("iban_change")
