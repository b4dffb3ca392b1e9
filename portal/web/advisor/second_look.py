"""Four eyes: decisions that wait for a second person; decide, send back with a reason, or take back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.access import current_actor
from portal.clock import now, today
from portal.database import current_session
from portal.decisions.actions import MixNoLongerFits
from portal.further_decisions.models import FurtherPreparation
from portal.further_decisions.queries import waiting_further
from portal.hearings.models import Ground
from portal.i18n import format_datetime
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.preparations.actions import decide_prepared, send_back, withdraw_preparation
from portal.preparations.models import Preparation, PreparationState
from portal.preparations.queries import preparation_by_public_id, shares_of, waiting_preparations
from portal.proposals.models import ProposalRecord
from portal.questions.models import DevelopmentQuestion
from portal.questions.queries import question_by_id
from portal.web.advisor import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.deciding import checks_of, refusals_of, renewed
from portal.web.advisor.forms import ChecksForm
from portal.web.advisor.mix import mix_of, names_of, own_mix_of
from portal.web.advisor.previewing import letter_preview
from portal.web.decision_labels import GROUNDS, PREPARATION_STATES
from portal.web.edge import found, page
from portal.web.forms import Form, TextField
from portal.web.labels import label


class SendBackForm(Form):
    """Back to who prepared it."""

    reason = TextField(_l("Waarom geeft u het terug?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def the_preparation(preparation_id: str) -> tuple[Preparation, DevelopmentQuestion]:
    """A prepared decision on a case that this advisor may see, or a 404; the look is logged."""
    session = current_session()
    prepared = found(preparation_by_public_id(session, public_id=preparation_id))
    question = found(question_by_id(session, question_id=prepared.question_id, actor=current_actor()))
    return prepared, the_question(question.public_id)


@blueprint.get("/voorgelegd")
def preparations() -> ResponseReturnValue:
    """Everything that waits for a second person, the oldest first."""
    session, actor = current_session(), current_actor()
    rows = []
    waiting: list[Preparation | FurtherPreparation] = [*waiting_preparations(session), *waiting_further(session)]
    for prepared in sorted(waiting, key=lambda one: one.prepared_at):
        question = question_by_id(session, question_id=prepared.question_id, actor=actor)
        if question is not None:
            if isinstance(prepared, Preparation):
                href = url_for("advisor.preparation", preparation_id=prepared.public_id)
            else:
                href = url_for("advisor.further", further_id=prepared.public_id)
            own = prepared.prepared_by == actor.reference
            note = _("van u: een collega besluit") if own else None
            rows.append(
                [
                    {"text": question.reference_number, "href": href, "note": note},
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
    form = ChecksForm()
    if form.validate_on_submit():
        try:
            with refusals_of(form):
                made = decide_prepared(session, preparation=prepared, checks=checks_of(form), actor=actor, now=now())
                if request.form.get("act") == "preview":
                    return letter_preview(question, made, submit=_("Besluiten en versturen"))
                flash(_("Het besluit is genomen. De vouchers zijn gemaakt."), "ok")
                return redirect(url_for("advisor.decision", question_id=question.public_id), code=303)
        except MixNoLongerFits:
            return renewed(question.public_id)
    record, own = session.get(ProposalRecord, prepared.proposal_id), shares_of(prepared)
    names = names_of(session, question)
    return page(
        "advisor/preparation.html", form=form, prepared=prepared, question=question,
        state=PREPARATION_STATES[prepared.state.value], waiting=prepared.state is PreparationState.WAITING,
        ground=label(GROUNDS, Ground(prepared.ground)), own=prepared.prepared_by == actor.reference,
        mix=mix_of(session, record=record, question=question, names=names) if record else None,
        amended=own_mix_of(session, shares=own, question=question, names=names, today=today()) if own is not None else None,
    )  # fmt: skip


@blueprint.route("/voorgelegd/<preparation_id>/teruggeven", methods=["GET", "POST"])
def return_preparation(preparation_id: str) -> ResponseReturnValue:
    """Send a prepared decision back to who prepared it."""
    prepared, question = the_preparation(preparation_id)
    form = SendBackForm()
    if form.validate_on_submit():
        with form.refusals():
            send_back(
                current_session(), preparation=prepared, reason=form.reason.data, actor=current_actor(), now=now()
            )
            flash(_("Het besluit is teruggegeven."), "ok")
            return redirect(url_for("advisor.preparations"), code=303)
    return page(
        "advisor/act.html", form=form, title=_("Teruggeven aan wie het voorbereidde"), submit=_("Teruggeven"),
        kind="primary", back=url_for("advisor.preparation", preparation_id=preparation_id),
        back_text=question.reference_number, intro=[], facts=[],
    )  # fmt: skip


@blueprint.post("/voorgelegd/<preparation_id>/terugnemen")
def take_back_preparation(preparation_id: str) -> ResponseReturnValue:
    """Take back what was prepared, to do it otherwise."""
    prepared, question = the_preparation(preparation_id)
    withdraw_preparation(current_session(), preparation=prepared, actor=current_actor(), now=now())
    flash(_("U hebt het voorbereide besluit teruggenomen."), "ok")
    return redirect(url_for("advisor.question", question_id=question.public_id), code=303)
