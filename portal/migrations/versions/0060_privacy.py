"""how long everything is kept, what people ask of their own data, and what was erased

Revision ID: 0060
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KINDS = "kind IN ('drafts', 'unapplied', 'refused', 'awarded', 'invoices', 'letters', 'uploads', 'viewing', 'logs', 'staff')"
PARTS = "part IN ('case', 'pseudonyms', 'index', 'invoices', 'letters', 'uploads', 'viewing', 'logs', 'staff')"
TERM, HOLD, BATCH, ERASED, ASKED = "retention_term", "legal_hold", "erasure_batch", "erased_case", "privacy_request"


def upgrade() -> None:
    """Change the schema. Nothing is erased by it: the region lays terms down first."""
    _make_terms()
    _make_holds()
    _make_batches()
    _make_erased()
    _make_requests()
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.add_column(sa.Column("erased_at", INSTANT, nullable=True))
    op.add_column("viewing_event", sa.Column("trace_id", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Change the schema back. What was erased stays erased; which case that was is not known any more."""
    op.drop_column("viewing_event", "trace_id")
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.drop_column("erased_at")
    for table in (ASKED, ERASED, BATCH, HOLD, TERM):
        op.drop_table(table)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _checks(table: str, rules: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _keys(table: str, **foreign: str) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
            for name, other in foreign.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _one_per(table: str, name: str, columns: list[str], state: str) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(f"uq_{table}_{name}", table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _make_terms() -> None:
    op.create_table(
        TERM,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 40),
        _text("kind", 40),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("unit", 40),
        _text("basis", 300),
        _text("source", 300),
        _text("state", 40),
        sa.Column("laid_down_at", INSTANT, nullable=False),
        _text("laid_down_by", 80),
        _text("laid_down_by_name", 100),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        _text("confirmed_by", 80, nullable=True),
        _text("confirmed_by_name", 100, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        _text("ended_by", 80, nullable=True),
        *_checks(
            TERM,
            {
                "kept": KINDS,
                "term_unit": "unit IN ('days', 'months', 'years')",
                "term_state": "state IN ('waiting', 'in_force', 'replaced', 'withdrawn')",
                "number_positive": "number > 0",
                "grounded": "length(basis) > 0 AND length(source) > 0",
                "confirmed_by_someone": "(state IN ('in_force', 'replaced')) = (confirmed_at IS NOT NULL) AND "
                "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_by_name IS NULL)",
                "four_eyes": "confirmed_by IS NULL OR confirmed_by <> laid_down_by",
                "ended_by_someone": "(state IN ('replaced', 'withdrawn')) = (ended_at IS NOT NULL) AND "
                "(ended_at IS NULL) = (ended_by IS NULL)",
            },
        ),
        *_keys(TERM),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TERM}_public_id")),
    )
    _one_per(TERM, "waiting", ["kind"], "waiting")
    _one_per(TERM, "in_force", ["kind"], "in_force")


def _make_holds() -> None:
    op.create_table(
        HOLD,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 40),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("laid_at", INSTANT, nullable=False),
        _text("laid_by", 80),
        _text("laid_by_name", 100),
        sa.Column("ended_at", INSTANT, nullable=True),
        _text("ended_by", 80, nullable=True),
        *_checks(
            HOLD,
            {"reason_given": "length(reason) > 0", "ended_by_someone": "(ended_at IS NULL) = (ended_by IS NULL)"},
        ),
        *_keys(HOLD, question_id="development_question"),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{HOLD}_public_id")),
    )
    op.create_index("ix_legal_hold_question_id_ended_at", HOLD, ["question_id", "ended_at"])


def _make_batches() -> None:
    op.create_table(
        BATCH,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("kind", 40),
        sa.Column("cut_on", sa.Date(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("erased", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        *_checks(
            BATCH,
            {
                "kept": KINDS,
                "has_something": "first_id <= last_id AND planned > 0",
                "done_and_counted": "(done_at IS NULL) = (erased IS NULL) AND (done_at IS NULL) = (counts IS NULL)",
                "no_more_than_planned": "erased IS NULL OR (erased >= 0 AND erased <= planned)",
            },
        ),
        *_keys(BATCH),
        sa.UniqueConstraint("kind", "cut_on", "first_id", name=op.f(f"uq_{BATCH}_kind_cut_on_first_id")),
    )
    op.create_index("ix_erasure_batch_done_at", BATCH, ["done_at"])


def _make_erased() -> None:
    op.create_table(
        ERASED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        _text("part", 40),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", INSTANT, nullable=False),
        _text("erased_by", 80),
        *_checks(ERASED, {"family": PARTS}),
        *_keys(ERASED, question_id="development_question", batch_id=BATCH),
        sa.UniqueConstraint("question_id", "part", name=op.f(f"uq_{ERASED}_question_id_part")),
    )
    op.create_index(op.f("ix_erased_case_batch_id"), ERASED, ["batch_id"])


def _make_requests() -> None:
    op.create_table(
        ASKED,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 40),
        sa.Column("question_id", sa.Integer(), nullable=False),
        _text("kind", 40),
        sa.Column("text", sa.Text(), nullable=False),
        _text("state", 40),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        _text("asked_by", 80),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("extended_at", INSTANT, nullable=True),
        _text("extended_by", 80, nullable=True),
        sa.Column("extend_reason", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        _text("answered_by", 80, nullable=True),
        _text("answered_by_name", 100, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        *_checks(
            ASKED,
            {
                "right": "kind IN ('access', 'correction', 'erasure', 'restriction', 'portability', 'objection')",
                "request_state": "state IN ('open', 'granted', 'refused', 'withdrawn')",
                "term_after_asking": "answer_by > asked_on",
                "extended_for_a_reason": "(extended_at IS NULL) = (extended_by IS NULL) AND "
                "(extended_at IS NULL) = (extend_reason IS NULL)",
                "answered_by_someone": "(state IN ('granted', 'refused')) = (answered_at IS NOT NULL) AND "
                "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answered_by_name IS NULL) AND "
                "(answered_at IS NULL) = (answer IS NULL)",
                "withdrawn_has_instant": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                "done_when_granted": "done_at IS NULL OR (state = 'granted' AND kind = 'erasure')",
            },
        ),
        *_keys(ASKED, question_id="development_question"),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{ASKED}_public_id")),
    )
    op.create_index(op.f("ix_privacy_request_question_id"), ASKED, ["question_id"])
    op.create_index("ix_privacy_request_state_answer_by", ASKED, ["state", "answer_by"])
    _one_per(ASKED, "open", ["question_id", "kind"], "open")
