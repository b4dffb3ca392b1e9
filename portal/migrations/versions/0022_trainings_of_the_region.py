"""the trainings of the region, and lists of them that wait to be taken in

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("region_training", "training_price", "training_word", "training_import")
OLD_KINDS = (
    "kind IN ('provider_burst', 'training_burst', 'iban_burst', 'iban_of_two', 'own_share_unseen', 'training_ceiling')"
)
NEW_KINDS = OLD_KINDS.replace("'training_ceiling'", "'training_ceiling', 'training_price'")


def upgrade() -> None:
    """Make the tables; a flag may be about the price of a training."""
    _create_region_training()
    _create_training_price()
    _create_training_word()
    _create_training_import()
    _change_kinds(NEW_KINDS)


def downgrade() -> None:
    """The tables go, and with them the flags about prices that they were compared with."""
    op.execute("DELETE FROM flag WHERE kind = 'training_price'")
    _change_kinds(OLD_KINDS)
    for table in reversed(TABLES):
        op.drop_table(table)


def _change_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_flag_flag_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_flag_flag_kind"), kinds)


def _create_region_training() -> None:
    op.create_table(
        "region_training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider_name", sa.String(length=200), nullable=False),
        sa.Column("provider_kvk", sa.String(length=8), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("crebo", sa.String(length=5), nullable=True),
        sa.Column("croho", sa.String(length=5), nullable=True),
        sa.Column("sector", sa.String(length=60), nullable=True),
        sa.Column("shortage", sa.Boolean(), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "classroom",
                "online",
                "blended",
                name="teaching_form",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evening", sa.Boolean(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=True),
        sa.Column("starts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("any_time", sa.Boolean(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("crkbo", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("municipality IS NOT NULL OR form = 'online'", name=op.f("ck_region_training_is_somewhere")),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (retired_by IS NULL)", name=op.f("ck_region_training_retired_by_someone")
        ),
        sa.CheckConstraint("crebo IS NULL OR length(crebo) = 5", name=op.f("ck_region_training_crebo_five_digits")),
        sa.CheckConstraint("croho IS NULL OR length(croho) = 5", name=op.f("ck_region_training_croho_five_digits")),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name=op.f("ck_region_training_hours_positive")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_region_training_has_name")),
        sa.CheckConstraint("length(provider_name) > 0", name=op.f("ck_region_training_names_provider")),
        sa.CheckConstraint("length(reference) > 0", name=op.f("ck_region_training_has_reference")),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_region_training_has_source")),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 8", name=op.f("ck_region_training_level_of_nlqf")),
        sa.CheckConstraint(
            "provider_kvk IS NULL OR length(provider_kvk) = 8", name=op.f("ck_region_training_kvk_eight_digits")
        ),
        sa.CheckConstraint("weeks IS NULL OR weeks > 0", name=op.f("ck_region_training_weeks_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_training")),
        sa.UniqueConstraint("public_id", name=op.f("uq_region_training_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_region_training_reference")),
    )
    op.create_index(op.f("ix_region_training_provider_kvk"), "region_training", ["provider_kvk"], unique=False)
    op.create_index("ix_region_training_retired_at_name", "region_training", ["retired_at", "name"], unique=False)


def _create_training_price() -> None:
    op.create_table(
        "training_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_training_price_amount_positive")),
        sa.CheckConstraint(
            "vat_cents >= 0 AND vat_cents < amount_cents", name=op.f("ck_training_price_vat_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["region_training.id"], name=op.f("fk_training_price_training_id_region_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_price")),
        sa.UniqueConstraint("training_id", "category", name=op.f("uq_training_price_training_id_category")),
    )


def _create_training_word() -> None:
    op.create_table(
        "training_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("spelling", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"], ["region_training.id"], name=op.f("fk_training_word_training_id_region_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_word")),
        sa.UniqueConstraint("training_id", "spelling", name=op.f("uq_training_word_training_id_spelling")),
    )
    op.create_index("ix_training_word_spelling", "training_word", ["spelling"], unique=False)


def _create_training_import() -> None:
    op.create_table(
        "training_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "taken_in",
                "dropped",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=80), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (settled_at IS NULL)", name=op.f("ck_training_import_settled_has_instant")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_training_import_settled_by_someone")
        ),
        sa.CheckConstraint(
            "entered >= 0 AND corrected >= 0 AND refused >= 0", name=op.f("ck_training_import_counts_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_training_import_public_id")),
    )
    op.create_index(op.f("ix_training_import_sent_by"), "training_import", ["sent_by"], unique=False)
