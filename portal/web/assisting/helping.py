"""Filling in a question for somebody at the counter, on the telephone or from a letter, in the same intake as the person would.

While one helps, the browser is in that one question and nowhere else; what is done is logged in the name of who helps.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.assistance.actions import start_assisted
from portal.cases.assistance.models import Assistance, HelpWay
from portal.cases.assistance.queries import assisted_by, assisted_draft
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience
from portal.framework.catalogue.queries import has_region
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import current_locale, format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.assisting.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.keeping import go_on as typed_before
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.edge.session import enter_helping, leave_question
from portal.web.forms import ChoiceField, ConfirmField, Form
from portal.words.labels import ROUTES, choices, label
from portal.words.worklist_labels import HELP_WAYS

SPOKEN = {way: words for way, words in HELP_WAYS.items() if way != HelpWay.FORM}
"""The ways in which somebody here speaks to the person."""


class HelpForm(Form):
    """For whom, by which way, and whether the person knows."""

    route = ChoiceField(
        _l("Voor wie vult u de vraag in?"),
        missing=_l("Kies voor wie."),
        choices=[("individual", _l("Voor een inwoner")), ("employer", _l("Voor een werkgever"))],
    )
    way = ChoiceField(_l("Hoe spreekt u deze persoon?"), missing=_l("Kies hoe."), choices=choices(SPOKEN))
    agreed = ConfirmField(
        _l("De persoon weet dat ik dit invul en vindt dat goed"),
        missing=_l("Vraag eerst of de persoon het goed vindt."),
    )


@blueprint.route("/", methods=["GET", "POST"])
def overview() -> ResponseReturnValue:
    """What one filled in for others, and beginning a new one."""
    session, actor = current_session(), current_actor()
    form = HelpForm()
    if form.validate_on_submit():
        found(True if has_region(session) else None)
        with form.refusals():
            question = start_assisted(
                session, route=form.route.data, way=form.way.data, language=current_locale(), actor=actor, now=now()
            )
            return _into(question)
    made = assisted_by(session, actor=actor)
    return page(
        "assisting/overview.html",
        form=form,
        drafts=[(question, _began(row)) for question, row in made if question.is_draft],
        rows=[_cells(question, row) for question, row in made if not question.is_draft],
        ready=has_region(session),
    )


def _into(question: DevelopmentQuestion) -> ResponseReturnValue:
    """To the questions of the intake, where they were left."""
    audience = asker_audience(question)
    enter_helping(question_id=question.id, audience=audience)
    helping = Actor(audience, account_id=current_actor().account_id, question_id=question.id)
    return redirect(typed_before(helping) or url_for(f"{audience.value}.mine"), code=303)


def _began(row: Assistance) -> str:
    day = format_date(local_date(row.started_at))
    return _("begonnen op %(day)s, %(way)s", day=day, way=label(HELP_WAYS, row.way))


def _cells(question: DevelopmentQuestion, row: Assistance) -> list[Any]:
    """Number, name and the day of sending; an advisor can open the case, a helper sees no more than this."""
    note_viewing(question_id=question.id)
    number: Any = question.reference_number
    if current_actor().audience is Audience.ADVISOR:
        number = {"text": number, "href": url_for("advisor.question", question_id=question.public_id)}
    sent = question.submitted_at or question.created_at
    return [
        number,
        question.employer_name or (question.contact.name if question.contact is not None else None),
        label(ROUTES, question.route),
        label(HELP_WAYS, row.way),
        format_date(local_date(sent), "short"),
    ]


@blueprint.post("/<question_id>/verder")
def go_on(question_id: str) -> ResponseReturnValue:
    """Go on with a draft that one began for somebody."""
    return _into(found(assisted_draft(current_session(), public_id=question_id, actor=current_actor())))


@blueprint.post("/klaar")
def stop() -> ResponseReturnValue:
    """Stop helping: the browser is of the account again. A draft stays, to go on with. Who does not help stays where it is."""
    if not current_actor().is_helping:
        return redirect(url_for("resident.home"), code=303)
    leave_question()
    flash(_("U bent weer terug op uw eigen pagina."), "ok")
    return redirect(url_for("assisting.overview"), code=303)
