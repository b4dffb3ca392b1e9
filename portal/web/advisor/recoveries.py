"""What has to come back: the list, and one claim with its instalments, what came in and what was written off."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.paying.collecting.queries import charged_cents
from portal.paying.recoveries import (
    MOST_INSTALMENTS,
    monthly_terms,
    plan_instalments,
    receive_instalment,
    write_off,
)
from portal.paying.settlements.models import Debtor, Recovery
from portal.paying.settlements.queries import (
    open_recoveries,
    recovery_by_public_id,
    takes_two_to_write_off,
    voucher_of_recovery,
)
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import LazyString, format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.stands import stands_of_recovery
from portal.web.advisor.voucher_forms import MoneyBackForm, PlanForm, WriteOffForm
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form
from portal.web.labels.claim_words import charge_rows, standing_facts, step_rows
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.labels import label, tag
from portal.words.voucher_labels import DEBTORS, INSTALMENT_STATES, RECOVERY_ENTRIES, RECOVERY_STATES


@blueprint.get("/terugvorderingen")
def recovery_list() -> ResponseReturnValue:
    """Everything that is still to come back."""
    rows = [
        [
            {"text": format_code(_voucher(one).code), "href": url_for("advisor.recovery", recovery_id=one.public_id)},
            label(DEBTORS, one.debtor),
            format_date(one.claimed_at, "short"),
            format_euros(one.amount_cents, exact=True),
            format_euros(one.open_cents, exact=True),
        ]
        for one in open_recoveries(current_session(), actor=current_actor())
    ]
    return page("advisor/recoveries.html", rows=rows)


def _voucher(recovery: Recovery) -> Voucher:
    return voucher_of_recovery(current_session(), recovery=recovery)


def the_recovery(recovery_id: str) -> Recovery:
    """The claim in the address, of a voucher that the advisor may see; 404 without."""
    recovery = found(recovery_by_public_id(current_session(), public_id=recovery_id, actor=current_actor()))
    note_viewing(question_id=_voucher(recovery).question_id)
    return recovery


def act_page(claim: Recovery, form: Form, title: LazyString) -> ResponseReturnValue:
    """The page of one act on a claim."""
    return page(
        "advisor/recovery_act.html", form=form, recovery=claim, code=format_code(_voucher(claim).code), title=title
    )


@blueprint.get("/terugvordering/<recovery_id>")
def recovery(recovery_id: str) -> ResponseReturnValue:
    """One claim with its instalments, what was received and what was written off."""
    claim = the_recovery(recovery_id)
    voucher = _voucher(claim)
    return page(
        "advisor/recovery.html",
        recovery=claim,
        voucher=voucher,
        code=format_code(voucher.code),
        debtor=label(DEBTORS, claim.debtor),
        state=RECOVERY_STATES[claim.state.value],
        standing=standing_facts(current_session(), claim),
        steps=step_rows(current_session(), claim),
        charges=charge_rows(current_session(), claim),
        charged=charged_cents(current_session(), recovery=claim),
        is_held=claim.debtor is Debtor.HOLDER,
        instalments=[
            [
                format_date(one.due_on, "short"),
                format_euros(one.amount_cents, exact=True),
                format_euros(one.received_cents, exact=True),
                tag(INSTALMENT_STATES, one.state),
            ]
            for one in claim.instalments
        ],
        entries=[
            [
                format_date(one.on, "short"),
                label(RECOVERY_ENTRIES, one.kind),
                format_euros(one.amount_cents + one.extra_cents, exact=True),
                one.reference or one.reason or "",
            ]
            for one in claim.entries
        ],
    )


@blueprint.route("/terugvordering/<recovery_id>/termijnen", methods=["GET", "POST"])
def plan_recovery(recovery_id: str) -> ResponseReturnValue:
    """Agree on equal monthly instalments for what is still open."""
    claim, form = the_recovery(recovery_id), PlanForm()
    decide_on(lambda: stands_of_recovery(claim), claim)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            number = int(form.number.data) if form.number.data.isdecimal() else 0
            if not 1 <= number <= min(MOST_INSTALMENTS, max(1, claim.open_cents)):
                message = _l("Kies een aantal van 1 tot en met 60 termijnen.")
                raise Refusal("number_of_instalments", message, field="number")
            terms = monthly_terms(amount_cents=claim.open_cents, number=number, first_on=form.first_on.data)
            why = form.reason.data or ""
            plan_instalments(
                current_session(), recovery=claim, terms=terms, actor=current_actor(), now=now(), reason=why
            )
            return done(claim, _("De termijnen zijn afgesproken."))
    return act_page(claim, form, _l("Termijnen afspreken"))


@blueprint.route("/terugvordering/<recovery_id>/ontvangen", methods=["GET", "POST"])
def receive(recovery_id: str) -> ResponseReturnValue:
    """Book money that came back."""
    claim, form = the_recovery(recovery_id), MoneyBackForm()
    decide_on(lambda: stands_of_recovery(claim), claim)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            before = {one.id for one in claim.entries}
            entry = receive_instalment(
                current_session(),
                recovery=claim,
                amount_cents=form.amount.data,
                received_on=form.received_on.data,
                reference=form.reference.data,
                actor=current_actor(),
                now=now(),
            )
            if entry.id in before:
                return done(
                    claim, _("Deze ontvangst stond er al, met hetzelfde kenmerk en dezelfde dag. Er is niets geboekt.")
                )
            return done(claim, _("De ontvangst is geboekt."))
    return act_page(claim, form, _l("Ontvangst boeken"))


@blueprint.route("/terugvordering/<recovery_id>/afboeken", methods=["GET", "POST"])
def write_off_claim(recovery_id: str) -> ResponseReturnValue:
    """Decide that a part will not come back."""
    claim, form = the_recovery(recovery_id), WriteOffForm()
    decide_on(lambda: stands_of_recovery(claim), claim)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            session, cents, reason = current_session(), form.amount.data, form.reason.data
            if takes_two_to_write_off(session, recovery=claim, amount_cents=cents):
                kind, about = TwoPersonKind.WRITE_OFF, f"recovery:{claim.id}"
                question_id = voucher_of_recovery(session, recovery=claim).question_id
                act = ActToLayDown(kind, about, reason, amount_cents=cents, question_id=question_id)
                return lay_before_a_colleague(act, back=url_for("advisor.recovery", recovery_id=claim.public_id))
            write_off(session, recovery=claim, amount_cents=cents, reason=reason, actor=current_actor(), now=now())
            return done(claim, _("Het bedrag is afgeboekt."))
    return act_page(claim, form, _l("Afboeken"))


def done(claim: Recovery, message: str) -> ResponseReturnValue:
    """Back to the claim, with what was done."""
    flash(message, "ok")
    return redirect(url_for("advisor.recovery", recovery_id=claim.public_id), code=303)
