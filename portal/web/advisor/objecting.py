"""Objections: received, judged, heard and decided by somebody who took no part in the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.models import DecisionKind
from portal.awarding.decisions.queries import decision_of
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.queries import latest_proposal
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.second_look.objections import actions
from portal.second_look.objections.actions import ABOUT_MIX, decide_objection
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.second_look.objections.queries import (
    decision_against,
    objectable,
    objection_by_public_id,
    open_objections,
    settlement_of_decision,
)
from portal.second_look.objections.receiving import AnotherPerson, Received, take_in_objection
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.deciding import refusals_of, still_missing
from portal.web.advisor.mix import mix_of, names_of
from portal.web.advisor.objection_drafts import draft_of, form_for
from portal.web.advisor.objection_facts import against_words, facts_of_objection, steps_of
from portal.web.advisor.objection_forms import (
    AdjournForm,
    HeardForm,
    LatenessForm,
    PlanHearingForm,
    ReceiveForm,
    WaiveForm,
)
from portal.web.advisor.repaying import settled_again
from portal.web.advisor.stands import stands_of_case, stands_of_objection
from portal.web.edge import decide_on, found, page, require_seen, start_over
from portal.web.edge.policy import current_actor
from portal.web.forms import Form
from portal.web.forms.times import moment
from portal.web.intake.objecting import same_decision
from portal.words.decision_labels import OBJECTION_STATES


def the_objection(objection_id: str) -> tuple[Objection, DevelopmentQuestion]:
    """An objection about a case that this advisor may see, or a 404; the look is logged."""
    session, actor = current_session(), current_actor()
    objection = found(objection_by_public_id(session, public_id=objection_id, actor=actor))
    question = found(question_by_id(session, question_id=objection.question_id, actor=actor))
    return objection, the_question(question.public_id)


@blueprint.get("/bezwaren")
def objections() -> ResponseReturnValue:
    """Objections that wait for a decision, the first due first."""
    session, actor = current_session(), current_actor()
    rows = []
    for objection in open_objections(session):
        question = question_by_id(session, question_id=objection.question_id, actor=actor)
        if question is None:
            continue
        late = objection.decide_by < today()
        rows.append(
            [
                {"text": objection.number, "href": url_for("advisor.objection", objection_id=objection.public_id)},
                question.reference_number,
                format_date(objection.received_on, "short"),
                {"text": format_date(objection.decide_by, "short"), "note": _("te laat") if late else None},
            ]
        )
    return page("advisor/objections.html", rows=rows)


@blueprint.route("/vraag/<question_id>/bezwaar", methods=["GET", "POST"])
def receive_objection(question_id: str) -> ResponseReturnValue:
    """Record an objection against a decision: that on the application, a supplementary award or a settlement."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    decisions = {one.public_id: one for one in objectable(session, question=question, actor=actor)}
    stands = decision_of(session, question=question, actor=actor)
    chosen = stands.public_id if stands is not None and stands.public_id in decisions else None
    nothing, form = _("Er is nu geen besluit om bezwaar tegen te maken."), ReceiveForm(data={"against": chosen})
    form.against.choices = [(key, against_words(one)) for key, one in decisions.items()]
    only = next(iter(decisions.values())) if len(decisions) == 1 else None
    if only is not None:
        del form.against
    if form.validate_on_submit():
        with form.refusals():
            if not decisions:
                raise Refusal("nothing_to_object_to", nothing)
            same_decision(only)
            made = take_in_objection(
                session,
                decision=only or decisions[form.against.data],
                received=received_of(form),
                actor=actor,
                now=now(),
            )
            flash(_("Het bezwaar is vastgelegd. De persoon krijgt een bevestiging."), "ok")
            return redirect(url_for("advisor.objection", objection_id=made.public_id), code=303)
    intro = [] if only is None else [_("Tegen: %(decision)s", decision=against_words(only))]
    intro += [] if decisions else [nothing]
    return act_page(form, _("Bezwaar vastleggen"), _("Leg het bezwaar vast"), case_url(question), question, intro)


