"""Four eyes: decisions that wait for a second person; decide, send back with a reason, or take back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.actions import decide_prepared, send_back, withdraw_preparation
from portal.second_look.preparations.models import Preparation, PreparationKind, PreparationState
from portal.second_look.preparations.queries import (
    line_of_preparation,
    preparation_by_public_id,
    proposal_of_preparation,
    shares_of,
    voucher_of_preparation,
    waiting_preparations,
)
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.deciding import checks_of, refusals_of, renewed
from portal.web.advisor.forms import ChecksForm
from portal.web.advisor.mix import mix_of, names_of, own_mix_of
from portal.web.advisor.previewing import last_message, letter_preview, message_of_decision
from portal.web.advisor.stands import stands_of_case, stands_of_preparation, stands_of_voucher
from portal.web.edge import decide_on, found, page, require_seen, start_over
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.words.decision_labels import GROUNDS, PREPARATION_KINDS, PREPARATION_STATES
from portal.words.labels import label
from portal.words.sentences import CATEGORIES
from portal.words.voucher_labels import GROUNDS_OF_SETTLEMENT


class AgreeForm(Form):
    """The second person agrees to an amount; there is nothing to fill in."""


class SendPreparationBackForm(Form):
    """Back to who prepared it."""

    reason = TextField(_l("Waarom geeft u het terug?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def the_preparation(preparation_id: str) -> tuple[Preparation, DevelopmentQuestion]:
    """A prepared decision on a case that this advisor may see, or a 404; the look is logged."""
    session = current_session()
    prepared = found(preparation_by_public_id(session, public_id=preparation_id, actor=current_actor()))
    question = found(question_by_id(session, question_id=prepared.question_id, actor=current_actor()))
    return prepared, the_question(question.public_id)


@blueprint.get("/voorgelegd")
def preparations() -> ResponseReturnValue:
    """Everything that waits for a second person, the oldest first."""
    session, actor = current_session(), current_actor()
    rows = []
    for prepared in waiting_preparations(session):
        question = question_by_id(session, question_id=prepared.question_id, actor=actor)
        if question is not None:
            href = url_for("advisor.preparation", preparation_id=prepared.public_id)
            note = _("van u: een collega besluit") if prepared.prepared_by == actor.reference else None
            rows.append(
                [
                    {"text": question.reference_number, "href": href, "note": note},
                    label(PREPARATION_KINDS, prepared.kind),
                    prepared.prepared_by_name,
                    format_datetime(prepared.prepared_at, "short"),
                ]
            )
    return page("advisor/preparations.html", rows=rows)


@blueprint.route("/voorgelegd/<preparation_id>", methods=["GET", "POST"])
def preparation(preparation_id: str) -> ResponseReturnValue:
    """One prepared decision: what, why and by whom; the second person decides."""
    session, actor = current_session(), current_actor()
    prepared, question = the_preparation(preparation_id)
    kind, question_id = prepared.kind, question.public_id
    form: Form = ChecksForm() if prepared.voucher_id is None else AgreeForm()
    _decide_on(prepared, question)
    if form.validate_on_submit():
        try:
            with refusals_of(form):
                require_seen()
                checks = checks_of(form) if prepared.voucher_id is None else None
                made = decide_prepared(session, preparation=prepared, checks=checks, actor=actor, now=now())
                if request.form.get("act") == "preview":
                    first = kind in (PreparationKind.AWARDED, PreparationKind.DECIDED_AGAIN)
                    message = message_of_decision(made) if first else last_message(question)
                    return letter_preview(question, message, submit=_("Besluiten en versturen"))
                flash(_("Het besluit is genomen."), "ok")
                return redirect(_about(prepared, question), code=303)
        except MixNoLongerFits:
            if kind is PreparationKind.AWARDED:
                return renewed(question_id)
            start_over()
            flash(_("De verdeling past niet meer. Er is niets vastgelegd. Geef het besluit terug."), "warning")
            return redirect(url_for("advisor.preparation", preparation_id=preparation_id), code=303)
    return page(
        "advisor/preparation.html",
        form=form,
        prepared=prepared,
        question=question,
        about=_about(prepared, question),
        title=label(PREPARATION_KINDS, kind),
        state=PREPARATION_STATES[prepared.state.value],
        waiting=prepared.state is PreparationState.WAITING,
        own=prepared.prepared_by == actor.reference,
        facts=_facts(prepared, question),
        **_mixes(prepared, question),
    )


def _decide_on(prepared: Preparation, question: DevelopmentQuestion) -> None:
    """What the second person sees: the prepared decision with its voucher, or with the case and the proposal it rests on."""
    session = current_session()
    voucher = voucher_of_preparation(session, preparation=prepared)
    if voucher is not None:
        decide_on(lambda: stands_of_preparation(prepared, stands_of_voucher(voucher)), voucher, prepared)
        return
    record, names = proposal_of_preparation(session, preparation=prepared), names_of(session, question)
    decide_on(lambda: stands_of_preparation(prepared, stands_of_case(question, record, names)), question, prepared)


def _about(prepared: Preparation, question: DevelopmentQuestion) -> str:
    """The voucher, or the decision on the question; as long as there is none, that page sends on to the question."""
    voucher = voucher_of_preparation(current_session(), preparation=prepared)
    if voucher is None:
        return url_for("advisor.decision", question_id=question.public_id)
    return url_for("advisor.voucher", voucher_id=voucher.public_id)


def _facts(prepared: Preparation, question: DevelopmentQuestion) -> list[dict[str, Any]]:
    session = current_session()
    voucher = voucher_of_preparation(session, preparation=prepared)
    if voucher is None:
        refuses = {"label": _("Een afwijzing hierin rust"), "value": label(GROUNDS, prepared.ground)}
        return [refuses] if prepared.ground else []
    facts = [
        {"label": _("Voucher"), "value": format_code(voucher.code)},
        {"label": _("Toegekend"), "value": format_euros(voucher.amount_cents, exact=True)},
        {"label": _("Gebruikt"), "value": format_euros(voucher.used_cents, exact=True)},
    ]
    cents = format_euros(prepared.amount_cents or 0, exact=True)
    if prepared.kind is PreparationKind.SETTLED:
        ground = label(GROUNDS_OF_SETTLEMENT, prepared.ground)
        return [*facts, {"label": _("Vaststellen op"), "value": cents}, {"label": _("Grond"), "value": ground}]
    if prepared.kind is PreparationKind.LOWERED_LATER:
        return [*facts, *_lowered_later(prepared, voucher, cents)]
    line = found(line_of_preparation(session, preparation=prepared))
    cost = next((one for one in question.cost_lines if one.line_key == prepared.line_key), None)
    return [
        *facts,
        {"label": _("Meer toekennen"), "value": cents},
        {"label": _("Kostenpost"), "value": label(CATEGORIES, cost.category) if cost is not None else None},
        {"label": _("Budget"), "value": localized({"nl": line.title_nl, "en": line.title_en})},
    ]


def _lowered_later(prepared: Preparation, voucher: Voucher, cents: str) -> list[dict[str, Any]]:
    """From what to what a settlement is lowered, and why."""
    return [
        {"label": _("Vastgesteld op"), "value": format_euros(voucher.settled_cents or 0, exact=True)},
        {"label": _("Verlagen naar"), "value": cents},
        {"label": _("Grond"), "value": label(GROUNDS_OF_SETTLEMENT, prepared.ground)},
        {"label": _("Verplichting niet nagekomen op"), "value": format_date(prepared.breached_on)},
    ]


def _mixes(prepared: Preparation, question: DevelopmentQuestion) -> dict[str, Any]:
    """The proposal that a prepared mix rests on, and the advisor's own mix when it is another."""
    session, own = current_session(), shares_of(prepared)
    record = proposal_of_preparation(session, preparation=prepared)
    if record is None:
        return {}
    names = names_of(session, question)
    return {
        "mix": mix_of(session, record=record, question=question, names=names),
        "amended": own_mix_of(session, shares=own, question=question, names=names, today=today())
        if own is not None
        else None,
    }


