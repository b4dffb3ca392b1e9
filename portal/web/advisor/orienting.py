"""For who does not know yet: from a wish to trainings of the region, beside each other with who would pay, and one chosen."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.orienting import choose_in_talk
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.shortlist.queries import may_list, shortlist_of
from portal.framework.trainings.models import RegionTraining
from portal.framework.trainings.queries import (
    sectors,
    sectors_in_need,
    trainings_for_wish,
    words_of_wish,
)
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.edge import decide_on, note_refusal, page, require_seen
from portal.web.edge.listing import asked_along
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand
from portal.web.intake.comparing import compared
from portal.web.intake.nearby import home_of, nearby
from portal.web.intake.shortlist import CHOOSE, notes_of, paper_of, put_on_or_take_off, wanted_training
from portal.web.intake.training_search import found_trainings, row_of
from portal.words.labels import QUESTION_STATES, label

MOST_SUGGESTED = 8
MOST_SECTORS = 6


@blueprint.route("/vraag/<question_id>/orientatie", methods=["GET", "POST"])
def orient(question_id: str) -> ResponseReturnValue:
    """Look for trainings, compare up to five of them, and fill one in. What was looked for stands in the address."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    decide_on(lambda: stands_of_list(question, _listed(question)), question)
    errors: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            return redirect(_done(question), code=303)
        except Refusal as refusal:
            note_refusal(refusal)
            errors = [{"id": None, "text": refusal.message}]
    listed = _listed(question)
    comparison = compared(session, question=question, trainings=listed, today=today())
    searched = found_trainings(question)
    return page(
        "advisor/orient.html",
        question=question,
        comparison=comparison,
        notes=notes_of(comparison),
        here=url_for("advisor.orient", question_id=question_id),
        paper=url_for("advisor.shortlist_pdf", question_id=question_id),
        may_change=may_list(question, actor),
        keep=url_for("advisor.orient", question_id=question_id, page=searched["paging"].page, **searched["asked"]),
        kept=[one.public_id for one in listed],
        suggested=suggested_rows(question),
        words=words_of_wish(question.wish or ""),
        in_need=sector_rows(question_id),
        args={"question_id": question_id, "_anchor": "zoeken"},
        errors=errors,
        page_errors=bool(errors),
        status=422 if errors else 200,
        **searched,
    )


def _listed(question: DevelopmentQuestion) -> list[RegionTraining]:
    return shortlist_of(current_session(), question=question, actor=current_actor())


def stands_of_list(question: DevelopmentQuestion, listed: list[RegionTraining]) -> list[Stand]:
    """What the page shows and one decides on: the question, and the trainings with their prices."""
    state = question.state
    return [
        Stand("state", _("Stand van de vraag"), state.value, label(QUESTION_STATES, state)),
        Stand("revision", _("De vraag"), question.revision, _("versie %(number)s", number=question.revision)),
        *(Stand(one.public_id, one.name, one.revision, format_euros(one.total_cents, exact=True)) for one in listed),
    ]


def _done(question: DevelopmentQuestion) -> str:
    """Do what the button that was used says; where to go on."""
    if CHOOSE not in request.form:
        put_on_or_take_off(question, current_actor())
        searched: dict[str, Any] = {name: value for name, value in asked_along().items() if any(value)}
        return url_for("advisor.orient", **{**searched, "question_id": question.public_id, "_anchor": "lijst"})
    require_seen()
    training = wanted_training(CHOOSE)
    choose_in_talk(current_session(), question=question, training=training, actor=current_actor(), now=now())
    flash(_("De opleiding staat in de vraag, met de kosten. Kijk ze na: u kunt alles veranderen."), "ok")
    return url_for("advisor.discuss", question_id=question.public_id)


def suggested_rows(question: DevelopmentQuestion) -> list[dict[str, Any]]:
    """Trainings that fit the words of the wish, as a list shows them."""
    session, on = current_session(), today()
    places = nearby(session, home=home_of(session, question, on=on), on=on)
    found = trainings_for_wish(session, wish=question.wish or "", km=places.km, limit=MOST_SUGGESTED)
    return [row_of(training, places) for training in found]


def sector_rows(question_id: str) -> list[dict[str, str]]:
    """The sectors that are short of people, with where their trainings are found."""
    session = current_session()
    names = sectors(session)
    return [
        {
            "text": _("%(sector)s (%(number)s)", sector=localized(names[key]), number=number),
            "href": url_for("advisor.orient", question_id=question_id, sector=key, shortage="y", _anchor="zoeken"),
        }
        for key, number in sectors_in_need(session)
        if key in names
    ][:MOST_SECTORS]


@blueprint.get("/vraag/<question_id>/orientatie.pdf")
def shortlist_pdf(question_id: str) -> ResponseReturnValue:
    """The comparison as a file for the person. Without a training on it: the case."""
    question = the_question(question_id)
    listed = _listed(question)
    if not listed:
        return redirect(case_url(question), code=303)
    return paper_of(compared(current_session(), question=question, trainings=listed, today=today()))
