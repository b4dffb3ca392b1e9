"""Objections to a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_objection() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "decided",
                "withdrawn",
                name="objection_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("term_ended_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("lateness_excused", sa.Boolean(), nullable=True),
        sa.Column("lateness_reason", sa.Text(), nullable=True),
        sa.Column("committee", sa.Boolean(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("adjourned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adjourned_by", sa.String(length=80), nullable=True),
        sa.Column("adjourn_reason", sa.Text(), nullable=True),
        sa.Column("hearing_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hearing_place", sa.String(length=200), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("hearing_report", sa.Text(), nullable=True),
        sa.Column(
            "waiver",
            sa.Enum(
                "inadmissible",
                "unfounded",
                "not_wanted",
                "fully_met",
                name="waiver_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.String(length=80), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "inadmissible",
                "unfounded",
                "founded",
                name="objection_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("new_decision_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (outcome IS NOT NULL)", name=op.f("ck_objection_decided_has_outcome")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_objection_withdrawn_has_instant")
        ),
        sa.CheckConstraint(
            "new_decision_id IS NULL OR outcome = 'founded'", name=op.f("ck_objection_new_decision_when_founded")
        ),
        sa.CheckConstraint(
            "(adjourned_at IS NULL) = (adjourned_by IS NULL) AND (adjourned_at IS NULL) = (adjourn_reason IS NULL)",
            name=op.f("ck_objection_adjourned_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint("(heard_on IS NULL) = (hearing_report IS NULL)", name=op.f("ck_objection_heard_has_report")),
        sa.CheckConstraint(
            "(hearing_on IS NULL) = (hearing_place IS NULL)", name=op.f("ck_objection_hearing_has_place")
        ),
        sa.CheckConstraint("(late = (received_on > term_ended_on))", name=op.f("ck_objection_late_after_term")),
        sa.CheckConstraint(
            "(lateness_excused IS NULL) = (lateness_reason IS NULL)", name=op.f("ck_objection_lateness_has_reason")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)"
            " AND (outcome IS NULL) = (rationale IS NULL)",
            name=op.f("ck_objection_decided_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(waiver IS NULL) = (waived_at IS NULL) AND (waiver IS NULL) = (waived_by IS NULL)",
            name=op.f("ck_objection_waived_by_someone"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_objection_withdrawn_by_someone")
        ),
        sa.CheckConstraint("heard_on IS NULL OR waiver IS NULL", name=op.f("ck_objection_heard_or_waived")),
        sa.CheckConstraint("lateness_excused IS NULL OR late", name=op.f("ck_objection_excused_when_late")),
        sa.CheckConstraint("length(grounds) > 0", name=op.f("ck_objection_grounds_given")),
        sa.CheckConstraint(
            "outcome IS NULL OR heard_on IS NOT NULL OR waiver IS NOT NULL",
            name=op.f("ck_objection_heard_before_decided"),
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_objection_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["new_decision_id"], ["decision.id"], name=op.f("fk_objection_new_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_objection_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("number", name=op.f("uq_objection_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_objection_public_id")),
    )
    op.create_index(op.f("ix_objection_decision_id"), "objection", ["decision_id"], unique=False)
    op.create_index(op.f("ix_objection_question_id"), "objection", ["question_id"], unique=False)
    op.create_index(op.f("ix_objection_new_decision_id"), "objection", ["new_decision_id"], unique=False)
    op.create_index("ix_objection_state_decide_by", "objection", ["state", "decide_by"], unique=False)
    op.create_index(
        "uq_objection_open",
        "objection",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def drop_objection() -> None:
    op.drop_index("uq_objection_open", table_name="objection")
    op.drop_index("ix_objection_state_decide_by", table_name="objection")
    op.drop_index("ix_objection_question_id", table_name="objection")
    op.drop_index("ix_objection_decision_id", table_name="objection")
    op.drop_table("objection")
