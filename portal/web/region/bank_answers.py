"""What the bank said that fits nothing, and what became of a payment as two people found out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.paying.by_hand.actions import HandFinding, confirm_outcome, propose_outcome, withdraw_outcome
from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.by_hand.queries import outcomes_by_hand, possible_outcomes, waiting_outcome
from portal.paying.by_hand.queries import waiting_outcomes as all_waiting
from portal.paying.payments.models import Payment, PaymentState
from portal.paying.statements.actions import note_handled
from portal.paying.statements.incoming import book_as_receipt
from portal.paying.statements.models import UnmatchedLine
from portal.paying.statements.queries import (
    FoundBy,
    SuggestedRecovery,
    may_be_a_receipt,
    suggestions,
    unmatched_lines,
)
from portal.paying.statements.queries import unmatched_line as line_by_public_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, DutchDateField, Form, TextField
from portal.web.labels.paying_words import BANK_SAYS, FOUND_BY, HAND_OUTCOMES, PAYMENT_STATES, WHY_UNMATCHED
from portal.web.region.blueprint import blueprint
from portal.web.region.payments import note_paid, the_batch
from portal.words.labels import label
from portal.words.voucher_labels import DEBTORS


class HandledForm(Form):
    """What was done with a line of a statement."""

    note = TextField(
        _l("Wat hebt u met deze regel gedaan?"),
        missing=_l("Schrijf op wat u met deze regel hebt gedaan."),
        multiline=True,
        maximum=1000,
    )


class FindRecoveryForm(Form):
    """Find a recovery by the code of its voucher."""

    code = TextField(_l("Zoek een andere terugvordering, op de code van de voucher"), optional=True, maximum=40)


class HandOutcomeForm(Form):
    """What the bank did with a payment, on which day, and how that is known."""

    outcome = ChoiceField(_l("Wat heeft de bank gedaan?"), choices=(), missing=_l("Kies wat de bank heeft gedaan."))
    on = DutchDateField(_l("Op welke dag?"), missing=_l("Vul de dag in."), latest=today)
    reason = TextField(
        _l("Hoe weet u dit?"),
        missing=_l("Schrijf op hoe u dit weet, bijvoorbeeld van wie."),
        multiline=True,
        maximum=1000,
    )


class ConfirmOutcomesForm(Form):
    """Which of the outcomes that wait are confirmed."""

    outcomes = ChoicesField(_l("Welke uitkomsten kloppen?"), missing=_l("Kies minstens één uitkomst."))


@blueprint.get("/betalingen/regels")
def unmatched() -> ResponseReturnValue:
    """The lines of statements that fit nothing, and what was done with earlier ones."""
    session, actor = current_session(), current_actor()
    return page(
        "region/unmatched.html",
        rows=[_cells(one, linked=True) for one in unmatched_lines(session, actor=actor)],
        handled=[
            [*_cells(one, linked=False)[:4], _done_with(one)]
            for one in unmatched_lines(session, actor=actor, handled=True, limit=50)
        ],
    )


@blueprint.route("/betalingen/regels/<bank_line_id>", methods=["GET", "POST"])
def unmatched_line(bank_line_id: str) -> ResponseReturnValue:
    """One of them: what it says, the recoveries that it may be the receipt of, and what was done with it."""
    session, actor = current_session(), current_actor()
    line = found(line_by_public_id(session, public_id=bank_line_id, actor=actor))
    form, finding = HandledForm(), FindRecoveryForm(formdata=request.args)
    asked = finding.code.data or ""

    def maybe() -> list[SuggestedRecovery]:
        return suggestions(session, line=line, actor=actor, asked=asked)

    decide_on(lambda: _stands_of_line(line, maybe()), line, *(one.recovery for one in maybe()))
    if request.method == "POST":
        with form.refusals():
            said = _handle(form, line, maybe())
            if said is not None:
                flash(said, "ok")
                return redirect(url_for("region.unmatched"), code=303)
    return page(
        "region/unmatched_line.html",
        form=form,
        finding=finding,
        here=url_for("region.unmatched_line", bank_line_id=line.public_id, code=asked or None),
        line=line,
        says=label(BANK_SAYS, line.says),
        why=label(WHY_UNMATCHED, line.why),
        outcome_href=_outcome_href(line.payment) if line.payment is not None else None,
        came_in=may_be_a_receipt(line),
        maybe=[_shown_recovery(one) for one in maybe()],
        nothing_found=bool(asked) and all(one.by is not FoundBy.ASKED for one in maybe()),
    )


def _handle(form: HandledForm, line: UnmatchedLine, maybe: Sequence[SuggestedRecovery]) -> str | None:
    """Do what the button says; what is told then, or nothing when the form is not right."""
    session, actor = current_session(), current_actor()
    require_seen()
    if "book" in request.form:
        chosen = found(next((one for one in maybe if one.recovery.public_id == request.form["book"]), None))
        book_as_receipt(session, line=line, recovery=chosen.recovery, actor=actor, now=now())
        return _("De ontvangst is geboekt op voucher %(code)s.", code=format_code(chosen.code))
    if not form.validate():
        return None
    note_handled(session, line=line, note=form.note.data, actor=actor, now=now())
    return _("De regel is afgehandeld.")


def _stands_of_line(line: UnmatchedLine, maybe: Sequence[SuggestedRecovery]) -> list[Stand]:
    """Whether it was handled, and how much is open of each recovery that it may be of."""
    handled = line.handled_note or _("nog niet")
    return [
        Stand("handled", _("Afgehandeld"), line.handled_note, handled),
        *(Stand.of_cents(one.recovery.public_id, format_code(one.code), one.recovery.open_cents) for one in maybe),
    ]


def _shown_recovery(one: SuggestedRecovery) -> dict[str, Any]:
    facts = [
        (_("Van wie"), label(DEBTORS, one.recovery.debtor)),
        (_("Nog open"), format_euros(one.recovery.open_cents, exact=True)),
        (_("Waarom deze"), label(FOUND_BY, one.by)),
    ]
    return {
        "id": one.recovery.public_id,
        "code": format_code(one.code),
        "facts": [{"label": name, "value": value} for name, value in facts],
    }


@blueprint.route("/betalingen/uitkomsten", methods=["GET", "POST"])
def waiting_outcomes() -> ResponseReturnValue:
    """Everything that waits for a second person, of which that person confirms one or more together."""
    session, actor = current_session(), current_actor()
    waiting = all_waiting(session, actor=actor)
    others = [one for one in waiting if one.proposed_by != actor.reference]
    decide_on(lambda: [_stand_of(one) for one in waiting], *waiting)
    note_paid([one.payment for one in waiting])
    form = ConfirmOutcomesForm()
    form.outcomes.choices = [(one.public_id, _one_line(one)) for one in others]
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            chosen = [one for one in others if one.public_id in form.outcomes.data]
            for one in sorted(
                chosen, key=lambda one: (one.payment.batch_id, one.payment_id)
            ):  # one order for all who wait
                confirm_outcome(session, proposed=one, actor=actor, now=now())
            flash(_("Bevestigd en geboekt: %(number)s.", number=len(chosen)), "ok")
            return redirect(url_for("region.payment_list"), code=303)
    own = [_one_line(one) for one in waiting if one.proposed_by == actor.reference]
    return page("region/waiting_outcomes.html", form=form, own=own)


def _stand_of(one: OutcomeByHand) -> Stand:
    return Stand(f"waits:{one.public_id}", one.payment.end_to_end_id, one.public_id, _one_line(one))


def _one_line(one: OutcomeByHand) -> str:
    return _(
        "%(key)s, %(amount)s aan %(payee)s: %(what)s op %(day)s. %(reason)s Van %(who)s.",
        key=one.payment.end_to_end_id,
        amount=format_euros(one.payment.amount_cents, exact=True),
        payee=one.payment.payee_name,
        what=label(HAND_OUTCOMES, one.outcome),
        day=format_date(one.on),
        reason=one.reason,
        who=one.proposed_by_name,
    )


@blueprint.route("/betalingen/<batch_id>/uitkomst/<payment_id>", methods=["GET", "POST"])
def payment_outcome(batch_id: str, payment_id: str) -> ResponseReturnValue:
    """What became of a payment: one person proposes it, another confirms it."""
    session, actor = current_session(), current_actor()
    payment = found(next((one for one in the_batch(batch_id).payments if one.public_id == payment_id), None))
    decide_on(lambda: _stands(payment, waiting_outcome(session, payment=payment)), payment)
    note_paid([payment])
    waits, form = waiting_outcome(session, payment=payment), HandOutcomeForm()
    form.outcome.choices = [(one.value, HAND_OUTCOMES[one.value]) for one in possible_outcomes(payment)]
    if request.method == "POST":
        with form.refusals():
            said = _carry_out(form, payment, waits)
            if said is not None:
                flash(said, "ok")
                return redirect(url_for("region.payment_batch", batch_id=batch_id), code=303)
    return page(
        "region/payment_outcome.html",
        form=form,
        payment=payment,
        batch=payment.batch,
        state=PAYMENT_STATES[payment.state.value],
        possible=bool(form.outcome.choices),
        came_back=payment.state is PaymentState.RETURNED,
        waits=_shown(waits) if waits is not None else None,
        own=waits is not None and waits.proposed_by == actor.reference,
        earlier=[_shown(one) for one in outcomes_by_hand(session, payment=payment) if one is not waits],
    )


def _stands(payment: Payment, waits: OutcomeByHand | None) -> list[Stand]:
    """How the payment stands, and what waits for a second person."""
    said = f"{label(HAND_OUTCOMES, waits.outcome)}, {format_date(waits.on)}" if waits is not None else _("geen")
    return [
        Stand("state", _("Stand van de betaling"), payment.state.value, label(PAYMENT_STATES, payment.state)),
        Stand("waits", _("Uitkomst die wacht"), waits.public_id if waits is not None else None, said),
    ]


def _carry_out(form: HandOutcomeForm, payment: Payment, waits: OutcomeByHand | None) -> str | None:
    """Do what the button says; what is told then, or nothing when the form is not right."""
    session, actor = current_session(), current_actor()
    require_seen()
    if "confirm" in request.form:
        confirm_outcome(session, proposed=found(waits), actor=actor, now=now())
        return _("De uitkomst is bevestigd en geboekt.")
    if "withdraw" in request.form:
        withdraw_outcome(session, proposed=found(waits), actor=actor, now=now())
        return _("De uitkomst is ingetrokken.")
    if not form.validate():
        return None
    what = HandFinding(HandOutcome(form.outcome.data), form.on.data, form.reason.data)
    propose_outcome(session, payment=payment, found=what, actor=actor, now=now())
    return _("De uitkomst staat klaar. Een andere medewerker bevestigt haar.")


def _shown(one: OutcomeByHand) -> dict[str, Any]:
    facts = [
        (_("Wat de bank deed"), label(HAND_OUTCOMES, one.outcome)),
        (_("Op"), format_date(one.on)),
        (_("Hoe dat bekend is"), one.reason),
        (_("Voorgesteld door"), one.proposed_by_name),
    ]
    if one.confirmed_by_name is not None:
        facts.append((_("Bevestigd door"), one.confirmed_by_name))
    if one.withdrawn_at is not None:
        facts.append((_("Ingetrokken op"), format_date(one.withdrawn_at)))
    return {"facts": [{"label": name, "value": value} for name, value in facts]}


def _outcome_href(payment: Payment) -> str:
    batch_id = payment.batch.public_id
    return url_for("region.payment_outcome", batch_id=batch_id, payment_id=payment.public_id)


def _done_with(line: UnmatchedLine) -> str:
    note = line.handled_note or ""
    return note if line.receipt_id is None else _("geboekt als ontvangst op voucher %(code)s", code=note)


def _maybe_of(line: UnmatchedLine) -> str | None:
    """The vouchers of which money that came in may be paid back."""
    maybe = suggestions(current_session(), line=line, actor=current_actor())
    codes = format_list(format_code(one.code) for one in maybe)
    return _("misschien terugvordering %(codes)s", codes=codes) if codes else None


def _cells(line: UnmatchedLine, *, linked: bool) -> list[Any]:
    name = line.key or _("zonder kenmerk")
    href = url_for("region.unmatched_line", bank_line_id=line.public_id)
    return [
        {"text": name, "href": href, "note": _maybe_of(line)} if linked else name,
        format_date(line.booked_on, "short"),
        label(BANK_SAYS, line.says),
        format_euros(line.cents, exact=True),
        label(WHY_UNMATCHED, line.why),
    ]
