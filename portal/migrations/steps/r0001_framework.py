"""What the region has laid down: funders, agreements, funding lines, schemes and their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_funder() -> None:
    op.create_table(
        "funder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('municipality', 'province', 'region', 'ministry', 'agency', 'sector_fund', 'education', 'other')",
            name=op.f("ck_funder_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder")),
        sa.UniqueConstraint("slug", name=op.f("uq_funder_slug")),
    )


def drop_funder() -> None:
    op.drop_table("funder")


def create_agreement() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_agreement_funder_id_funder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("slug", name=op.f("uq_agreement_slug")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_funder_id"), ["funder_id"], unique=False)


def drop_agreement() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_funder_id"))

    op.drop_table("agreement")


def create_funding_line() -> None:
    op.create_table(
        "funding_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("title_nl", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("earmark", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("period_binds", sa.String(length=20), nullable=False),
        sa.Column("price_permille", sa.Integer(), nullable=True),
        sa.Column("assumption_nl", sa.String(length=4000), nullable=True),
        sa.Column("assumption_en", sa.String(length=4000), nullable=True),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period_binds IN ('award_date', 'award_and_due_date')", name=op.f("ck_funding_line_period_binds_known")
        ),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_funding_line_period_in_order")),
        sa.CheckConstraint(
            "price_permille IS NULL OR price_permille BETWEEN 0 AND 2000",
            name=op.f("ck_funding_line_price_permille_range"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_funding_line_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_funding_line_funder_id_funder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_line")),
        sa.UniqueConstraint("slug", name=op.f("uq_funding_line_slug")),
    )
    with op.batch_alter_table("funding_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funding_line_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_funding_line_funder_id"), ["funder_id"], unique=False)


def drop_funding_line() -> None:
    with op.batch_alter_table("funding_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funding_line_funder_id"))
        batch_op.drop_index(batch_op.f("ix_funding_line_agreement_id"))

    op.drop_table("funding_line")


def create_scheme() -> None:
    op.create_table(
        "scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("slug", name=op.f("uq_scheme_slug")),
    )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_owner"), ["owner"], unique=False)


def drop_scheme() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_owner"))

    op.drop_table("scheme")


def create_scheme_ownership() -> None:
    op.create_table(
        "scheme_ownership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_scheme_ownership_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_ownership")),
        sa.UniqueConstraint("organisation_id", "scheme", name=op.f("uq_scheme_ownership_organisation_id_scheme")),
    )
    with op.batch_alter_table("scheme_ownership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_ownership_organisation_id"), ["organisation_id"], unique=False)


def drop_scheme_ownership() -> None:
    with op.batch_alter_table("scheme_ownership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_ownership_organisation_id"))

    op.drop_table("scheme_ownership")


def create_scheme_version() -> None:
    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition_json", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("source_hash", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "scheduled",
                "in_force",
                "superseded",
                "retired",
                name="version_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state IN ('draft', 'in_review')) = (published_at IS NULL)",
            name=op.f("ck_scheme_version_published_when_no_draft"),
        ),
        sa.CheckConstraint(
            "(state IN ('superseded', 'retired')) = (in_force_until IS NOT NULL)",
            name=op.f("ck_scheme_version_ended_has_last_day"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (in_force_from IS NULL)",
            name=op.f("ck_scheme_version_in_force_from_when_published"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_scheme_version_published_by_someone")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_scheme_version_version_positive")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_version_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("scheme_id", "version", name=op.f("uq_scheme_version_scheme_id_version")),
    )
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_version_scheme_id"), ["scheme_id"], unique=False)
        batch_op.create_index(
            "uq_scheme_version_in_force",
            ["scheme_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )


def drop_scheme_version() -> None:
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scheme_version_in_force",
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )
        batch_op.drop_index(batch_op.f("ix_scheme_version_scheme_id"))

    op.drop_table("scheme_version")
