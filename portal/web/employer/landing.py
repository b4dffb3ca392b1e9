"""Where an employer lands: the own question, or what a resident asks."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.employers.queries import places_of, sent_with
from portal.cases.pledges.queries import pledge_request_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.people.actor import Actor
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.edge import found
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import FLOW
from portal.web.intake.state import Intake


@blueprint.get("/werkgever/mijn")
def mine() -> ResponseReturnValue:
    """Where an employer lands: its desk, the own question (with those sent together with it), or what a resident asks."""
    session, actor = current_session(), current_actor()
    if actor.employer_email:
        return redirect(url_for("employer.desk"), code=303)
    question = question_by_id(session, question_id=actor.question_id or 0, actor=actor)
    if question is None:
        asked = found(pledge_request_of(session, actor=actor))
        return redirect(url_for("employer.pledge", question_id=asked.question_public_id), code=303)
    if question.is_draft:
        return redirect(FLOW.resume(Intake(session, question, actor, today())), code=303)
    head = None if actor.is_helping else _sent_together(session, question, actor)
    if head is not None:
        return redirect(url_for("employer.bundle_sent", question_id=head.public_id), code=303)
    end = "received" if actor.is_helping else "status"
    return redirect(url_for(f"employer.{end}", question_id=question.public_id), code=303)


def _sent_together(session: Session, question: DevelopmentQuestion, actor: Actor) -> DevelopmentQuestion | None:
    """The question in which this one was filled in together with others; None when it was sent alone."""
    together = sent_with(session, question_id=question.id) if actor.questions else ()
    place = places_of(session, question_ids=[question.id]).get(question.id) if len(together) > 1 else None
    return question_by_id(session, question_id=place.bundle, actor=actor) if place is not None else None
