"""The waiting lists, and how long the steps of a case take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists
from portal.awarding.waiting_list.queries import schemes_with_waiting_list, waiting_list
from portal.framework.catalogue.queries import scheme_titles
from portal.oversight.lead_times import SHOWN_FROM, LeadTime, lead_times
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_euros, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import WaitForm
from portal.web.advisor.completing import the_application
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.words.labels import PLACE_STATES, STEPS, label, tag

A_YEAR = timedelta(days=365)


@blueprint.route("/vraag/<question_id>/wachtlijst", methods=["GET", "POST"])
def wait(question_id: str) -> ResponseReturnValue:
    """Put the application on a waiting list, with the applicant's written consent."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    application = the_application(question)
    form = WaitForm()
    lists = schemes_with_waiting_list(session, question=question, application=application)
    form.scheme.choices = [(scheme.slug, localized(scheme.definition.title)) for scheme in lists]
    if form.validate_on_submit():
        with form.refusals():
            join_waiting_list(
                session,
                question=question,
                scheme=form.scheme.data,
                agreed_on=form.agreed_on.data,
                actor=actor,
                now=now(),
            )
            if question.decided_at is None:
                flash(_("De aanvraag staat op de wachtlijst. De termijn staat stil."), "ok")
            else:
                flash(_("De aanvraag staat op de wachtlijst voor de rest."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/wait.html", form=form, question=question, lists=lists)


@blueprint.post("/vraag/<question_id>/wachtlijst/verlaten")
def leave_list(question_id: str) -> ResponseReturnValue:
    """Take an application off its waiting lists; the term runs on."""
    question = the_question(question_id)
    leave_waiting_lists(current_session(), question=question, actor=current_actor(), now=now())
    if question.decided_at is None:
        flash(_("De aanvraag staat niet meer op de wachtlijst. De termijn loopt weer."), "ok")
    else:
        flash(_("De aanvraag staat niet meer op de wachtlijst."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.get("/wachtlijst")
def waiting() -> ResponseReturnValue:
    """Who waits for money that comes free, per scheme in the order of receipt."""
    titles = scheme_titles(current_session(), on=today())
    rows = [
        [
            row.position,
            {
                "text": row.reference_number,
                "href": url_for("advisor.question", question_id=row.question_public_id),
                "note": row.number,
            },
            titles.get(row.scheme, row.scheme),
            format_euros(row.wanted_cents),
            tag(PLACE_STATES, row.state),
        ]
        for row in waiting_list(current_session(), actor=current_actor())
    ]
    return page("advisor/waiting.html", rows=rows)


@blueprint.get("/doorlooptijden")
def lead_time() -> ResponseReturnValue:
    """How many days each step took, over the questions of the last year."""
    last, first = today(), today() - A_YEAR
    times = lead_times(current_session(), actor=current_actor(), first=first, last=last)
    return page(
        "advisor/lead_times.html",
        rows=[_days_row(one) for one in times],
        first=first,
        last=last,
        shown_from=SHOWN_FROM,
    )


def _days_row(one: LeadTime) -> list[Any]:
    def days(number: int | None) -> str:
        return _("te weinig") if number is None else ngettext("%(num)s dag", "%(num)s dagen", number)

    return [label(STEPS, one.step), one.n, days(one.p50_days), days(one.p90_days)]