def received_of(form: ReceiveForm, by: AnotherPerson | None = None) -> Received:
    """What came in, as it was filled in."""
    return Received(
        on=form.received_on.data,
        grounds=form.grounds.data or "",
        committee=bool(form.committee.data),
        posted_on=form.posted_on.data,
        by=by,
    )


@blueprint.get("/bezwaar/<objection_id>")
def objection(objection_id: str) -> ResponseReturnValue:
    """One objection: terms, hearing, outcome, and what can be done now."""
    shown, question = the_objection(objection_id)
    return page(
        "advisor/objection.html",
        objection=shown,
        question=question,
        facts=facts_of_objection(shown),
        state=OBJECTION_STATES[shown.state.value],
        is_open=shown.state is ObjectionState.OPEN,
        **steps_of(shown),
        about_mix=decision_against(current_session(), objection=shown).kind in ABOUT_MIX,
        **settled_again(shown),
    )


def act_page(
    form: Form, title: str, submit: str, back: str, question: DevelopmentQuestion, intro: list[str] | None = None
) -> ResponseReturnValue:
    """The page of one act, with its form."""
    return page(
        "advisor/act.html",
        form=form,
        title=title,
        submit=submit,
        kind="primary",
        back=back,
        back_text=question.reference_number,
        intro=intro or [],
        facts=[],
    )


def one_step(
    objection_id: str, form: Form, title: str, submit: str, said: str, act: Callable[[Objection], object]
) -> ResponseReturnValue:
    """One step on an objection: the form, the act, back to the objection."""
    shown, question = the_objection(objection_id)
    back = url_for("advisor.objection", objection_id=objection_id)
    if form.validate_on_submit():
        with form.refusals():
            act(shown)
            flash(said, "ok")
            return redirect(back, code=303)
    return act_page(form, title, submit, back, question)


def by_now() -> dict[str, Any]:
    """Who does it, and when."""
    return {"actor": current_actor(), "now": now()}


