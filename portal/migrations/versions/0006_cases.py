"""cases

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("draft", "submitted", "applied", "waiting", "decided", "referred", "set_aside", "withdrawn", "closed")
QUESTION_CHECKS = {
    "set_aside_by_someone_for_a_reason": "(set_aside_at IS NULL) = (set_aside_by IS NULL) AND (set_aside_at IS NULL) = (set_aside_reason IS NULL)",
    "set_aside_has_instant": "(state = 'set_aside') = (set_aside_at IS NOT NULL)",
    "set_aside_on_application": "set_aside_at IS NULL OR applied_at IS NOT NULL",
}
APPLICATION_CHECKS = {
    "completed_not_before_receipt": "completed_at IS NULL OR completed_at >= applied_at",
}


def states(values: tuple[str, ...]) -> str:
    """The CHECK on the state of a question."""
    return f"state IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Change the schema."""
    _questions_and_applications()
    _owners_and_representatives()
    _persons()
    _waiting()


def _questions_and_applications() -> None:
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_at", TIME, nullable=True))
        batch_op.add_column(sa.Column("set_aside_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("set_aside_reason", sa.Text(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_development_question_question_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_development_question_question_state"), states(STATES))
        for name, rule in QUESTION_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_development_question_{name}"), rule)
        batch_op.create_index(
            "ix_development_question_worklist",
            ["state", "decide_by", "respond_by", "responded_at", "submitted_at"],
            unique=False,
        )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("completed_at", TIME, nullable=True))
    op.execute("UPDATE application SET completed_at = applied_at")
    with op.batch_alter_table("application", schema=None) as batch_op:
        for name, rule in APPLICATION_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_application_{name}"), rule)
        batch_op.create_index(batch_op.f("ix_application_birth_date"), ["birth_date"], unique=False)
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("representative_id", sa.Integer(), nullable=True))


def _owners_and_representatives() -> None:
    op.create_table(
        "case_owner",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(given_by) > 0", name=op.f("ck_case_owner_given_by_someone")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_owner_account_id_account")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_case_owner_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_case_owner")),
    )
    op.create_index(op.f("ix_case_owner_account_id"), "case_owner", ["account_id"], unique=False)
    op.create_table(
        "representative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("proof_on", sa.Date(), nullable=False),
        sa.Column("authorised_at", TIME, nullable=False),
        sa.Column("authorised_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_representative_ended_by_someone")),
        sa.CheckConstraint(
            "kind IN ('authorised', 'parent', 'guardian', 'lawyer')",
            name=op.f("ck_representative_representative_kind"),
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_representative_has_a_name")),
        sa.CheckConstraint("length(proof) > 0", name=op.f("ck_representative_proof_was_seen")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_representative_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
        sa.UniqueConstraint("public_id", name=op.f("uq_representative_public_id")),
    )
    op.create_index(op.f("ix_representative_question_id"), "representative", ["question_id"], unique=False)
    op.create_index(
        "uq_representative_acting",
        "representative",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _persons() -> None:
    op.create_table(
        "double_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_key", sa.String(length=64), nullable=False),
        sa.Column("second_key", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("judged_at", TIME, nullable=False),
        sa.Column("judged_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("first_key < second_key", name=op.f("ck_double_judgement_keys_in_order")),
        sa.CheckConstraint("length(judged_by) > 0", name=op.f("ck_double_judgement_judged_by_someone")),
        sa.CheckConstraint("verdict IN ('same', 'different')", name=op.f("ck_double_judgement_double_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double_judgement")),
        sa.UniqueConstraint("first_key", "second_key", name=op.f("uq_double_judgement_first_key_second_key")),
    )
    op.create_index(op.f("ix_double_judgement_second_key"), "double_judgement", ["second_key"], unique=False)
    op.create_table(
        "person_alias",
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("counted_under", sa.String(length=64), nullable=False),
        sa.CheckConstraint("person_key <> counted_under", name=op.f("ck_person_alias_alias_of_another")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_person_alias")),
    )
    op.create_index(op.f("ix_person_alias_counted_under"), "person_alias", ["counted_under"], unique=False)


def _waiting() -> None:
    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("wanted_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", TIME, nullable=False),
        sa.Column("agreed_by", sa.String(length=80), nullable=False),
        sa.Column("offered_at", TIME, nullable=True),
        sa.Column("left_at", TIME, nullable=True),
        sa.Column("left_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("wanted_cents > 0", name=op.f("ck_waiting_place_wanted_positive")),
        sa.CheckConstraint("length(agreed_by) > 0", name=op.f("ck_waiting_place_agreed_by_someone")),
        sa.CheckConstraint(
            "state <> 'offered' OR offered_at IS NOT NULL", name=op.f("ck_waiting_place_offered_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR offered_at IS NULL", name=op.f("ck_waiting_place_waiting_was_not_offered")
        ),
        sa.CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name=op.f("ck_waiting_place_left_has_instant")),
        sa.CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name=op.f("ck_waiting_place_left_by_someone")),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'left')", name=op.f("ck_waiting_place_place_state")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_waiting_place_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
        sa.UniqueConstraint("public_id", name=op.f("uq_waiting_place_public_id")),
    )
    op.create_index(op.f("ix_waiting_place_application_id"), "waiting_place", ["application_id"], unique=False)
    op.create_index("ix_waiting_place_scheme_state", "waiting_place", ["scheme", "state"], unique=False)
    op.create_index(
        "uq_waiting_place_live",
        "waiting_place",
        ["application_id", "scheme"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )


def downgrade() -> None:
    """Change the schema back. What was set aside counts as withdrawn; owners, representatives and places are lost."""
    op.drop_table("waiting_place")
    op.drop_table("person_alias")
    op.drop_table("double_judgement")
    op.drop_table("representative")
    op.drop_table("case_owner")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_column("representative_id")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_birth_date"))
        for name in reversed(APPLICATION_CHECKS):
            batch_op.drop_constraint(batch_op.f(f"ck_application_{name}"), type_="check")
        batch_op.drop_column("completed_at")
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.drop_index("ix_development_question_worklist")
        for name in reversed(QUESTION_CHECKS):
            batch_op.drop_constraint(batch_op.f(f"ck_development_question_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_development_question_question_state"), type_="check")
    op.execute(
        "UPDATE development_question SET state = 'withdrawn', withdrawn_at = set_aside_at, withdrawn_by = set_aside_by,"
        " withdraw_reason = set_aside_reason, set_aside_at = NULL, set_aside_by = NULL, set_aside_reason = NULL"
        " WHERE state = 'set_aside'"
    )
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_development_question_question_state"),
            states(tuple(state for state in STATES if state != "set_aside")),
        )
        batch_op.drop_column("set_aside_reason")
        batch_op.drop_column("set_aside_by")
        batch_op.drop_column("set_aside_at")
