"""The trainings of the region, for everybody: looking for one, and one in full."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

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
    return page("resident/trainings.html", **own_list(), **found_trainings())


def own_list() -> dict[str, Any]:
    """Where who is let in for a question puts a training on its shortlist, and what is on it; nothing for others."""
    session, actor = current_session(), current_actor()
    question = question_by_id(session, question_id=actor.question_id or 0, actor=actor)
    if question is None or not may_list(question, actor):
        return {"keep": None, "kept": ()}
    listed = shortlist_of(session, question=question, actor=actor)
    where = url_for(f"{actor.audience.value}.shortlist", question_id=question.public_id)
    return {"keep": where, "kept": [one.public_id for one in listed]}


@blueprint.get("/opleidingen/<training_id>")
def region_training(training_id: str) -> ResponseReturnValue:
    """One training: what it is, what it costs, who says so and when."""
    training = found(training_by_public_id(current_session(), public_id=training_id))
    return page("resident/training.html", training=training, sheet=sheet_of_training(training), **own_list())
