"""addresses that speak for an employer, links by which their readers come in, and which session came by them

Revision ID: 0049
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BY = sa.String(length=80)
SECRET = sa.String(length=64)
EMAIL = sa.String(length=254)
IN_FORCE = sa.text("ended_at IS NULL")
WAYS = "way_in IN ('sign_in_link', 'access_link', 'draft', 'demo')"
WAYS_WITH_EMPLOYER = "way_in IN ('sign_in_link', 'access_link', 'draft', 'demo', 'employer_link')"
WHICH_LINK = "(COALESCE(way_in, '') = 'employer_link') = (employer_link_id IS NOT NULL)"
NOBODY_ELSE = (
    "employer_link_id IS NULL OR (account_id IS NULL AND access_link_id IS NULL AND replaced_at IS NULL"
    " AND COALESCE(door, 'employer') = 'employer')"
)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "employer_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.Column("email", EMAIL, nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", BY, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", BY, nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_employer_address_ended_at_and_by")),
        sa.CheckConstraint("email = lower(email) AND email <> ''", name=op.f("ck_employer_address_email_lower_case")),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_employer_address_kvk_number_eight_digits")),
        sa.CheckConstraint("proof IN ('advisor', 'award')", name=op.f("ck_employer_address_address_proof")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_address")),
        sa.UniqueConstraint("public_id", name=op.f("uq_employer_address_public_id")),
    )
    with op.batch_alter_table("employer_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employer_address_kvk_number"), ["kvk_number"], unique=False)
        batch_op.create_index(
            "uq_employer_address_in_force",
            ["email", "kvk_number"],
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        )
    op.create_table(
        "employer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", EMAIL, nullable=False),
        sa.Column("token_hash", SECRET, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", BY, nullable=False),
        sa.Column("created_from", SECRET, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("consumed_at", TIME, nullable=True),
        sa.CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_employer_link_token_and_end")),
        sa.CheckConstraint(
            "consumed_at IS NULL OR token_hash IS NOT NULL", name=op.f("ck_employer_link_used_has_token")
        ),
        sa.CheckConstraint(
            "expires_at IS NULL OR expires_at > created_at", name=op.f("ck_employer_link_expires_after_creation")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_employer_link_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_employer_link_token_hash")),
    )
    with op.batch_alter_table("employer_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employer_link_email"), ["email"], unique=False)
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("employer_link_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_session_record_employer_link_id_employer_link"),
            "employer_link",
            ["employer_link_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_session_record_employer_link_id"), ["employer_link_id"], unique=False)
        batch_op.drop_constraint(batch_op.f("ck_session_record_way_in"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_session_record_way_in"), WAYS_WITH_EMPLOYER)
        batch_op.create_check_constraint(batch_op.f("ck_session_record_employer_by_which_link"), WHICH_LINK)
        batch_op.create_check_constraint(batch_op.f("ck_session_record_employer_is_nobody_else"), NOBODY_ELSE)


def downgrade() -> None:
    """Put the schema back as it was; who came in as an employer is out, and which addresses spoke for one is lost."""
    op.execute("DELETE FROM session_record WHERE employer_link_id IS NOT NULL")
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        for name in ("employer_is_nobody_else", "employer_by_which_link", "way_in"):
            batch_op.drop_constraint(batch_op.f(f"ck_session_record_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_session_record_way_in"), WAYS)
        batch_op.drop_index(batch_op.f("ix_session_record_employer_link_id"))
        batch_op.drop_constraint(batch_op.f("fk_session_record_employer_link_id_employer_link"), type_="foreignkey")
        batch_op.drop_column("employer_link_id")
    op.drop_table("employer_link")
    op.drop_table("employer_address")
