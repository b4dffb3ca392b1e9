"""objections of others, by post, without grounds and with further delay; outages; notices of default

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

OBJECTION, REPAIR, DELAY, OUTAGE = "objection", "objection_repair", "further_delay", "channel_outage"
NOTICE = "default_notice"
REASONS = ("inadmissible", "unfounded", "not_wanted", "fully_met")
OPEN, OF_ANOTHER = "uq_objection_open", "uq_objection_open_of_another"
OLD_CHECKS = {
    "grounds_given": "length(grounds) > 0",
    "late_after_term": "(late = (received_on > term_ended_on))",
}
CHECKS = {
    "grounds_given_or_inadmissible": "length(grounds) > 0 OR outcome IS NULL OR outcome = 'inadmissible'",
    "late_after_term": "(late = (term_ended_on IS NOT NULL AND counts_on > term_ended_on))",
    "counts_as_received_or_posted": "counts_on = received_on OR (posted_on IS NOT NULL AND counts_on = posted_on)",
    "posted_before_received": "posted_on IS NULL OR posted_on <= received_on",
    "asked_whether_heard_by_someone": "(hear_asked_at IS NULL) = (hear_asked_by IS NULL)"
    " AND (hear_asked_at IS NULL) = (hear_answer_by IS NULL)",
    "wants_to_be_heard_when_asked": "hear_wanted_on IS NULL OR hear_asked_at IS NOT NULL",
    "no_answer_when_none_came": "waiver <> 'no_answer' OR hear_wanted_on IS NULL",
    "another_has_interest_and_address": "(third_name = '') = (third_interest = '')"
    " AND (third_name = '') = (third_street = '') AND (third_name = '') = (third_postcode = '')"
    " AND (third_name = '') = (third_city = '')",
    "interest_judged_by_someone": "(interested IS NULL) = (interest_judged_at IS NULL)"
    " AND (interested IS NULL) = (interest_judged_by IS NULL) AND (interested IS NULL) = (interest_reason IS NULL)",
    "interest_of_another_judged": "interested IS NULL OR third_name <> ''",
}
TEXTS = {"third_name": 120, "third_interest": None, "third_street": 120, "third_postcode": 10, "third_city": 80}
LOST = (
    "DELETE FROM objection WHERE third_name <> ''",
    "UPDATE objection SET waiver = 'not_wanted' WHERE waiver = 'no_answer'",
    "UPDATE objection SET grounds = '-' WHERE grounds = ''",
    "UPDATE objection SET term_ended_on = received_on WHERE term_ended_on IS NULL",
    "UPDATE objection SET late = (received_on > term_ended_on)",
    "UPDATE objection SET lateness_excused = NULL, lateness_reason = NULL WHERE NOT late",
)
"""What the older schema cannot hold, when it is put back."""


def upgrade() -> None:
    """Change the schema. What came in before counts as it came in."""
    _columns()
    op.execute("UPDATE objection SET counts_on = received_on")
    _checks()
    _open_indexes()
    _outages()
    _repairs()
    _delays()
    _notices()


def _columns() -> None:
    day, instant, person = sa.Date(), sa.DateTime(timezone=True), sa.String(length=80)
    with op.batch_alter_table(OBJECTION) as table:
        for name, check in OLD_CHECKS.items():
            del check
            table.drop_constraint(op.f(f"ck_{OBJECTION}_{name}"), type_="check")
        table.drop_constraint(op.f(f"ck_{OBJECTION}_waiver_reason"), type_="check")
        table.alter_column("term_ended_on", existing_type=day, nullable=True)
        for name in ("posted_on", "counts_on", "hear_answer_by", "hear_wanted_on"):
            table.add_column(sa.Column(name, day, nullable=True))
        for name in ("hear_asked_at", "interest_judged_at"):
            table.add_column(sa.Column(name, instant, nullable=True))
        for name in ("hear_asked_by", "interest_judged_by"):
            table.add_column(sa.Column(name, person, nullable=True))
        for name, length in TEXTS.items():
            kind = sa.Text() if length is None else sa.String(length=length)
            table.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        table.add_column(sa.Column("interested", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("interest_reason", sa.Text(), nullable=True))


def _checks() -> None:
    with op.batch_alter_table(OBJECTION) as table:
        table.alter_column("counts_on", existing_type=sa.Date(), nullable=False)
        for name, length in TEXTS.items():
            kind = sa.Text() if length is None else sa.String(length=length)
            table.alter_column(name, existing_type=kind, server_default=None)
        table.create_check_constraint(
            op.f(f"ck_{OBJECTION}_waiver_reason"), _one_of("waiver", (*REASONS[:3], "no_answer", *REASONS[3:]))
        )
        for name, check in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{OBJECTION}_{name}"), check)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(one) for one in values)})"


def _open_indexes() -> None:
    op.drop_index(OPEN, table_name=OBJECTION)
    for name, columns, where in (
        (OPEN, ["decision_id"], "state = 'open' AND third_name = ''"),
        (OF_ANOTHER, ["decision_id", "third_name"], "state = 'open' AND third_name <> ''"),
    ):
        op.create_index(
            name, OBJECTION, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def _outages() -> None:
    checks = {
        "says_what": "length(what) > 0",
        "ended_after_it_began": "ended_at IS NULL OR ended_at > began_at",
        "ended_by_someone": "(ended_at IS NULL) = (ended_by IS NULL)",
        "withdrawn_by_someone": "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
    }
    op.create_table(
        OUTAGE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{OUTAGE}_{name}")) for name, rule in checks.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{OUTAGE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{OUTAGE}_public_id")),
    )


def _repairs() -> None:
    checks = {
        "answer_after_question": "answer_by > asked_on",
        "repaired_after_question": "repaired_on IS NULL OR repaired_on >= asked_on",
        "says_what_is_missing": "length(missing) > 0",
    }
    op.create_table(
        REPAIR,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("repaired_on", sa.Date(), nullable=True),
        *_of_objection(REPAIR),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{REPAIR}_{name}")) for name, rule in checks.items()),
    )
    op.create_index(op.f(f"ix_{REPAIR}_objection_id"), REPAIR, ["objection_id"], unique=False)


def _delays() -> None:
    basis = sa.Enum(
        "all_agree",
        "objector_agrees",
        "procedure",
        name="delay_basis",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    agreed = "length(agreed_by) > 0 AND length(reason) > 0"
    op.create_table(
        DELAY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("basis", basis, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_of_objection(DELAY),
        sa.CheckConstraint(agreed, name=op.f(f"ck_{DELAY}_agreed_by_someone_for_a_reason")),
    )
    op.create_index(op.f(f"ix_{DELAY}_objection_id"), DELAY, ["objection_id"], unique=False)


def _notices() -> None:
    none = sa.Enum(
        "in_time",
        "notice_too_late",
        "no_interest",
        "manifest",
        name="no_penalty",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    settled = ("settled_by", "settled_by_name", "penalty_days", "amount_cents", "rationale", "body_nl", "body_en")
    together = " AND ".join(f"(settled_at IS NULL) = ({name} IS NULL)" for name in settled)
    checks = {
        "received_after_the_term": "received_on > due_on",
        "penalty_after_notice": "first_on > received_on",
        "free_before_the_penalty": "free_until < first_on",
        "settled_by_someone_for_a_body": together,
        "at_most_42_days": "penalty_days BETWEEN 0 AND 42",
        "amount_or_why_nothing": "settled_at IS NULL OR (none_because IS NULL) = (amount_cents > 0)",
        "nothing_due_when_settled": "none_because IS NULL OR settled_at IS NOT NULL",
    }
    op.create_table(
        NOTICE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("due_on", "received_on", "free_until", "first_on")),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("settled_by_name", sa.String(length=100), nullable=True),
        sa.Column("penalty_days", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("none_because", none, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("rationale", "body_nl", "body_en")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{NOTICE}_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f(f"fk_{NOTICE}_question_id_development_question")
        ),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f(f"fk_{NOTICE}_objection_id_objection")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NOTICE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{NOTICE}_public_id")),
    )
    for column in ("question_id", "objection_id"):
        op.create_index(op.f(f"ix_{NOTICE}_{column}"), NOTICE, [column], unique=False)
    for name, column, where in (
        ("application", "question_id", "objection_id IS NULL"),
        ("objection", "objection_id", "objection_id IS NOT NULL"),
    ):
        only = sa.text(where)
        op.create_index(f"uq_{NOTICE}_{name}", NOTICE, [column], unique=True, sqlite_where=only, postgresql_where=only)


def _of_objection(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f(f"fk_{table}_objection_id_objection")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Change the schema back. Objections of others are gone then, with what the older schema cannot say."""
    for gone in (NOTICE, DELAY, REPAIR, OUTAGE):
        op.drop_table(gone)
    op.drop_index(OF_ANOTHER, table_name=OBJECTION)
    op.drop_index(OPEN, table_name=OBJECTION)
    with op.batch_alter_table(OBJECTION) as table:
        for name in (*CHECKS, "waiver_reason"):
            table.drop_constraint(op.f(f"ck_{OBJECTION}_{name}"), type_="check")
    for sentence in LOST:
        op.execute(sentence)
    with op.batch_alter_table(OBJECTION) as table:
        table.alter_column("term_ended_on", existing_type=sa.Date(), nullable=False)
        for name in ("posted_on", "counts_on", "hear_answer_by", "hear_wanted_on", "hear_asked_at", "hear_asked_by"):
            table.drop_column(name)
        for name in (*TEXTS, "interested", "interest_judged_at", "interest_judged_by", "interest_reason"):
            table.drop_column(name)
    with op.batch_alter_table(OBJECTION) as table:
        table.create_check_constraint(op.f(f"ck_{OBJECTION}_waiver_reason"), _one_of("waiver", REASONS))
        for name, check in OLD_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{OBJECTION}_{name}"), check)
    open_one = sa.text("state = 'open'")
    op.create_index(OPEN, OBJECTION, ["decision_id"], unique=True, sqlite_where=open_one, postgresql_where=open_one)
