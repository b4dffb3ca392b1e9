"""the desk opens

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

from portal.migrations.steps import (
    r0001_books,
    r0001_cases,
    r0001_decisions,
    r0001_framework,
    r0001_people,
    r0001_platform,
    r0001_questions,
    r0001_spending,
)
from portal.platform.append_only import protect_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Append-only tables, with the columns that identify a row.
PROTECTED: dict[str, list[tuple[str, ...]]] = {
    "audit_event": [("id",)],
    "viewing_event": [("id",)],
    "proposal": [("id",), ("public_id",)],
    "transfer": [("id",), ("key",), ("resolves_id",)],
    "cap_use": [("transfer_id", "cap_id")],
    "decision": [("id",), ("public_id",)],
    "decision_outcome": [("decision_id", "scheme"), ("id",)],
}


def upgrade() -> None:
    """Change the schema."""
    r0001_people.create_access_link()
    r0001_people.create_audit_event()
    r0001_books.create_budget_guard()
    r0001_books.create_cap_guard()
    r0001_questions.create_development_question()
    r0001_framework.create_funder()
    r0001_platform.create_idempotency_key()
    r0001_books.create_ledger_account()
    r0001_platform.create_number_series()
    r0001_people.create_organisation()
    r0001_platform.create_outbox_message()
    r0001_platform.create_region_record()
    r0001_framework.create_scheme()
    r0001_people.create_sign_in_attempt()
    r0001_people.create_viewing_event()
    r0001_people.create_account()
    r0001_framework.create_agreement()
    r0001_cases.create_application()
    r0001_questions.create_contact()
    r0001_cases.create_conversation()
    r0001_questions.create_cost_line()
    r0001_cases.create_information_request()
    r0001_cases.create_note()
    r0001_cases.create_pledge()
    r0001_decisions.create_proposal()
    r0001_spending.create_provider()
    r0001_framework.create_scheme_ownership()
    r0001_framework.create_scheme_version()
    r0001_books.create_transfer()
    r0001_books.create_cap_use()
    r0001_decisions.create_decision()
    r0001_framework.create_funding_line()
    r0001_spending.create_provider_approval()
    r0001_people.create_session_record()
    r0001_people.create_sign_in_link()
    r0001_decisions.create_award()
    r0001_decisions.create_decision_outcome()
    r0001_decisions.create_award_part()
    r0001_spending.create_voucher()
    r0001_spending.create_redemption()

    dialect = op.get_bind().dialect.name
    for table, unique_columns in PROTECTED.items():
        for statement in protect_statements(dialect, table, unique_columns):
            op.execute(statement)


def downgrade() -> None:
    """Change it back."""
    r0001_spending.drop_redemption()
    r0001_spending.drop_voucher()
    r0001_decisions.drop_award_part()
    r0001_decisions.drop_decision_outcome()
    r0001_decisions.drop_award()
    r0001_people.drop_sign_in_link()
    r0001_people.drop_session_record()
    r0001_spending.drop_provider_approval()
    r0001_framework.drop_funding_line()
    r0001_decisions.drop_decision()
    r0001_books.drop_cap_use()
    r0001_books.drop_transfer()
    r0001_framework.drop_scheme_version()
    r0001_framework.drop_scheme_ownership()
    r0001_spending.drop_provider()
    r0001_decisions.drop_proposal()
    r0001_cases.drop_pledge()
    r0001_cases.drop_note()
    r0001_cases.drop_information_request()
    r0001_questions.drop_cost_line()
    r0001_cases.drop_conversation()
    r0001_questions.drop_contact()
    r0001_cases.drop_application()
    r0001_framework.drop_agreement()
    r0001_people.drop_account()
    r0001_people.drop_viewing_event()
    r0001_people.drop_sign_in_attempt()
    r0001_framework.drop_scheme()
    r0001_platform.drop_region_record()
    r0001_platform.drop_outbox_message()
    r0001_people.drop_organisation()
    r0001_platform.drop_number_series()
    r0001_books.drop_ledger_account()
    r0001_platform.drop_idempotency_key()
    r0001_framework.drop_funder()
    r0001_questions.drop_development_question()
    r0001_books.drop_cap_guard()
    r0001_books.drop_budget_guard()
    r0001_people.drop_audit_event()
    r0001_people.drop_access_link()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
