"""Asking who asked for more, in words, facts and pieces of evidence (Awb 4:5), and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.actions import resume_clock
from portal.cases.applications.completeness import lose_place, take_place
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.models import InformationRequest
from portal.cases.evidence.queries import AskedPiece, evidence_by_question
from portal.cases.questions.actions import advisor_only, move_question, not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import is_asker
from portal.cases.wrong_facts import fact_refusal, require_same_year
from portal.framework.catalogue.queries import as_json, catalogue
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from schemes.facts import parse_facts


@dataclass(frozen=True)
class AlsoAsked:
    """What is asked beside words: facts by key, and pieces of evidence."""

    facts: tuple[str, ...] = ()
    pieces: tuple[AskedPiece, ...] = ()


NOTHING_ELSE = AlsoAsked()


def ask_more(
    session: Session,
    *,
    question: DevelopmentQuestion,
    text: str,
    answer_by: date,
    actor: Actor,
    now: datetime,
    also: AlsoAsked = NOTHING_ELSE,
) -> InformationRequest:
    """Ask the person for more. With an application the legal clock stops from tomorrow (Awb 4:15), and the application leaves the
    order of receipt until it is complete.

    Raises ``Refusal`` without a text or with a day that is not in the future, ``Conflict`` when a request is open already.
    """
    advisor_only(actor)
    today = local_date(now)
    if not text.strip():
        raise Refusal("request_empty", _l("Schrijf op wat u nog nodig hebt."), field="text")
    if answer_by <= today:
        raise Refusal("answer_by_in_the_past", _l("Kies een dag in de toekomst."), field="answer_by")
    known = catalogue(session).facts
    if any(key not in known or known[key].derived is not None for key in also.facts):
        raise Refusal("fact_not_asked", _l("Dit gegeven kunt u hier niet vragen."), field="facts")
    if _open_request(session, question) is not None:
        raise Conflict("request_open", _l("Er is al een vraag om meer informatie waarop u nog wacht."))
    move_question(
        session,
        question=question,
        to=QuestionState.WAITING,
        allowed=(QuestionState.SUBMITTED, QuestionState.APPLIED),
        waiting_since=now,
        responded_at=question.responded_at or now,
        changed_at=now,
    )
    request = InformationRequest(
        question_id=question.id,
        text=text.strip(),
        facts=list(also.facts),
        pieces=[piece.plain for piece in also.pieces],
        answer_by=answer_by,
        asked_on=today,
        asked_at=now,
        asked_by=actor.reference,
    )
    session.add(request)
    session.flush()
    application = application_by_question(session, question=question)
    if application is not None:
        lose_place(session, question=question, application=application, actor=actor, now=now)
    tell_asker(session, question=question, template="question/more_asked", now=now, version=request.id)
    record(session, actor=actor, action="question.more_asked", object_kind="question", object_id=question.id, now=now)
    return request


def answer_more(
    session: Session,
    *,
    request: InformationRequest,
    answer: str,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> InformationRequest:
    """The person answers; the legal clock runs on. What is answered on `facts` becomes the fact when an advisor accepts it.

    Words may be left out when a fact is answered or a piece that was asked is in. Raises ``Refusal`` at the field that is wrong,
    ``Conflict`` when it was answered before.
    """
    question = session.get_one(DevelopmentQuestion, request.question_id)
    if not (is_asker(question, actor) or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    given = _given(session, request, facts or {}, now)
    if not answer.strip() and not given and not _piece_is_in(session, question, request):
        raise Refusal("answer_empty", _l("Schrijf eerst een antwoord."), field="answer")
    if len(answer) > 4000:
        raise Refusal("answer_too_long", _l("Gebruik niet meer dan 4.000 tekens."), field="answer")
    _unanswered_only(session, request)
    request.answer, request.answered_at, request.answered_by = answer.strip(), now, actor.reference
    request.answered_on, request.given = local_date(now), given or None
    _go_on(session, question, request, now)
    application = application_by_question(session, question=question)
    if application is not None and question.is_open:
        take_place(session, question=question, application=application, actor=actor, now=now)
    record(
        session, actor=actor, action="question.more_answered", object_kind="question", object_id=question.id, now=now
    )
    return request


def _given(session: Session, request: InformationRequest, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Answers on facts that were asked, as values of the question. Raises ``Refusal`` at the fact that does not fit."""
    said = {key: value for key, value in facts.items() if value is not None}
    if set(said) - set(request.facts):
        raise Refusal("fact_not_asked", _l("Hierom is niet gevraagd."))
    parsed = parse_facts(said, catalogue(session).facts, on=local_date(now))
    if parsed.findings:
        raise fact_refusal(parsed.findings[0])
    given = {key: as_json(value) for key, value in parsed.values.items()} | dict.fromkeys(parsed.unknown, "unknown")
    question = session.get_one(DevelopmentQuestion, request.question_id)
    require_same_year(question.facts | given, given.get("birth_date"))
    return given


def _piece_is_in(session: Session, question: DevelopmentQuestion, request: InformationRequest) -> bool:
    """Whether a piece that was asked came in since."""
    asked = {piece["key"] for piece in request.pieces}
    rows = evidence_by_question(session, question=question) if asked else []
    return any(row.piece in asked and row.counts and row.handed_in_at >= request.asked_at for row in rows)


def end_request(session: Session, *, request: InformationRequest, actor: Actor, now: datetime) -> InformationRequest:
    """An advisor goes on without an answer, after the term that was set. The legal clock ran on from that day."""
    advisor_only(actor)
    _unanswered_only(session, request)
    if local_date(now) <= request.answer_by:
        raise Refusal("answer_still_possible", _l("De aanvrager kan nog antwoorden. Wacht tot de termijn voorbij is."))
    question = session.get_one(DevelopmentQuestion, request.question_id)
    request.ended_at, request.ended_by = now, actor.reference
    _go_on(session, question, request, now)
    record(
        session, actor=actor, action="question.request_ended", object_kind="question", object_id=question.id, now=now
    )
    return request


def _go_on(session: Session, question: DevelopmentQuestion, request: InformationRequest, now: datetime) -> None:
    session.flush()
    if question.state is not QuestionState.WAITING:
        return
    move_question(
        session,
        question=question,
        to=QuestionState.SUBMITTED if question.applied_at is None else QuestionState.APPLIED,
        allowed=(QuestionState.WAITING,),
        waiting_since=None,
        changed_at=now,
    )
    if question.applied_at is not None and request.asked_at >= question.applied_at:
        resume_clock(
            session,
            question=question,
            asked_on=request.asked_on,
            completed_on=request.answered_on,
            answer_by=request.answer_by,
            today=local_date(now),
        )


def _open_request(session: Session, question: DevelopmentQuestion) -> InformationRequest | None:
    return session.scalar(
        select(InformationRequest).where(
            InformationRequest.question_id == question.id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.ended_at.is_(None),
        )
    )


def _unanswered_only(session: Session, request: InformationRequest) -> None:
    closed = Conflict("request_closed", _l("Deze vraag is al beantwoord of afgesloten."))
    hold(
        session,
        request,
        InformationRequest.answered_at.is_(None),
        InformationRequest.ended_at.is_(None),
        otherwise=closed,
    )
