"""The trainings of the region, for everybody: looking for one, and one in full."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.cases.shortlist.queries import may_list, shortlist_of
from portal.framework.trainings.queries import training_by_public_id
from portal.platform.database import current_session
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.intake.training_search import found_trainings, sheet_of_training
from portal.web.resident.blueprint import blueprint


@blueprint.get("/opleidingen")
def trainings() -> ResponseReturnValue:
    """The trainings of the region that fit what somebody looks for."""
    question = own_question()
    return page("resident/trainings.html", **own_list(question), **found_trainings(question))


def own_question() -> DevelopmentQuestion | None:
    """The question that somebody is let in for; None for others."""
    actor = current_actor()
    return question_by_id(current_session(), question_id=actor.question_id or 0, actor=actor)


def own_list(question: DevelopmentQuestion | None) -> dict[str, Any]:
    """Where who is let in for a question puts a training on its shortlist, and what is on it; nothing for others."""
    session, actor = current_session(), current_actor()
    if question is None or not may_list(question, actor):
        return {"keep": None, "kept": ()}
    listed = shortlist_of(session, question=question, actor=actor)
    where = url_for(f"{actor.audience.value}.shortlist", question_id=question.public_id)
    return {"keep": where, "kept": [one.public_id for one in listed]}


@blueprint.get("/opleidingen/<training_id>")
def region_training(training_id: str) -> ResponseReturnValue:
    """One training: what it is, what it costs, who says so and when."""
    training = found(training_by_public_id(current_session(), public_id=training_id))
    sheet = sheet_of_training(training)
    return page("resident/training.html", training=training, sheet=sheet, **own_list(own_question()))
