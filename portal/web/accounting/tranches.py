"""The money of funders in parts: what was promised, each tranche with what came in of it, and matching lines of the bank."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.agreements.actions import LAST_YEAR
from portal.accounting.tranches.actions import (
    LARGEST_AMOUNT_CENTS,
    LONGEST_REASON,
    LONGEST_REFERENCE,
    HandReceipt,
    add_tranche,
    confirm_receipt,
    promise_money,
    receive_by_hand,
    receive_from_bank,
    withdraw_receipt,
)
from portal.accounting.tranches.actions import call_tranche as call
from portal.accounting.tranches.actions import change_tranche as change
from portal.accounting.tranches.actions import drop_tranche as drop
from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt
from portal.accounting.tranches.queries import (
    SuggestedLine,
    promised_cents,
    receipt_by_public_id,
    suggested_lines,
    tranche_by_public_id,
    tranches_of,
)
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import ActPage, do_on, done, how_many
from portal.web.accounting.agreements import back_to, day, euros, the_agreement, title_of, writes
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, EuroField, Form, TextField
from portal.web.labels.accounting_words import MATCHED_BY, RECEIPT_STATES, TRANCHE_STATES, tag
from portal.words.labels import label

LAST_DAY = date(LAST_YEAR, 12, 31)


class PromiseForm(Form):
    """How much a funder promises."""

    amount = EuroField(
        _l("Hoeveel is toegezegd?"), at_most=LARGEST_AMOUNT_CENTS, missing=_l("Vul het toegezegde bedrag in.")
    )
    on = DutchDateField(_l("Op welke dag?"), latest=today, missing=_l("Vul de dag in."))
    reason = TextField(
        _l("Waar staat dit, of waarom verandert het?"), maximum=LONGEST_REASON, missing=_l("Schrijf op waar dit staat.")
    )


class TrancheForm(Form):
    """One part of what was promised."""

    amount = EuroField(_l("Bedrag"), at_most=LARGEST_AMOUNT_CENTS, missing=_l("Vul een bedrag in."))
    expected_on = DutchDateField(_l("Verwacht op"), latest=LAST_DAY, missing=_l("Vul de dag in."))


class CalledForForm(Form):
    """When the region asked for a tranche."""

    called_on = DutchDateField(_l("Opgevraagd op"), latest=today, missing=_l("Vul de dag in."))


class NotComingForm(Form):
    """Why a tranche will not come."""

    reason = TextField(_l("Waarom komt dit niet?"), maximum=LONGEST_REASON, missing=_l("Schrijf op waarom."))


class HandForm(Form):
    """Money that came in as somebody saw it."""

    amount = EuroField(_l("Bedrag"), at_most=LARGEST_AMOUNT_CENTS, missing=_l("Vul een bedrag in."))
    received_on = DutchDateField(_l("Ontvangen op"), latest=today, missing=_l("Vul de dag in."))
    reference = TextField(
        _l("Kenmerk van de ontvangst"), maximum=LONGEST_REFERENCE, missing=_l("Vul het kenmerk van de ontvangst in.")
    )


def the_tranche(tranche_id: str) -> Tranche:
    """The tranche of this address; a 404 for who may not see it."""
    return found(tranche_by_public_id(current_session(), public_id=tranche_id, actor=current_actor()))


def here_of(tranche: Tranche) -> str:
    """The address of the page of a tranche."""
    return url_for("accounting.tranche", tranche_id=tranche.public_id)


def _name(tranche: Tranche) -> str:
    return _("Termijn %(number)s", number=tranche.number)


def _suggested(tranche: Tranche) -> list[SuggestedLine]:
    return suggested_lines(current_session(), tranche=tranche, actor=current_actor())


def stands_of(tranche: Tranche) -> list[Stand]:
    """The amount and the day, what came in and waits, whether it was called for or dropped, and what somebody wants undone."""
    return [
        Stand.of_cents("amount", _("Bedrag"), tranche.amount_cents),
        Stand.of_day("expected", _("Verwacht op"), tranche.expected_on),
        Stand.of_day("called", _("Opgevraagd op"), tranche.called_on),
        Stand.of_cents("received", _("Ontvangen"), tranche.received_cents()),
        Stand.of_cents("waiting", _("Wacht op een tweede persoon"), tranche.waiting_cents),
        Stand.of_cents("open", _("Nog te ontvangen"), tranche.open_cents),
        *how_many("undo", _("Terug te draaien ontvangsten"), sum(is_undoing(one) for one in tranche.receipts)),
    ]


def is_undoing(receipt: TrancheReceipt) -> bool:
    """Whether somebody asked to undo it and nobody did so yet."""
    return receipt.state is ReceiptState.RECEIVED and receipt.undo_asked_at is not None


@blueprint.get("/termijnen/<tranche_id>")
def tranche(tranche_id: str) -> ResponseReturnValue:
    """One tranche: what came in of it and, for the region, which money at the bank may be of it."""
    one = the_tranche(tranche_id)
    if writes():
        decide_on(lambda: stands_of(one), one)
    return tranche_page(one, Form())


@blueprint.post("/termijnen/<tranche_id>/ontvangst")
def tranche_receipt(tranche_id: str) -> ResponseReturnValue:
    """Match a line of the bank, or confirm or take back what was written down by hand."""
    one, form = the_tranche(tranche_id), Form()
    decide_on(lambda: stands_of(one), one)
    with form.refusals():
        require_seen()
        flash(_handle(one), "ok")
        return redirect(here_of(one), code=303)
    return tranche_page(one, form)


def _handle(one: Tranche) -> str:
    """Do what the button says; what is told then. Raises ``Conflict`` when what it is about is not there any more."""
    session, actor = current_session(), current_actor()
    gone = Conflict("gone", _l("Deze regel of ontvangst staat er niet meer. Kijk wat er nu staat."))
    if "match" in request.form:
        lines = (each.line for each in _suggested(one))
        line = next((each for each in lines if each.public_id == request.form["match"]), None)
        if line is None:
            raise gone
        receive_from_bank(session, tranche=one, line=line, actor=actor, now=now())
        return _("De ontvangst is vastgelegd.")
    key = "confirm" if "confirm" in request.form else "withdraw"
    receipt = receipt_by_public_id(session, public_id=request.form.get(key, ""), tranche=one)
    if receipt is None:
        raise gone
    if key == "confirm":
        confirm_receipt(session, receipt=receipt, actor=actor, now=now())
        return _("De ontvangst is bevestigd en telt mee.")
    withdraw_receipt(session, receipt=receipt, actor=actor, now=now())
    return _("De ontvangst is ingetrokken.")


def tranche_page(one: Tranche, form: Form) -> ResponseReturnValue:
    """One tranche; for the region with what can be done."""
    facts = [
        (_("Afspraak"), title_of(one.agreement)),
        (_("Bedrag"), euros(one.amount_cents)),
        (_("Verwacht op"), day(one.expected_on)),
        (_("Opgevraagd op"), day(one.called_on)),
        (_("Ontvangen"), euros(one.received_cents())),
        (_("Nog te ontvangen"), euros(one.open_cents)),
        (_("Stand"), str(TRANCHE_STATES[one.state][0])),
        *([(_("Waarom geschrapt"), one.drop_reason)] if one.drop_reason else []),
    ]
    waiting = [each for each in one.receipts if each.state is ReceiptState.WAITING]
    return page(
        "accounting/tranche.html",
        form=form,
        tranche=one,
        title=_name(one),
        back={"href": back_to(one.agreement), "text": title_of(one.agreement)},
        writes=writes(),
        acts=_acts(one) if writes() and one.open_cents > 0 else (),
        facts=[{"label": name, "value": value} for name, value in facts],
        receipts=[_receipt_row(each) for each in one.receipts],
        waiting=[_waiting(each) for each in waiting] if writes() else [],
        undoing=[_undoing(each) for each in one.receipts if is_undoing(each)] if writes() else [],
        undo=url_for("accounting.ask_undo_receipt", tranche_id=one.public_id) if _has_undoable(one) else None,
        maybe=[_shown(each) for each in _suggested(one)],
    )


def _acts(one: Tranche) -> list[tuple[str, str]]:
    """What else can be done with a tranche of which something is still to come."""
    names = {
        "accounting.call_tranche": _("Vastleggen dat de termijn is opgevraagd"),
        "accounting.receive_tranche": _("Ontvangst met de hand vastleggen"),
        "accounting.change_tranche": _("Termijn wijzigen"),
        "accounting.drop_tranche": _("Termijn schrappen"),
    }
    if one.called_on is not None:
        del names["accounting.call_tranche"]
    return [(text, url_for(endpoint, tranche_id=one.public_id)) for endpoint, text in names.items()]


def _receipt_row(receipt: TrancheReceipt) -> list[Any]:
    how = _("bij de bank") if receipt.line_id is not None else _("met de hand")
    return [
        day(receipt.received_on),
        euros(receipt.amount_cents),
        {"text": receipt.reference, "note": f"{how}. {receipt.undo_reason}" if receipt.undone_at is not None else how},
        tag(RECEIPT_STATES[receipt.state]),
    ]


def _waiting(receipt: TrancheReceipt) -> dict[str, Any]:
    facts = [
        (_("Bedrag"), euros(receipt.amount_cents)),
        (_("Ontvangen op"), day(receipt.received_on)),
        (_("Kenmerk"), receipt.reference),
        (_("Vastgelegd door"), receipt.recorded_by_name),
    ]
    return {
        "id": receipt.public_id,
        "name": receipt.reference,
        "own": receipt.recorded_by == current_actor().reference,
        "facts": [{"label": name, "value": value} for name, value in facts],
    }


def _has_undoable(one: Tranche) -> bool:
    return writes() and any(each.state is ReceiptState.RECEIVED and not is_undoing(each) for each in one.receipts)


def _undoing(receipt: TrancheReceipt) -> dict[str, Any]:
    facts = [
        (_("Bedrag"), euros(receipt.amount_cents)),
        (_("Ontvangen op"), day(receipt.received_on)),
        (_("Waarom"), receipt.undo_reason),
        (_("Gevraagd door"), receipt.undo_asked_by_name),
    ]
    return {
        "id": receipt.public_id,
        "name": receipt.reference,
        "own": receipt.undo_asked_by == current_actor().reference,
        "facts": [{"label": name, "value": value} for name, value in facts],
    }


def _shown(each: SuggestedLine) -> dict[str, Any]:
    facts = [
        (_("Bedrag"), euros(each.line.cents)),
        (_("Dag"), day(each.line.booked_on)),
        (_("Wat erbij staat"), each.line.said),
        (_("Van rekening"), each.line.from_account),
        (_("Waarom deze"), label(MATCHED_BY, each.by)),
    ]
    return {
        "id": each.line.public_id,
        "name": each.line.bank_reference or each.line.called,
        "facts": [{"label": name, "value": value} for name, value in facts],
    }


# Forms of their own --------------------------------------------------------------------------------------------------


@blueprint.route("/afspraken/<agreement_id>/toezegging", methods=["GET", "POST"])
def promise(agreement_id: str) -> ResponseReturnValue:
    """Write down how much the funder promises."""
    session, one, form = current_session(), the_agreement(agreement_id), PromiseForm()

    def act() -> None:
        said = {"amount_cents": form.amount.data, "on": form.on.data, "reason": form.reason.data}
        promise_money(session, agreement=one, **said, actor=current_actor(), now=now())

    def stands() -> list[Stand]:
        known = promised_cents(session, agreement=one)
        return [Stand("promised", _("Toegezegd"), known, euros(known) or "–")]

    shown = ActPage(_("Toegezegd bedrag"), _("Toezegging vastleggen"), back_to(one), stands, (one,))
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/termijn", methods=["GET", "POST"])
def new_tranche(agreement_id: str) -> ResponseReturnValue:
    """One more part of what was promised."""
    session, one, form = current_session(), the_agreement(agreement_id), TrancheForm()

    def act() -> None:
        said = {"amount_cents": form.amount.data, "expected_on": form.expected_on.data}
        add_tranche(session, agreement=one, **said, actor=current_actor(), now=now())

    shown = ActPage(
        _("Termijn toevoegen"),
        _("Termijn vastleggen"),
        back_to(one),
        lambda: how_many("tranches", _("Aantal termijnen"), len(tranches_of(session, agreement=one))),
        (one,),
    )
    return do_on(shown, form, act, done)


@blueprint.route("/termijnen/<tranche_id>/wijzigen", methods=["GET", "POST"])
def change_tranche(tranche_id: str) -> ResponseReturnValue:
    """Another amount or another day."""
    one = the_tranche(tranche_id)
    form = TrancheForm(data={"amount": one.amount_cents, "expected_on": one.expected_on})

    def act() -> None:
        said = {"amount_cents": form.amount.data, "expected_on": form.expected_on.data}
        change(current_session(), tranche=one, **said, actor=current_actor(), now=now())

    return do_on(act_page(one, _("Termijn wijzigen"), _("Wijziging opslaan")), form, act, done)


@blueprint.route("/termijnen/<tranche_id>/opgevraagd", methods=["GET", "POST"])
def call_tranche(tranche_id: str) -> ResponseReturnValue:
    """Write down that the region asked for it."""
    one, form = the_tranche(tranche_id), CalledForForm()

    def act() -> None:
        call(current_session(), tranche=one, called_on=form.called_on.data, actor=current_actor(), now=now())

    return do_on(act_page(one, _("Termijn opgevraagd"), _("Vastleggen")), form, act, done)


@blueprint.route("/termijnen/<tranche_id>/schrappen", methods=["GET", "POST"])
def drop_tranche(tranche_id: str) -> ResponseReturnValue:
    """What is still to come will not come."""
    one, form = the_tranche(tranche_id), NotComingForm()

    def act() -> None:
        drop(current_session(), tranche=one, reason=form.reason.data, actor=current_actor(), now=now())

    return do_on(act_page(one, _("Termijn schrappen"), _("Termijn schrappen")), form, act, done)


@blueprint.route("/termijnen/<tranche_id>/met-de-hand", methods=["GET", "POST"])
def receive_tranche(tranche_id: str) -> ResponseReturnValue:
    """Write down money that is in no file of the bank; a colleague confirms it."""
    one, form = the_tranche(tranche_id), HandForm()

    def act() -> None:
        seen = HandReceipt(form.amount.data, form.received_on.data, form.reference.data)
        receive_by_hand(current_session(), tranche=one, seen=seen, actor=current_actor(), now=now())

    why = _(
        "Staat het geld in een afschrift van de bank? Kies dan de regel van de bank. Dit telt pas als een collega het bevestigt."
    )
    shown = act_page(one, _("Ontvangst met de hand"), _("Voorleggen aan een collega"), why)
    return do_on(shown, form, act, lambda: _("Vastgelegd. Een collega bevestigt het."))


def act_page(one: Tranche, title: str, submit: str, why: str = "") -> ActPage:
    """A page on which something is done with a tranche."""
    return ActPage(f"{_name(one)}: {title}", submit, here_of(one), lambda: stands_of(one), (one,), why)
