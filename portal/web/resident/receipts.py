"""The receipt of a resident: the page, and the files to keep."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.web.intake import receipt as receipts
from portal.web.resident.blueprint import blueprint
from portal.web.resident.steps import sent


@blueprint.get("/mijn/<question_id>/bewijs")
def receipt(question_id: str) -> ResponseReturnValue:
    """How was computed and decided."""
    return receipts.receipt_page(sent(question_id))


@blueprint.get("/mijn/<question_id>/bewijs.json")
def receipt_file(question_id: str) -> ResponseReturnValue:
    """The same as a file that anybody can compute again."""
    return receipts.receipt_download(sent(question_id), "json")


@blueprint.get("/mijn/<question_id>/bewijs.pdf")
def receipt_pdf(question_id: str) -> ResponseReturnValue:
    """The same as a PDF."""
    return receipts.receipt_download(sent(question_id), "pdf")
