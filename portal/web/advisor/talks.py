"""Talks, notes, and questions back to the applicant."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.cases.conversations.actions import (
    add_note,
    answer_more,
    ask_more,
    cancel_conversation,
    end_request,
    plan_conversation,
    record_conversation,
)
from portal.cases.conversations.models import Conversation, InformationRequest
from portal.cases.conversations.queries import conversation_by_public_id, request_by_public_id
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import AMSTERDAM, now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.forms import AskMoreForm, GivenAnswerForm, NoteForm, PlanTalkForm, TalkReportForm, moment
from portal.web.advisor.reporting import report_template
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor, note_viewing

ANSWER_WEEKS = timedelta(weeks=2)


def of(question_id: int) -> DevelopmentQuestion:
    """The question of a talk or request that this advisor sees."""
    question = found(question_by_id(current_session(), question_id=question_id, actor=current_actor()))
    note_viewing(question_id=question.id)
    return question


def the_talk(conversation_id: str) -> Conversation:
    """The talk in the address, or a 404."""
    return found(conversation_by_public_id(current_session(), public_id=conversation_id, actor=current_actor()))


def the_request(request_id: str) -> InformationRequest:
    """The request in the address, or a 404."""
    return found(request_by_public_id(current_session(), public_id=request_id, actor=current_actor()))


@blueprint.route("/vraag/<question_id>/gesprek", methods=["GET", "POST"])
def plan_talk(question_id: str) -> ResponseReturnValue:
    """Plan a talk; the person gets a message."""
    question = the_question(question_id)
    form = PlanTalkForm()
    if form.validate_on_submit():
        with form.refusals():
            plan_conversation(
                current_session(),
                question=question,
                planned_for=moment(form.planned_for.data, form.time.data),
                way=form.way.data,
                place=form.place.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het gesprek is gepland. De persoon krijgt bericht."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/plan_talk.html", form=form, question=question)


@blueprint.route("/gesprek/<conversation_id>", methods=["GET", "POST"])
def talk(conversation_id: str) -> ResponseReturnValue:
    """Record what was said in a talk."""
    planned = the_talk(conversation_id)
    question = of(planned.question_id)
    started = min(planned.planned_for, now()).astimezone(AMSTERDAM)
    begun = report_template(question, planned, started) if request.method == "GET" else ""
    form = TalkReportForm(data={"held_at": started.date(), "time": started.time(), "notes": begun})
    if form.validate_on_submit():
        with form.refusals():
            record_conversation(
                current_session(),
                conversation=planned,
                notes=form.notes.data,
                held_at=moment(form.held_at.data, form.time.data),
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het verslag is bewaard."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/talk.html", form=form, question=question, talk=planned, begun=planned.planned_for <= now())


@blueprint.post("/gesprek/<conversation_id>/afzeggen")
def cancel_talk(conversation_id: str) -> ResponseReturnValue:
    """Call a talk off; the person gets a message."""
    planned = the_talk(conversation_id)
    question = of(planned.question_id)
    cancel_conversation(current_session(), conversation=planned, actor=current_actor(), now=now())
    flash(_("Het gesprek is afgezegd. De persoon krijgt bericht."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.route("/vraag/<question_id>/notitie", methods=["GET", "POST"])
def write_note(question_id: str) -> ResponseReturnValue:
    """Write a note that only staff sees."""
    question = the_question(question_id)
    form = NoteForm()
    if form.validate_on_submit():
        with form.refusals():
            add_note(current_session(), question=question, text=form.text.data, actor=current_actor(), now=now())
            flash(_("De notitie is bewaard."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/note.html", form=form, question=question)


@blueprint.route("/vraag/<question_id>/meer-vragen", methods=["GET", "POST"])
def more(question_id: str) -> ResponseReturnValue:
    """Ask the applicant for more; with an application the legal clock stops from tomorrow."""
    question = the_question(question_id)
    form = AskMoreForm(data={"answer_by": today() + ANSWER_WEEKS})
    if form.validate_on_submit():
        with form.refusals():
            ask_more(
                current_session(),
                question=question,
                text=form.text.data,
                answer_by=form.answer_by.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("Uw vraag is verstuurd. Zodra het antwoord er is, staat de zaak weer in uw werkvoorraad."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/ask_more.html", form=form, question=question)


@blueprint.route("/verzoek/<request_id>/antwoord", methods=["GET", "POST"])
def answer(request_id: str) -> ResponseReturnValue:
    """Write down the answer for the applicant; the legal clock runs on."""
    asked = the_request(request_id)
    question = of(asked.question_id)
    form = GivenAnswerForm()
    if form.validate_on_submit():
        with form.refusals():
            answer_more(current_session(), request=asked, answer=form.answer.data, actor=current_actor(), now=now())
            flash(_("Het antwoord is bewaard. De termijn loopt weer."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/answer.html", form=form, question=question, asked=asked)


@blueprint.post("/verzoek/<request_id>/afsluiten")
def go_on(request_id: str) -> ResponseReturnValue:
    """Go on without an answer, after the term for it."""
    asked = the_request(request_id)
    question = of(asked.question_id)
    end_request(current_session(), request=asked, actor=current_actor(), now=now())
    flash(_("U gaat verder zonder antwoord. De termijn loopt weer."), "ok")
    return redirect(case_url(question), code=303)
