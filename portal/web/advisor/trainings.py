"""The trainings of the region, for advisors: the same search as residents have."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.framework.trainings.queries import training_by_public_id
from portal.platform.database import current_session
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.intake.training_search import found_trainings, sheet_of_training


@blueprint.get("/opleidingen")
def trainings() -> ResponseReturnValue:
    """The trainings of the region that fit what somebody looks for."""
    return page("advisor/trainings.html", **found_trainings())


@blueprint.get("/opleidingen/<training_id>")
def region_training(training_id: str) -> ResponseReturnValue:
    """One training in full."""
    training = found(training_by_public_id(current_session(), public_id=training_id))
    return page("advisor/training.html", training=training, sheet=sheet_of_training(training))
