"""The questions about the money of others: what the employer pays, and whether somebody wants to borrow."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue

from portal.cases.contents import save_borrowing
from portal.cases.pledges.actions import Contribution, expect_no_pledge, expect_pledge
from portal.cases.pledges.queries import pledge_of
from portal.platform.clock import now
from portal.web.edge import page, repeatable
from portal.web.intake.drafting import said_so
from portal.web.intake.forms import BorrowForm, EmployerForm
from portal.web.intake.state import Intake
from portal.web.resident.blueprint import blueprint
from portal.web.resident.steps import DOOR, FLOW


@blueprint.route("/vraag/<question_id>/werkgever", methods=["GET", "POST"])
@repeatable
def employer(question_id: str) -> ResponseReturnValue:
    """Whether the employer pays a part; it can also be asked later, by a link."""
    intake = DOOR.draft(question_id)
    form = EmployerForm(data=_expected(intake), total_cents=intake.question.total_cents)
    if form.validate_on_submit():
        with form.refusals():
            chosen = form.contribution.data
            if chosen in ("fixed", "up_to"):
                expect_pledge(
                    intake.session,
                    question=intake.question,
                    money=Contribution(chosen, form.amount_cents),
                    actor=intake.actor,
                    now=now(),
                )
            else:
                expect_no_pledge(intake.session, question=intake.question, actor=intake.actor, now=now())
            said_so(intake, "employer", chosen if chosen in ("ask", "no") else None)
            return redirect(FLOW.following(intake, "employer"), code=303)
    return page("resident/employer.html", form=form, place=FLOW.place(intake, "employer"))


def _expected(intake: Intake) -> dict[str, object]:
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    if pledge is None or pledge.kind is None:
        return {"contribution": intake.question.left_open.get("employer")}
    return {"contribution": pledge.kind.value, pledge.kind.value: pledge.amount_cents}


@blueprint.route("/vraag/<question_id>/lenen", methods=["GET", "POST"])
@repeatable
def borrow(question_id: str) -> ResponseReturnValue:
    """Whether somebody wants to borrow. A loan is never in the mix unless it is asked for."""
    intake = DOOR.draft(question_id)
    amount = intake.question.borrow_up_to_cents
    form = BorrowForm(
        data={"borrow": "yes" if amount else intake.question.left_open.get("borrow"), "amount": amount or None},
        total_cents=intake.question.total_cents,
    )
    if form.validate_on_submit():
        with form.refusals():
            save_borrowing(
                intake.session, question=intake.question, up_to_cents=form.up_to_cents, actor=intake.actor, now=now()
            )
            said_so(intake, "borrow", None if form.up_to_cents else "no")
            return redirect(FLOW.following(intake, "borrow"), code=303)
    return page("resident/borrow.html", form=form, loans=intake.loans, place=FLOW.place(intake, "borrow"))
