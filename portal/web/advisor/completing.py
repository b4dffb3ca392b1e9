"""Whether an application is complete, is set aside, or gets its decision later."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.awarding import setting_aside
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.applications.queries import (
    application_of,
    missing_facts,
)
from portal.cases.conversations import actions as conversations
from portal.cases.conversations.queries import requests_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import AMSTERDAM, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import CompleteForm, DelayForm, SetAsideForm
from portal.web.advisor.forms import moment_since
from portal.web.advisor.mix import names_of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.intake.pieces import piece_views


def the_application(question: DevelopmentQuestion) -> Application:
    """The application of a question, or a 404."""
    return found(application_of(current_session(), question=question, actor=current_actor()))


@blueprint.route("/vraag/<question_id>/compleet", methods=["GET", "POST"])
def complete(question_id: str) -> ResponseReturnValue:
    """Say when everything was in; from then on the application counts in the order of receipt."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    application = the_application(question)
    asked = now().astimezone(AMSTERDAM)
    form = CompleteForm(data={"received_on": asked.date(), "time": asked.time()})
    if form.validate_on_submit():
        with form.refusals():
            received = moment_since(form.received_on.data, form.time.data, since=application.applied_at)
            declare_complete(
                session, question=question, application=application, received_at=received, actor=actor, now=now()
            )
            flash(_("De aanvraag is compleet en staat in de volgorde van ontvangst."), "ok")
            return redirect(case_url(question), code=303)
    names = names_of(session, question).names
    return page(
        "advisor/complete.html",
        form=form,
        question=question,
        application=application,
        missing=[names.question(key) for key in missing_facts(session, question=question, application=application)],
        pieces=piece_views(session, question=question, actor=actor, on=today()),
    )


@blueprint.route("/vraag/<question_id>/niet-in-behandeling", methods=["GET", "POST"])
def set_aside(question_id: str) -> ResponseReturnValue:
    """Do not take up an application that stayed incomplete."""
    question = the_question(question_id)
    application = the_application(question)
    form = SetAsideForm()
    if form.validate_on_submit():
        with form.refusals():
            setting_aside.set_aside(
                current_session(), question=question, reason=form.reason.data, actor=current_actor(), now=now()
            )
            flash(_("De aanvraag is niet in behandeling genomen. De aanvrager krijgt het besluit in een brief."), "ok")
            return redirect(case_url(question), code=303)
    asked = [
        one
        for one in requests_by_question(current_session(), question=question)
        if one.asked_at >= application.applied_at
    ]
    until = setting_aside.last_day_to_set_aside(asked[-1]) if asked else None
    return page("advisor/set_aside.html", form=form, question=question, until=until)


@blueprint.post("/vraag/<question_id>/toch-in-behandeling")
def take_up(question_id: str) -> ResponseReturnValue:
    """Take up an application that was set aside."""
    question = the_question(question_id)
    setting_aside.take_up_again(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("De aanvraag is toch in behandeling. De aanvrager krijgt bericht."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.route("/vraag/<question_id>/uitstel", methods=["GET", "POST"])
def delay(question_id: str) -> ResponseReturnValue:
    """Tell the applicant before the term ends that the decision will be later."""
    question = the_question(question_id)
    the_application(question)
    form = DelayForm()
    if form.validate_on_submit():
        with form.refusals():
            last = conversations.announce_delay(
                current_session(),
                question=question,
                weeks=form.weeks.data,
                reason=form.reason.data,
                actor=current_actor(),
                now=now(),
            )
            day = format_date(last)
            flash(_("De aanvrager krijgt bericht. Besluit nu uiterlijk op %(day)s.", day=day), "ok")
            return redirect(case_url(question), code=303)
    intro = [
        _(
            "Lukt een besluit niet binnen de termijn? Meld dat voordat de termijn voorbij is, met een nieuwe termijn (Awb 4:14)."
        ),
        _("De reden staat in de brief aan de aanvrager. Dit kan één keer."),
    ]
    facts = [
        {"label": _("Besluit uiterlijk"), "value": format_date(question.decide_by) if question.decide_by else None}
    ]
    return page(
        "advisor/act.html",
        form=form,
        title=_("Melden dat het besluit later komt"),
        submit=_("Meld het uitstel"),
        kind="primary",
        back=case_url(question),
        back_text=question.reference_number,
        intro=intro,
        facts=facts,
    )
