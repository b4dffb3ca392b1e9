"""After sending: where an employer's own question stands, answering, applying, taking it back, the decision."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.pledges.queries import pledge_request_of
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.edge import found
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import FLOW, sent
from portal.web.intake import sent as after
from portal.web.intake.objecting import objection_page
from portal.web.intake.state import Intake
from portal.web.intake.waiting import waiting_page


@blueprint.get("/werkgever/mijn")
def mine() -> ResponseReturnValue:
    """Where an employer lands: the own question, or what a resident asks."""
    session, actor = current_session(), current_actor()
    question = question_by_id(session, question_id=actor.question_id or 0, actor=actor)
    if question is None:
        asked = found(pledge_request_of(session, actor=actor))
        return redirect(url_for("employer.pledge", question_id=asked.question_public_id), code=303)
    if question.is_draft:
        return redirect(FLOW.resume(Intake(session, question, actor, today())), code=303)
    return redirect(url_for("employer.status", question_id=question.public_id), code=303)


@blueprint.get("/werkgever/vraag/<question_id>")
def status(question_id: str) -> ResponseReturnValue:
    """Where the question stands, what comes when, and what the employer can do."""
    return after.status_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/antwoord", methods=["GET", "POST"])
def answer(question_id: str) -> ResponseReturnValue:
    """Answer what the advisor asked."""
    return after.answer_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/intrekken", methods=["GET", "POST"])
def withdraw(question_id: str) -> ResponseReturnValue:
    """Take the question back, after asking."""
    return after.withdraw_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/wachtlijst", methods=["GET", "POST"])
def waiting(question_id: str) -> ResponseReturnValue:
    """The place on the waiting list, and stopping with waiting, after asking."""
    return waiting_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/bezwaar", methods=["GET", "POST"])
def objection(question_id: str) -> ResponseReturnValue:
    """Object to a decision or a settlement, and follow an objection."""
    return objection_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/aanvragen", methods=["GET", "POST"])
def apply(question_id: str) -> ResponseReturnValue:
    """Apply for schemes that this desk administers, for one employee."""
    return after.apply_page(sent(question_id))


@blueprint.get("/werkgever/vraag/<question_id>/besluit")
def decision(question_id: str) -> ResponseReturnValue:
    """The decision as a letter on a page."""
    return after.decision_page(sent(question_id))
