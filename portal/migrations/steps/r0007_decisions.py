"""What a decision needs: mandates, hearings, preparations, shares of other bodies and reassignments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=300), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=True),
        sa.Column("up_to_cents", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_mandate_ended_by_someone")),
        sa.CheckConstraint("ended_at IS NULL OR valid_until IS NOT NULL", name=op.f("ck_mandate_ended_has_last_day")),
        sa.CheckConstraint("length(basis) > 0", name=op.f("ck_mandate_has_basis")),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_mandate_names_body")),
        sa.CheckConstraint("up_to_cents IS NULL OR up_to_cents > 0", name=op.f("ck_mandate_amount_positive")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_mandate_from_before_until")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mandate_public_id")),
    )
    op.create_index(op.f("ix_mandate_account_id"), "mandate", ["account_id"], unique=False)


def drop_mandate() -> None:
    op.drop_index("ix_mandate_account_id", table_name="mandate")
    op.drop_table("mandate")


def create_decision_mandate() -> None:
    op.create_table(
        "decision_mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_mandate_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_decision_mandate_mandate_id_mandate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_mandate")),
        sa.UniqueConstraint("decision_id", "scheme", name=op.f("uq_decision_mandate_decision_id_scheme")),
    )
    op.create_index(op.f("ix_decision_mandate_decision_id"), "decision_mandate", ["decision_id"], unique=False)
    op.create_index(op.f("ix_decision_mandate_mandate_id"), "decision_mandate", ["mandate_id"], unique=False)


def drop_decision_mandate() -> None:
    op.drop_index("ix_decision_mandate_mandate_id", table_name="decision_mandate")
    op.drop_index("ix_decision_mandate_decision_id", table_name="decision_mandate")
    op.drop_table("decision_mandate")


def create_hearing() -> None:
    op.create_table(
        "hearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.String(length=80), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "in_writing",
                "spoken",
                "not_given",
                name="view_way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("view", sa.Text(), nullable=True),
        sa.Column("view_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "way IS NULL OR way = 'not_given' OR view IS NOT NULL", name=op.f("ck_hearing_view_has_words")
        ),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (recorded_by IS NULL)", name=op.f("ck_hearing_view_recorded_by_someone")
        ),
        sa.CheckConstraint("(way IS NULL) = (recorded_at IS NULL)", name=op.f("ck_hearing_view_has_instant")),
        sa.CheckConstraint("(way IS NULL) = (view_on IS NULL)", name=op.f("ck_hearing_view_has_day")),
        sa.CheckConstraint("length(facts) > 0", name=op.f("ck_hearing_facts_given")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_hearing_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hearing_public_id")),
    )
    op.create_index(op.f("ix_hearing_question_id"), "hearing", ["question_id"], unique=False)


def drop_hearing() -> None:
    op.drop_index("ix_hearing_question_id", table_name="hearing")
    op.drop_table("hearing")


def create_preparation() -> None:
    op.create_table(
        "preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("shares", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("rejections", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "decided",
                "sent_back",
                "withdrawn",
                name="preparation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.String(length=80), nullable=False),
        sa.Column("prepared_by_name", sa.String(length=100), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (decision_id IS NOT NULL)", name=op.f("ck_preparation_decided_has_decision")
        ),
        sa.CheckConstraint(
            "(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name=op.f("ck_preparation_sent_back_for_a_reason")
        ),
        sa.CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_preparation_closed_has_instant")),
        sa.CheckConstraint("state <> 'decided' OR closed_by <> prepared_by", name=op.f("ck_preparation_four_eyes")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_preparation_closed_by_someone")),
        sa.CheckConstraint("length(rationale) > 0", name=op.f("ck_preparation_rationale_given")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_preparation_decision_id_decision")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_preparation_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_preparation_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_preparation_public_id")),
    )
    op.create_index(op.f("ix_preparation_question_id"), "preparation", ["question_id"], unique=False)
    op.create_index(op.f("ix_preparation_proposal_id"), "preparation", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_preparation_decision_id"), "preparation", ["decision_id"], unique=False)
    op.create_index(
        "uq_preparation_waiting",
        "preparation",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def drop_preparation() -> None:
    op.drop_index("uq_preparation_waiting", table_name="preparation")
    op.drop_index("ix_preparation_question_id", table_name="preparation")
    op.drop_table("preparation")


def create_awaited_share() -> None:
    op.create_table(
        "awaited_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("expected_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "granted",
                "partly",
                "refused",
                name="share_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("granted_cents", sa.BigInteger(), nullable=True),
        sa.Column("outcome_by", sa.String(length=200), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=True),
        sa.Column(
            "sequel",
            sa.Enum("kept", "revised", name="sequel", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("sequel_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequel_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'granted' OR granted_cents >= expected_cents", name=op.f("ck_awaited_share_granted_is_all")
        ),
        sa.CheckConstraint(
            "outcome <> 'partly' OR (granted_cents > 0 AND granted_cents < expected_cents)",
            name=op.f("ck_awaited_share_partly_is_less"),
        ),
        sa.CheckConstraint(
            "outcome <> 'refused' OR granted_cents = 0", name=op.f("ck_awaited_share_refused_is_nothing")
        ),
        sa.CheckConstraint(
            "sequel IS NULL OR outcome IN ('partly', 'refused')", name=op.f("ck_awaited_share_sequel_of_less")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (granted_cents IS NULL)", name=op.f("ck_awaited_share_outcome_has_amount")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (outcome_by IS NULL)", name=op.f("ck_awaited_share_outcome_of_somebody")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_on IS NULL)", name=op.f("ck_awaited_share_outcome_has_day")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (recorded_at IS NULL)", name=op.f("ck_awaited_share_outcome_has_instant")
        ),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (recorded_by IS NULL)", name=op.f("ck_awaited_share_outcome_recorded_by_someone")
        ),
        sa.CheckConstraint(
            "(sequel IS NULL) = (sequel_at IS NULL) AND (sequel IS NULL) = (sequel_by IS NULL)",
            name=op.f("ck_awaited_share_sequel_by_someone"),
        ),
        sa.CheckConstraint("expected_cents > 0", name=op.f("ck_awaited_share_amount_positive")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_awaited_share_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_awaited_share_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_share")),
        sa.UniqueConstraint("decision_id", "scheme", name=op.f("uq_awaited_share_decision_id_scheme")),
        sa.UniqueConstraint("public_id", name=op.f("uq_awaited_share_public_id")),
    )
    op.create_index(op.f("ix_awaited_share_question_id"), "awaited_share", ["question_id"], unique=False)


def drop_awaited_share() -> None:
    op.drop_index("ix_awaited_share_question_id", table_name="awaited_share")
    op.drop_table("awaited_share")


def create_reassignment() -> None:
    op.create_table(
        "reassignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("from_line_id", sa.Integer(), nullable=False),
        sa.Column("to_line_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reassigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reassigned_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_reassignment_amount_positive")),
        sa.CheckConstraint("from_line_id <> to_line_id", name=op.f("ck_reassignment_two_lines")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_reassignment_reason_given")),
        sa.ForeignKeyConstraint(
            ["from_line_id"], ["funding_line.id"], name=op.f("fk_reassignment_from_line_id_funding_line")
        ),
        sa.ForeignKeyConstraint(
            ["to_line_id"], ["funding_line.id"], name=op.f("fk_reassignment_to_line_id_funding_line")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_reassignment_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignment")),
    )
    op.create_index(op.f("ix_reassignment_from_line_id"), "reassignment", ["from_line_id"], unique=False)
    op.create_index(op.f("ix_reassignment_to_line_id"), "reassignment", ["to_line_id"], unique=False)
    op.create_index(op.f("ix_reassignment_voucher_id"), "reassignment", ["voucher_id"], unique=False)


def drop_reassignment() -> None:
    op.drop_index("ix_reassignment_voucher_id", table_name="reassignment")
    op.drop_index("ix_reassignment_to_line_id", table_name="reassignment")
    op.drop_index("ix_reassignment_from_line_id", table_name="reassignment")
    op.drop_table("reassignment")
