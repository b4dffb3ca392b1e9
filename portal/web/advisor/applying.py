"""Acts for the person in the talk: applying, asking the employer; and closing a question that needs no decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.awarding.proposals.queries import latest_proposal, stored_proposal
from portal.cases.applications.actions import ApplicantDetails, apply_for_awards
from portal.cases.applications.queries import application_of, schemes_to_apply_for
from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion, Route
from portal.platform.clock import local_time, now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.forms import ApplicationForm, AskPledgeForm, CloseForm
from portal.web.edge import page
from portal.web.edge.policy import current_actor


@blueprint.route("/vraag/<question_id>/aanvragen", methods=["GET", "POST"])
def apply(question_id: str) -> ResponseReturnValue:
    """Apply for the person in the talk. From now on the legal clock runs and the order of receipt is fixed."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = ApplicationForm(data=known_of(question))
    if question.route is Route.INDIVIDUAL:
        del form.learner_name
        del form.kvk_number
    clock = local_time(now())
    open_here = schemes_to_apply_for(session, question=question, actor=actor, on=today(), at=clock)
    form.schemes.choices = [(scheme.slug, localized(scheme.definition.title)) for scheme in open_here]
    if form.validate_on_submit():
        with form.refusals():
            apply_for_awards(
                session,
                question=question,
                schemes=form.schemes.data,
                applicant=applicant_of(form),
                confirmed=form.confirmed.data,
                actor=actor,
                now=now(),
            )
            flash(_("De aanvraag is ontvangen. De termijn voor het besluit loopt nu."), "ok")
            return redirect(case_url(question), code=303)
    application = application_of(session, question=question, actor=actor)
    return page(
        "advisor/apply.html",
        form=form,
        question=question,
        application=application,
        open_here=open_here,
        employer=question.route is Route.EMPLOYER,
    )


def known_of(question: DevelopmentQuestion) -> dict[str, Any]:
    """What is known already, to start the form with. The schemes are those that pay in the newest proposal."""
    contact = question.contact
    born = question.facts.get("birth_date")
    record = latest_proposal(current_session(), question=question, actor=current_actor())
    paying = {share.offer for share in stored_proposal(record).shares} if record is not None else set()
    return {
        "schemes": sorted(paying),
        "name": question.employer_name if question.route is Route.EMPLOYER else contact.name if contact else None,
        "learner_name": question.learner_name,
        "kvk_number": question.employer_kvk,
        "birth_date": date.fromisoformat(born) if isinstance(born, str) and born != "unknown" else None,
        "street": contact.street if contact else None,
        "house_number": contact.house_number if contact else None,
        "postcode": contact.postcode if contact else None,
        "city": contact.city if contact else None,
    }


def applicant_of(form: ApplicationForm) -> ApplicantDetails:
    """What was filled in, as the applicant."""
    return ApplicantDetails(
        name=form.name.data,
        birth_date=form.birth_date.data,
        street=form.street.data,
        house_number=form.house_number.data,
        postcode=form.postcode.data,
        city=form.city.data,
        kvk_number=form.kvk_number.data if "kvk_number" in form else None,
        learner_name=form.learner_name.data if "learner_name" in form else None,
    )


@blueprint.route("/vraag/<question_id>/werkgever-vragen", methods=["GET", "POST"])
def employer(question_id: str) -> ResponseReturnValue:
    """Ask the employer by mail whether it pays a part."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    pledge = pledge_of(session, question=question, actor=actor)
    form = AskPledgeForm(obj=pledge)
    if form.validate_on_submit():
        with form.refusals():
            ask_pledge(
                session,
                question=question,
                employer_name=form.employer_name.data,
                employer_email=form.employer_email.data,
                actor=actor,
                now=now(),
            )
            flash(_("De werkgever krijgt een mail met een link."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/ask_employer.html", form=form, question=question, pledge=pledge)


@blueprint.route("/vraag/<question_id>/afsluiten", methods=["GET", "POST"])
def close(question_id: str) -> ResponseReturnValue:
    """Close a question without a decision."""
    question = the_question(question_id)
    form = CloseForm()
    if form.validate_on_submit():
        with form.refusals():
            close_question(
                current_session(),
                question=question,
                reason=CloseReason(form.reason.data),
                actor=current_actor(),
                now=now(),
            )
            flash(_("De vraag is afgesloten."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/close.html", form=form, question=question)
