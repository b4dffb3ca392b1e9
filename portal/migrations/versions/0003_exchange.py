"""exchange of packages

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "trusted_signer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("public_key", sa.String(length=44), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name=op.f("ck_trusted_signer_removed_by_someone")
        ),
        sa.CheckConstraint("length(public_key) = 44", name=op.f("ck_trusted_signer_public_key_is_ed25519")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_signer")),
    )
    op.create_index(op.f("ix_trusted_signer_public_key"), "trusted_signer", ["public_key"], unique=False)
    op.create_table(
        "package_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("from_region", sa.String(length=300), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("seal", sa.String(length=20), nullable=False),
        sa.Column("signer", sa.String(length=300), nullable=True),
        sa.Column("public_key", sa.String(length=44), nullable=True),
        sa.Column("fit", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("needed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "seal IN ('trusted', 'unknown_signer', 'unsigned')", name=op.f("ck_package_import_seal_known")
        ),
        sa.CheckConstraint(
            "(seal = 'unsigned') = (public_key IS NULL)", name=op.f("ck_package_import_unsigned_without_key")
        ),
        sa.CheckConstraint("length(content_hash) = 71", name=op.f("ck_package_import_content_hash_sha256")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_version.id"],
            name=op.f("fk_package_import_scheme_version_id_scheme_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_import")),
    )
    op.create_index(op.f("ix_package_import_scheme_version_id"), "package_import", ["scheme_version_id"], unique=False)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_index(op.f("ix_package_import_scheme_version_id"), table_name="package_import")
    op.drop_table("package_import")
    op.drop_index(op.f("ix_trusted_signer_public_key"), table_name="trusted_signer")
    op.drop_table("trusted_signer")
