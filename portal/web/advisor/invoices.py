"""Invoices that wait for a person: what the checks found, the file, and accepting or refusing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import scheme_titles
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.second_look.two_person_acts.queries import laid_down_on
from portal.spending.invoices.actions import accept_invoice, refuse_invoice
from portal.spending.invoices.models import WAITING, Invoice, InvoiceState
from portal.spending.invoices.queries import (
    STOPS,
    TAKES_TWO,
    InvoiceFinding,
    attendance_of,
    findings_of,
    invoice_by_public_id,
    invoice_count,
    invoices,
)
from portal.spending.vouchers.codes import format_code
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.stands import stands_of_invoice
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.web.forms.uploads import attachment
from portal.web.labels.paying_words import FINDINGS, INVOICE_STATES, SCAN_STATES
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.labels import label

LAST_DECIDED = 10


class AcceptForm(Form):
    """Accepting, with a reason when a check found something."""

    note = TextField(_l("Waarom keurt u de factuur toch goed?"), optional=True, multiline=True, maximum=1000)


class RefuseForm(Form):
    """Refusing, with a reason that the sender reads."""

    reason = TextField(
        _l("Waarom weigert u de factuur?"),
        missing=_l("Schrijf op waarom u de factuur weigert."),
        multiline=True,
        maximum=1000,
    )


@blueprint.get("/facturen")
def invoice_list() -> ResponseReturnValue:
    """The invoices that wait, oldest first, and those that were decided on last."""
    session, actor = current_session(), current_actor()
    place = paging(invoice_count(session, actor=actor))
    waiting = invoices(session, actor=actor, limit=place.size, offset=place.offset)
    over = [state for state in InvoiceState if state not in WAITING]
    decided = invoices(session, actor=actor, states=over, newest_first=True, limit=LAST_DECIDED)
    return page(
        "advisor/invoices.html",
        rows=_cells(waiting),
        decided=_cells(decided),
        paging=place,
    )


@blueprint.get("/facturen/<invoice_id>")
def invoice(invoice_id: str) -> ResponseReturnValue:
    """One invoice with what the checks find now."""
    return _page(_decided_on(invoice_id), AcceptForm(formdata=None), RefuseForm(formdata=None))


@blueprint.post("/facturen/<invoice_id>/goedkeuren")
def accept(invoice_id: str) -> ResponseReturnValue:
    """Accept it: the voucher is used for it, and it can be paid."""
    one, form = _decided_on(invoice_id), AcceptForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            session, note = current_session(), form.note.data or ""
            if TAKES_TWO & set(findings_of(session, invoice=one, today=local_date(now()))):
                return lay_before_a_colleague(_overriding(one, note), back=_here(one))
            accept_invoice(session, invoice=one, note=note, actor=current_actor(), now=now())
            flash(_("De factuur is goedgekeurd. Zij kan nu worden betaald."), "ok")
            return redirect(url_for("advisor.invoice_list"), code=303)
    return _page(one, form, RefuseForm(formdata=None))


def _overriding(one: Invoice, note: str) -> ActToLayDown:
    """Accepting it although a check found something, for a second person."""
    kind, about = TwoPersonKind.OVERRIDE_INVOICE, f"invoice:{one.id}"
    return ActToLayDown(kind, about, note, amount_cents=one.amount_cents, question_id=one.voucher.question_id)


def _here(one: Invoice) -> str:
    return url_for("advisor.invoice", invoice_id=one.public_id)


@blueprint.post("/facturen/<invoice_id>/weigeren")
def refuse(invoice_id: str) -> ResponseReturnValue:
    """Refuse it: the voucher stays as it is, and the sender reads why."""
    one, form = _decided_on(invoice_id), RefuseForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            refuse_invoice(current_session(), invoice=one, reason=form.reason.data, actor=current_actor(), now=now())
            flash(_("De factuur is geweigerd."), "ok")
            return redirect(url_for("advisor.invoice_list"), code=303)
    return _page(one, AcceptForm(formdata=None), form)


@blueprint.get("/facturen/<invoice_id>/bestand")
def invoice_file(invoice_id: str) -> ResponseReturnValue:
    """The file, to save; never shown in the browser."""
    one = the_invoice(invoice_id)
    note_viewing(question_id=one.voucher.question_id)
    return attachment(one.file, name=f"factuur-{one.id}")


def the_invoice(invoice_id: str) -> Invoice:
    """The invoice in the address, or a 404."""
    return found(invoice_by_public_id(current_session(), public_id=invoice_id, actor=current_actor()))


def _decided_on(invoice_id: str) -> Invoice:
    """The invoice in the address, with its voucher: what is accepted or refused is what was on the screen."""
    one = the_invoice(invoice_id)
    decide_on(lambda: stands_of_invoice(one), one.voucher, one)
    return one


def _page(one: Invoice, accepting: AcceptForm, refusing: RefuseForm) -> ResponseReturnValue:
    session, today = current_session(), local_date(now())
    note_viewing(question_id=one.voucher.question_id)
    seen = (
        findings_of(session, invoice=one, today=today)
        if one.is_waiting
        else [InvoiceFinding(code) for code in one.findings]
    )
    return page(
        "advisor/invoice.html",
        form=accepting if accepting.errors else refusing,
        accepting=accepting,
        refusing=refusing,
        invoice=one,
        question=question_by_id(session, question_id=one.voucher.question_id, actor=current_actor()),
        code=format_code(one.voucher.code),
        scheme=scheme_titles(session, on=today).get(one.voucher.scheme, one.voucher.scheme),
        state=INVOICE_STATES[one.state.value],
        scan=SCAN_STATES[one.file.scan_state.value],
        attendance=attendance_of(session, voucher=one.voucher),
        stops=[FINDINGS[finding] for finding in seen if finding in STOPS],
        looks=[FINDINGS[finding] for finding in seen if finding not in STOPS | {InvoiceFinding.NOT_SCANNED}],
        takes_two=bool(TAKES_TWO & set(seen)),
        laid=laid_down_on(session, subject=f"invoice:{one.id}"),
    )


def _cells(rows: list[Invoice]) -> list[list[Any]]:
    return [
        [
            {
                "text": format_date(local_date(one.submitted_at), "short"),
                "href": url_for("advisor.invoice", invoice_id=one.public_id),
            },
            one.provider.name,
            {"text": one.number, "note": format_code(one.voucher.code)},
            {"text": label(INVOICE_STATES, one.state), "tag": INVOICE_STATES[one.state.value][1]},
            format_euros(one.amount_cents, exact=True),
        ]
        for one in rows
    ]
