"""Who somebody is: organisations, accounts, how they come in, and what is kept of what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "desk",
                "scheme_owner",
                "provider",
                "region",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )


def drop_organisation() -> None:
    op.drop_table("organisation")


def create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "advisor",
                "owner",
                "region",
                "provider",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "role NOT IN ('owner', 'provider') OR organisation_id IS NOT NULL",
            name=op.f("ck_account_role_needs_organisation"),
        ),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_by IS NULL)", name=op.f("ck_account_disabled_at_and_by")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_organisation_id"), ["organisation_id"], unique=False)


def drop_account() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_organisation_id"))

    op.drop_table("account")


def create_access_link() -> None:
    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "door",
            sa.Enum("resident", "employer", name="door", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_access_link_revoked_at_and_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index("ix_access_link_question_id_door", ["question_id", "door"], unique=False)


def drop_access_link() -> None:
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_index("ix_access_link_question_id_door")

    op.drop_table("access_link")


def create_session_record() -> None:
    op.create_table(
        "session_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("access_link_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column(
            "door",
            sa.Enum("resident", "employer", name="door", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(question_id IS NULL) = (door IS NULL)", name=op.f("ck_session_record_question_and_door")),
        sa.CheckConstraint(
            "access_link_id IS NULL OR question_id IS NOT NULL", name=op.f("ck_session_record_link_with_question")
        ),
        sa.CheckConstraint(
            "account_id IS NULL OR question_id IS NULL", name=op.f("ck_session_record_account_or_question")
        ),
        sa.CheckConstraint(
            "replaced_at IS NULL OR (account_id IS NULL AND question_id IS NULL)",
            name=op.f("ck_session_record_replaced_is_nobody"),
        ),
        sa.ForeignKeyConstraint(
            ["access_link_id"], ["access_link.id"], name=op.f("fk_session_record_access_link_id_access_link")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_record_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_record")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_record_token_hash")),
    )
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_record_access_link_id"), ["access_link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_question_id"), ["question_id"], unique=False)


def drop_session_record() -> None:
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_record_question_id"))
        batch_op.drop_index(batch_op.f("ix_session_record_expires_at"))
        batch_op.drop_index(batch_op.f("ix_session_record_account_id"))
        batch_op.drop_index(batch_op.f("ix_session_record_access_link_id"))

    op.drop_table("session_record")


def create_sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_link_expires_after_creation")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_account_id"), ["account_id"], unique=False)


def drop_sign_in_link() -> None:
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_account_id"))

    op.drop_table("sign_in_link")


def create_sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "hour", name=op.f("pk_sign_in_attempt")),
    )


def drop_sign_in_attempt() -> None:
    op.drop_table("sign_in_attempt")


def create_audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("result IN ('done', 'refused', 'failed')", name=op.f("ck_audit_event_result_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        info={"append_only": True},
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_event_object", ["object_kind", "object_id"], unique=False)


def drop_audit_event() -> None:
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_object")
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_actor"))

    op.drop_table("audit_event")


def create_viewing_event() -> None:
    op.create_table(
        "viewing_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing_event")),
        info={"append_only": True},
    )
    with op.batch_alter_table("viewing_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_viewing_event_actor"), ["actor"], unique=False)
        batch_op.create_index("ix_viewing_event_question_id_at", ["question_id", "at"], unique=False)


def drop_viewing_event() -> None:
    with op.batch_alter_table("viewing_event", schema=None) as batch_op:
        batch_op.drop_index("ix_viewing_event_question_id_at")
        batch_op.drop_index(batch_op.f("ix_viewing_event_actor"))

    op.drop_table("viewing_event")
