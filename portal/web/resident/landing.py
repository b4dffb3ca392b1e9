"""Where a resident lands, and asking the employer for a contribution after sending."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.intake.state import Intake
from portal.web.resident.blueprint import blueprint
from portal.web.resident.forms import AskEmployerForm
from portal.web.resident.steps import DOOR, FLOW


@blueprint.get("/mijn")
def mine() -> ResponseReturnValue:
    """Where a resident lands: the status of the question, or the page where the draft was left."""
    session, actor = current_session(), current_actor()
    question = found(question_by_id(session, question_id=actor.question_id or 0, actor=actor))
    if question.is_draft:
        return redirect(FLOW.resume(Intake(session, question, actor, today())), code=303)
    end = "received" if actor.is_helping else "status"
    return redirect(url_for(f"resident.{end}", question_id=question.public_id), code=303)


@blueprint.route("/mijn/<question_id>/werkgever-vragen", methods=["GET", "POST"])
def ask_employer(question_id: str) -> ResponseReturnValue:
    """Send the employer a link to give or decline a contribution."""
    intake = DOOR.sent(question_id)
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    form = AskEmployerForm(obj=pledge)
    if form.sent_while(
        intake.question.is_open, _l("Uw vraag is al afgerond. U kunt uw werkgever nu niets meer vragen.")
    ):
        with form.refusals():
            ask_pledge(
                intake.session,
                question=intake.question,
                employer_name=form.employer_name.data,
                employer_email=form.employer_email.data,
                actor=intake.actor,
                now=now(),
            )
            flash(_("Wij sturen uw werkgever een e-mail met een link."), "ok")
            return redirect(url_for("resident.status", question_id=question_id), code=303)
    return page("resident/ask_employer.html", form=form, intake=intake, pledge=pledge)
