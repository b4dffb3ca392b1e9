"""Collecting a claim: a reminder, putting off or refusing that, an acknowledgement, interest, and letting costs go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask.typing import ResponseReturnValue

from portal.paying.collecting.actions import (
    determine_interest,
    note_acknowledged,
    remind_debtor,
    remind_provider,
)
from portal.paying.collecting.models import StepKind
from portal.paying.collecting.relief import defer_payment, refuse_relief, waive_charges
from portal.paying.settlements.models import Debtor, Recovery
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.recoveries import act_page, done, the_recovery
from portal.web.advisor.stands import stands_of_recovery
from portal.web.advisor.voucher_forms import VoucherReasonForm
from portal.web.edge import decide_on, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form


def _years_ahead() -> date:
    return today() + timedelta(days=5 * 366)


class ConfirmForm(Form):
    """An act that asks nothing more."""


class DeferForm(VoucherReasonForm):
    """Until when payment is put off."""

    until = DutchDateField(_l("Uitstel tot en met"), missing=_l("Vul de dag in."), latest=_years_ahead)


class RefuseReliefForm(VoucherReasonForm):
    """What somebody asked for, and does not get."""

    refused = ChoiceField(
        _l("Waar vroeg de persoon om?"),
        choices=[
            (StepKind.NOT_DEFERRED.value, _l("Later of in termijnen betalen")),
            (StepKind.NOT_WAIVED.value, _l("(Een deel) niet hoeven betalen")),
        ],
        missing=_l("Kies waar de persoon om vroeg."),
    )


class AcknowledgedForm(VoucherReasonForm):
    """When somebody recognised a claim, and how."""

    on = DutchDateField(_l("Op welke dag?"), missing=_l("Vul de dag in."), latest=today)


@blueprint.route("/terugvordering/<recovery_id>/aanmanen", methods=["GET", "POST"])
def remind_claim(recovery_id: str) -> ResponseReturnValue:
    """Summon the holder, or the provider, to pay within two weeks."""

    def act(claim: Recovery, _form: Form) -> None:
        remind = remind_debtor if claim.debtor is Debtor.HOLDER else remind_provider
        remind(current_session(), recovery=claim, actor=current_actor(), now=now())

    return _do(recovery_id, ConfirmForm(), _l("Aanmanen"), act, _l("De aanmaning staat klaar."))


@blueprint.route("/terugvordering/<recovery_id>/uitstel", methods=["GET", "POST"])
def defer_claim(recovery_id: str) -> ResponseReturnValue:
    """Put payment off until a day."""
    form = DeferForm()

    def act(claim: Recovery, _form: Form) -> None:
        defer_payment(
            current_session(),
            recovery=claim,
            until=form.until.data,
            reason=form.reason.data,
            actor=current_actor(),
            now=now(),
        )

    return _do(recovery_id, form, _l("Uitstel geven"), act, _l("Het uitstel is gegeven."))


@blueprint.route("/terugvordering/<recovery_id>/weigeren", methods=["GET", "POST"])
def refuse_claim_relief(recovery_id: str) -> ResponseReturnValue:
    """Decide that somebody who asked to pay later or less may not."""
    form = RefuseReliefForm()

    def act(claim: Recovery, _form: Form) -> None:
        refuse_relief(
            current_session(),
            recovery=claim,
            refused=StepKind(form.refused.data),
            reason=form.reason.data,
            actor=current_actor(),
            now=now(),
        )

    return _do(recovery_id, form, _l("Uitstel of kwijtschelding weigeren"), act, _l("Het besluit is genomen."))


@blueprint.route("/terugvordering/<recovery_id>/erkend", methods=["GET", "POST"])
def acknowledge_claim(recovery_id: str) -> ResponseReturnValue:
    """Note that the holder recognised the claim."""
    form = AcknowledgedForm()

    def act(claim: Recovery, _form: Form) -> None:
        note_acknowledged(
            current_session(),
            recovery=claim,
            on=form.on.data,
            reason=form.reason.data,
            actor=current_actor(),
            now=now(),
        )

    return _do(recovery_id, form, _l("Erkenning vastleggen"), act, _l("De erkenning is vastgelegd."))


@blueprint.route("/terugvordering/<recovery_id>/rente", methods=["GET", "POST"])
def claim_interest(recovery_id: str) -> ResponseReturnValue:
    """Decide how much statutory interest is owed."""

    def act(claim: Recovery, _form: Form) -> None:
        determine_interest(current_session(), recovery=claim, actor=current_actor(), now=now())

    return _do(recovery_id, ConfirmForm(), _l("Rente vaststellen"), act, _l("De rente is vastgesteld."))


@blueprint.route("/terugvordering/<recovery_id>/kwijtschelden", methods=["GET", "POST"])
def waive_claim_charges(recovery_id: str) -> ResponseReturnValue:
    """Let the costs and interest that are open go."""
    form = VoucherReasonForm()

    def act(claim: Recovery, _form: Form) -> None:
        waive_charges(current_session(), recovery=claim, reason=form.reason.data, actor=current_actor(), now=now())

    return _do(recovery_id, form, _l("Kosten en rente kwijtschelden"), act, _l("Het bedrag is kwijtgescholden."))


def _do(
    recovery_id: str, form: Form, title: LazyString, act: Callable[[Recovery, Form], None], said: LazyString
) -> ResponseReturnValue:
    """The page of one act on a claim, and doing it on what was seen."""
    claim = the_recovery(recovery_id)
    decide_on(lambda: stands_of_recovery(claim), claim)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            act(claim, form)
            return done(claim, str(said))
    return act_page(claim, form, title)
