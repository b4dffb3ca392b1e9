"""Payments for the region: what is to be paid, batches with two people, the file for the bank, and its statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.tranches.queries import amounts_to_come
from portal.awarding.own_debts.models import OwnDebt
from portal.paying.books.queries import stopping_check
from portal.paying.by_hand.models import OutcomeByHand
from portal.paying.by_hand.queries import waiting_outcomes
from portal.paying.payments.actions import cancel_batch, export_batch, leave_out, make_batch, release_batch
from portal.paying.payments.models import BatchState, Payment, PaymentBatch, PaymentState
from portal.paying.payments.queries import (
    CANCEL_WITHIN,
    Payable,
    batch_by_public_id,
    batches,
    cases_of_paid,
    may_be_cancelled,
    paid_before,
    payables,
    voucher_of_repayment,
)
from portal.paying.statements.actions import StatementRead, read_statement
from portal.paying.statements.pain002 import is_report
from portal.paying.statements.queries import bank_states, unmatched_lines
from portal.paying.statements.reports import read_report
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Redemption
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.desk import paying_account
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.web.forms.uploads import SentFile, UploadField, takes_file
from portal.web.labels.paying_words import BATCH_STATES, HAND_OUTCOMES, PAYMENT_STATES, bank_state_words
from portal.web.region.blueprint import blueprint
from portal.words.decision_labels import OWN_DEBTS
from portal.words.labels import label

"""The account number that banks print in examples; only a demonstration pays from it."""


class CancelBatchForm(Form):
    """Why a batch is taken back."""

    reason = TextField(
        _l("Waarom annuleert u de betaling?"),
        missing=_l("Schrijf op waarom u de betaling annuleert."),
        multiline=True,
        maximum=1000,
    )


class StatementForm(Form):
    """A statement of the bank, or its report on a file that it got."""

    file = UploadField(
        _l("Afschrift (camt.053) of statusbericht (pain.002)"), missing=_l("Kies het bestand van de bank.")
    )


@blueprint.get("/betalingen")
def payment_list() -> ResponseReturnValue:
    """What is to be paid, and the batches."""
    session, actor = current_session(), current_actor()
    due = payables(session)
    note_paid(due)
    return page(
        "region/payments.html",
        stopping=stopping_check(session),
        due=[_due_cells(one) for one in due],
        total=sum(one.amount_cents for one in due),
        payable=any(one.iban for one in due),
        batches=[
            [
                {"text": one.number, "href": url_for("region.payment_batch", batch_id=one.public_id)},
                {"text": label(BATCH_STATES, one.state), "tag": BATCH_STATES[one.state.value][1]},
                format_date(one.made_at.date(), "short"),
                format_euros(one.total_cents, exact=True),
            ]
            for one in batches(session, actor=actor, limit=50)
        ],
        waiting=[_waiting_cells(one) for one in waiting_outcomes(session, actor=actor)],
        unmatched_count=len(unmatched_lines(session, actor=actor)),
    )


@blueprint.post("/betalingen/klaarzetten")
def make_payment_batch() -> ResponseReturnValue:
    """Put everything that is to be paid in a batch."""
    form = Form()
    with form.refusals():
        batch = make_batch(current_session(), actor=current_actor(), now=now())
        flash(_("De betaling staat klaar. Een andere medewerker geeft haar vrij."), "ok")
        return redirect(url_for("region.payment_batch", batch_id=batch.public_id), code=303)
    flash(_("Er is niets te betalen."), "info")
    return redirect(url_for("region.payment_list"), code=303)


@blueprint.route("/betalingen/<batch_id>", methods=["GET", "POST"])
def payment_batch(batch_id: str) -> ResponseReturnValue:
    """One batch with everything in it; what one may do with it stands as buttons."""
    session, actor = current_session(), current_actor()
    batch = the_batch(batch_id)
    form = CancelBatchForm()
    decide_on(lambda: _stands(batch), batch)
    if request.method == "POST":
        with form.refusals():
            require_seen()
            if "release" in request.form:
                release_batch(session, batch=batch, payer=paying_account(), actor=actor, now=now())
                flash(_("De betaling is vrijgegeven. Het bestand voor de bank komt over een dag."), "ok")
                return redirect(url_for("region.payment_batch", batch_id=batch_id), code=303)
            if "export" in request.form:
                export_batch(session, batch=batch, actor=actor, now=now())
                flash(_("Het bestand staat klaar. Lees het in bij de bank."), "ok")
                return redirect(url_for("region.payment_batch", batch_id=batch_id), code=303)
            if "leave_out" in request.form:
                chosen = found(next((p for p in batch.payments if p.public_id == request.form["leave_out"]), None))
                leave_out(session, payment=chosen, actor=actor, now=now())
                return redirect(url_for("region.payment_batch", batch_id=batch_id), code=303)
            if form.validate():
                cancel_batch(session, batch=batch, reason=form.reason.data, actor=actor, now=now())
                flash(_("De betaling is geannuleerd. Alles wat erin stond, is weer te betalen."), "ok")
                return redirect(url_for("region.payment_batch", batch_id=batch_id), code=303)
    return page("region/payment_batch.html", form=form, **_shown(batch))


def _stands(batch: PaymentBatch) -> list[Stand]:
    """What is paid, to whom and to which account."""

    def said(one: Payment) -> str:
        return f"{format_euros(one.amount_cents, exact=True)}, {one.iban}"

    payments = [
        Stand(f"payment:{one.public_id}", one.payee_name, f"{one.iban} {one.amount_cents}", said(one))
        for one in batch.counted
    ]
    state = label(BATCH_STATES, batch.state)
    return [
        Stand("state", _("Stand van de betaling"), batch.state.value, state),
        Stand.of_cents("total", _("Totaal"), batch.total_cents),
        Stand("number", _("Aantal betalingen"), len(batch.counted), str(len(batch.counted))),
        *payments,
    ]


@blueprint.get("/betalingen/<batch_id>/bestand.xml")
def payment_file(batch_id: str) -> ResponseReturnValue:
    """The file for the bank, as it was first given out. Before the delay has passed there is none."""
    batch = the_batch(batch_id)
    text = found(batch.file_text if batch.state in (BatchState.EXPORTED, BatchState.CLOSED) else None)
    note_paid(batch.payments)
    response: Response = make_response(text)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{batch.number}.xml"'
    return response


@blueprint.route("/betalingen/afschrift", methods=["GET", "POST"])
@takes_file
def bank_statement() -> ResponseReturnValue:
    """Read a file of the bank: a statement, or a report on a file that it got. Which of them it is, it says itself."""
    form = StatementForm()
    if form.validate_on_submit():
        with form.refusals():
            said, strange = _read(form.file.data)
            flash(said, "ok")
            if strange:
                numbers = ", ".join(strange[:20])
                flash(_("Deze regels kloppen niet. Kijk ze na: %(numbers)s.", numbers=numbers), "warning")
            return redirect(url_for("region.unmatched" if strange else "region.payment_list"), code=303)
    return page("region/bank_statement.html", form=form)


def _read(sent: SentFile) -> tuple[str, tuple[str, ...]]:
    """Read a file; what is told then, and what the lines are called that do not fit."""
    session, actor = current_session(), current_actor()
    if is_report(sent.content):
        report = read_report(session, content=sent.content, actor=actor, now=now())
        told = _(
            "Gelezen: %(refused)s geweigerd door de bank (een tweede medewerker bevestigt dat), van %(noted)s betalingen "
            "de stand bij de bank, %(known)s al bekend.",
            refused=report.refused,
            noted=report.noted,
            known=report.known,
        )
        return told, report.strange
    read = read_statement(
        session,
        content=sent.content,
        actor=actor,
        now=now(),
        payer=paying_account(),
        file_name=sent.name,
        expected_cents=amounts_to_come(session),
    )
    return _said(read), read.strange


def _said(read: StatementRead) -> str:
    said = _(
        "Gelezen: %(executed)s betaald, %(returned)s teruggekomen (een tweede medewerker bevestigt dat), %(known)s al bekend.",
        executed=read.executed,
        returned=read.returned,
        known=read.known,
    )
    if read.elsewhere:
        said += " " + _("Regels die niet over betalingen van het loket gaan: %(number)s.", number=read.elsewhere)
    return said


def the_batch(batch_id: str) -> PaymentBatch:
    """The batch in the address, or a 404."""
    return found(batch_by_public_id(current_session(), public_id=batch_id, actor=current_actor()))


def note_paid(paid: Sequence[Payment | Payable]) -> None:
    """Who sees who is paid has looked at the cases of these people."""
    for question_id in cases_of_paid(current_session(), paid=paid):
        note_viewing(question_id=question_id)


def _shown(batch: PaymentBatch) -> dict[str, Any]:
    moment = now()
    note_paid(batch.payments)
    released = batch.state is BatchState.RELEASED and batch.released_at is not None
    at_bank = bank_states(current_session(), batch=batch)
    back = paid_before(current_session(), payments=batch.payments)
    return {
        "batch": batch,
        "state": BATCH_STATES[batch.state.value],
        "payments": [
            (one, _about(one.redemption, one.own_debt), *PAYMENT_STATES[one.state.value]) for one in batch.payments
        ],
        "at_bank": {key: bank_state_words(one.code, one.reason, one.said_on) for key, one in at_bank.items()},
        "earlier": {key: _paid_before(one) for key, one in back.items()},
        "planned": PaymentState.PLANNED,
        "own": batch.made_by == current_actor().reference,
        "read_by_me": any(one.return_read_by == current_actor().reference for one in back.values()),
        "may_release": batch.state is BatchState.DRAFT and bool(batch.counted),
        "may_cancel": may_be_cancelled(batch, now=moment),
        "may_export": released and not may_be_cancelled(batch, now=moment),
        "file_from": batch.released_at + CANCEL_WITHIN if batch.released_at is not None else None,
        "has_file": batch.state in (BatchState.EXPORTED, BatchState.CLOSED),
    }


def _paid_before(one: Payment) -> str:
    """Of what is paid again: when it was paid before and came back, and on whose word."""
    assert one.executed_on is not None and one.returned_on is not None, "only what came back is asked for"
    days = {"paid": format_date(one.executed_on), "back": format_date(one.returned_on)}
    if one.return_read_by_name is None:
        return _("Eerder betaald op %(paid)s, teruggekomen op %(back)s.", **days)
    return _(
        "Eerder betaald op %(paid)s, teruggekomen op %(back)s, gelezen door %(reader)s, bevestigd door %(second)s.",
        reader=one.return_read_by_name,
        second=one.return_confirmed_by_name,
        **days,
    )


def _about(redemption: Redemption | None, own_debt: OwnDebt | None) -> str:
    """For what is paid: the number of the invoice, money that a holder gets back, or what the region itself owes."""
    if own_debt is not None:
        return _("%(what)s (eigen kosten)", what=label(OWN_DEBTS, own_debt.kind))
    return redemption.invoice_number if redemption is not None else _("Teruggave na bezwaar")


def _waiting_cells(one: OutcomeByHand) -> list[Any]:
    payment = one.payment
    href = url_for("region.payment_outcome", batch_id=payment.batch.public_id, payment_id=payment.public_id)
    return [
        {"text": payment.end_to_end_id, "href": href},
        label(HAND_OUTCOMES, one.outcome),
        one.proposed_by_name,
        format_euros(payment.amount_cents, exact=True),
    ]


def _due_cells(one: Payable) -> list[Any]:
    owed = one.repayment
    voucher = one.redemption.voucher if one.redemption is not None else None
    if voucher is None and owed is not None:
        voucher = voucher_of_repayment(current_session(), repayment=owed)
    asked = owed is not None or one.own_debt is not None
    nobody = _("rekening gevraagd") if asked else _("geen bevestigd rekeningnummer")
    return [
        one.name or (_("Wie dit krijgt") if one.own_debt is not None else _("Houder van de voucher")),
        {
            "text": _about(one.redemption, one.own_debt),
            "note": format_code(voucher.code) if voucher is not None else "",
        },
        one.iban or {"text": nobody, "tag": "wait" if asked else "no"},
        format_euros(one.amount_cents, exact=True),
    ]
