"""Who has a case, whether its application is complete or set aside, and which applications are of one person."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.awarding.earlier_awards import questions_awarded_under
from portal.cases.applications.actions import declare_complete, settle_double
from portal.cases.applications.doubles import joined_applications, separate_double
from portal.cases.applications.models import Application
from portal.cases.applications.queries import (
    application_by_number,
    application_of,
    evidence_needed,
    missing_facts,
    possible_doubles,
)
from portal.cases.conversations import actions as conversations
from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.owners.queries import advisors
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import AMSTERDAM, now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import CompleteForm, DelayForm, DoubleForm, HandOverForm, SeparateForm, SetAsideForm
from portal.web.advisor.forms import moment
from portal.web.advisor.mix import names_of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor


def the_application(question: DevelopmentQuestion) -> Application:
    """The application of a question, or a 404."""
    return found(application_of(current_session(), question=question, actor=current_actor()))


# Who has it ------------------------------------------------------------------------------------------------------------


@blueprint.post("/vraag/<question_id>/oppakken")
def claim(question_id: str) -> ResponseReturnValue:
    """Take a case that nobody has."""
    question = the_question(question_id)
    claim_case(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("Deze vraag is nu van u."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.route("/vraag/<question_id>/overdragen", methods=["GET", "POST"])
def hand_over(question_id: str) -> ResponseReturnValue:
    """Give the case to another advisor."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = HandOverForm()
    others = {one.public_id: one for one in advisors(session) if one.id != actor.account_id}
    form.to.choices = [(public_id, one.display_name) for public_id, one in others.items()]
    if form.validate_on_submit():
        with form.refusals():
            hand_over_case(session, question=question, to=others[form.to.data], actor=actor, now=now())
            flash(_("De vraag is overgedragen."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/hand_over.html", form=form, question=question, others=others)


@blueprint.post("/vraag/<question_id>/loslaten")
def release(question_id: str) -> ResponseReturnValue:
    """Let the case go, so that a colleague can take it."""
    question = the_question(question_id)
    release_case(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("De vraag is weer van niemand."), "ok")
    return redirect(case_url(question), code=303)


# Whether it is complete ------------------------------------------------------------------------------------------------


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
            received = moment(form.received_on.data, form.time.data)
            declare_complete(
                session, question=question, application=application, received_at=received, actor=actor, now=now()
            )
            flash(_("De aanvraag is compleet en staat in de volgorde van ontvangst."), "ok")
            return redirect(case_url(question), code=303)
    names = names_of(session, question).names
    evidence = evidence_needed(session, question=question, application=application)
    return page(
        "advisor/complete.html",
        form=form,
        question=question,
        application=application,
        missing=[names.question(key) for key in missing_facts(session, question=question, application=application)],
        evidence=[localized(text) for texts in evidence.values() for text in texts],
    )


@blueprint.route("/vraag/<question_id>/niet-in-behandeling", methods=["GET", "POST"])
def set_aside(question_id: str) -> ResponseReturnValue:
    """Do not take up an application that stayed incomplete."""
    question = the_question(question_id)
    the_application(question)
    form = SetAsideForm()
    if form.validate_on_submit():
        with form.refusals():
            conversations.set_aside(
                current_session(), question=question, reason=form.reason.data, actor=current_actor(), now=now()
            )
            flash(_("De aanvraag is niet in behandeling genomen. De aanvrager krijgt bericht."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/set_aside.html", form=form, question=question)


@blueprint.post("/vraag/<question_id>/toch-in-behandeling")
def take_up(question_id: str) -> ResponseReturnValue:
    """Undo that an application was set aside."""
    question = the_question(question_id)
    conversations.undo_set_aside(current_session(), question=question, actor=current_actor(), now=now())
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


# Whose it is -----------------------------------------------------------------------------------------------------------


@blueprint.route("/vraag/<question_id>/dubbelen", methods=["GET", "POST"])
def doubles(question_id: str) -> ResponseReturnValue:
    """Say whether applications with the same birth date are of one person."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    application = the_application(question)
    possible = possible_doubles(session, application=application)
    form = DoubleForm()
    form.number.choices = [(one.application.number, one.application.number) for one in possible]
    if form.validate_on_submit():
        with form.refusals():
            other = found(application_by_number(session, number=form.number.data))
            settle_double(
                session,
                question=question,
                application=application,
                other=other,
                same=form.verdict.data == "same",
                actor=actor,
                now=now(),
            )
            flash(_("Dit is bewaard."), "ok")
            return redirect(case_url(question), code=303)
    return _doubles_page(question, application, form, _separate_form(application))


@blueprint.post("/vraag/<question_id>/dubbelen/uit-elkaar")
def separate(question_id: str) -> ResponseReturnValue:
    """Take two persons apart that were joined by mistake."""
    session = current_session()
    question = the_question(question_id)
    application = the_application(question)
    form = _separate_form(application, sent=True)
    if form.validate_on_submit():
        with form.refusals():
            separate_double(
                session,
                question=question,
                application=application,
                other=found(application_by_number(session, number=form.other.data)),
                awarded_questions=questions_awarded_under(session, person_key=application.person_key or ""),
                actor=current_actor(),
                now=now(),
            )
            flash(_("De aanvragen tellen weer apart."), "ok")
            return redirect(case_url(question), code=303)
    return _doubles_page(question, application, DoubleForm(formdata=None), form)


def _separate_form(application: Application, *, sent: bool = False) -> SeparateForm:
    form = SeparateForm() if sent else SeparateForm(formdata=None)
    joined = joined_applications(current_session(), application=application)
    form.other.choices = [(one.number, one.number) for one in joined]
    return form


def _doubles_page(
    question: DevelopmentQuestion, application: Application, form: DoubleForm, apart: SeparateForm
) -> ResponseReturnValue:
    session = current_session()
    possible = possible_doubles(session, application=application)
    form.number.choices = [(one.application.number, one.application.number) for one in possible]
    return page(
        "advisor/doubles.html",
        form=form,
        apart=apart,
        question=question,
        mine=_double_row(application),
        rows=[_double_row(one.application) for one in possible],
        joined=[_double_row(one) for one in joined_applications(session, application=application)],
        status=422 if form.errors or apart.errors else 200,
    )


def _double_row(application: Application) -> list[str]:
    return [
        application.number,
        application.learner_name or application.name,
        format_date(application.birth_date),
        f"{application.street} {application.house_number}, {application.postcode} {application.city}",
        application.kvk_number or "",
    ]
