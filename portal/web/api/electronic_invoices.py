"""Electronic invoices (UBL) of providers: what stands in them need not be typed again."""

from __future__ import annotations

from flask import Response, url_for
from pydantic import Field

from portal.framework.tokens.models import TokenScope
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.electronic import ElectronicInvoice
from portal.spending.invoices.actions import Paper, submit_invoice
from portal.spending.invoices.queries import waiting_cents
from portal.spending.providers.queries import provider_of
from portal.spending.vouchers.codes import codes_in
from portal.web.api.blueprint import Base64, Body, Code, Words, given, operation
from portal.web.api.invoices import LONGEST_FILE, MOST_CENTS, SubmittedValue
from portal.web.api.sent_files import PDF_NAME, electronic_sent
from portal.web.api.vouchers import voucher_with
from portal.web.edge import found
from portal.web.edge.policy import current_actor
from portal.web.forms.uploads import takes_file, vault


class ElectronicInvoiceBody(Body):
    """An invoice in UBL 2.1 (EN 16931: NLCIUS, Peppol BIS Billing 3) with its PDF in it."""

    document: Base64 = Field(
        min_length=1, max_length=LONGEST_FILE, description="The UBL document, in base64 (RFC 4648), at most 10 MB."
    )
    code: Code | None = Field(
        default=None,
        min_length=12,
        max_length=40,
        description="The code of the voucher. Absent: the one that stands in the invoice, in BuyerReference (BT-10) or a note.",
    )
    learner_name: Words | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="The name on the invoice. Absent: to whom is delivered (BT-70).",
    )
    amount_cents: int | None = Field(
        default=None,
        ge=1,
        le=MOST_CENTS,
        description="What this voucher pays of it. Absent: the whole, or what is left of the voucher.",
    )


@operation(
    "/electronic-invoices",
    method="POST",
    answer=SubmittedValue,
    tag="invoices",
    scope=TokenScope.INVOICES_WRITE,
    status=201,
)
@takes_file
def submit_electronic_invoice(body: ElectronicInvoiceBody) -> Response:
    """Hand in an invoice in UBL for the whole of a voucher or a part."""
    session, actor, sent = current_session(), current_actor(), electronic_sent()
    own = found(provider_of(session, actor=actor))
    if sent.supplier_kvk not in (None, own.kvk_number):
        message = _l("Deze e-factuur is van een ander bedrijf: het KVK-nummer erin is niet het uwe.")
        raise Refusal("ubl_supplier", message, field="document")
    one = voucher_with(body.code or _code_in(sent))
    learner = body.learner_name or sent.deliver_to
    if learner is None:
        message = _l("Zeg wie leert: in deze e-factuur staat niet aan wie is geleverd.")
        raise Refusal("ubl_learner", message, field="learnerName")
    if sent.invoice_date > today():
        raise Refusal("invoice_date", _l("De datum van de factuur ligt in de toekomst."), field="document")
    left = one.open_cents - waiting_cents(session, voucher=one)
    paper = Paper(
        number=sent.number[:60],
        invoice_date=sent.invoice_date,
        learner_name=learner[:100],
        total_cents=sent.total_cents,
        amount_cents=body.amount_cents or max(1, min(sent.total_cents, left)),
        content=sent.pdf,
        file_name=PDF_NAME,
    )
    made = submit_invoice(session, voucher=one, paper=paper, vault=vault(), actor=actor, now=now())
    there = url_for("api.invoice", invoice_id=made.public_id)
    return given(SubmittedValue(id=made.public_id), status=201, location=there)


def _code_in(sent: ElectronicInvoice) -> str:
    """The one code of a voucher that stands in an invoice. Raises ``Refusal`` without one, or with more."""
    codes = list(dict.fromkeys(code for words in sent.references for code in codes_in(words)))
    if len(codes) != 1:
        message = _l("In deze e-factuur staat niet één vouchercode. Zet de code in het veld BuyerReference (BT-10).")
        raise Refusal("ubl_code", message, field="code")
    return codes[0]
