"""Undoing that money was matched with the wrong tranche: one person says why, a colleague undoes it or keeps it."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt
from portal.accounting.undone_receipts import LONGEST_REASON, ask_undo, keep_receipt, undo_receipt
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import do_on
from portal.web.accounting.agreements import day, euros
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.tranches import act_page, here_of, is_undoing, stands_of, the_tranche, tranche_page
from portal.web.edge import decide_on, found, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form, TextField


class UndoReceiptForm(Form):
    """Which receipt is not of this tranche, and why."""

    receipt = ChoiceField(_l("Welke ontvangst hoort niet bij deze termijn?"), missing=_l("Kies een ontvangst."))
    reason = TextField(
        _l("Waarom hoort dit geld er niet bij?"),
        maximum=LONGEST_REASON,
        multiline=True,
        missing=_l("Schrijf op waarom."),
    )


@blueprint.route("/termijnen/<tranche_id>/terugdraaien", methods=["GET", "POST"])
def ask_undo_receipt(tranche_id: str) -> ResponseReturnValue:
    """Say that money that counts is not of this tranche; a colleague undoes it."""
    one, form = the_tranche(tranche_id), UndoReceiptForm()
    counted = {each.public_id: each for each in one.receipts if _counts(each) and not is_undoing(each)}
    form.receipt.choices = [(key, _called(each)) for key, each in counted.items()]

    def act() -> None:
        receipt = found(counted.get(form.receipt.data))
        ask_undo(current_session(), receipt=receipt, reason=form.reason.data, actor=current_actor(), now=now())

    why = _(
        "Het geld telt mee tot een collega het terugdraait. De regel van de bank is daarna weer vrij voor een andere termijn."
    )
    shown = act_page(one, _("Ontvangst terugdraaien"), _("Voorleggen aan een collega"), why)
    return do_on(shown, form, act, lambda: _("Vastgelegd. Een collega bevestigt het."))


@blueprint.post("/termijnen/<tranche_id>/terugdraaien/besluit")
def undo_tranche_receipt(tranche_id: str) -> ResponseReturnValue:
    """Undo it as the second person, or keep it."""
    one, form = the_tranche(tranche_id), Form()
    decide_on(lambda: stands_of(one), one)
    with form.refusals():
        require_seen()
        flash(_decide(one), "ok")
        return redirect(here_of(one), code=303)
    return tranche_page(one, form)


def _decide(one: Tranche) -> str:
    session, actor = current_session(), current_actor()
    key = "undo" if "undo" in request.form else "keep"
    wanted = request.form.get(key, "")
    receipt = next((each for each in one.receipts if each.public_id == wanted), None)
    if receipt is None:
        raise Conflict("gone", _l("Deze regel of ontvangst staat er niet meer. Kijk wat er nu staat."))
    if key == "undo":
        undo_receipt(session, receipt=receipt, actor=actor, now=now())
        return _("De ontvangst is teruggedraaid en telt niet meer mee.")
    keep_receipt(session, receipt=receipt, actor=actor, now=now())
    return _("De ontvangst blijft staan.")


def _counts(receipt: TrancheReceipt) -> bool:
    return receipt.state is ReceiptState.RECEIVED


def _called(receipt: TrancheReceipt) -> str:
    return f"{day(receipt.received_on)}, {euros(receipt.amount_cents)}, {receipt.reference}"
