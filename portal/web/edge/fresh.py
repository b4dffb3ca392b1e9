"""What moves money or rights, or takes much away at once, is done by who proved a moment ago that it is them.

It holds where a second step is required (`Settings.second_step_required`). Who proved it too long ago does so on a page of its
own, and goes on where they were: what was typed is kept.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, make_response, redirect, request, url_for

from portal.people.actor import STAFF
from portal.platform.clock import now
from portal.web.edge.again import here, page_of_form, typed_again
from portal.web.edge.keeping import keep_typed
from portal.web.edge.policy import POLICY, current_actor
from portal.web.edge.session import this_session
from portal.web.edge.sight import READING

FRESH = timedelta(minutes=5)
PROVE = "access.prove"
BLUEPRINTS = frozenset({"admin", "region", "two_people", "accounting"})
"""Here every form is about money or rights."""
FORMS = frozenset(
    {
        *(
            f"advisor.{name}"
            for name in ("approve", "accept", "revise", "keep_award", "propose_anew", "revoke", "lower")
        ),
        *(f"advisor.{name}" for name in ("raise_amount", "settle", "credit_note", "reassign", "cancel_training")),
        *(
            f"advisor.{name}"
            for name in ("receive", "write_off_claim", "waive_claim_charges", "repay", "repay_account")
        ),
        *(f"advisor.{name}" for name in ("account_number", "registration", "delist")),
        *(
            f"advisor.{name}"
            for name in ("contact", "employer_addresses", "end_employer_address", "represent", "representative_link")
        ),
        *(f"advisor.{name}" for name in ("reject", "set_aside", "take_up", "in_one_go", "amend", "preparation")),
        *(
            f"advisor.{name}"
            for name in ("return_preparation", "end_voucher", "moved_out", "lower_settled", "provider")
        ),
        *(f"advisor.{name}" for name in ("decide", "heard", "penalty", "own_interest", "claim_interest")),
        *(f"advisor.{name}" for name in ("plan_recovery", "defer_claim", "refuse_claim_relief")),
        *(f"owner.{name}" for name in ("publish", "approve_change", "retire")),
        "provider.account_number",
    }
)
"""And these of others: all that lead to an act under a power, or for two people."""
_FILES = ("_file", "_csv", "_sheet", "_xaf", "_xaf_4", "_bundle")
_OTHERWISE_NAMED = frozenset({"advisor.batch_pdf", "accounting.report_list"})
"""Files of many things that are called otherwise."""
NOT_MANY = frozenset({"advisor.evidence_file", "advisor.invoice_file", "advisor.talk_file", "advisor.receipt_file"}) | {
    *("advisor.decision_receipt_file", "provider.invoice_file", "accounting.expense_file", "accounting.evidence_file"),
    *("accounting.payment_evidence_file", "accounting.administration_file"),
}
"""Files of one thing, which its page shows too."""


def install(app: Flask) -> None:
    """Look before every view. Call after the guards were installed."""
    app.before_request(require_fresh)


def is_export(endpoint: str) -> bool:
    """Whether this page is a file for who has an account, with more than one thing in it."""
    many = (endpoint.endswith(_FILES) or endpoint in _OTHERWISE_NAMED) and endpoint not in NOT_MANY
    return many and bool(POLICY.get(endpoint, frozenset()) & STAFF)


def needs_proof(endpoint: str, *, reading: bool) -> bool:
    """Whether this is done only by who proved a moment ago who they are."""
    if is_export(endpoint):
        return True
    return not reading and (endpoint.partition(".")[0] in BLUEPRINTS or endpoint in FORMS)


def is_fresh() -> bool:
    """Whether it was proved a moment ago, in this session, who this is."""
    proved_at = this_session().proved_at
    return proved_at is not None and now() - proved_at < FRESH


def require_fresh() -> Response | None:
    """Send on to the page to prove it who has to; what was typed is kept for the page that it belongs to."""
    settings, endpoint = current_app.extensions["settings"], request.endpoint or ""
    reading = request.method in READING
    if not settings.second_step_required or current_actor().account_id is None or current_actor().is_helping:
        return None
    return None if is_fresh() or not needs_proof(endpoint, reading=reading) else ask_proof()


def ask_proof() -> Response:
    """To the page on which who is in proves it, and back to where they were."""
    reading = request.method in READING
    typed = None if reading else typed_again()
    if typed is not None:
        keep_typed(typed)
    back = here() if reading else (page_of_form() or "/")
    return make_response(redirect(url_for(PROVE, naar=back), code=303))
