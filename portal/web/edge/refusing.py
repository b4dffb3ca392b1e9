"""Acts that were refused leave a row in the audit log, although the transaction of the request is undone.

A view says it with `note_refusal` when it shows a refusal itself; what no view shows is noted by the edge. The edge writes the
row when the request is over, in a short transaction of its own: who asked, on which page, about what, and the code of the reason.
"""

from __future__ import annotations

import structlog
from flask import current_app, g, has_request_context, request
from sqlalchemy.orm import Session

from portal.people.audit.actions import record_refusal
from portal.people.audit.queries import id_for_log
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.errors import Busy, Refusal, StorageFull
from portal.spending.vouchers.codes import parse_code
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import READING

log = structlog.get_logger("portal.web")

#: Per part of an address what it is called in the audit log, and the table that has it. Of several the first here counts.
ABOUT: dict[str, tuple[str, str]] = {
    "question_id": ("question", "development_question"),
    "surety_id": ("surety", "surety"),
    "voucher_id": ("voucher", "voucher"),
    "code": ("voucher", "voucher"),
    "account_id": ("account", "account"),
    "tranche_id": ("tranche", "tranche"),
    "duty_id": ("agreement_duty", "agreement_duty"),
    "party_id": ("agreement_party", "agreement_party"),
    "approval_id": ("plan_approval", "plan_approval"),
    "document_id": ("agreement_document", "agreement_document"),
    "administration_id": ("earlier_administration", "earlier_administration"),
    "agreement_id": ("agreement", "agreement"),
    "act_id": ("two_person_act", "two_person_act"),
    "address_id": ("employer_address", "employer_address"),
    "award_id": ("award", "award"),
    "team_id": ("team", "team"),
    "member_id": ("team_member", "team_member"),
    "asked_id": ("privacy_request", "privacy_request"),
    "away_id": ("day_away", "day_away"),
    "bank_line_id": ("unmatched_line", "unmatched_line"),
    "call_id": ("call_back", "call_back"),
    "campaign_code": ("campaign", "campaign"),
    "check_id": ("books_check", "books_check"),
    "conversation_id": ("conversation", "conversation"),
    "correction_id": ("correction", "correction"),
    "entry_id": ("cofinancing", "cofinancing"),
    "evidence_id": ("evidence", "evidence"),
    "expense_id": ("expense", "expense"),
    "flag_id": ("flag", "flag"),
    "hand_over_id": ("hand_over", "hand_over"),
    "hearing_id": ("hearing", "hearing"),
    "hold_id": ("legal_hold", "legal_hold"),
    "hours_id": ("advisor_hours", "advisor_hours"),
    "import_id": ("training_import", "training_import"),
    "invoice_id": ("invoice", "invoice"),
    "item_id": ("job_item", "job_item"),
    "letter_id": ("letter", "letter"),
    "forecast_id": ("forecast", "forecast"),
    "line_id": ("funding_line", "funding_line"),
    "mandate_id": ("mandate", "mandate"),
    "message_id": ("message", "outbox_message"),
    "objection_id": ("objection", "objection"),
    "own_debt_id": ("own_debt", "own_debt"),
    "package_id": ("work_package", "work_package"),
    "period_id": ("accounting_period", "accounting_period"),
    "payment_id": ("payment", "payment"),
    "batch_id": ("batch", "payment_batch"),
    "preparation_id": ("preparation", "preparation"),
    "prices_id": ("line_prices", "line_prices"),
    "proposal_id": ("proposal", "proposal"),
    "provider_id": ("provider", "provider"),
    "rebalance_id": ("rebalance", "rebalance"),
    "recovery_id": ("recovery", "recovery"),
    "redemption_id": ("redemption", "redemption"),
    "registration_id": ("registration", "provider_registration"),
    "repayment_id": ("repayment", "repayment"),
    "request_id": ("request", "information_request"),
    "selection_id": ("saved_selection", "saved_selection"),
    "share_id": ("awaited_share", "awaited_share"),
    "signer_id": ("trusted_signer", "trusted_signer"),
    "token_id": ("api_token", "api_token"),
    "webhook_id": ("webhook", "webhook"),
    "delivery_id": ("webhook_delivery", "webhook_delivery"),
    "archived_id": ("letter_registration", "letter_registration"),
    "training_id": ("region_training", "region_training"),
    "winding_id": ("winding_down", "winding_down"),
    "work_id": ("work", "long_work"),
    "sample_id": ("audit_sample", "audit_sample"),
    "scenario_id": ("scenario", "scenario"),
    "round_id": ("award_round", "award_round"),
    "schedule_id": ("report_schedule", "report_schedule"),
    "file_id": ("report_file", "report_file"),
    "term_id": ("retention_term", "retention_term"),
    "scheme": ("scheme", "scheme"),
}
ABOUT_NOTHING = frozenset(
    {
        "token",
        "fact",
        "part",
        "piece",
        "place",
        "version",
        "letter",
        "number",
        "month",
        "warning_key",
        "year",
        "kept_kind",
        "service",
    }
)
"""Parts of an address that say nothing more about what it is about, or that may not stand in a log."""
KEYS = {
    "agreement_id": "slug",
    "archived_id": "id",
    "campaign_code": "code",
    "code": "code",
    "item_id": "id",
    "delivery_id": "id",
    "line_id": "slug",
    "scheme": "slug",
    "signer_id": "id",
}
"""By which column it is found, when that is not the public id."""
NOTHING = "-"
LONGEST = 80


def note_refusal(refusal: Refusal) -> None:
    """Say that what this request wants was refused; the first reason counts. Reading is no act."""
    if has_request_context() and request.method not in READING and g.get("refused") is None:
        g.refused = refusal.code


def log_refusal() -> None:
    """Write the row, when this request was refused. A log that cannot be written keeps nobody from the answer."""
    reason: str | None = g.pop("refused", None)
    if reason is None:
        return
    actor, action, at = current_actor(), request.endpoint or NOTHING, now()

    def work(session: Session) -> None:
        record_refusal(session, actor=actor, action=action, about=about_what(session), reason=reason, now=at)

    try:
        unit_of_work(current_app.extensions["engine"], work)
    except (Busy, StorageFull) as error:
        log.warning("refusal_not_logged", reason=reason, trouble=type(error).__name__)


def about_what(session: Session) -> tuple[str, int | str]:
    """The kind and the id of what this address is about; the question of who asks, or the page itself, when it says nothing."""
    parts = request.view_args or {}
    for name, (kind, table) in ABOUT.items():
        if name in parts:
            return kind, _id_of(session, name, table, str(parts[name]))
    mine = current_actor().question_id
    return ("page", NOTHING) if mine is None else ("question", mine)


def _id_of(session: Session, name: str, table: str, value: str) -> int | str:
    """The id in the database of what an address names; `NOTHING` when there is no such thing."""
    key = KEYS.get(name, "public_id")
    if key == "id":
        return value if value.isascii() and value.isdigit() and len(value) < 10 else NOTHING
    if key == "code":
        try:
            value = parse_code(value)
        except Refusal:
            return NOTHING
    found = id_for_log(session, table=table, key=key, value=value[:LONGEST])
    return NOTHING if found is None else found
