"""A resident asks the employer to pay a part: the employer sees training and costs, and says yes or no."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.evidence.queries import evidence_by_question
from portal.cases.handing_in import HandedIn, hand_in, pieces_for
from portal.cases.pledges.actions import Contribution, decline_pledge, give_pledge
from portal.cases.pledges.queries import PledgeRequest, pledge_request, question_of_pledge
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.forms import PledgeForm
from portal.web.forms.uploads import takes_file, vault
from portal.web.intake.costs import category_choices
from portal.web.intake.pieces import HandInForm


class OwnPiece(NamedTuple):
    """A piece that the employer of a resident can hand in, and when it last did."""

    key: str
    text: str
    handed_in_at: datetime | None


@blueprint.route("/werkgever/bijdrage/<question_id>", methods=["GET", "POST"])
def pledge(question_id: str) -> ResponseReturnValue:
    """Give or decline a contribution. It can be changed as long as the question is open."""
    session, actor = current_session(), current_actor()
    asked = found(pledge_request(session, public_id=question_id, actor=actor))
    form = PledgeForm(costs=_costs(asked), data=_given(asked))
    if form.sent_while(
        asked.open, _l("De vraag van uw werknemer is afgerond. U kunt uw antwoord niet meer veranderen.")
    ):
        with form.refusals():
            _answer(found(question_of_pledge(session, public_id=question_id, actor=actor)), form)
            flash(_("Bedankt. Wij hebben uw antwoord bewaard."), "ok")
            return redirect(url_for("employer.pledge", question_id=question_id), code=303)
    labels = dict(category_choices(list(_costs(asked))))
    return page(
        "employer/pledge.html",
        form=form,
        asked=asked,
        pledge=asked.pledge,
        categories=labels,
        pieces=_pieces(question_id) if asked.open else [],
    )


@blueprint.route("/werkgever/bijdrage/<question_id>/stukken/<piece>", methods=["GET", "POST"])
@takes_file
def hand_in_pledged(question_id: str, piece: str) -> ResponseReturnValue:
    """Hand in what only the employer has, for the question of an employee."""
    session, actor = current_session(), current_actor()
    question = found(question_of_pledge(session, public_id=question_id, actor=actor))
    view = found(next((one for one in _pieces(question_id) if one.key == piece), None))
    form = HandInForm()
    if form.validate_on_submit():
        with form.refusals():
            file = HandedIn(form.file.data.content, form.file.data.name)
            hand_in(session, question=question, piece=piece, file=file, vault=vault(), actor=actor, now=now())
            flash(_("Bedankt. Wij hebben het bestand."), "ok")
            return redirect(url_for("employer.pledge", question_id=question_id), code=303)
    back = url_for("employer.pledge", question_id=question_id)
    return page("employer/hand_in.html", form=form, piece=view, back=back)


def _pieces(question_id: str) -> list[OwnPiece]:
    """What the employer can hand in, and when it did; of what others handed in it sees nothing."""
    session, actor = current_session(), current_actor()
    question = found(question_of_pledge(session, public_id=question_id, actor=actor))
    pieces = [one for one in pieces_for(session, question=question, on=today()) if one.of_employer]
    rows = evidence_by_question(session, question=question) if pieces else []
    mine = {row.piece: row.handed_in_at for row in rows if row.handed_in_by == actor.reference and row.counts}
    return [OwnPiece(one.key, localized(one.words), mine.get(one.key)) for one in pieces]


def _costs(asked: PledgeRequest) -> dict[str, int]:
    """What there is to pay per kind of cost, in cents, in the order of the lines."""
    costs: dict[str, int] = {}
    for line in asked.lines:
        costs[line.category] = costs.get(line.category, 0) + line.amount_cents
    return costs


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
