"""expenses outside vouchers, their work packages, and the register of co-financing

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
KINDS = ("fund", "reserve", "release", "spend", "pay", "recover", "return", "reassign", "correct")
ALONE = "kind <> 'expense' OR (voucher_id IS NULL AND decision_id IS NULL AND note IS NOT NULL)"
UNIQUE_SETS = [("id",), ("key",), ("resolves_id",)]
LARGEST = 10**12
STANDS = sa.text("state <> 'sent_back' AND reverses_id IS NULL AND reversed_at IS NULL")
REVERSES = sa.text("state <> 'sent_back' AND reverses_id IS NOT NULL")
EXPENSE_CHECKS = {
    "amounts_not_negative": "net_cents >= 0 AND vat_cents >= 0",
    "counted_positive": f"counted_cents > 0 AND counted_cents <= {LARGEST}",
    "counted_right": "counted_cents = net_cents + CASE WHEN vat_deductible THEN 0 ELSE vat_cents END",
    "invoice_named": "length(supplier_key) > 0 AND length(number_key) > 0",
    "approved_has_instant": "(state = 'approved') = (approved_at IS NOT NULL)",
    "approved_by_someone_and_booked": "(approved_at IS NULL) = (approved_by IS NULL)"
    " AND (approved_at IS NULL) = (approved_by_name IS NULL)"
    " AND (approved_at IS NULL) = (booked_on IS NULL) AND (approved_at IS NULL) = (transfer_id IS NULL)",
    "second_person": "approved_by IS NULL OR approved_by <> laid_down_by",
    "sent_back_has_instant": "(state = 'sent_back') = (sent_back_at IS NOT NULL)",
    "sent_back_by_someone_for_a_reason": "(sent_back_at IS NULL) = (sent_back_by IS NULL)"
    " AND (sent_back_at IS NULL) = (sent_back_by_name IS NULL)"
    " AND (sent_back_at IS NULL) = (sent_back_reason IS NULL)",
    "reversal_has_reason": "(reverses_id IS NULL) = (reversal_reason IS NULL)",
    "expense_has_evidence": "(reverses_id IS NULL) = (file_id IS NOT NULL)",
    "only_approved_reversed": "reversed_at IS NULL OR (state = 'approved' AND reverses_id IS NULL)",
    "expense_state": "state IN ('laid_down', 'approved', 'sent_back')",
}
ENTRY_CHECKS = {
    "contributor_given": "length(contributor) > 0",
    "amount_positive": f"amount_cents > 0 AND amount_cents <= {LARGEST}",
    "period_in_order": "period_to >= period_from",
    "hours_and_rate_in_kind": "(form = 'in_kind') = (hours_hundredths IS NOT NULL)"
    " AND (form = 'in_kind') = (rate_cents IS NOT NULL)",
    "in_kind_is_hours_times_rate": "hours_hundredths IS NULL OR (hours_hundredths > 0 AND rate_cents > 0"
    " AND amount_cents = (hours_hundredths * rate_cents + 50) / 100)",
    "own_share_is_money": "NOT own_share OR (sector = 'private' AND form = 'cash')",
    "proof_of_payment_of_own_share": "payment_file_id IS NULL OR own_share",
    "proven_has_instant": "(state = 'proven') = (proven_at IS NOT NULL)",
    "proven_by_someone": "(proven_at IS NULL) = (proven_by IS NULL) AND (proven_at IS NULL) = (proven_by_name IS NULL)",
    "second_person": "proven_by IS NULL OR proven_by <> claimed_by",
    "proven_with_evidence": "state <> 'proven' OR (evidence_file_id IS NOT NULL"
    " AND (NOT own_share OR payment_file_id IS NOT NULL))",
    "refused_has_instant": "(state = 'refused') = (refused_at IS NOT NULL)",
    "refused_by_someone_for_a_reason": "(refused_at IS NULL) = (refused_by IS NULL)"
    " AND (refused_at IS NULL) = (refused_by_name IS NULL) AND (refused_at IS NULL) = (refused_reason IS NULL)",
    "cofinancing_sector": "sector IN ('public', 'private')",
    "cofinancing_form": "form IN ('cash', 'in_kind')",
    "cofinancing_state": "state IN ('claimed', 'proven', 'refused')",
}


def upgrade() -> None:
    """Change the schema. Nothing was laid down or brought yet."""
    _allow((*KINDS, "expense"), alone=True)
    _create_work_packages()
    _create_expense()
    _create_cofinancing()


def downgrade() -> None:
    """Change it back. What was booked as an expense stays in the books, as a correction: the money is still gone."""
    for table in ("cofinancing_duty", "cofinancing", "expense", "work_package_budget", "work_package"):
        op.drop_table(table)
    _allow(KINDS, alone=False)


def _allow(kinds: tuple[str, ...], *, alone: bool) -> None:
    """Which kinds of transfer there are. Its protection is taken off for this change alone."""
    dialect = op.get_bind().dialect.name
    for statement in unprotect_statements(dialect, "transfer"):
        op.execute(statement)
    if not alone:
        with op.batch_alter_table("transfer", schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f("ck_transfer_expense_stands_alone"), type_="check")
        op.execute("UPDATE transfer SET kind = 'correct' WHERE kind = 'expense'")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_transfer_transfer_kind"), type_="check")
        rule = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
        batch_op.create_check_constraint(batch_op.f("ck_transfer_transfer_kind"), rule)
        if alone:
            batch_op.create_check_constraint(batch_op.f("ck_transfer_expense_stands_alone"), ALONE)
    for statement in protect_statements(dialect, "transfer", UNIQUE_SETS):
        op.execute(sa.DDL(statement.replace("%", "%%")))


def _create_work_packages() -> None:
    op.create_table(
        "work_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title_nl", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_work_package_number_given")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_work_package_period_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_package")),
        sa.UniqueConstraint("public_id", name=op.f("uq_work_package_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_work_package_number")),
    )
    op.create_table(
        "work_package_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_package_id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_work_package_budget_budget_not_negative")),
        _points("work_package_budget", "work_package_id", "work_package"),
        _points("work_package_budget", "funding_line_id", "funding_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_package_budget")),
        sa.UniqueConstraint(
            "work_package_id", "funding_line_id", name=op.f("uq_work_package_budget_work_package_id_funding_line_id")
        ),
    )
    op.create_index(op.f("ix_work_package_budget_funding_line_id"), "work_package_budget", ["funding_line_id"])


def _create_expense() -> None:
    op.create_table(
        "expense",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("work_package_id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("supplier_key", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_deductible", sa.Boolean(), nullable=False),
        sa.Column("counted_cents", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reversal_reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        *_step("laid_down", nullable=False),
        *_step("approved"),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        *_step("sent_back"),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("reversed_at", TIME, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_expense_{name}")) for name, rule in EXPENSE_CHECKS.items()),
        _points("expense", "work_package_id", "work_package"),
        _points("expense", "funding_line_id", "funding_line"),
        _points("expense", "file_id", "stored_file"),
        _points("expense", "reverses_id", "expense"),
        _points("expense", "transfer_id", "transfer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_expense_{name}"))
            for name in ("public_id", "file_id", "transfer_id")
        ),
    )
    for name in ("work_package_id", "funding_line_id", "reverses_id"):
        op.create_index(op.f(f"ix_expense_{name}"), "expense", [name])
    op.create_index("ix_expense_state_booked_on", "expense", ["state", "booked_on"])
    for name, columns, where in (
        ("uq_expense_standing_invoice", ["supplier_key", "number_key"], STANDS),
        ("uq_expense_reversal", ["reverses_id"], REVERSES),
    ):
        op.create_index(name, "expense", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _create_cofinancing() -> None:
    op.create_table(
        "cofinancing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("own_share", sa.Boolean(), nullable=False),
        sa.Column("hours_hundredths", sa.Integer(), nullable=True),
        sa.Column("rate_cents", sa.BigInteger(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("evidence_file_id", sa.Integer(), nullable=True),
        sa.Column("payment_file_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        *_step("claimed", nullable=False),
        *_step("proven"),
        *_step("refused"),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_cofinancing_{name}")) for name, rule in ENTRY_CHECKS.items()),
        _points("cofinancing", "agreement_id", "agreement"),
        _points("cofinancing", "evidence_file_id", "stored_file"),
        _points("cofinancing", "payment_file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cofinancing")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_cofinancing_{name}"))
            for name in ("public_id", "evidence_file_id", "payment_file_id")
        ),
    )
    op.create_index("ix_cofinancing_agreement_id_state", "cofinancing", ["agreement_id", "state"])
    op.create_table(
        "cofinancing_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("before_on", sa.Date(), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(ENTRY_CHECKS["amount_positive"], name=op.f("ck_cofinancing_duty_amount_positive")),
        _points("cofinancing_duty", "agreement_id", "agreement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cofinancing_duty")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_cofinancing_duty_agreement_id")),
    )


def _step(name: str, *, nullable: bool = True) -> list[sa.Column[object]]:
    """When, by whom, and the name as it was then."""
    return [
        sa.Column(f"{name}_at", TIME, nullable=nullable),
        sa.Column(f"{name}_by", sa.String(length=80), nullable=nullable),
        sa.Column(f"{name}_by_name", sa.String(length=100), nullable=nullable),
    ]


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
