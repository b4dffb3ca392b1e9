"""Invoices of providers: where they stand, and handing one in. A person looks at each before a voucher is used."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime

from flask import Response, url_for
from pydantic import Field

from portal.framework.tokens.models import TokenScope
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.actions import Paper, submit_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.invoices.queries import invoice_by_public_id, invoices_by_arrival
from portal.web.api.blueprint import Base64, Body, Code, InPath, Name, OneLine, Value, Words, given, operation
from portal.web.api.paging import PageQuery, behind, cut, given_page
from portal.web.api.vouchers import voucher_with
from portal.web.edge import found
from portal.web.edge.policy import current_actor
from portal.web.forms.uploads import takes_file, vault
from schemes.basics.values import Day

MOST_CENTS = 1_000_000_00
LONGEST_FILE = 13_500_000


class InvoicePath(InPath):
    """Which invoice."""

    invoice_id: Name


class InvoiceValue(Value):
    """Where an invoice stands."""

    id: str
    number: str
    scheme: str
    voucher_id: str
    state: str
    """submitted, checked, accepted, refused or credited."""
    invoice_date: date
    total_cents: int
    amount_cents: int
    """What the voucher pays of it."""
    submitted_at: datetime
    accepted_at: datetime | None
    refused_at: datetime | None


class InvoicePage(Value):
    """Some of the invoices, in the order in which they came."""

    items: list[InvoiceValue]
    next: str | None
    """The cursor of the next page; null after the last one."""


class InvoiceBody(Body):
    """An invoice for (part of) a voucher, with its file."""

    code: Code = Field(min_length=12, max_length=40, description="The code of the voucher.")
    number: Words = Field(min_length=1, max_length=60, description="Your number of the invoice.")
    invoice_date: Day
    learner_name: Words = Field(min_length=1, max_length=100, description="The name on the invoice.")
    total_cents: int = Field(ge=1, le=MOST_CENTS, description="The whole invoice.")
    amount_cents: int = Field(ge=1, le=MOST_CENTS, description="What this voucher pays of it.")
    file_name: OneLine
    file: Base64 = Field(
        min_length=1, max_length=LONGEST_FILE, description="The invoice as PDF, JPEG or PNG, in base64 (RFC 4648)."
    )

    def content(self) -> bytes:
        """The file. Raises ``Refusal`` for what is no base64."""
        try:
            return base64.b64decode(self.file, validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("no_base64", _l("Het bestand is geen base64."), field="file") from None


class SubmittedValue(Value):
    """An invoice that was handed in."""

    id: str


@operation("/invoices", answer=InvoicePage, tag="invoices", scope=TokenScope.INVOICES_READ)
def invoices(query: PageQuery) -> Response:
    """The invoices that you may see, in the order in which they came: a provider its own, the desk all."""
    session, actor = current_session(), current_actor()
    after = behind(query, lambda name: invoice_by_public_id(session, public_id=name, actor=actor))
    rows = invoices_by_arrival(session, actor=actor, after=after, limit=query.limit + 1)
    shown, following = cut(rows, query, lambda one: one.public_id)
    return given_page(InvoicePage(items=[_value(one) for one in shown], next=following), following, query)


@operation("/invoices/<invoice_id>", answer=InvoiceValue, tag="invoices", scope=TokenScope.INVOICES_READ)
def invoice(path: InvoicePath) -> Response:
    """Where one invoice stands."""
    return given(
        _value(found(invoice_by_public_id(current_session(), public_id=path.invoice_id, actor=current_actor())))
    )


@operation(
    "/invoices", method="POST", answer=SubmittedValue, tag="invoices", scope=TokenScope.INVOICES_WRITE, status=201
)
@takes_file
def submit_invoice_by_program(body: InvoiceBody) -> Response:
    """Hand in an invoice for the whole of a voucher or a part."""
    session, actor, one = current_session(), current_actor(), voucher_with(body.code)
    if body.invoice_date > today():
        raise Refusal("invoice_date", _l("De datum van de factuur ligt in de toekomst."), field="invoiceDate")
    paper = Paper(
        number=body.number,
        invoice_date=body.invoice_date,
        learner_name=body.learner_name,
        total_cents=body.total_cents,
        amount_cents=body.amount_cents,
        content=body.content(),
        file_name=body.file_name,
    )
    made = submit_invoice(session, voucher=one, paper=paper, vault=vault(), actor=actor, now=now())
    return given(
        SubmittedValue(id=made.public_id), status=201, location=url_for("api.invoice", invoice_id=made.public_id)
    )


def _value(one: Invoice) -> InvoiceValue:
    return InvoiceValue(
        id=one.public_id,
        number=one.number,
        scheme=one.voucher.scheme,
        voucher_id=one.voucher.public_id,
        state=one.state.value,
        invoice_date=one.invoice_date,
        total_cents=one.total_cents,
        amount_cents=one.amount_cents,
        submitted_at=one.submitted_at,
        accepted_at=one.accepted_at,
        refused_at=one.refused_at,
    )
