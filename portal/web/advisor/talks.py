"""Talks, notes, and questions back to the applicant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.cases.conversations.actions import add_note, cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, InformationRequest
from portal.cases.conversations.queries import conversation_by_public_id, request_by_public_id
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more, end_request
from portal.cases.evidence.queries import piece_in_words
from portal.cases.handing_in import pieces_for
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import AMSTERDAM, now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.forms import AskMoreForm, GivenAnswerForm, NoteForm, PlanTalkForm, TalkReportForm
from portal.web.advisor.mix import names_of
from portal.web.advisor.reporting import report_template
from portal.web.edge import READING, found, page
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms.times import moment
from portal.web.intake.asked_facts import answers_in, asked_facts, form_with_facts
from portal.web.intake.state import Intake

ANSWER_WEEKS = timedelta(weeks=2)
MOST_FACTS = 12


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
    begun = report_template(question, planned, started) if request.method in READING else ""
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
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = AskMoreForm(data={"answer_by": today() + ANSWER_WEEKS})
    facts, names = facts_to_ask(question), names_of(session, question).names
    pieces = {piece.key: piece for piece in pieces_for(session, question=question, on=today())}
    form.facts.choices = [(key, names.question(key)) for key in facts]
    form.pieces.choices = [(key, localized(piece.words)) for key, piece in pieces.items()]
    for name in [field.name for field in (form.facts, form.pieces) if not field.choices]:
        del form[name]
    if form.validate_on_submit():
        with form.refusals():
            wanted = [pieces[key] for key in (form.pieces.data if form.pieces else None) or ()]
            if form.other_piece.data:
                wanted.append(piece_in_words(form.other_piece.data))
            ask_more(
                session,
                question=question,
                text=form.text.data,
                answer_by=form.answer_by.data,
                actor=actor,
                now=now(),
                also=AlsoAsked(tuple((form.facts.data if form.facts else None) or ()), tuple(wanted)),
            )
            flash(_("Uw vraag is verstuurd. Zodra het antwoord er is, staat de zaak weer in uw werkvoorraad."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/ask_more.html", form=form, question=question)


def facts_to_ask(question: DevelopmentQuestion) -> list[str]:
    """The facts that somebody can be asked: what nobody gave, what decides most first; and then what was given before."""
    intake = Intake(current_session(), question, current_actor(), today())
    first = intake.next.facts if intake.next is not None else ()
    open_still = list(dict.fromkeys([*first, *intake.needed, *intake.not_asked]))[:MOST_FACTS]
    known = intake.known.facts
    given = [key for key in question.facts if key in known and known[key].derived is None]
    every = dict.fromkeys([*open_still, *given])
    every.pop("goals", None)  # they are no answer among the facts
    return list(every)


@blueprint.route("/verzoek/<request_id>/antwoord", methods=["GET", "POST"])
def answer(request_id: str) -> ResponseReturnValue:
    """Write down the answer for the applicant; the legal clock runs on."""
    asked = the_request(request_id)
    question = of(asked.question_id)
    intake = Intake(current_session(), question, current_actor(), today())
    form: Any = form_with_facts(GivenAnswerForm, intake, asked.facts)
    if form.validate_on_submit():
        with form.refusals():
            answer_more(
                current_session(),
                request=asked,
                answer=form.answer.data or "",
                actor=current_actor(),
                now=now(),
                facts=answers_in(form, intake, asked.facts),
            )
            flash(_("Het antwoord is bewaard. De termijn loopt weer."), "ok")
            return redirect(case_url(question), code=303)
    return page(
        "advisor/answer.html",
        form=form,
        question=question,
        asked=asked,
        facts=asked_facts(form, intake, asked.facts),
    )


@blueprint.post("/verzoek/<request_id>/afsluiten")
def go_on(request_id: str) -> ResponseReturnValue:
    """Go on without an answer, after the term for it."""
    asked = the_request(request_id)
    question = of(asked.question_id)
    end_request(current_session(), request=asked, actor=current_actor(), now=now())
    flash(_("U gaat verder zonder antwoord. De termijn loopt weer."), "ok")
    return redirect(case_url(question), code=303)
