"""Shares that another body decides on: the outcome, and when it is less than expected: keep the award, or decide again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, follow_up, record_outcome
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere, ShareOutcome
from portal.awarding.shares_elsewhere.queries import share_elsewhere_by_public_id
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.actions import prepare_deciding_again
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.deciding import checks_of, proposal_to_decide, refusals_of, still_missing
from portal.web.advisor.forms import ApproveForm
from portal.web.advisor.mix import mix_of, names_of
from portal.web.edge import found, page, require_seen, start_over
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField
from portal.words.decision_labels import SHARE_OUTCOMES
from portal.words.labels import choices, label


class ShareElsewhereForm(Form):
    """What the other body decided."""

    outcome = ChoiceField(_l("Wat is besloten?"), choices=choices(SHARE_OUTCOMES), missing=_l("Kies wat is besloten."))
    granted = EuroField(_l("Hoeveel is toegekend?"), at_most=10**9)
    by = TextField(_l("Wie heeft besloten?"), maximum=200, missing=_l("Vul in wie heeft besloten."))
    on = DutchDateField(_l("Op welke dag?"), missing=_l("Vul de dag in."), latest=today)


def the_share(share_id: str) -> tuple[ShareElsewhere, DevelopmentQuestion]:
    """A share elsewhere of a case that this advisor may see, or a 404; the look is logged."""
    session = current_session()
    share = found(share_elsewhere_by_public_id(session, public_id=share_id, actor=current_actor()))
    question = found(question_by_id(session, question_id=share.question_id, actor=current_actor()))
    return share, the_question(question.public_id)


@blueprint.route("/ander-deel/<share_id>", methods=["GET", "POST"])
def share(share_id: str) -> ResponseReturnValue:
    """One share elsewhere: what was expected, what came of it, and what to do when it is less."""
    session, actor = current_session(), current_actor()
    held, question = the_share(share_id)
    form = ShareElsewhereForm()
    if form.validate_on_submit():
        with form.refusals():
            told = OutcomeElsewhere(ShareOutcome(form.outcome.data), form.granted.data or 0, form.by.data, form.on.data)
            record_outcome(session, share=held, told=told, actor=actor, now=now())
            flash(_("De uitkomst is vastgelegd."), "ok")
            return redirect(url_for("advisor.share", share_id=share_id), code=303)
    known = held.outcome is not None
    facts = [
        {"label": _("Regeling"), "value": names_of(session, question).title(held.scheme)},
        {"label": _("Verwacht"), "value": format_euros(held.expected_cents)},
        {"label": _("Uitkomst"), "value": label(SHARE_OUTCOMES, held.outcome) if known else None},
        {"label": _("Toegekend"), "value": format_euros(held.granted_cents) if known else None},
        {"label": _("Door"), "value": held.outcome_by},
        {"label": _("Op"), "value": format_date(held.outcome_on) if held.outcome_on else None},
    ]
    less = held.outcome in (ShareOutcome.PARTLY, ShareOutcome.REFUSED)
    return page(
        "advisor/share.html",
        form=form,
        share=held,
        question=question,
        facts=facts,
        open_end=less and held.sequel is None,
    )


@blueprint.post("/ander-deel/<share_id>/houden")
def keep_award(share_id: str) -> ResponseReturnValue:
    """The award here stays as it is; the rest is for who owes the costs."""
    held, _question = the_share(share_id)
    follow_up(current_session(), share=held, sequel=Sequel.KEPT, actor=current_actor(), now=now())
    flash(_("De toekenning blijft zoals zij is. Vouchers die wachtten, kunnen worden gebruikt."), "ok")
    return redirect(url_for("advisor.share", share_id=share_id), code=303)


@blueprint.post("/vraag/<question_id>/opnieuw-voorstellen")
def propose_anew(question_id: str) -> ResponseReturnValue:
    """A new proposal on a question that was decided."""
    question = the_question(question_id)
    propose_again(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("Er is een nieuw voorstel. Het oude besluit staat nog."), "ok")
    return redirect(url_for("advisor.revise", question_id=question_id), code=303)


@blueprint.route("/vraag/<question_id>/opnieuw-besluiten", methods=["GET", "POST"])
def revise(question_id: str) -> ResponseReturnValue:
    """Decide again by the newest proposal, or lay it before a colleague: it takes the place of the earlier decision."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    record = proposal_to_decide(question, names_of(session, question))
    form = ApproveForm()
    if form.validate_on_submit() and record is not None:
        try:
            with refusals_of(form):
                require_seen()
                draft = Draft(record, form.rationale.data, checks_of(form), ground=form.chosen_ground)
                wanted: dict[str, Any] = {"question": question, "draft": draft, "actor": actor, "now": now()}
                if request.form.get("act") == "prepare":
                    prepare_deciding_again(session, **wanted)
                    flash(_("Het besluit ligt klaar voor een collega met mandaat."), "ok")
                    return redirect(url_for("advisor.question", question_id=question_id), code=303)
                decide_again(session, **wanted)
                flash(_("Het nieuwe besluit is genomen. De oude vouchers zijn vervangen."), "ok")
                return redirect(url_for("advisor.decision", question_id=question_id), code=303)
        except MixNoLongerFits:
            return _renewed(question_id)
    return page(
        "advisor/revise.html",
        form=form,
        question=question,
        record=record,
        mix=_mix(question, record) if record is not None else None,
        incomplete=still_missing(question),
    )


def _renewed(question_id: str) -> ResponseReturnValue:
    start_over()
    propose_again(current_session(), question=the_question(question_id), actor=current_actor(), now=now())
    flash(_("De verdeling past niet meer. Er is niets vastgelegd. Bekijk het nieuwe voorstel."), "warning")
    return redirect(url_for("advisor.revise", question_id=question_id), code=303)


def _mix(question: DevelopmentQuestion, record: ProposalRecord) -> object:
    session = current_session()
    return mix_of(session, record=record, question=question, names=names_of(session, question))
