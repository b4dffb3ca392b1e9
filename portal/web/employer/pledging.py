"""A resident asks the employer to pay a part: the employer sees training and costs, and says yes or no."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.pledges.actions import Contribution, decline_pledge, give_pledge
from portal.cases.pledges.queries import PledgeRequest, pledge_request, question_of_pledge
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.forms import PledgeForm
from portal.web.intake.costs import category_choices


@blueprint.route("/werkgever/bijdrage/<question_id>", methods=["GET", "POST"])
def pledge(question_id: str) -> ResponseReturnValue:
    """Give or decline a contribution. It can be changed as long as the question is open."""
    session, actor = current_session(), current_actor()
    asked = found(pledge_request(session, public_id=question_id, actor=actor))
    form = PledgeForm(present=[line.category for line in asked.lines], data=_given(asked))
    if asked.open and form.validate_on_submit():
        with form.refusals():
            _answer(found(question_of_pledge(session, public_id=question_id, actor=actor)), form)
            flash(_("Bedankt. Wij hebben uw antwoord bewaard."), "ok")
            return redirect(url_for("employer.pledge", question_id=question_id), code=303)
    labels = dict(category_choices([line.category for line in asked.lines]))
    return page("employer/pledge.html", form=form, asked=asked, pledge=asked.pledge, categories=labels)


def _answer(question: Any, form: PledgeForm) -> None:
    session, actor = current_session(), current_actor()
    if form.answer.data == "no":
        decline_pledge(session, question=question, name=form.name.data, actor=actor, now=now())
        return
    give_pledge(
        session,
        question=question,
        money=Contribution(form.answer.data, form.amount_cents, form.categories.data or None),
        name=form.name.data,
        function=form.function.data,
        actor=actor,
        now=now(),
    )


def _given(asked: PledgeRequest) -> dict[str, object]:
    """The answer that was given before, to look at or change; never what the resident expected."""
    known = asked.pledge
    if known.given_at is not None and known.kind is not None:
        return {
            "answer": known.kind.value,
            known.kind.value: known.amount_cents,
            "categories": known.categories or [],
            "name": known.given_by_name,
            "function": known.given_by_function,
        }
    return {"answer": "no", "name": known.declined_by_name} if known.declined_at is not None else {}
