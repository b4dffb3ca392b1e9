"""The invoices that a provider handed in: what was sent, where it stands, and the file again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.paying.payments.models import Payment
from portal.paying.payments.queries import payment_of
from portal.platform.clock import local_date
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.invoices.queries import invoice_by_public_id, invoices
from portal.spending.vouchers.codes import format_code
from portal.web.edge import found, page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.forms.uploads import attachment
from portal.web.labels.paying_words import INVOICE_STATES, PAYMENT_STATES
from portal.web.provider.blueprint import blueprint
from portal.words.labels import label

EVERY = 100_000


@blueprint.get("/facturen")
def invoice_list() -> ResponseReturnValue:
    """Every invoice of this provider, the newest first."""
    own = invoices(current_session(), actor=current_actor(), states=tuple(InvoiceState), limit=EVERY)[::-1]
    place = paging(len(own))
    return page(
        "provider/invoices.html", rows=invoice_cells(own[place.offset : place.offset + place.size]), paging=place
    )


@blueprint.get("/facturen/<invoice_id>")
def sent_invoice(invoice_id: str) -> ResponseReturnValue:
    """One invoice: what was sent, and where it stands."""
    one = the_invoice(invoice_id)
    paid = payment_of(current_session(), redemption_id=one.redemption_id)
    return page(
        "provider/sent.html",
        invoice=one,
        code=format_code(one.voucher.code),
        state=INVOICE_STATES[one.state.value],
        paid=paid,
        paid_state=label(PAYMENT_STATES, paid.state) if isinstance(paid, Payment) else None,
    )


@blueprint.get("/facturen/<invoice_id>/bestand")
def invoice_file(invoice_id: str) -> ResponseReturnValue:
    """The file that was handed in, made harmless."""
    return attachment(the_invoice(invoice_id).file, name="factuur")


def the_invoice(invoice_id: str) -> Invoice:
    """The invoice in the address, or a 404: also for one of another provider."""
    return found(invoice_by_public_id(current_session(), public_id=invoice_id, actor=current_actor()))


def invoice_cells(rows: Iterable[Invoice]) -> list[list[Any]]:
    """The cells of a list of invoices."""
    return [
        [
            {
                "text": format_date(local_date(one.submitted_at), "short"),
                "href": url_for("provider.sent_invoice", invoice_id=one.public_id),
            },
            format_code(one.voucher.code),
            one.number,
            {"text": label(INVOICE_STATES, one.state), "tag": INVOICE_STATES[one.state.value][1]},
            format_euros(one.amount_cents, exact=True),
        ]
        for one in rows
    ]
