"""a second step of signing in, identity services, less of a role, and how sure it must be who somebody is

Revision ID: 0059
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0057"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BY, HASH, NAME = sa.String(length=80), sa.String(length=64), sa.String(length=40)
LEVELS = "level IN ('none', 'low', 'substantial', 'high')"
DOORS = "door IN ('resident', 'employer')"
IN_FORCE = sa.text("ended_at IS NULL")
OLD_WAYS = "way_in IN ('sign_in_link', 'access_link', 'draft', 'demo', 'employer_link')"
NEW_WAYS = "way_in IN ('sign_in_link', 'access_link', 'draft', 'demo', 'employer_link', 'service')"
OLD_OF_AN_ACCOUNT = "sign_in_link_id IS NULL OR account_id IS NOT NULL"
NEW_OF_AN_ACCOUNT = f"{OLD_OF_AN_ACCOUNT} OR pending_account_id IS NOT NULL"
PENDING = (
    "pending_account_id IS NULL OR (account_id IS NULL AND question_id IS NULL AND employer_link_id IS NULL"
    " AND replaced_at IS NULL)"
)
TABLES = (
    "identification",
    "assurance_rule",
    "service_identity",
    "service_visit",
    "recovery_code",
    "passkey",
    "code_app",
)


def upgrade() -> None:
    """Change the schema."""
    _change_accounts()
    _change_ways_in()
    _make_second_steps()
    _make_services()
    _make_assurance()


def downgrade() -> None:
    """Put the schema back; second steps, what services said, and limits of rights are lost."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM session_record WHERE pending_account_id IS NOT NULL OR way_in = 'service'")
    with op.batch_alter_table("session_record") as batch_op:
        for name in ("proved_of_an_account", "pending_is_nobody_yet", "sign_in_link_of_an_account", "way_in"):
            batch_op.drop_constraint(op.f(f"ck_session_record_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_session_record_way_in"), OLD_WAYS)
        batch_op.create_check_constraint(op.f("ck_session_record_sign_in_link_of_an_account"), OLD_OF_AN_ACCOUNT)
        batch_op.drop_index(op.f("ix_session_record_pending_account_id"))
        batch_op.drop_constraint(op.f("fk_session_record_pending_account_id_account"), type_="foreignkey")
        batch_op.drop_column("proved_at")
        batch_op.drop_column("pending_account_id")
    with op.batch_alter_table("sign_in_link") as batch_op:
        batch_op.drop_constraint(op.f("ck_sign_in_link_asked_in_and_code"), type_="check")
        batch_op.drop_index(op.f("ix_sign_in_link_asked_in"))
        batch_op.drop_column("code_hash")
        batch_op.drop_column("asked_in")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_constraint(op.f("ck_account_reviewed_at_and_by"), type_="check")
        batch_op.drop_constraint(op.f("ck_account_grade"), type_="check")
        for name in ("reviewed_by", "reviewed_at", "only_schemes", "grade"):
            batch_op.drop_column(name)


def _change_accounts() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("grade", NAME, nullable=False, server_default="full"))
        batch_op.add_column(sa.Column("only_schemes", sa.String(length=1000), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reviewed_at", TIME, nullable=True))
        batch_op.add_column(sa.Column("reviewed_by", BY, nullable=True))
        batch_op.create_check_constraint(op.f("ck_account_grade"), "grade IN ('full', 'trainee', 'reader')")
        batch_op.create_check_constraint(
            op.f("ck_account_reviewed_at_and_by"), "(reviewed_at IS NULL) = (reviewed_by IS NULL)"
        )
    with op.batch_alter_table("account") as batch_op:
        batch_op.alter_column("grade", existing_type=NAME, existing_nullable=False, server_default=None)
        batch_op.alter_column(
            "only_schemes", existing_type=sa.String(length=1000), existing_nullable=False, server_default=None
        )


def _change_ways_in() -> None:
    with op.batch_alter_table("sign_in_link") as batch_op:
        batch_op.add_column(sa.Column("asked_in", HASH, nullable=True))
        batch_op.add_column(sa.Column("code_hash", HASH, nullable=True))
        batch_op.create_index(op.f("ix_sign_in_link_asked_in"), ["asked_in"], unique=False)
        batch_op.create_check_constraint(
            op.f("ck_sign_in_link_asked_in_and_code"), "(asked_in IS NULL) = (code_hash IS NULL)"
        )
    with op.batch_alter_table("session_record") as batch_op:
        batch_op.add_column(sa.Column("pending_account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("proved_at", TIME, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_session_record_pending_account_id_account"), "account", ["pending_account_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_session_record_pending_account_id"), ["pending_account_id"], unique=False)
        for name in ("sign_in_link_of_an_account", "way_in"):
            batch_op.drop_constraint(op.f(f"ck_session_record_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_session_record_way_in"), NEW_WAYS)
        batch_op.create_check_constraint(op.f("ck_session_record_sign_in_link_of_an_account"), NEW_OF_AN_ACCOUNT)
        batch_op.create_check_constraint(op.f("ck_session_record_pending_is_nobody_yet"), PENDING)
        batch_op.create_check_constraint(
            op.f("ck_session_record_proved_of_an_account"), "proved_at IS NULL OR account_id IS NOT NULL"
        )


def _make_second_steps() -> None:
    op.create_table(
        "code_app",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.CheckConstraint("last_step > 0", name=op.f("ck_code_app_last_step_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_code_app_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_app")),
        sa.UniqueConstraint("account_id", name=op.f("uq_code_app_account_id")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", NAME, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count_not_negative")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_passkey_has_a_name")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkey_public_id")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", HASH, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    for table in ("passkey", "recovery_code"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"], unique=False)


