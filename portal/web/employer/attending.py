"""The training of the holder of a voucher: start and end, a receipt, and what became of it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import sent
from portal.web.forms.uploads import takes_file
from portal.web.intake import training


@blueprint.route("/werkgever/vraag/<question_id>/opleiding-gevolgd", methods=["GET", "POST"])
def training_progress(question_id: str) -> ResponseReturnValue:
    """The training started, and ended."""
    return training.training_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/bon", methods=["GET", "POST"])
@takes_file
def training_receipt(question_id: str) -> ResponseReturnValue:
    """A receipt to be paid back."""
    return training.receipt_page(sent(question_id))


@blueprint.route("/werkgever/vraag/<question_id>/resultaat", methods=["GET", "POST"])
def training_outcome(question_id: str) -> ResponseReturnValue:
    """What became of it."""
    return training.outcome_page(sent(question_id))
