"""Further decisions before a second person: settle, top up or decide again; decide it, send it back, or take it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.access import current_actor
from portal.clock import now
from portal.database import current_session
from portal.decisions.actions import MixNoLongerFits
from portal.funding.queries import funding_line_by_slug
from portal.further_decisions.actions import decide_further, send_back_further, withdraw_further
from portal.further_decisions.models import FurtherKind, FurtherPreparation, FurtherState
from portal.further_decisions.queries import further_by_public_id
from portal.i18n import LazyString, format_euros, localized
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.proposals.models import ProposalRecord
from portal.questions.models import DevelopmentQuestion
from portal.questions.queries import question_by_id
from portal.sentences import CATEGORIES
from portal.vouchers.models import Voucher
from portal.vouchers.queries import format_code
from portal.web.advisor import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.deciding import checks_of, refusals_of
from portal.web.advisor.forms import ChecksForm
from portal.web.advisor.mix import mix_of, names_of
from portal.web.decision_labels import GROUNDS, PREPARATION_STATES
from portal.web.edge import found, page, start_over
from portal.web.forms import Form, TextField
from portal.web.labels import label
from portal.web.voucher_labels import GROUNDS_OF_SETTLEMENT

FURTHER_KINDS: Mapping[FurtherKind, LazyString] = {
    FurtherKind.SETTLED: _l("Voucher vaststellen"),
    FurtherKind.SUPPLEMENTED: _l("Meer toekennen"),
    FurtherKind.REVISED: _l("Opnieuw besluiten"),
}


class AgreeForm(Form):
    """The second person agrees; there is nothing to fill in."""


class SendBackFurtherForm(Form):
    """Back to who prepared it."""

    reason = TextField(_l("Waarom geeft u het terug?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def the_further(further_id: str) -> tuple[FurtherPreparation, DevelopmentQuestion]:
    """A prepared further decision on a case that this advisor may see, or a 404; the look is logged."""
    session = current_session()
    prepared = found(further_by_public_id(session, public_id=further_id))
    question = found(question_by_id(session, question_id=prepared.question_id, actor=current_actor()))
    return prepared, the_question(question.public_id)


@blueprint.route("/nader-voorgelegd/<further_id>", methods=["GET", "POST"])
def further(further_id: str) -> ResponseReturnValue:
    """One prepared further decision: what, why and by whom; the second person decides."""
    session, actor = current_session(), current_actor()
    prepared, question = the_further(further_id)
    revision = prepared.kind is FurtherKind.REVISED
    form: Form = ChecksForm() if revision else AgreeForm()
    if form.validate_on_submit():
        try:
            with refusals_of(form):
                checks = checks_of(form) if revision else None
                decide_further(session, preparation=prepared, checks=checks, actor=actor, now=now())
                flash(_("Het besluit is genomen."), "ok")
                return redirect(_about(prepared, question), code=303)
        except MixNoLongerFits:
            start_over()
            flash(_("De verdeling past niet meer. Er is niets vastgelegd. Geef het besluit terug."), "warning")
            return redirect(url_for("advisor.further", further_id=further_id), code=303)
    return page(
        "advisor/further.html", form=form, prepared=prepared, question=question, title=FURTHER_KINDS[prepared.kind],
        state=PREPARATION_STATES[prepared.state.value], waiting=prepared.state is FurtherState.WAITING,
        own=prepared.prepared_by == actor.reference, facts=_facts(prepared, question), about=_about(prepared, question),
        mix=_mix(prepared, question), revision=revision,
    )  # fmt: skip


def _about(prepared: FurtherPreparation, question: DevelopmentQuestion) -> str:
    voucher = current_session().get(Voucher, prepared.voucher_id) if prepared.voucher_id is not None else None
    if voucher is None:
        return url_for("advisor.decision", question_id=question.public_id)
    return url_for("advisor.voucher", voucher_id=voucher.public_id)


def _facts(prepared: FurtherPreparation, question: DevelopmentQuestion) -> list[dict[str, Any]]:
    session = current_session()
    if prepared.kind is FurtherKind.REVISED:
        return [{"label": _("Een afwijzing hierin rust"), "value": label(GROUNDS, prepared.ground)}]
    voucher = session.get_one(Voucher, prepared.voucher_id)
    facts = [
        {"label": _("Voucher"), "value": format_code(voucher.code)},
        {"label": _("Toegekend"), "value": format_euros(voucher.amount_cents, exact=True)},
        {"label": _("Gebruikt"), "value": format_euros(voucher.used_cents, exact=True)},
    ]
    cents = format_euros(prepared.amount_cents or 0, exact=True)
    if prepared.kind is FurtherKind.SETTLED:
        ground = label(GROUNDS_OF_SETTLEMENT, prepared.ground)
        return [*facts, {"label": _("Vaststellen op"), "value": cents}, {"label": _("Grond"), "value": ground}]
    line = funding_line_by_slug(session, slug=prepared.details["funding_line"])
    cost = next((one for one in question.cost_lines if one.line_key == prepared.details["line"]), None)
    budget = localized({"nl": line.title_nl, "en": line.title_en}) if line is not None else None
    return [
        *facts,
        {"label": _("Meer toekennen"), "value": cents},
        {"label": _("Kostenpost"), "value": label(CATEGORIES, cost.category) if cost is not None else None},
        {"label": _("Budget"), "value": budget},
    ]


def _mix(prepared: FurtherPreparation, question: DevelopmentQuestion) -> object:
    if prepared.proposal_id is None:
        return None
    session = current_session()
    record = session.get_one(ProposalRecord, prepared.proposal_id)
    return mix_of(session, record=record, question=question, names=names_of(session, question))


@blueprint.route("/nader-voorgelegd/<further_id>/teruggeven", methods=["GET", "POST"])
def return_further(further_id: str) -> ResponseReturnValue:
    """Send a prepared further decision back to who prepared it."""
    prepared, question = the_further(further_id)
    form = SendBackFurtherForm()
    if form.validate_on_submit():
        with form.refusals():
            send_back_further(
                current_session(), preparation=prepared, reason=form.reason.data, actor=current_actor(), now=now()
            )
            flash(_("Het besluit is teruggegeven."), "ok")
            return redirect(url_for("advisor.preparations"), code=303)
    return page(
        "advisor/act.html", form=form, title=_("Teruggeven aan wie het voorbereidde"), submit=_("Teruggeven"),
        kind="primary", back=url_for("advisor.further", further_id=further_id), back_text=question.reference_number,
        intro=[], facts=[],
    )  # fmt: skip


@blueprint.post("/nader-voorgelegd/<further_id>/terugnemen")
def take_back_further(further_id: str) -> ResponseReturnValue:
    """Take back what was prepared, to do it otherwise."""
    prepared, question = the_further(further_id)
    withdraw_further(current_session(), preparation=prepared, actor=current_actor(), now=now())
    flash(_("U hebt het voorbereide besluit teruggenomen."), "ok")
    return redirect(_about(prepared, question), code=303)