def _make_services() -> None:
    op.create_table(
        "service_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_hash", HASH, nullable=False),
        sa.Column("browser_hash", HASH, nullable=False),
        sa.Column("service", NAME, nullable=False),
        sa.Column("purpose", NAME, nullable=False),
        sa.Column("nonce", HASH, nullable=False),
        sa.Column("verifier", HASH, nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("door", NAME, nullable=True),
        sa.Column("representative_id", sa.Integer(), nullable=True),
        sa.Column("back", sa.String(length=500), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint("expires_at > begun_at", name=op.f("ck_service_visit_expires_after_beginning")),
        sa.CheckConstraint(
            "(purpose = 'identify') = (question_id IS NOT NULL)",
            name=op.f("ck_service_visit_identifies_for_a_question"),
        ),
        sa.CheckConstraint("(question_id IS NULL) = (door IS NULL)", name=op.f("ck_service_visit_question_and_door")),
        sa.CheckConstraint("purpose IN ('sign_in', 'prove', 'identify')", name=op.f("ck_service_visit_visit_purpose")),
        sa.CheckConstraint(DOORS, name=op.f("ck_service_visit_door")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_visit")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_service_visit_state_hash")),
    )
    op.create_table(
        "service_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("service", NAME, nullable=False),
        sa.Column("subject_hash", HASH, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", BY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_service_identity_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_identity")),
        sa.UniqueConstraint("service", "subject_hash", name=op.f("uq_service_identity_service_subject_hash")),
        sa.UniqueConstraint("service", "account_id", name=op.f("uq_service_identity_service_account_id")),
    )
    op.create_index(op.f("ix_service_identity_account_id"), "service_identity", ["account_id"], unique=False)


def _make_assurance() -> None:
    op.create_table(
        "assurance_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", NAME, nullable=False),
        sa.Column("scheme", BY, nullable=False),
        sa.Column("level", NAME, nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("set_by", BY, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", BY, nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_assurance_rule_ended_at_and_by")),
        sa.CheckConstraint(
            "act IN ('award_to_person', 'award_to_employer')", name=op.f("ck_assurance_rule_assured_act")
        ),
        sa.CheckConstraint(LEVELS, name=op.f("ck_assurance_rule_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assurance_rule")),
    )
    op.create_index(
        "uq_assurance_rule_in_force",
        "assurance_rule",
        ["act", "scheme"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "identification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", NAME, nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("door", NAME, nullable=False),
        sa.Column("level", NAME, nullable=False),
        sa.Column("means", NAME, nullable=False),
        sa.Column("subject_hash", HASH, nullable=True),
        sa.Column("paper", NAME, nullable=True),
        sa.Column("representative_id", sa.Integer(), nullable=True),
        sa.Column("identified_at", TIME, nullable=False),
        sa.Column("identified_by", BY, nullable=False),
        sa.Column("identified_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(means = 'desk') = (paper IS NOT NULL)", name=op.f("ck_identification_paper_at_the_desk")),
        sa.CheckConstraint(
            "(means = 'desk') = (subject_hash IS NULL)", name=op.f("ck_identification_subject_of_a_service")
        ),
        sa.CheckConstraint("level <> 'none'", name=op.f("ck_identification_says_something")),
        sa.CheckConstraint(LEVELS, name=op.f("ck_identification_level")),
        sa.CheckConstraint(DOORS, name=op.f("ck_identification_door")),
        sa.CheckConstraint(
            "paper IN ('passport', 'id_card', 'driving_licence', 'residence', 'extract')",
            name=op.f("ck_identification_identity_paper"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_identification_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identification_public_id")),
    )
    for column in ("question_id", "subject_hash"):
        op.create_index(op.f(f"ix_identification_{column}"), "identification", [column], unique=False)
