"""Which applications are of one person: settled by an advisor, and taken apart when that was a mistake."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.awarding.earlier_awards import questions_awarded_under
from portal.cases.applications.actions import settle_double
from portal.cases.applications.doubles import joined_applications, separate_double
from portal.cases.applications.models import Application
from portal.cases.applications.queries import (
    application_by_number,
    possible_doubles,
)
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import DoubleForm, SeparateForm
from portal.web.advisor.completing import the_application
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor, note_viewing


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
    note_viewing(question_id=application.question_id)
    return [
        application.number,
        application.learner_name or application.name,
        format_date(application.birth_date),
        f"{application.street} {application.house_number}, {application.postcode} {application.city}",
        application.kvk_number or "",
    ]
