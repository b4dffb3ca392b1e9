"""The trainings of the region, for everybody: looking for one, and one in full."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.framework.trainings.queries import training_by_public_id
from portal.platform.database import current_session
from portal.web.edge import found, page
from portal.web.intake.training_search import found_trainings, sheet_of_training
from portal.web.resident.blueprint import blueprint


@blueprint.get("/opleidingen")
def trainings() -> ResponseReturnValue:
    """The trainings of the region that fit what somebody looks for."""
    return page("resident/trainings.html", **found_trainings())


@blueprint.get("/opleidingen/<training_id>")
def region_training(training_id: str) -> ResponseReturnValue:
    """One training: what it is, what it costs, who says so and when."""
    training = found(training_by_public_id(current_session(), public_id=training_id))
    return page("resident/training.html", training=training, sheet=sheet_of_training(training))
