"""The vouchers of an employer that asks for an employee: the page, and the paper to give to a training provider."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import sent
from portal.web.intake import voucher as pages
from portal.web.intake.repaid import account_page


@blueprint.get("/werkgever/vraag/<question_id>/vouchers")
def vouchers(question_id: str) -> ResponseReturnValue:
    """What is on each voucher, and what happened to it."""
    return pages.vouchers_page(sent(question_id))


@blueprint.get("/werkgever/vraag/<question_id>/voucher/<scheme>.pdf")
def voucher_paper(question_id: str, scheme: str) -> ResponseReturnValue:
    """A voucher as a PDF with its code and QR."""
    return pages.voucher_paper(sent(question_id), scheme)


@blueprint.route("/werkgever/vraag/<question_id>/teruggave", methods=["GET", "POST"])
def repayment_account(question_id: str) -> ResponseReturnValue:
    """On which account the holder wants the money that is owed."""
    return account_page(sent(question_id))
