"""What happens with one appointment: another moment, somebody was not there, and somebody wants to be called back."""

from __future__ import annotations

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue

from portal.cases.appointments import actions
from portal.cases.appointments.queries import call_back_by_public_id
from portal.cases.conversations.models import Conversation
from portal.platform.clock import AMSTERDAM, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.forms import in_two_years
from portal.web.advisor.talks import of, the_talk
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.web.forms.times import TimeField, moment
from portal.web.intake.talking import calendar_response

SAME, ME = "same", "me"


class ReplanForm(Form):
    """Another moment or place for a talk."""

    planned_for = DutchDateField(
        _l("Welke dag?"), missing=_l("Vul de dag van het gesprek in."), earliest=today, latest=in_two_years
    )
    time = TimeField(_l("Hoe laat?"), missing=_l("Vul in hoe laat het gesprek is."))
    place = TextField(_l("Plaats, telefoonnummer of link"), optional=True, maximum=200)
    advisor = ChoiceField(_l("Wie voert het gesprek?"), missing=_l("Kies wie het gesprek voert."))


class CallBackForm(Form):
    """Somebody wants to be called back."""

    note = TextField(_l("Waarover, of wanneer?"), optional=True, maximum=200)


class CalledForm(Form):
    """Somebody was called: a button."""


def stands_of(talk: Conversation) -> list[Stand]:
    """What the page of a talk shows and what is decided on."""
    shown = format_datetime(talk.planned_for)
    return [Stand("talk", _("Gesprek"), f"{talk.state.value}:{talk.sequence}", f"{shown}, {talk.advisor_name}")]


@blueprint.route("/gesprek/<conversation_id>/verzetten", methods=["GET", "POST"])
def replan_talk(conversation_id: str) -> ResponseReturnValue:
    """Give a talk another moment or place; the person gets a message."""
    talk = the_talk(conversation_id)
    question = of(talk.question_id)
    decide_on(lambda: stands_of(talk), question, talk)
    local = talk.planned_for.astimezone(AMSTERDAM)
    known = {"planned_for": local.date(), "time": local.time(), "place": talk.place, "advisor": SAME}
    form = ReplanForm(data=known)
    form.advisor.choices = [(SAME, talk.advisor_name)]
    if talk.advisor_id != current_actor().account_id:
        form.advisor.choices.append((ME, _("Ik neem het over")))
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            actions.replan_talk(
                current_session(),
                talk=talk,
                planned_for=moment(form.planned_for.data, form.time.data),
                place=form.place.data,
                take_over=form.advisor.data == ME,
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het gesprek is verzet. De persoon krijgt bericht."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/replan_talk.html", form=form, question=question, talk=talk)


@blueprint.post("/gesprek/<conversation_id>/niet-gekomen")
def miss_talk(conversation_id: str) -> ResponseReturnValue:
    """Note that the person was not there; the person gets a message and can choose another moment."""
    talk = the_talk(conversation_id)
    question = of(talk.question_id)
    actions.miss_talk(current_session(), talk=talk, actor=current_actor(), now=now())
    flash(_("Genoteerd. De persoon krijgt bericht en kan een nieuw moment kiezen."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.get("/gesprek/<conversation_id>.ics")
def talk_file(conversation_id: str) -> Response:
    """A talk as a file for the calendar of the advisor."""
    talk = the_talk(conversation_id)
    of(talk.question_id)
    return calendar_response(talk)


@blueprint.route("/vraag/<question_id>/terugbellen", methods=["GET", "POST"])
def ask_call_back(question_id: str) -> ResponseReturnValue:
    """Note that somebody wants to be called back."""
    question, form = the_question(question_id), CallBackForm()
    if form.validate_on_submit():
        with form.refusals():
            actions.ask_call_back(
                current_session(), question=question, note=form.note.data, actor=current_actor(), now=now()
            )
            flash(_("Genoteerd. Het staat ook bij Gesprekken."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/call_back.html", form=form, question=question)


@blueprint.route("/terugbellen/<call_id>", methods=["GET", "POST"])
def answer_call_back(call_id: str) -> ResponseReturnValue:
    """Say that somebody was called."""
    session, actor = current_session(), current_actor()
    call = found(call_back_by_public_id(session, public_id=call_id, actor=actor))
    question, form = of(call.question_id), CalledForm()
    if form.validate_on_submit():
        with form.refusals():
            actions.answer_call_back(session, call=call, actor=actor, now=now())
            flash(_("Er is gebeld."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/called.html", form=form, question=question, call=call)
