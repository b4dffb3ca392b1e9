"""Receipts of proposals and decisions for an advisor: the page, and the files to keep."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from matching.receipt import Receipt
from portal.awarding.decision_receipts import receipt_of_decision, receipt_of_proposal
from portal.awarding.decisions.queries import decision_of
from portal.awarding.proposals.queries import proposal_by_public_id
from portal.papers.receipt import receipt_document
from portal.papers.receipt_files import receipt_file as as_file
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.talks import of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor


def _of_proposal(proposal_id: str) -> Receipt:
    session, actor = current_session(), current_actor()
    record = found(proposal_by_public_id(session, public_id=proposal_id, actor=actor))
    of(record.question_id)
    return found(receipt_of_proposal(session, record=record, actor=actor))


def _of_decision(question_id: str) -> Receipt | None:
    session, actor = current_session(), current_actor()
    decision = decision_of(session, question=the_question(question_id), actor=actor)
    return None if decision is None else receipt_of_decision(session, decision=decision, actor=actor)


def _page(receipt: Receipt, kind: str, back: str, back_text: str, **where: Any) -> ResponseReturnValue:
    return page(
        "advisor/receipt.html",
        document=receipt_document(receipt),
        back=back,
        back_text=back_text,
        file=url_for(f"advisor.{kind}_file", **where),
        pdf=url_for(f"advisor.{kind}_pdf", **where),
    )


@blueprint.get("/voorstel/<proposal_id>/bewijs")
def receipt(proposal_id: str) -> ResponseReturnValue:
    """How a proposal was computed."""
    back = url_for("advisor.proposal", proposal_id=proposal_id)
    return _page(_of_proposal(proposal_id), "receipt", back, _("Voorstel"), proposal_id=proposal_id)


@blueprint.get("/voorstel/<proposal_id>/bewijs.json")
def receipt_file(proposal_id: str) -> ResponseReturnValue:
    """The same as a file that anybody can compute again."""
    return as_file(_of_proposal(proposal_id), "json")


@blueprint.get("/voorstel/<proposal_id>/bewijs.pdf")
def receipt_pdf(proposal_id: str) -> ResponseReturnValue:
    """The same as a PDF."""
    return as_file(_of_proposal(proposal_id), "pdf")


@blueprint.get("/vraag/<question_id>/besluit/bewijs")
def decision_receipt(question_id: str) -> ResponseReturnValue:
    """How was computed and decided; without a decision that rests on a computation: the case."""
    receipt = _of_decision(question_id)
    if receipt is None:
        return _to_case(question_id)
    back = url_for("advisor.decision", question_id=question_id)
    return _page(receipt, "decision_receipt", back, _("Besluit"), question_id=question_id)


@blueprint.get("/vraag/<question_id>/besluit/bewijs.json")
def decision_receipt_file(question_id: str) -> ResponseReturnValue:
    """The same as a file that anybody can compute again."""
    receipt = _of_decision(question_id)
    return _to_case(question_id) if receipt is None else as_file(receipt, "json")


@blueprint.get("/vraag/<question_id>/besluit/bewijs.pdf")
def decision_receipt_pdf(question_id: str) -> ResponseReturnValue:
    """The same as a PDF."""
    receipt = _of_decision(question_id)
    return _to_case(question_id) if receipt is None else as_file(receipt, "pdf")


def _to_case(question_id: str) -> ResponseReturnValue:
    return redirect(case_url(the_question(question_id)), code=303)
