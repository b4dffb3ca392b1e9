"""Acts around a question: plan and record a talk, write a note, ask for more and take the answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.applications.actions import lengthen_term
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.models import Conversation, ConversationState, Note
from portal.cases.conversations.queries import DELAYED, delay_of
from portal.cases.diaries.actions import free_quarters, take_quarters
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import minutes_at
from portal.cases.open_hours import require_open
from portal.cases.questions.actions import advisor_only, note_response, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.ledger.closing import first_day_to_count
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date, start_of_day
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l


def plan_conversation(
    session: Session,
    *,
    question: DevelopmentQuestion,
    planned_for: datetime,
    way: TalkWay | str,
    place: str | None,
    actor: Actor,
    now: datetime,
) -> Conversation:
    """Plan a talk in the own diary, as long as the own hours of that moment say, else an hour. Raises ``Refusal`` for a moment in
    the past or on which nobody talks, ``Conflict`` for a question that is over or when the advisor has another talk then."""
    advisor_only(actor)
    hold(session, question)
    _open_only(question)
    minutes = minutes_at(session, advisor_id=actor.account_id, starts_at=planned_for)
    require_open(planned_for, minutes, now=now)
    talk = Conversation(
        question_id=question.id,
        way=TalkWay(way),
        place=place or None,
        planned_for=planned_for,
        minutes=minutes,
        planned_at=now,
        planned_by=actor.reference,
        advisor_name=actor.signature,
        advisor_id=actor.account_id,
        state=ConversationState.PLANNED,
    )
    session.add(talk)
    note_response(question, now=now)
    session.flush()
    take_time(session, talk)
    tell_of_talk(session, talk, "question/talk_planned", now=now)
    record(session, actor=actor, action="conversation.planned", object_kind="question", object_id=question.id, now=now)
    return talk


def record_conversation(
    session: Session, *, conversation: Conversation, notes: str | None, held_at: datetime, actor: Actor, now: datetime
) -> Conversation:
    """Keep that a talk was held, with notes for staff. Raises ``Conflict`` when it was held or cancelled before."""
    advisor_only(actor)
    _planned_only(session, conversation)
    if held_at > now:
        raise Refusal("talk_in_the_future", _l("Dit moment is nog niet geweest."), field="held_at")
    conversation.state, conversation.held_at, conversation.held_by = ConversationState.HELD, held_at, actor.reference
    day = first_day_to_count(session, on=local_date(held_at))
    conversation.counted_at = held_at if day == local_date(held_at) else start_of_day(day)
    conversation.notes = notes or None
    free_quarters(session, talk_id=conversation.id)
    _log(session, conversation, "conversation.held", actor, now)
    return conversation


def cancel_conversation(session: Session, *, conversation: Conversation, actor: Actor, now: datetime) -> Conversation:
    """Call a planned talk off, give its time back to the diary and tell who asked."""
    advisor_only(actor)
    _planned_only(session, conversation)
    call_off(session, conversation, actor, now)
    tell_of_talk(session, conversation, "question/talk_cancelled", now=now)
    return conversation


def call_off(session: Session, conversation: Conversation, actor: Actor, now: datetime) -> None:
    """Write that a talk, which is held and planned, does not take place."""
    conversation.state = ConversationState.CANCELLED
    conversation.cancelled_at, conversation.cancelled_by = now, actor.reference
    conversation.sequence += 1
    free_quarters(session, talk_id=conversation.id)
    _log(session, conversation, "conversation.cancelled", actor, now)


def tell_of_talk(session: Session, talk: Conversation, template: str, *, now: datetime, version: int = 0) -> None:
    """Tell who asked about a talk; a mail takes its calendar file along. Without a `version` it is told once per talk."""
    question, details = session.get_one(DevelopmentQuestion, talk.question_id), {"talk": talk.id}
    tell_asker(session, question=question, template=template, now=now, version=version or talk.id, details=details)


def take_time(session: Session, talk: Conversation) -> None:
    """Take the time of a talk in the diary of its advisor, if it has one. Raises ``Conflict`` when it is taken."""
    if talk.advisor_id is not None and not take_quarters(
        session, advisor_id=talk.advisor_id, talk_id=talk.id, starts_at=talk.planned_for, minutes=talk.minutes
    ):
        message = _l("%(name)s heeft dan al een gesprek. Kies een andere tijd.", name=talk.advisor_name)
        raise Conflict("advisor_busy", message, field="time")


def add_note(session: Session, *, question: DevelopmentQuestion, text: str, actor: Actor, now: datetime) -> Note:
    """Write a note for staff. Raises ``Refusal`` when it is empty or too long."""
    advisor_only(actor)
    if not text.strip():
        raise Refusal("note_empty", _l("Schrijf eerst een notitie."), field="text")
    if len(text) > 4000:
        raise Refusal("note_too_long", _l("Gebruik niet meer dan 4.000 tekens."), field="text")
    note = Note(question_id=question.id, text=text.strip(), at=now, by=actor.reference, by_name=actor.signature)
    session.add(note)
    session.flush()
    record(session, actor=actor, action="note.added", object_kind="question", object_id=question.id, now=now)
    return note


# A decision that will be late ---------------------------------------------------------------------------------------------

LONGEST_DELAY_WEEKS = 8
"""What the law calls a reasonable term when no other is set (Awb 4:13, second paragraph): the new term is not longer."""


def announce_delay(
    session: Session, *, question: DevelopmentQuestion, weeks: int, reason: str, actor: Actor, now: datetime
) -> date:
    """Tell the applicant, before the term ends, that the decision will be so many weeks later, and why (4:14); the new last day.

    The weeks are added to the term of the application, so that days on which it stood still go on counting. It can be done once;
    later more time needs the applicant's consent (4:15). Raises ``Refusal`` at the field, ``Conflict`` when the term has passed,
    it was done before, or there is nothing to decide.
    """
    advisor_only(actor)
    hold(session, question)
    application = application_by_question(session, question=question)
    open_states = (QuestionState.APPLIED, QuestionState.WAITING)
    if application is None or question.decide_by is None or question.state not in open_states:
        raise Conflict("question_moved_on", _l("Er is geen aanvraag waarover nog besloten moet worden."))
    if not 1 <= weeks <= LONGEST_DELAY_WEEKS:
        message = _l("Kies een nieuwe termijn van 1 tot en met %(most)s weken.", most=LONGEST_DELAY_WEEKS)
        raise Refusal("weeks_out_of_range", message, field="weeks")
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom het besluit later komt."), field="reason")
    if local_date(now) > question.decide_by and question.state is QuestionState.APPLIED:
        raise Conflict("term_passed", _l("De termijn is al voorbij. Neem zo snel mogelijk een besluit."))
    if delay_of(session, question=question) is not None:
        message = _l("Er is al een keer uitstel gemeld. Meer tijd kan alleen als de aanvrager schriftelijk instemt.")
        raise Conflict("delayed_before", message)
    lengthen_term(session, question=question, application=application, weeks=weeks)
    note = str(_l("Het besluit komt later (Awb 4:14): %(reason)s", reason=reason.strip()))
    session.add(Note(question_id=question.id, text=note, at=now, by=actor.reference, by_name=actor.signature))
    details = {"reason": reason.strip(), "weeks": weeks, "decide_by": question.decide_by.isoformat()}
    tell_asker(
        session,
        question=question,
        template="application/delayed",
        now=now,
        version=application.id,
        in_writing=True,
        details=details,
    )
    record(session, actor=actor, action=DELAYED, object_kind="question", object_id=question.id, now=now)
    return question.decide_by


def _open_only(question: DevelopmentQuestion) -> None:
    if not question.is_open:
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond."))


def _planned_only(session: Session, conversation: Conversation) -> None:
    over = Conflict("talk_not_planned", _l("Dit gesprek is al gevoerd of afgezegd."))
    hold(session, conversation, Conversation.state == ConversationState.PLANNED, otherwise=over)


def _log(session: Session, conversation: Conversation, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=conversation.question_id, now=now)
