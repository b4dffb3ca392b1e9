"""filters, cases that go to a colleague together, help with filling in, and what is still open found by an index

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
AWAY = sa.text("kind = 'absence' AND back_at IS NULL")
CHECKS = {
    "absence_of_somebody": "(kind = 'absence') = (from_account_id IS NOT NULL)",
    "absence_has_last_day": "(kind = 'absence') = (until IS NOT NULL)",
    "to_somebody_else": "from_account_id <> to_account_id",
    "back_by_someone": "(back_at IS NULL) = (back_by IS NULL)",
    "hand_over_kind": "kind IN ('several', 'absence')",
}
STILL_OPEN = {
    "ix_conversation_state_planned_for": ("conversation", ["state", "planned_for"]),
    "ix_recovery_state": ("recovery", ["state"]),
    "ix_correction_answer_settled_at": ("correction", ["answer", "settled_at"]),
    "ix_hearing_way_answer_by": ("hearing", ["way", "answer_by"]),
    "ix_awaited_share_outcome_sequel": ("awaited_share", ["outcome", "sequel"]),
    "ix_repayment_state": ("repayment", ["state"]),
    "ix_preparation_state_prepared_at": ("preparation", ["state", "prepared_at"]),
}
"""What the list of an advisor and the counts in the menu begin with."""


ROLES = ("advisor", "owner", "region", "provider", "admin")


def upgrade() -> None:
    """Change the schema."""
    _helpers()
    for name, (table, columns) in STILL_OPEN.items():
        op.create_index(name, table, columns, unique=False)
    op.create_table(
        "saved_selection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_saved_selection_name_given")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_selection_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_selection")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_selection_account_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_selection_public_id")),
    )
    _hand_over()
    op.create_table(
        "handed_case",
        sa.Column("hand_over_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_account_id"], ["account.id"], name=op.f("fk_handed_case_from_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("fk_handed_case_hand_over_id_hand_over"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_handed_case_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hand_over_id", "question_id", name=op.f("pk_handed_case")),
    )
    op.create_index(op.f("ix_handed_case_question_id"), "handed_case", ["question_id"], unique=False)
    op.create_index(op.f("ix_handed_case_from_account_id"), "handed_case", ["from_account_id"], unique=False)


def _helpers() -> None:
    """Accounts of who helps, the question in which an account helps, and who helped with which question."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_account_role"), _one_of("role", (*ROLES, "helper")))
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_session_record_account_or_question"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_session_record_helps_without_link"),
            "account_id IS NULL OR question_id IS NULL OR access_link_id IS NULL",
        )
    op.create_table(
        "assistance",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.CheckConstraint("length(by_name) > 0", name=op.f("ck_assistance_by_somebody")),
        sa.CheckConstraint(_one_of("way", ("counter", "telephone", "letter")), name=op.f("ck_assistance_help_way")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_assistance_account_id_account")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_assistance_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_assistance")),
    )
    op.create_index(op.f("ix_assistance_account_id"), "assistance", ["account_id"], unique=False)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _hand_over() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_account_id", sa.Integer(), nullable=True),
        sa.Column("to_account_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("back_at", TIME, nullable=True),
        sa.Column("back_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_hand_over_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["from_account_id"], ["account.id"], name=op.f("fk_hand_over_from_account_id_account")),
        sa.ForeignKeyConstraint(["to_account_id"], ["account.id"], name=op.f("fk_hand_over_to_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hand_over_public_id")),
    )
    op.create_index(op.f("ix_hand_over_from_account_id"), "hand_over", ["from_account_id"], unique=False)
    op.create_index(op.f("ix_hand_over_to_account_id"), "hand_over", ["to_account_id"], unique=False)
    op.create_index(
        "uq_hand_over_away", "hand_over", ["from_account_id"], unique=True, sqlite_where=AWAY, postgresql_where=AWAY
    )


def downgrade() -> None:
    """Change the schema back."""
    op.drop_table("handed_case")
    op.drop_table("hand_over")
    op.drop_table("saved_selection")
    for name, (table, _columns) in STILL_OPEN.items():
        op.drop_index(name, table)
    op.drop_table("assistance")
    op.execute("DELETE FROM session_record WHERE account_id IS NOT NULL AND question_id IS NOT NULL")
    op.execute(
        "UPDATE account SET role = 'advisor', disabled_at = coalesce(disabled_at, created_at),"
        " disabled_by = coalesce(disabled_by, 'migration') WHERE role = 'helper'"
    )
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_session_record_helps_without_link"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_session_record_account_or_question"), "account_id IS NULL OR question_id IS NULL"
        )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_account_role"), _one_of("role", ROLES))
