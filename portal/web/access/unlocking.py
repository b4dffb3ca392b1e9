"""Going on with a draft on the same device after its session ended, for who has no link to it yet.

Only the browser in which it was filled in can do so, for a day, by something that its person answered before: nobody else who
sits at that device sees what is in it. Who has a link uses that.
"""

from __future__ import annotations

import re

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience, draft_by_id
from portal.people.accounts.models import WayIn
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.access.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.keeping import go_on, note_wrong_try, waiting_draft
from portal.web.edge.policy import current_actor
from portal.web.edge.session import enter_question
from portal.web.forms import Form, TextField, add_error


class KnownAnswerForm(Form):
    """One thing that was answered before."""

    answer = TextField(_l("Uw antwoord"), missing=_l("Vul het antwoord in."), maximum=40)


@blueprint.route("/verder", methods=["GET", "POST"])
def unlock() -> ResponseReturnValue:
    """Ask one thing that the person answered before, and go on where they were. Without a draft here: to the first page."""
    draft = waiting_draft()
    question = None if draft is None else draft_by_id(current_session(), question_id=draft.question_id)
    if draft is None or question is None:
        return redirect(url_for("resident.home"), code=303)
    asked, form = _asked(question), KnownAnswerForm()
    if asked is None:
        del form.answer
    if form.validate_on_submit():
        if asked is None or _digits(form.answer.data) == asked[1]:
            return _entered(question)
        if not note_wrong_try(draft):
            flash(_("Dit klopte te vaak niet. Gebruik uw link, of begin opnieuw."), "warning")
            return redirect(url_for("resident.home"), code=303)
        add_error(form.answer, _l("Dit is niet wat u eerder invulde. Probeer het nog eens."))
    return page("access/unlock.html", form=form, asked=None if asked is None else asked[0])


def _asked(question: DevelopmentQuestion) -> tuple[LazyString, str] | None:
    """What is asked, and the digits that are right; None while nothing was answered that says who somebody is."""
    known = (
        (_l("Wat is uw geboortejaar?"), question.facts.get("birth_year")),
        (_l("Wat is uw postcode?"), question.facts.get("residence_postcode")),
        (_l("Wat is uw KVK-nummer?"), question.employer_kvk),
    )
    return next(((text, _digits(str(value))) for text, value in known if _digits(str(value or ""))), None)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _entered(question: DevelopmentQuestion) -> ResponseReturnValue:
    audience = asker_audience(question)
    enter_question(question_id=question.id, audience=audience)
    actor = Actor(audience, question_id=question.id)
    record(
        current_session(),
        actor=actor.at(current_actor().origin),
        action="session.opened",
        object_kind="question",
        object_id=question.id,
        now=now(),
        fields=(WayIn.DRAFT.value,),
    )
    return redirect(go_on(actor) or url_for(f"{audience.value}.mine"), code=303)
