"""Where an employer lands: the own question, or what a resident asks."""

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
from portal.web.employer.steps import FLOW
from portal.web.intake.state import Intake


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
    end = "received" if actor.is_helping else "status"
    return redirect(url_for(f"employer.{end}", question_id=question.public_id), code=303)
