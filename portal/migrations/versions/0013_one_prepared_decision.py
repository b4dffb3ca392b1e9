"""one table of prepared decisions, the first and every later one

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KIND = sa.String(length=40)
COLUMNS: dict[str, Any] = {
    "kind": KIND,
    "voucher_id": sa.Integer(),
    "amount_cents": sa.BigInteger(),
    "line_key": sa.String(length=20),
    "funding_line_id": sa.Integer(),
}
REFERS = {"voucher_id": "voucher", "funding_line_id": "funding_line"}
CHECKS = {
    "preparation_kind": "kind IN ('awarded', 'settled', 'supplemented', 'revised')",
    "mix_rests_on_proposal": "(kind IN ('awarded', 'revised')) = (proposal_id IS NOT NULL)",
    "others_are_about_a_voucher": "(proposal_id IS NULL) = (voucher_id IS NOT NULL)",
    "voucher_has_an_amount": "(voucher_id IS NULL) = (amount_cents IS NULL)",
    "amount_not_negative": "amount_cents IS NULL OR amount_cents >= 0",
    "supplement_has_cost_line": "(kind = 'supplemented') = (line_key IS NOT NULL)",
    "cost_line_has_funding_line": "(line_key IS NULL) = (funding_line_id IS NULL)",
}
FURTHER_KINDS = sa.Enum(
    "settled", "supplemented", "revised", name="further_kind", native_enum=False, create_constraint=True, length=40
)
STATES = sa.Enum(
    "waiting",
    "decided",
    "sent_back",
    "withdrawn",
    name="further_state",
    native_enum=False,
    create_constraint=True,
    length=40,
)
FURTHER_CHECKS = {
    "others_have_an_amount": "(kind = 'revised') = (amount_cents IS NULL)",
    "revision_rests_on_proposal": "(kind = 'revised') = (proposal_id IS NOT NULL)",
    "others_are_about_a_voucher": "(kind = 'revised') = (voucher_id IS NULL)",
    "decided_has_decision": "(state = 'decided') = (decision_id IS NOT NULL)",
    "sent_back_for_a_reason": "(state = 'sent_back') = (sent_back_reason IS NOT NULL)",
    "closed_has_instant": "(state = 'waiting') = (closed_at IS NULL)",
    "four_eyes": "state <> 'decided' OR closed_by <> prepared_by",
    "closed_by_someone": "(closed_at IS NULL) = (closed_by IS NULL)",
    "amount_not_negative": "amount_cents IS NULL OR amount_cents >= 0",
    "rationale_given": "length(rationale) > 0",
}
FURTHER_REFERS = {
    "decision_id": "decision",
    "proposal_id": "proposal",
    "question_id": "development_question",
    "voucher_id": "voucher",
}
#: A first decision that waits while a later one waits on the same question can never be taken any more.
GIVES_WAY = """UPDATE preparation SET state = 'withdrawn', closed_by = 'system', closed_at = (
        SELECT later.prepared_at FROM further_preparation AS later
        WHERE later.question_id = preparation.question_id AND later.state = 'waiting')
    WHERE state = 'waiting' AND question_id IN (SELECT question_id FROM further_preparation WHERE state = 'waiting')"""

JSON = sa.JSON(none_as_null=True)
SAME = (
    "public_id",
    "question_id",
    "kind",
    "voucher_id",
    "proposal_id",
    "amount_cents",
    "ground",
    "rationale",
    "state",
    "prepared_at",
    "prepared_by",
    "prepared_by_name",
    "closed_at",
    "closed_by",
    "sent_back_reason",
    "decision_id",
)
#: What is the same in both tables is moved as the database has it.
PREPARATION = sa.table(
    "preparation", *map(sa.column, ("id", *SAME, "line_key", "funding_line_id")), sa.column("rejections", JSON)
)
FURTHER = sa.table("further_preparation", *map(sa.column, ("id", *SAME)), sa.column("details", JSON))
LINE = sa.table("funding_line", sa.column("id"), sa.column("slug"))


def upgrade() -> None:
    """Change the schema and move the later decisions over: what they say, where they stand and their public ids stay."""
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        for name, kind in COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    op.execute("UPDATE preparation SET kind = 'awarded'")
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=KIND, nullable=False)
        batch_op.alter_column("proposal_id", existing_type=sa.Integer(), nullable=True)
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_preparation_{name}"), rule)
        for name, table in REFERS.items():
            batch_op.create_index(batch_op.f(f"ix_preparation_{name}"), [name], unique=False)
            batch_op.create_foreign_key(batch_op.f(f"fk_preparation_{name}_{table}"), table, [name], ["id"])
    op.execute(GIVES_WAY)
    _move_up()
    op.drop_table("further_preparation")


def _move_up() -> None:
    bind = op.get_bind()
    lines: dict[str, int] = dict(bind.execute(sa.select(LINE.c.slug, LINE.c.id)).all())
    for row in bind.execute(sa.select(FURTHER).order_by(FURTHER.c.id)).mappings().all():
        details = row["details"]
        supplement = row["kind"] == "supplemented"
        values = {
            "rejections": details.get("rejections", {}),
            "line_key": details["line"] if supplement else None,
            "funding_line_id": lines[details["funding_line"]] if supplement else None,
        }
        bind.execute(sa.insert(PREPARATION).values(**{name: row[name] for name in SAME}, **values))


def downgrade() -> None:
    """Change the schema back and move the later decisions to their own table again."""
    op.create_table(
        "further_preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", FURTHER_KINDS, nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.String(length=80), nullable=False),
        sa.Column("prepared_by_name", sa.String(length=100), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        *[
            sa.CheckConstraint(rule, name=op.f(f"ck_further_preparation_{name}"))
            for name, rule in FURTHER_CHECKS.items()
        ],
        *[
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_further_preparation_{name}_{table}"))
            for name, table in FURTHER_REFERS.items()
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_preparation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_further_preparation_public_id")),
    )
    for name in FURTHER_REFERS:
        op.create_index(op.f(f"ix_further_preparation_{name}"), "further_preparation", [name], unique=False)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_further_preparation_waiting",
        "further_preparation",
        ["question_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    _move_down()
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        for name, table in REFERS.items():
            batch_op.drop_constraint(batch_op.f(f"fk_preparation_{name}_{table}"), type_="foreignkey")
            batch_op.drop_index(batch_op.f(f"ix_preparation_{name}"))
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_preparation_{name}"), type_="check")
        batch_op.alter_column("proposal_id", existing_type=sa.Integer(), nullable=False)
        for name in COLUMNS:
            batch_op.drop_column(name)


def _move_down() -> None:
    bind = op.get_bind()
    slugs: dict[int, str] = dict(bind.execute(sa.select(LINE.c.id, LINE.c.slug)).all())
    later = PREPARATION.c.kind != "awarded"
    for row in bind.execute(sa.select(PREPARATION).where(later).order_by(PREPARATION.c.id)).mappings().all():
        details = {
            "settled": {},
            "supplemented": {"line": row["line_key"], "funding_line": slugs.get(row["funding_line_id"])},
            "revised": {"rejections": row["rejections"]},
        }[row["kind"]]
        bind.execute(sa.insert(FURTHER).values(**{name: row[name] for name in SAME}, details=details))
    bind.execute(sa.delete(PREPARATION).where(later))
