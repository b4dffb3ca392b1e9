"""scheme workshop

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "based_on_id": sa.Integer(),
    "cases_json": sa.Text(),
    "work_hash": sa.String(length=80),
    "revision": sa.Integer(),
    "edited_at": TIME,
    "edited_by": sa.String(length=80),
    "submitted_at": TIME,
    "submitted_by": sa.String(length=80),
    "returned_at": TIME,
    "returned_by": sa.String(length=80),
    "return_reason": sa.Text(),
    "publish_reason": sa.Text(),
    "retired_at": TIME,
    "retired_by": sa.String(length=80),
    "retire_reason": sa.Text(),
    "last_day": sa.Date(),
}
NEEDED = ("work_hash", "revision", "edited_at", "edited_by")
CHECKS = {
    "revision_positive": "revision > 0",
    "submitted_by_someone": "(submitted_at IS NULL) = (submitted_by IS NULL)",
    "draft_until_submitted": "state <> 'draft' OR submitted_at IS NULL",
    "in_review_when_submitted": "state <> 'in_review' OR submitted_at IS NOT NULL",
    "returned_by_someone_for_a_reason": "(returned_at IS NULL) = (returned_by IS NULL) AND (returned_at IS NULL) = (return_reason IS NULL)",
    "published_by_someone_for_a_reason": "(published_at IS NULL) = (published_by IS NULL) AND (published_at IS NULL) = (publish_reason IS NULL)",
    "published_by_a_second_person": "published_by = 'system' OR (published_by <> edited_by AND published_by <> submitted_by)",
    "retired_by_someone_for_a_reason": "(retired_at IS NULL) = (retired_by IS NULL) AND (retired_at IS NULL) = (retire_reason IS NULL) AND (retired_at IS NULL) = (last_day IS NULL)",
    "retired_on_last_day": "state <> 'retired' OR in_force_until = last_day",
    "retired_when_published": "retired_at IS NULL OR published_at IS NOT NULL",
}
FILL = (
    "UPDATE scheme_version SET work_hash = source_hash, revision = 1, edited_at = created_at, edited_by = created_by",
    "UPDATE scheme_version SET publish_reason = 'Geladen uit het bestand' WHERE published_at IS NOT NULL",
    """UPDATE scheme_version SET edited_by = 'system' WHERE edited_by = published_by""",
    """UPDATE scheme_version SET submitted_at = created_at, submitted_by = created_by WHERE state = 'in_review'""",
    """UPDATE scheme_version SET retired_at = published_at, retired_by = published_by, last_day = in_force_until,
        retire_reason = 'Onbekend' WHERE state = 'retired'""",
    """UPDATE scheme_version SET based_on_id = (SELECT newest.id FROM scheme_version AS newest
        WHERE newest.scheme_id = scheme_version.scheme_id AND newest.state = 'in_force')
        WHERE state IN ('draft', 'in_review')""",
)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "outcome_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("work_hash", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(approved_by) > 0", name=op.f("ck_outcome_approval_approved_by_someone")),
        sa.CheckConstraint("length(work_hash) = 71", name=op.f("ck_outcome_approval_work_hash_sha256")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_version.id"],
            name=op.f("fk_outcome_approval_scheme_version_id_scheme_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_approval")),
        sa.UniqueConstraint(
            "scheme_version_id", "work_hash", "key", name=op.f("uq_outcome_approval_scheme_version_id_work_hash_key")
        ),
    )
    op.create_table(
        "replay_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("work_hash", sa.String(length=80), nullable=False),
        sa.Column("compared_with_id", sa.Integer(), nullable=True),
        sa.Column("result_json", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(work_hash) = 71", name=op.f("ck_replay_run_work_hash_sha256")),
        sa.ForeignKeyConstraint(
            ["compared_with_id"],
            ["scheme_version.id"],
            name=op.f("fk_replay_run_compared_with_id_scheme_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_version.id"],
            name=op.f("fk_replay_run_scheme_version_id_scheme_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_run")),
    )
    with op.batch_alter_table("replay_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replay_run_compared_with_id"), ["compared_with_id"], unique=False)
        batch_op.create_index("ix_replay_run_version_work", ["scheme_version_id", "work_hash"], unique=False)

    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        for name, kind in COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    for statement in FILL:
        op.execute(statement)
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        for name in NEEDED:
            batch_op.alter_column(name, existing_type=COLUMNS[name], nullable=False)
        batch_op.drop_constraint(batch_op.f("ck_scheme_version_published_by_someone"), type_="check")
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_scheme_version_{name}"), rule)
        batch_op.create_index(batch_op.f("ix_scheme_version_based_on_id"), ["based_on_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_scheme_version_based_on_id_scheme_version"), "scheme_version", ["based_on_id"], ["id"]
        )


def downgrade() -> None:
    """Change it back."""
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_scheme_version_based_on_id_scheme_version"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_scheme_version_based_on_id"))
        for name in reversed(CHECKS):
            batch_op.drop_constraint(batch_op.f(f"ck_scheme_version_{name}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_scheme_version_published_by_someone"), "(published_at IS NULL) = (published_by IS NULL)"
        )
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)

    with op.batch_alter_table("replay_run", schema=None) as batch_op:
        batch_op.drop_index("ix_replay_run_version_work")
        batch_op.drop_index(batch_op.f("ix_replay_run_compared_with_id"))

    op.drop_table("replay_run")
    op.drop_table("outcome_approval")