@blueprint.route("/voorgelegd/<preparation_id>/teruggeven", methods=["GET", "POST"])
def return_preparation(preparation_id: str) -> ResponseReturnValue:
    """Send a prepared decision back to who prepared it."""
    prepared, question = the_preparation(preparation_id)
    form = SendPreparationBackForm()
    if form.validate_on_submit():
        with form.refusals():
            send_back(
                current_session(), preparation=prepared, reason=form.reason.data, actor=current_actor(), now=now()
            )
            flash(_("Het besluit is teruggegeven."), "ok")
            return redirect(url_for("advisor.preparations"), code=303)
    return page(
        "advisor/act.html",
        form=form,
        title=_("Teruggeven aan wie het voorbereidde"),
        submit=_("Teruggeven"),
        kind="primary",
        back=url_for("advisor.preparation", preparation_id=preparation_id),
        back_text=question.reference_number,
        intro=[],
        facts=[],
    )


@blueprint.post("/voorgelegd/<preparation_id>/terugnemen")
def take_back_preparation(preparation_id: str) -> ResponseReturnValue:
    """Take back what was prepared, to do it otherwise."""
    prepared, question = the_preparation(preparation_id)
    withdraw_preparation(current_session(), preparation=prepared, actor=current_actor(), now=now())
    flash(_("U hebt het voorbereide besluit teruggenomen."), "ok")
    return redirect(_about(prepared, question), code=303)
