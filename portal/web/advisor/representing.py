"""Who may act for the person of a case."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from portal.cases.questions.queries import asker_audience
from portal.cases.representatives.actions import (
    Authorisation,
    acting_now,
    authorise_representative,
    end_representation,
)
from portal.cases.representatives.queries import acting_for, representatives_of
from portal.people.accounts.actions import grant_access_link
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import RepresentativeForm
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.words.labels import REPRESENTATIVE_KINDS

LINK = "representative_link"


@blueprint.route("/vraag/<question_id>/vertegenwoordiger", methods=["GET", "POST"])
def represent(question_id: str) -> ResponseReturnValue:
    """Let somebody act for the person, on the proof that was seen; or see who does."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = RepresentativeForm()
    if form.validate_on_submit():
        with form.refusals():
            authorise_representative(
                session,
                question=question,
                given=Authorisation(form.kind.data, form.name.data, form.proof.data, form.proof_on.data),
                actor=actor,
                now=now(),
            )
            flash(_("Deze persoon mag nu handelen voor de aanvrager."), "ok")
            return redirect(url_for("advisor.represent", question_id=question_id), code=303)
    shown = browser_session.pop(LINK, None)
    return page(
        "advisor/represent.html",
        form=form,
        question=question,
        acting=acting_for(session, question=question),
        everybody=representatives_of(session, question=question, actor=actor),
        kinds=REPRESENTATIVE_KINDS,
        link=shown["address"] if shown and shown["question"] == question_id else None,
    )


@blueprint.post("/vraag/<question_id>/vertegenwoordiger/link")
def representative_link(question_id: str) -> ResponseReturnValue:
    """Make the link with which the representative comes in. The next page shows it, once."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    somebody = acting_now(session, question=question)
    token = grant_access_link(
        session,
        question_id=question.id,
        audience=asker_audience(question),
        actor=actor,
        now=now(),
        representative_id=somebody.id,
    )
    address = f"{current_app.extensions['settings'].address}{url_for('access.grant', token=token)}"
    browser_session[LINK] = {"question": question_id, "address": address}
    return redirect(url_for("advisor.represent", question_id=question_id), code=303)


@blueprint.post("/vraag/<question_id>/vertegenwoordiger/beeindigen")
def end_representative(question_id: str) -> ResponseReturnValue:
    """From now on this person may not act any more."""
    session = current_session()
    question = the_question(question_id)
    somebody = acting_now(session, question=question)
    end_representation(session, question=question, somebody=somebody, actor=current_actor(), now=now())
    flash(_("Deze persoon mag niet meer handelen. De link werkt niet meer."), "ok")
    return redirect(case_url(question), code=303)
