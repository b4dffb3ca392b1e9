"""The letters of a resident, and the way messages come."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.web.intake.letters import letter_file, letters_page
from portal.web.resident.blueprint import blueprint
from portal.web.resident.steps import sent


@blueprint.route("/mijn/<question_id>/brieven", methods=["GET", "POST"])
def letters(question_id: str) -> ResponseReturnValue:
    """The letters that were made, and the way messages come."""
    return letters_page(sent(question_id))


@blueprint.get("/mijn/<question_id>/brieven/<letter_id>.pdf")
def letter_pdf(question_id: str, letter_id: str) -> ResponseReturnValue:
    """One letter as it was made."""
    return letter_file(question_id, letter_id)
