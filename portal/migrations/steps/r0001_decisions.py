"""Proposals, decisions and awards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_revision", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "computed",
                "renewed",
                "amended",
                name="proposal_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("problem_json", sa.Text(), nullable=False),
        sa.Column("answer_json", sa.Text(), nullable=False),
        sa.Column("problem_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("own_contribution_cents", sa.BigInteger(), nullable=False),
        sa.Column("scheme_versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("catalogue_hash", sa.String(length=80), nullable=False),
        sa.Column("solver", sa.String(length=100), nullable=False),
        sa.CheckConstraint("status IN ('proven', 'not_proven')", name=op.f("ck_proposal_status")),
        sa.CheckConstraint("length(problem_hash) = 64", name=op.f("ck_proposal_problem_hash_sha256")),
        sa.CheckConstraint("own_contribution_cents >= 0", name=op.f("ck_proposal_own_contribution_not_negative")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_proposal_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_public_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_question_id"), ["question_id"], unique=False)


def drop_proposal() -> None:
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_question_id"))

    op.drop_table("proposal")


def create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "approved",
                "partly",
                "rejected",
                "referred",
                name="decision_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("purpose_checked", sa.Boolean(), nullable=False),
        sa.Column("costs_checked", sa.Boolean(), nullable=False),
        sa.Column("nothing_paid_twice_checked", sa.Boolean(), nullable=False),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.Column("shares_json", sa.Text(), nullable=True),
        sa.Column("problem_json", sa.Text(), nullable=True),
        sa.Column("referred_to", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(kind = 'referred') = (referred_to IS NOT NULL)", name=op.f("ck_decision_referred_somewhere")
        ),
        sa.CheckConstraint(
            "(kind IN ('approved', 'partly')) = (proposal_id IS NOT NULL)",
            name=op.f("ck_decision_award_rests_on_proposal"),
        ),
        sa.CheckConstraint(
            "(kind IN ('approved', 'partly')) = (shares_json IS NOT NULL)", name=op.f("ck_decision_award_has_shares")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('approved', 'partly') OR (identity_checked AND purpose_checked AND costs_checked"
            " AND nothing_paid_twice_checked)",
            name=op.f("ck_decision_award_fully_checked"),
        ),
        sa.CheckConstraint(
            "(shares_json IS NULL) = (problem_json IS NULL)", name=op.f("ck_decision_shares_with_problem")
        ),
        sa.CheckConstraint("length(rationale) > 0", name=op.f("ck_decision_rationale_given")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_decision_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_decision_public_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_question_id"), ["question_id"], unique=False)


def drop_decision() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_question_id"))
        batch_op.drop_index(batch_op.f("ix_decision_proposal_id"))

    op.drop_table("decision")


def create_decision_outcome() -> None:
    op.create_table(
        "decision_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("awarded", "rejected", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("deciding_body_nl", sa.String(length=4000), nullable=False),
        sa.Column("deciding_body_en", sa.String(length=4000), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'awarded') = (amount_cents > 0)", name=op.f("ck_decision_outcome_awarded_has_amount")
        ),
        sa.CheckConstraint(
            "(outcome = 'rejected') = (reason IS NOT NULL)", name=op.f("ck_decision_outcome_rejected_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_outcome_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_outcome")),
        sa.UniqueConstraint("decision_id", "scheme", name=op.f("uq_decision_outcome_decision_id_scheme")),
        info={"append_only": True},
    )
    with op.batch_alter_table("decision_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_outcome_decision_id"), ["decision_id"], unique=False)


def drop_decision_outcome() -> None:
    with op.batch_alter_table("decision_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_outcome_decision_id"))

    op.drop_table("decision_outcome")


def create_award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("employer_key", sa.String(length=64), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awarded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_award_amount_positive")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_award_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_award_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("decision_id", "scheme", name=op.f("uq_award_decision_id_scheme")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_employer_key"), ["employer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_person_key"), ["person_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_scheme"), ["scheme"], unique=False)


def drop_award() -> None:
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_scheme"))
        batch_op.drop_index(batch_op.f("ix_award_question_id"))
        batch_op.drop_index(batch_op.f("ix_award_person_key"))
        batch_op.drop_index(batch_op.f("ix_award_employer_key"))
        batch_op.drop_index(batch_op.f("ix_award_decision_id"))

    op.drop_table("award")


def create_award_part() -> None:
    op.create_table(
        "award_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(length=20), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_award_part_amount_positive")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_part_award_id_award")),
        sa.ForeignKeyConstraint(
            ["funding_line_id"], ["funding_line.id"], name=op.f("fk_award_part_funding_line_id_funding_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_part")),
        sa.UniqueConstraint(
            "award_id", "line_key", "funding_line_id", name=op.f("uq_award_part_award_id_line_key_funding_line_id")
        ),
    )
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_part_award_id"), ["award_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_part_funding_line_id"), ["funding_line_id"], unique=False)


def drop_award_part() -> None:
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_part_funding_line_id"))
        batch_op.drop_index(batch_op.f("ix_award_part_award_id"))

    op.drop_table("award_part")
