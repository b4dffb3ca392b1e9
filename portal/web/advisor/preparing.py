"""The preparation sheet for a talk: on one page what is known, what is open, and what would make the answer better."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask.typing import ResponseReturnValue

from portal.awarding.answering import QuestionAnswer, compute_answer
from portal.awarding.earlier_awards import awards_that_count
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.models import ConversationState
from portal.cases.conversations.queries import conversations_of, open_request
from portal.cases.corrections.queries import not_of_the_person
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import contact_rows, cost_rows, fact_rows, pledge_rows, the_question, who_rows
from portal.web.advisor.discuss_mix import lever_rows, missing_rows
from portal.web.advisor.heading import heading_of
from portal.web.advisor.mix import CaseNames, names_of, view_of
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.intake.pieces import piece_views
from portal.web.intake.state import Intake
from portal.web.labels.corrected import ON_WORD, subject_label, value_text
from portal.words.labels import TALK_WAYS, label

MOST_QUESTIONS = 8


@blueprint.get("/vraag/<question_id>/voorbereiding")
def prepare_talk(question_id: str) -> ResponseReturnValue:
    """Everything that somebody wants to have read before the talk, to print or to keep beside it. Nothing is stored."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    names, on = names_of(session, question), question.reference_date or today()
    answer = compute_answer(session, question=question, on=on, confirmed_only=False, funding_on=today())
    insight = answer.insight() if question.is_open else None
    talks = conversations_of(session, question=question, actor=actor)
    return page(
        "advisor/prepare_talk.html",
        question=question,
        heading=heading_of(question, talks),
        planned=[
            _("%(when)s, %(way)s", when=format_datetime(talk.planned_for), way=label(TALK_WAYS, talk.way))
            for talk in talks
            if talk.state is ConversationState.PLANNED
        ],
        who=[*who_rows(question), *contact_rows(question)],
        facts=fact_rows(question, names),
        costs=cost_rows(question),
        mix=view_of(answer, question, names),
        missing=missing_rows(answer, names, ()),
        levers=lever_rows(insight.levers, names, None, ()) if insight is not None else [],
        earlier=earlier_rows(question, names, on),
        next_questions=likely_questions(question, names) if question.is_open else [],
        pieces=piece_views(session, question=question, actor=actor, on=today()),
        elsewhere=evidence_elsewhere(answer),
        unconfirmed=unconfirmed_rows(question, names),
        waiting=open_request(session, question=question, actor=actor),
        applied=application_by_question(session, question=question) is not None,
        pledge=pledge_rows(pledge_of(session, question=question, actor=actor)),
        today=today(),
    )


def earlier_rows(question: DevelopmentQuestion, names: CaseNames, on: date) -> list[list[str]]:
    """What was had before under which scheme, on which day, how much, and who says so: the books, or the person."""
    session = current_session()
    declared = {(one["scheme"], one["awarded_on"], int(one["amount_cents"])) for one in question.had_before}
    rows = []
    for one in awards_that_count(session, question=question, on=on, own_too=False):
        if one["counts_for"] == "training":
            continue  # somebody else had it
        day = date.fromisoformat(str(one["awarded_on"]))
        cents = int(str(one["amount_cents"]))
        said = (one["scheme"], day.isoformat(), cents) in declared
        source = _("opgegeven, niet gecontroleerd") if said else _("uit de boeken van dit loket")
        rows.append([names.title(str(one["scheme"])), format_date(day), format_euros(cents, exact=True), source])
    return rows


def likely_questions(question: DevelopmentQuestion, names: CaseNames) -> list[str]:
    """What to ask, what can still change the mix first."""
    intake = Intake(current_session(), question, current_actor(), today())
    first = intake.next.facts if intake.next is not None else ()
    asked = dict.fromkeys([*first, *intake.not_asked])
    return [names.names.question(fact) for fact in list(asked)[:MOST_QUESTIONS]]


def evidence_elsewhere(answer: QuestionAnswer) -> list[tuple[str, list[str]]]:
    """Per scheme of another body that may pay what that body wants to see."""
    found = []
    for verdict in answer.verdicts:
        definition = answer.schemes[verdict.scheme].definition
        elsewhere = definition.administered != "here" and bool(definition.evidence)
        if verdict.can_be_offered and verdict.route_fits and elsewhere:
            found.append((localized(definition.title), [localized(text) for text in definition.evidence]))
    return sorted(found)


def unconfirmed_rows(question: DevelopmentQuestion, names: CaseNames) -> list[dict[str, Any]]:
    """What the desk changed and the person did not confirm yet, with the objection where there is one."""
    return [
        {
            "label": subject_label(one.subject, names.names),
            "was": value_text(one.subject, one.was, names.names),
            "becomes": value_text(one.subject, one.becomes, names.names),
            "word": ON_WORD[one.latest.on_word],
            "objection": one.answered.objection if one.answered is not None else None,
        }
        for one in not_of_the_person(current_session(), question=question)
    ]
