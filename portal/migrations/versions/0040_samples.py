"""samples of auditors

Revision ID: 0040
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None

SAMPLE, TAKEN = "audit_sample", "sampled_voucher"
FIELDS = ("scheme", "funder", "state", "amount")
SAMPLE_CHECKS = {
    "size_within_population": "size >= 1 AND size <= population_size",
    "days_in_order": "award_to >= award_from",
    "seed_given": "length(seed) > 0",
    "method_given": "length(method) > 0",
    "hash_of_64_digits": "length(population_hash) = 64",
    "drawn_by_someone": "length(drawn_by) > 0",
    "sample_field": f"field IN ({', '.join(repr(field) for field in FIELDS)})",
}


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        SAMPLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("award_from", sa.Date(), nullable=False),
        sa.Column("award_to", sa.Date(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("population", sa.JSON(), nullable=False),
        sa.Column("population_size", sa.Integer(), nullable=False),
        sa.Column("population_hash", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("drawn_by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{SAMPLE}_{name}")) for name, rule in SAMPLE_CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["funding_line_id"], ["funding_line.id"], name=op.f(f"fk_{SAMPLE}_funding_line_id_funding_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SAMPLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{SAMPLE}_public_id")),
    )
    op.create_index(op.f(f"ix_{SAMPLE}_drawn_by"), SAMPLE, ["drawn_by"])
    op.create_index(op.f(f"ix_{SAMPLE}_funding_line_id"), SAMPLE, ["funding_line_id"])
    op.create_table(
        TAKEN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f(f"ck_{TAKEN}_place_from_one")),
        sa.ForeignKeyConstraint(["sample_id"], [f"{SAMPLE}.id"], name=op.f(f"fk_{TAKEN}_sample_id_{SAMPLE}")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f(f"fk_{TAKEN}_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TAKEN}")),
        sa.UniqueConstraint("sample_id", "stratum", "place", name=op.f(f"uq_{TAKEN}_sample_id_stratum_place")),
        sa.UniqueConstraint("sample_id", "voucher_id", name=op.f(f"uq_{TAKEN}_sample_id_voucher_id")),
    )
    op.create_index(op.f(f"ix_{TAKEN}_voucher_id"), TAKEN, ["voucher_id"])
    keys: dict[str, list[tuple[str, ...]]] = {
        SAMPLE: [("id",), ("public_id",)],
        TAKEN: [("id",), ("sample_id", "stratum", "place"), ("sample_id", "voucher_id")],
    }
    for table, unique in keys.items():
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table(TAKEN)
    op.drop_table(SAMPLE)
