"""the desk opens

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "door",
            sa.Enum("resident", "employer", name="door", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_access_link_revoked_at_and_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index("ix_access_link_question_id_door", ["question_id", "door"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("result IN ('done', 'refused', 'failed')", name=op.f("ck_audit_event_result_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        info={"append_only": True},
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_event_object", ["object_kind", "object_id"], unique=False)

    op.create_table(
        "budget_guard",
        sa.Column("funding_line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("funded_cents", sa.BigInteger(), nullable=False),
        sa.Column("reserved_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("funded_cents >= 0", name=op.f("ck_budget_guard_funded_not_negative")),
        sa.CheckConstraint("reserved_cents + spent_cents <= funded_cents", name=op.f("ck_budget_guard_within_budget")),
        sa.CheckConstraint("reserved_cents >= 0", name=op.f("ck_budget_guard_reserved_not_negative")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_budget_guard_spent_not_negative")),
        sa.PrimaryKeyConstraint("funding_line_id", name=op.f("pk_budget_guard")),
    )
    op.create_table(
        "cap_guard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("holder_key", sa.String(length=80), nullable=False),
        sa.Column("period_key", sa.String(length=40), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=False),
        sa.Column("used_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used_cents <= limit_cents", name=op.f("ck_cap_guard_within_cap")),
        sa.CheckConstraint("used_cents >= 0", name=op.f("ck_cap_guard_used_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_guard")),
        sa.UniqueConstraint(
            "scheme", "holder_key", "period_key", name=op.f("uq_cap_guard_scheme_holder_key_period_key")
        ),
    )
    op.create_table(
        "development_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("reference_number", sa.String(length=20), nullable=True),
        sa.Column(
            "route",
            sa.Enum("individual", "employer", name="route", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "applied",
                "waiting",
                "decided",
                "referred",
                "withdrawn",
                "closed",
                name="question_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("goals", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("training_name", sa.String(length=200), nullable=True),
        sa.Column("training_provider", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("borrow_up_to_cents", sa.BigInteger(), nullable=False),
        sa.Column("had_before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_kvk", sa.String(length=8), nullable=True),
        sa.Column("employer_contact", sa.String(length=100), nullable=True),
        sa.Column("learner_name", sa.String(length=100), nullable=True),
        sa.Column("reference_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.String(length=80), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referred_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column(
            "close_reason",
            sa.Enum(
                "helped",
                "no_answer",
                "finished",
                "other",
                name="close_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("respond_by", sa.Date(), nullable=True),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_development_question_closed_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_development_question_draft_until_submitted")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (waiting_since IS NOT NULL)",
            name=op.f("ck_development_question_waiting_has_instant"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_development_question_withdrawn_has_instant"),
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR state IN ('decided', 'closed')",
            name=op.f("ck_development_question_decided_stays_decided"),
        ),
        sa.CheckConstraint(
            "referred_at IS NULL OR state IN ('referred', 'closed')",
            name=op.f("ck_development_question_referred_stays_referred"),
        ),
        sa.CheckConstraint(
            "route = 'employer' OR employer_kvk IS NULL", name=op.f("ck_development_question_kvk_of_employer_route")
        ),
        sa.CheckConstraint(
            "state <> 'applied' OR applied_at IS NOT NULL", name=op.f("ck_development_question_applied_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'decided' OR decided_at IS NOT NULL", name=op.f("ck_development_question_decided_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'referred' OR referred_at IS NOT NULL", name=op.f("ck_development_question_referred_has_instant")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR applied_at IS NULL", name=op.f("ck_development_question_submitted_is_not_applied")
        ),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)", name=op.f("ck_development_question_applied_by_someone")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (close_reason IS NULL)",
            name=op.f("ck_development_question_closed_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_development_question_decided_by_someone")
        ),
        sa.CheckConstraint(
            "(referred_at IS NULL) = (referred_by IS NULL)", name=op.f("ck_development_question_referred_by_someone")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (reference_date IS NULL)",
            name=op.f("ck_development_question_reference_date_when_submitted"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (reference_number IS NULL)",
            name=op.f("ck_development_question_numbered_when_submitted"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by IS NULL)", name=op.f("ck_development_question_submitted_by_someone")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_development_question_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "applied_at IS NULL OR submitted_at IS NOT NULL",
            name=op.f("ck_development_question_applied_after_submitted"),
        ),
        sa.CheckConstraint("borrow_up_to_cents >= 0", name=op.f("ck_development_question_borrowing_not_negative")),
        sa.CheckConstraint(
            "decided_at IS NULL OR applied_at IS NOT NULL", name=op.f("ck_development_question_decided_on_application")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_development_question_revision_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_development_question_public_id")),
        sa.UniqueConstraint("reference_number", name=op.f("uq_development_question_reference_number")),
    )
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_development_question_decide_by"), ["decide_by"], unique=False)
        batch_op.create_index("ix_development_question_state_submitted", ["state", "submitted_at"], unique=False)

    op.create_table(
        "funder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('municipality', 'province', 'region', 'ministry', 'agency', 'sector_fund', 'education', 'other')",
            name=op.f("ck_funder_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder")),
        sa.UniqueConstraint("slug", name=op.f("uq_funder_slug")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_key", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=500), nullable=True),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("actor_key", "route", "key", name=op.f("uq_idempotency_key_actor_key_route_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funding_line_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "funder",
                "available",
                "reserved",
                "spent",
                "paid",
                name="account_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("funding_line_id", "kind", name=op.f("uq_ledger_account_funding_line_id_kind")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number > 0", name=op.f("ck_number_series_last_number_positive")),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "desk",
                "scheme_owner",
                "provider",
                "region",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("email", "letter", name="message_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column(
            "recipient",
            sa.Enum(
                "resident",
                "employer",
                "account",
                "provider",
                name="recipient",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                name="message_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'failed') = (failed_at IS NOT NULL)", name=op.f("ck_outbox_message_failed_and_at")
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (leased_until IS NOT NULL)", name=op.f("ck_outbox_message_sending_and_lease")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_message_sent_and_at")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_message_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint(
            "kind",
            "template",
            "object_kind",
            "object_id",
            "version",
            name=op.f("uq_outbox_message_kind_template_object_kind_object_id_version"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_message_public_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_due", ["state", "due_at"], unique=False)

    op.create_table(
        "region_record",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("region", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reference_lists", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("loaded_hash", sa.String(length=80), nullable=False),
        sa.Column("holder_salt", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_region_record_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_record")),
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("slug", name=op.f("uq_scheme_slug")),
    )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_owner"), ["owner"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "hour", name=op.f("pk_sign_in_attempt")),
    )
    op.create_table(
        "viewing_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing_event")),
        info={"append_only": True},
    )
    with op.batch_alter_table("viewing_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_viewing_event_actor"), ["actor"], unique=False)
        batch_op.create_index("ix_viewing_event_question_id_at", ["question_id", "at"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "advisor",
                "owner",
                "region",
                "provider",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "role NOT IN ('owner', 'provider') OR organisation_id IS NOT NULL",
            name=op.f("ck_account_role_needs_organisation"),
        ),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_by IS NULL)", name=op.f("ck_account_disabled_at_and_by")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_agreement_funder_id_funder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("slug", name=op.f("uq_agreement_slug")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_funder_id"), ["funder_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("receipt_order", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("schemes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scheme_versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "employer", name="applicant_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=False),
        sa.Column("house_number", sa.String(length=20), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=True),
        sa.Column("learner_name", sa.String(length=100), nullable=True),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("employer_key", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=80), nullable=False),
        sa.Column("decision_weeks", sa.Integer(), nullable=False),
        sa.Column("stopped_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'employer') = (kvk_number IS NOT NULL)", name=op.f("ck_application_employer_has_kvk_number")
        ),
        sa.CheckConstraint(
            "kind <> 'employer' OR learner_name IS NOT NULL", name=op.f("ck_application_employer_names_learner")
        ),
        sa.CheckConstraint(
            "kind <> 'person' OR birth_date IS NOT NULL", name=op.f("ck_application_person_has_birth_date")
        ),
        sa.CheckConstraint("decision_weeks > 0", name=op.f("ck_application_decision_weeks_positive")),
        sa.CheckConstraint(
            "kvk_number IS NULL OR length(kvk_number) = 8", name=op.f("ck_application_kvk_number_eight_digits")
        ),
        sa.CheckConstraint("receipt_order > 0", name=op.f("ck_application_receipt_order_positive")),
        sa.CheckConstraint("stopped_days >= 0", name=op.f("ck_application_stopped_days_not_negative")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_application_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
        sa.UniqueConstraint("question_id", name=op.f("uq_application_question_id")),
        sa.UniqueConstraint("receipt_order", name=op.f("uq_application_receipt_order")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_employer_key"), ["employer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_key"), ["person_key"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("email", "phone", "post", name="contact_way", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=True),
        sa.Column("house_number", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.CheckConstraint("way <> 'email' OR email IS NOT NULL", name=op.f("ck_contact_email_when_by_email")),
        sa.CheckConstraint("way <> 'phone' OR phone IS NOT NULL", name=op.f("ck_contact_phone_when_by_phone")),
        sa.CheckConstraint(
            "way <> 'post' OR (street IS NOT NULL AND house_number IS NOT NULL AND postcode IS NOT NULL AND city IS NOT NULL)",
            name=op.f("ck_contact_address_when_by_post"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_contact_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("question_id", name=op.f("uq_contact_question_id")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                "cancelled",
                name="conversation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "desk",
                "phone",
                "video",
                "workplace",
                name="talk_way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.String(length=80), nullable=False),
        sa.Column("advisor_name", sa.String(length=100), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=80), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_conversation_cancelled_has_instant")
        ),
        sa.CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name=op.f("ck_conversation_held_has_instant")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name=op.f("ck_conversation_cancelled_by_someone")
        ),
        sa.CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name=op.f("ck_conversation_held_by_someone")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_conversation_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_question_id"), ["question_id"], unique=False)

    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_without_vat_cents", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "bearer",
            sa.Enum("resident", "employer", name="bearer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_cost_line_amount_positive")),
        sa.CheckConstraint(
            "amount_without_vat_cents IS NULL OR (amount_without_vat_cents > 0 AND amount_without_vat_cents <= amount_cents)",
            name=op.f("ck_cost_line_amount_without_vat_within"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_cost_line_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
        sa.UniqueConstraint("question_id", "line_key", name=op.f("uq_cost_line_question_id_line_key")),
    )
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_line_question_id"), ["question_id"], unique=False)

    op.create_table(
        "information_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_information_request_answered_with_text")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_information_request_answered_by_someone")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_information_request_ended_by_someone")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR answered_at IS NULL", name=op.f("ck_information_request_answered_or_ended")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_information_request_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_information_request_public_id")),
    )
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_request_question_id"), ["question_id"], unique=False)
        batch_op.create_index(
            "uq_information_request_open",
            ["question_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_note_text_not_empty")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_note_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_question_id"), ["question_id"], unique=False)

    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "asked",
                "given",
                "declined",
                name="pledge_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("fixed", "up_to", name="pledge_kind", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("categories", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_email", sa.String(length=254), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("asked_times", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_name", sa.String(length=100), nullable=True),
        sa.Column("given_by_function", sa.String(length=100), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by_name", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "(state = 'declined') = (declined_at IS NOT NULL)", name=op.f("ck_pledge_declined_has_instant")
        ),
        sa.CheckConstraint("(state = 'given') = (given_at IS NOT NULL)", name=op.f("ck_pledge_given_has_instant")),
        sa.CheckConstraint("state <> 'asked' OR asked_at IS NOT NULL", name=op.f("ck_pledge_asked_has_instant")),
        sa.CheckConstraint(
            "state NOT IN ('expected', 'given') OR amount_cents IS NOT NULL",
            name=op.f("ck_pledge_amount_when_promised"),
        ),
        sa.CheckConstraint("(asked_at IS NULL) = (asked_by IS NULL)", name=op.f("ck_pledge_asked_by_someone")),
        sa.CheckConstraint("(given_at IS NULL) = (given_by_name IS NULL)", name=op.f("ck_pledge_given_by_someone")),
        sa.CheckConstraint("(kind IS NULL) = (amount_cents IS NULL)", name=op.f("ck_pledge_kind_with_amount")),
        sa.CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_pledge_amount_positive")),
        sa.CheckConstraint("asked_at IS NULL OR employer_email IS NOT NULL", name=op.f("ck_pledge_asked_has_address")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["development_question.id"],
            name=op.f("fk_pledge_question_id_development_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pledge_public_id")),
        sa.UniqueConstraint("question_id", name=op.f("uq_pledge_question_id")),
    )
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

    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "registered", "withdrawn", name="provider_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_provider_withdrawn_has_instant")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_provider_withdrawn_by_someone")
        ),
        sa.CheckConstraint("length(kvk_number) = 8", name=op.f("ck_provider_kvk_number_eight_digits")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_provider_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("kvk_number", name=op.f("uq_provider_kvk_number")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_provider_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_public_id")),
    )
    op.create_table(
        "scheme_ownership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_scheme_ownership_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_ownership")),
        sa.UniqueConstraint("organisation_id", "scheme", name=op.f("uq_scheme_ownership_organisation_id_scheme")),
    )
    with op.batch_alter_table("scheme_ownership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_ownership_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition_json", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("source_hash", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "scheduled",
                "in_force",
                "superseded",
                "retired",
                name="version_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(state IN ('draft', 'in_review')) = (published_at IS NULL)",
            name=op.f("ck_scheme_version_published_when_no_draft"),
        ),
        sa.CheckConstraint(
            "(state IN ('superseded', 'retired')) = (in_force_until IS NOT NULL)",
            name=op.f("ck_scheme_version_ended_has_last_day"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (in_force_from IS NULL)",
            name=op.f("ck_scheme_version_in_force_from_when_published"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_scheme_version_published_by_someone")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_scheme_version_version_positive")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_version_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("scheme_id", "version", name=op.f("uq_scheme_version_scheme_id_version")),
    )
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_version_scheme_id"), ["scheme_id"], unique=False)
        batch_op.create_index(
            "uq_scheme_version_in_force",
            ["scheme_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )

    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fund",
                "reserve",
                "release",
                "spend",
                "pay",
                "recover",
                "return",
                "reassign",
                "correct",
                name="transfer_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("debit_account_id", sa.Integer(), nullable=False),
        sa.Column("credit_account_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("resolves_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("scheme_version_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('release', 'spend', 'pay', 'reassign')) = (resolves_id IS NOT NULL) OR kind = 'correct'",
            name=op.f("ck_transfer_resolves_fits_kind"),
        ),
        sa.CheckConstraint("actor_id <> ''", name=op.f("ck_transfer_has_actor")),
        sa.CheckConstraint(
            "kind <> 'reserve' OR decision_id IS NOT NULL", name=op.f("ck_transfer_reserve_has_decision")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('correct', 'return', 'recover') OR note IS NOT NULL",
            name=op.f("ck_transfer_correction_has_reason"),
        ),
        sa.CheckConstraint(
            "amount_cents > 0 AND amount_cents <= 10000000000000", name=op.f("ck_transfer_amount_positive")
        ),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_account_id"], ["ledger_account.id"], name=op.f("fk_transfer_credit_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id"], ["ledger_account.id"], name=op.f("fk_transfer_debit_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(["resolves_id"], ["transfer.id"], name=op.f("fk_transfer_resolves_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_key")),
        info={"append_only": True},
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_booked_on"), ["booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_credit_account_id"), ["credit_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_debit_account_id"), ["debit_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_scheme_version_id"), ["scheme_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_voucher_id"), ["voucher_id"], unique=False)
        batch_op.create_index("uq_transfer_resolves_id", ["resolves_id"], unique=True)

    op.create_table(
        "cap_use",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("cap_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cap_id"], ["cap_guard.id"], name=op.f("fk_cap_use_cap_id_cap_guard")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_cap_use_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("transfer_id", "cap_id", name=op.f("pk_cap_use")),
        info={"append_only": True},
    )
    with op.batch_alter_table("cap_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cap_use_cap_id"), ["cap_id"], unique=False)

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
            "kind NOT IN ('approved', 'partly') OR (identity_checked AND purpose_checked AND costs_checked AND nothing_paid_twice_checked)",
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

    op.create_table(
        "funding_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("title_nl", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("earmark", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("period_binds", sa.String(length=20), nullable=False),
        sa.Column("price_permille", sa.Integer(), nullable=True),
        sa.Column("assumption_nl", sa.String(length=4000), nullable=True),
        sa.Column("assumption_en", sa.String(length=4000), nullable=True),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period_binds IN ('award_date', 'award_and_due_date')", name=op.f("ck_funding_line_period_binds_known")
        ),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_funding_line_period_in_order")),
        sa.CheckConstraint(
            "price_permille IS NULL OR price_permille BETWEEN 0 AND 2000",
            name=op.f("ck_funding_line_price_permille_range"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_funding_line_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_funding_line_funder_id_funder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_line")),
        sa.UniqueConstraint("slug", name=op.f("uq_funding_line_slug")),
    )
    with op.batch_alter_table("funding_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funding_line_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_funding_line_funder_id"), ["funder_id"], unique=False)

    op.create_table(
        "provider_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "approved", "withdrawn", name="approval_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_provider_approval_withdrawn_has_instant"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_provider_approval_withdrawn_by_someone")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_provider_approval_withdrawn_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_approval_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_approval")),
    )
    with op.batch_alter_table("provider_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_approval_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_provider_approval_holding",
            ["provider_id", "scheme"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )

    op.create_table(
        "session_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("access_link_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column(
            "door",
            sa.Enum("resident", "employer", name="door", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(question_id IS NULL) = (door IS NULL)", name=op.f("ck_session_record_question_and_door")),
        sa.CheckConstraint(
            "access_link_id IS NULL OR question_id IS NOT NULL", name=op.f("ck_session_record_link_with_question")
        ),
        sa.CheckConstraint(
            "account_id IS NULL OR question_id IS NULL", name=op.f("ck_session_record_account_or_question")
        ),
        sa.CheckConstraint(
            "replaced_at IS NULL OR (account_id IS NULL AND question_id IS NULL)",
            name=op.f("ck_session_record_replaced_is_nobody"),
        ),
        sa.ForeignKeyConstraint(
            ["access_link_id"], ["access_link.id"], name=op.f("fk_session_record_access_link_id_access_link")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_record_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_record")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_record_token_hash")),
    )
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_record_access_link_id"), ["access_link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_record_question_id"), ["question_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_link_expires_after_creation")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_account_id"), ["account_id"], unique=False)

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

    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("beneficiary_key", sa.String(length=64), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("partial_redemption", sa.Boolean(), nullable=False),
        sa.Column("keep_rest", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "partly_redeemed",
                "redeemed",
                "expired",
                "revoked",
                name="voucher_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'expired') = (expired_at IS NOT NULL)", name=op.f("ck_voucher_expired_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoked_at IS NOT NULL)", name=op.f("ck_voucher_revoked_has_instant")
        ),
        sa.CheckConstraint(
            "(state IN ('issued', 'partly_redeemed')) = (redeemed_cents + released_cents < amount_cents)",
            name=op.f("ck_voucher_live_while_something_is_open"),
        ),
        sa.CheckConstraint("state <> 'issued' OR redeemed_cents = 0", name=op.f("ck_voucher_issued_is_untouched")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'partly_redeemed') OR released_cents = 0",
            name=op.f("ck_voucher_live_releases_nothing"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('redeemed', 'partly_redeemed') OR redeemed_cents > 0",
            name=op.f("ck_voucher_redeemed_has_amount"),
        ),
        sa.CheckConstraint(
            "(redeemed_at IS NULL) = (redeemed_cents = 0)", name=op.f("ck_voucher_redeemed_has_instant")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)",
            name=op.f("ck_voucher_revoked_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_voucher_amount_positive")),
        sa.CheckConstraint("length(code) = 12", name=op.f("ck_voucher_code_twelve_letters")),
        sa.CheckConstraint(
            "redeemed_cents + released_cents <= amount_cents", name=op.f("ck_voucher_never_more_than_amount")
        ),
        sa.CheckConstraint(
            "redeemed_cents >= 0 AND released_cents >= 0", name=op.f("ck_voucher_counters_not_negative")
        ),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_voucher_valid_from_issue")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_voucher_award_id_award")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["development_question.id"], name=op.f("fk_voucher_question_id_development_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("award_id", name=op.f("uq_voucher_award_id")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voucher_public_id")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_scheme"), ["scheme"], unique=False)
        batch_op.create_index("ix_voucher_state_valid_until", ["state", "valid_until"], unique=False)
        batch_op.create_index(
            "uq_voucher_live",
            ["question_id", "scheme", "beneficiary_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('issued', 'partly_redeemed')"),
            postgresql_where=sa.text("state IN ('issued', 'partly_redeemed')"),
        )

    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("invoice_key", sa.String(length=60), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_redemption_amount_positive")),
        sa.CheckConstraint("length(invoice_number) > 0", name=op.f("ck_redemption_invoice_number_given")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_redemption_provider_id_provider")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_redemption_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint(
            "provider_id", "invoice_key", "voucher_id", name=op.f("uq_redemption_provider_id_invoice_key_voucher_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_redemption_public_id")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_redemption_voucher_id"), ["voucher_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table, unique_columns in PROTECTED.items():
        for statement in protect_statements(dialect, table, unique_columns):
            op.execute(statement)


def downgrade() -> None:
    """Change it back."""
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_redemption_provider_id"))

    op.drop_table("redemption")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_voucher_live",
            sqlite_where=sa.text("state IN ('issued', 'partly_redeemed')"),
            postgresql_where=sa.text("state IN ('issued', 'partly_redeemed')"),
        )
        batch_op.drop_index("ix_voucher_state_valid_until")
        batch_op.drop_index(batch_op.f("ix_voucher_scheme"))
        batch_op.drop_index(batch_op.f("ix_voucher_question_id"))

    op.drop_table("voucher")
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_part_funding_line_id"))
        batch_op.drop_index(batch_op.f("ix_award_part_award_id"))

    op.drop_table("award_part")
    with op.batch_alter_table("decision_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_outcome_decision_id"))

    op.drop_table("decision_outcome")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_scheme"))
        batch_op.drop_index(batch_op.f("ix_award_question_id"))
        batch_op.drop_index(batch_op.f("ix_award_person_key"))
        batch_op.drop_index(batch_op.f("ix_award_employer_key"))
        batch_op.drop_index(batch_op.f("ix_award_decision_id"))

    op.drop_table("award")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_account_id"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("session_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_record_question_id"))
        batch_op.drop_index(batch_op.f("ix_session_record_expires_at"))
        batch_op.drop_index(batch_op.f("ix_session_record_account_id"))
        batch_op.drop_index(batch_op.f("ix_session_record_access_link_id"))

    op.drop_table("session_record")
    with op.batch_alter_table("provider_approval", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_provider_approval_holding",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_approval_provider_id"))

    op.drop_table("provider_approval")
    with op.batch_alter_table("funding_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funding_line_funder_id"))
        batch_op.drop_index(batch_op.f("ix_funding_line_agreement_id"))

    op.drop_table("funding_line")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_question_id"))
        batch_op.drop_index(batch_op.f("ix_decision_proposal_id"))

    op.drop_table("decision")
    with op.batch_alter_table("cap_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cap_use_cap_id"))

    op.drop_table("cap_use")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index("uq_transfer_resolves_id")
        batch_op.drop_index(batch_op.f("ix_transfer_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_scheme_version_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_decision_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_debit_account_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_credit_account_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_booked_on"))

    op.drop_table("transfer")
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scheme_version_in_force",
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )
        batch_op.drop_index(batch_op.f("ix_scheme_version_scheme_id"))

    op.drop_table("scheme_version")
    with op.batch_alter_table("scheme_ownership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_ownership_organisation_id"))

    op.drop_table("scheme_ownership")
    op.drop_table("provider")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_question_id"))

    op.drop_table("proposal")
    op.drop_table("pledge")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_question_id"))

    op.drop_table("note")
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_information_request_open",
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_information_request_question_id"))

    op.drop_table("information_request")
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_line_question_id"))

    op.drop_table("cost_line")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_question_id"))

    op.drop_table("conversation")
    op.drop_table("contact")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_person_key"))
        batch_op.drop_index(batch_op.f("ix_application_employer_key"))

    op.drop_table("application")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_funder_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_organisation_id"))

    op.drop_table("account")
    with op.batch_alter_table("viewing_event", schema=None) as batch_op:
        batch_op.drop_index("ix_viewing_event_question_id_at")
        batch_op.drop_index(batch_op.f("ix_viewing_event_actor"))

    op.drop_table("viewing_event")
    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_owner"))

    op.drop_table("scheme")
    op.drop_table("region_record")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_due")

    op.drop_table("outbox_message")
    op.drop_table("organisation")
    op.drop_table("number_series")
    op.drop_table("ledger_account")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_expires_at"))

    op.drop_table("idempotency_key")
    op.drop_table("funder")
    with op.batch_alter_table("development_question", schema=None) as batch_op:
        batch_op.drop_index("ix_development_question_state_submitted")
        batch_op.drop_index(batch_op.f("ix_development_question_decide_by"))

    op.drop_table("development_question")
    op.drop_table("cap_guard")
    op.drop_table("budget_guard")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_object")
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_actor"))

    op.drop_table("audit_event")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_index("ix_access_link_question_id_door")

    op.drop_table("access_link")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
