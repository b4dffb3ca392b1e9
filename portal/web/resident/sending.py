"""Sending the question, and everything after: status, answering, applying, asking the employer, the decision."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.intake import drafting
from portal.web.intake import sent as after
from portal.web.intake.objecting import objection_page
from portal.web.intake.state import Intake
from portal.web.intake.waiting import waiting_page
from portal.web.resident.blueprint import blueprint
from portal.web.resident.forms import AskEmployerForm
from portal.web.resident.steps import FLOW, draft, sent


@blueprint.route("/vraag/<question_id>/versturen", methods=["GET", "POST"])
def send(question_id: str) -> ResponseReturnValue:
    """How the person wants to be reached; then the question goes to the desk."""
    return drafting.send_page(FLOW, draft(question_id))


@blueprint.get("/mijn/<question_id>/ontvangen")
def received(question_id: str) -> ResponseReturnValue:
    """The number, what happens when, and the link to follow it."""
    return drafting.received_page(sent(question_id))


@blueprint.get("/mijn")
def mine() -> ResponseReturnValue:
    """Where a resident lands: the status of the question, or the page where the draft was left."""
    session, actor = current_session(), current_actor()
    question = found(question_by_id(session, question_id=actor.question_id or 0, actor=actor))
    if question.is_draft:
        return redirect(FLOW.resume(Intake(session, question, actor, today())), code=303)
    return redirect(url_for("resident.status", question_id=question.public_id), code=303)


@blueprint.get("/mijn/<question_id>")
def status(question_id: str) -> ResponseReturnValue:
    """Where the question stands, what comes when, and what the person can do."""
    return after.status_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/antwoord", methods=["GET", "POST"])
def answer(question_id: str) -> ResponseReturnValue:
    """Answer what the advisor asked."""
    return after.answer_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/intrekken", methods=["GET", "POST"])
def withdraw(question_id: str) -> ResponseReturnValue:
    """Take the question back, after asking."""
    return after.withdraw_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/wachtlijst", methods=["GET", "POST"])
def waiting(question_id: str) -> ResponseReturnValue:
    """The place on the waiting list, and stopping with waiting, after asking."""
    return waiting_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/bezwaar", methods=["GET", "POST"])
def objection(question_id: str) -> ResponseReturnValue:
    """Object to a decision or a settlement, and follow an objection."""
    return objection_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/aanvragen", methods=["GET", "POST"])
def apply(question_id: str) -> ResponseReturnValue:
    """Apply for schemes that this desk administers."""
    return after.apply_page(sent(question_id))


@blueprint.get("/mijn/<question_id>/besluit")
def decision(question_id: str) -> ResponseReturnValue:
    """The decision as a letter on a page."""
    return after.decision_page(sent(question_id))


@blueprint.route("/mijn/<question_id>/werkgever-vragen", methods=["GET", "POST"])
def ask_employer(question_id: str) -> ResponseReturnValue:
    """Send the employer a link to give or decline a contribution."""
    intake = sent(question_id)
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    form = AskEmployerForm(obj=pledge)
    if form.validate_on_submit():
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
