"""The receipt for who asked: how was computed and decided, as a page and as files to keep."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from matching.receipt import Receipt
from portal.awarding.decision_receipts import receipt_of_question
from portal.papers.receipt import receipt_document
from portal.papers.receipt_files import FileKind, receipt_file
from portal.web.edge import page
from portal.web.intake.sent import status_url
from portal.web.intake.state import Intake


def _receipt(intake: Intake) -> Receipt | None:
    return receipt_of_question(intake.session, question=intake.question, actor=intake.actor)


def receipt_page(intake: Intake) -> ResponseReturnValue:
    """Who pays what, why, with which facts and rules, and how to check it. Before anything was computed: the status."""
    receipt = _receipt(intake)
    if receipt is None:
        return redirect(status_url(intake), code=303)
    return page(
        "intake/receipt.html",
        document=receipt_document(receipt),
        back=status_url(intake),
        file=url_for(f"{intake.audience}.receipt_file", question_id=intake.id),
        pdf=url_for(f"{intake.audience}.receipt_pdf", question_id=intake.id),
    )


def receipt_json(intake: Intake) -> ResponseReturnValue:
    """The same as a file that anybody can compute again."""
    return _file(intake, "json")


def receipt_pdf(intake: Intake) -> ResponseReturnValue:
    """The same as a PDF."""
    return _file(intake, "pdf")


def _file(intake: Intake, kind: FileKind) -> ResponseReturnValue:
    """The receipt as a file. Before anything was computed: the status."""
    receipt = _receipt(intake)
    return redirect(status_url(intake), code=303) if receipt is None else receipt_file(receipt, kind)
