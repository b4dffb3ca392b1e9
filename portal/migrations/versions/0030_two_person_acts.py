"""acts that wait for a second person, and more than one approval of a provider

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE, APPROVAL = "two_person_act", "provider_approval"
TIME = sa.DateTime(timezone=True)
WAITING, APPROVED = sa.text("state = 'waiting'"), sa.text("state = 'approved'")
KINDS = (
    "override_invoice", "cancellation_fee", "write_off", "raise_budget", "lower_budget", "new_budget",
    "stop_scheme", "new_account", "change_role", "open_account",
)  # fmt: skip
CHECKS = {
    "reason_given": "length(reason) > 0",
    "about_something": "length(subject) > 0",
    "amount_positive": "amount_cents IS NULL OR amount_cents > 0",
    "closed_has_instant": "(state = 'waiting') = (closed_at IS NULL)",
    "closed_by_someone": "(closed_at IS NULL) = (closed_by IS NULL)",
    "closed_with_a_name": "(closed_at IS NULL) = (closed_by_name IS NULL)",
    "four_eyes": "state <> 'done' OR closed_by <> laid_down_by",
    "sent_back_for_a_reason": "(state = 'sent_back') = (sent_back_reason IS NOT NULL)",
    "two_person_kind": f"kind IN ({', '.join(repr(kind) for kind in KINDS)})",
    "two_person_state": "state IN ('waiting', 'done', 'sent_back', 'withdrawn')",
}
HOLDING = "uq_provider_approval_holding"


def upgrade() -> None:
    """Change the schema. Nothing waits yet, and every provider has at most one approval per scheme in force."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("laid_down_at", TIME, nullable=False),
        sa.Column("laid_down_by", sa.String(length=80), nullable=False),
        sa.Column("laid_down_by_name", sa.String(length=100), nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("closed_by_name", sa.String(length=100), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f(f"fk_{TABLE}_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_question_id"), TABLE, ["question_id"])
    op.create_index(f"ix_{TABLE}_state_laid_down_at", TABLE, ["state", "laid_down_at"])
    op.create_index(
        f"uq_{TABLE}_waiting", TABLE, ["subject"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )
    _one_holding("provider_id", "scheme", "approved_by")


def downgrade() -> None:
    """Change it back. Fails while a provider has two approvals for one scheme."""
    _one_holding("provider_id", "scheme")
    op.drop_table(TABLE)


def _one_holding(*columns: str) -> None:
    op.drop_index(HOLDING, table_name=APPROVAL)
    op.create_index(HOLDING, APPROVAL, list(columns), unique=True, sqlite_where=APPROVED, postgresql_where=APPROVED)