@blueprint.route("/bezwaar/<objection_id>/te-laat", methods=["GET", "POST"])
def lateness(objection_id: str) -> ResponseReturnValue:
    """Judge whether there is a good reason for coming late."""
    form = LatenessForm()
    return one_step(
        objection_id,
        form,
        _("Te laat: is er een goede reden?"),
        _("Leg vast"),
        _("Vastgelegd."),
        lambda one: actions.judge_lateness(
            current_session(), objection=one, excused=form.excused.data == "yes", reason=form.reason.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/verdagen", methods=["GET", "POST"])
def adjourn(objection_id: str) -> ResponseReturnValue:
    """Put the decision off for six weeks."""
    form = AdjournForm()
    return one_step(
        objection_id,
        form,
        _("Zes weken verdagen"),
        _("Verdagen"),
        _("Verdaagd. De persoon krijgt bericht."),
        lambda one: actions.adjourn_objection(current_session(), objection=one, reason=form.reason.data, **by_now()),
    )


@blueprint.route("/bezwaar/<objection_id>/hoorzitting", methods=["GET", "POST"])
def hearing(objection_id: str) -> ResponseReturnValue:
    """Invite the person to be heard."""
    form = PlanHearingForm()
    return one_step(
        objection_id,
        form,
        _("Hoorzitting plannen"),
        _("Nodig uit"),
        _("De persoon krijgt een uitnodiging."),
        lambda one: actions.plan_hearing(
            current_session(),
            objection=one,
            at=moment(form.day.data, form.time.data),
            place=form.place.data,
            **by_now(),
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/gehoord", methods=["GET", "POST"])
def heard(objection_id: str) -> ResponseReturnValue:
    """Write the report of the hearing."""
    form = HeardForm()
    return one_step(
        objection_id,
        form,
        _("Verslag van de hoorzitting"),
        _("Leg vast"),
        _("Het verslag is vastgelegd."),
        lambda one: actions.hold_hearing(
            current_session(), objection=one, on=form.heard_on.data, report=form.report.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/niet-horen", methods=["GET", "POST"])
def waive(objection_id: str) -> ResponseReturnValue:
    """Say why nobody has to be heard."""
    form = WaiveForm()
    return one_step(
        objection_id,
        form,
        _("Niet horen"),
        _("Leg vast"),
        _("Vastgelegd."),
        lambda one: actions.waive_hearing(
            current_session(), objection=one, reason=WaiverReason(form.reason.data), **by_now()
        ),
    )


@blueprint.post("/bezwaar/<objection_id>/ingetrokken")
def withdraw_objection(objection_id: str) -> ResponseReturnValue:
    """The person took the objection back."""
    shown, _question = the_objection(objection_id)
    actions.withdraw_objection(current_session(), objection=shown, **by_now())
    flash(_("Het bezwaar is ingetrokken."), "ok")
    return redirect(url_for("advisor.objection", objection_id=objection_id), code=303)


@blueprint.post("/bezwaar/<objection_id>/voorstel")
def propose_for_objection(objection_id: str) -> ResponseReturnValue:
    """A new proposal, for when the objection is founded."""
    _shown, question = the_objection(objection_id)
    propose_again(current_session(), question=question, **by_now())
    flash(_("Er is een nieuw voorstel. Het oude besluit staat nog."), "ok")
    return redirect(url_for("advisor.decide", objection_id=objection_id), code=303)


@blueprint.route("/bezwaar/<objection_id>/besluiten", methods=["GET", "POST"])
def decide(objection_id: str) -> ResponseReturnValue:
    """Decide on the objection; when it is founded the new decision comes with it."""
    session, actor = current_session(), current_actor()
    shown, question = the_objection(objection_id)
    record = latest_proposal(session, question=question, actor=actor)
    fresh = record is not None and record.made_at >= shown.recorded_at
    against = decision_against(session, objection=shown)
    about_mix, settled = against.kind in ABOUT_MIX, settlement_of_decision(session, decision=against)
    form = form_for(against, question)
    seen = record if about_mix else None
    decide_on(
        lambda: stands_of_objection(shown, stands_of_case(question, seen, names_of(session, question))), question, shown
    )
    if form.validate_on_submit():
        outcome, rationale = ObjectionOutcome(form.outcome.data), form.rationale.data
        try:
            with refusals_of(form):
                require_seen()
                draft = draft_of(form, against, outcome, rationale, record if fresh and about_mix else None)
                decide_objection(session, objection=shown, draft=draft, actor=actor, now=now())
                flash(_("Het besluit op bezwaar is genomen. De persoon krijgt een brief."), "ok")
                return redirect(url_for("advisor.objection", objection_id=objection_id), code=303)
        except MixNoLongerFits:
            start_over()
            question = the_objection(objection_id)[1]
            propose_again(current_session(), question=question, **by_now())
            flash(_("De verdeling past niet meer. Er is niets vastgelegd. Bekijk het nieuwe voorstel."), "warning")
            return redirect(url_for("advisor.decide", objection_id=objection_id), code=303)
    names = names_of(session, question)
    mix = (
        mix_of(session, record=record, question=question, names=names)
        if fresh and record is not None and about_mix
        else None
    )
    return page(
        "advisor/decide_objection.html",
        form=form,
        objection=shown,
        question=question,
        mix=mix,
        about_mix=about_mix,
        settled=settled,
        comes_back=against.kind in (DecisionKind.REVOKED, DecisionKind.LOWERED),
        about=against.kind.value,
        topped_up=against.kind is DecisionKind.TOPPED_UP,
        incomplete=still_missing(question) if about_mix else None,
        aside=against.kind is DecisionKind.SET_ASIDE,
        can_check="identity" in form and against.kind is not DecisionKind.SET_ASIDE,
    )
