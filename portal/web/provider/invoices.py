"""The invoices that a provider handed in: what was sent, where it stands, and the file again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.paying.collecting.of_providers import claims_on_provider, standing_of_provider
from portal.paying.collecting.queries import ClaimStanding
from portal.paying.payments.models import Payment
from portal.paying.payments.queries import payment_of
from portal.paying.settlements.models import Recovery
from portal.paying.settlements.queries import voucher_of_recovery
from portal.platform.clock import local_date, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.invoices.queries import invoice_by_public_id, invoice_count, invoices
from portal.spending.providers.queries import provider_of
from portal.spending.vouchers.codes import format_code
from portal.web.edge import found, page
from portal.web.edge.desk import paying_account
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms.uploads import attachment
from portal.web.labels.paying_words import INVOICE_STATES, PAYMENT_STATES
from portal.web.provider.blueprint import blueprint
from portal.words.labels import label


@blueprint.get("/facturen")
def invoice_list() -> ResponseReturnValue:
    """Every invoice of this provider, the newest first."""
    session, actor, every = current_session(), current_actor(), tuple(InvoiceState)
    place = paging(invoice_count(session, actor=actor, states=every))
    own = invoices(session, actor=actor, states=every, newest_first=True, limit=place.size, offset=place.offset)
    return page(
        "provider/invoices.html",
        rows=invoice_cells(own),
        paging=place,
        claims=_claims(),
        account=paying_account(),
    )


def _claims() -> list[list[Any]]:
    """What this provider has to pay back, or had to: of which invoice, how much, until when, and where it stands."""
    session, actor = current_session(), current_actor()
    provider = provider_of(session, actor=actor)
    found = claims_on_provider(session, provider=provider, actor=actor) if provider is not None else []
    rows: list[list[Any]] = []
    for one in found:
        standing = standing_of_provider(session, recovery=one, today=today())
        open_on = standing.pay_by if standing is not None and one.open_cents else None
        rows.append(
            [
                format_code(voucher_of_recovery(session, recovery=one).code),
                format_euros(one.amount_cents, exact=True),
                format_euros(one.open_cents, exact=True),
                format_date(open_on, "short") if open_on is not None else "",
                _claim_says(one, standing),
            ]
        )
    return rows


def _claim_says(claim: Recovery, standing: ClaimStanding | None) -> str:
    if standing is None or not claim.open_cents:
        return _("U hoeft niets meer te betalen.")
    if standing.put_off_until is not None:
        until = format_date(standing.put_off_until)
        return _("Wij spraken termijnen af, tot en met %(day)s.", day=until)
    if standing.due_on is None:
        return _("Nog te betalen.")
    reminded = standing.reminded
    if reminded is None or reminded.about_on != standing.due_on or reminded.until_on is None:
        return _("U bent te laat. Betaal zo snel mogelijk.")
    sent, until = format_date(reminded.on), format_date(reminded.until_on)
    return _("Op %(sent)s stuurden wij een aanmaning. Betaal uiterlijk op %(until)s.", sent=sent, until=until)


@blueprint.get("/facturen/<invoice_id>")
def sent_invoice(invoice_id: str) -> ResponseReturnValue:
    """One invoice: what was sent, and where it stands."""
    one = the_invoice(invoice_id)
    note_viewing(question_id=one.voucher.question_id)
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
    one = the_invoice(invoice_id)
    note_viewing(question_id=one.voucher.question_id)
    return attachment(one.file, name="factuur")


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
