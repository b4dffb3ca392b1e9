"""Remind who asked that an answer is awaited. A reminder cannot be taken back; another one waits for some days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.conversations.models import InformationRequest
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.queries import may_text, messages_about

REMINDER = "question/answer_reminder"
BETWEEN = timedelta(days=3)
"""So long after a reminder the next one can go."""


def remind_asker(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Send the applicant, who was asked for more, the day until when an answer is in time.

    Raises ``Refusal`` when nothing was asked, the day has passed, or the person wants to be called; ``Conflict`` when a reminder
    went out in the last days, also by a colleague a moment ago.
    """
    advisor_only(actor)
    hold(session, question)
    waiting = (InformationRequest.answered_at.is_(None), InformationRequest.ended_at.is_(None))
    request = session.scalar(select(InformationRequest).where(InformationRequest.question_id == question.id, *waiting))
    if request is None:
        raise Refusal("nothing_asked", _l("Er is niets gevraagd waarop een antwoord wordt verwacht."))
    if local_date(now) > request.answer_by:
        raise Refusal(
            "answer_too_late", _l("De termijn is voorbij. Ga verder met de vraag, of neem haar niet in behandeling.")
        )
    called = question.contact is None or question.contact.way is ContactWay.PHONE
    if called and not may_text(session, question_id=question.id, template=REMINDER):
        raise Refusal("wants_to_be_called", _l("Deze persoon wil gebeld worden. Er gaat geen bericht uit."))
    sent = [
        message
        for message in messages_about(session, object_kind="question", object_id=question.id)
        if message.template == REMINDER
    ]
    last = max((message.created_at for message in sent), default=None)
    if last is not None and now < last + BETWEEN:
        day = format_date(local_date(last), "short")
        raise Conflict("reminded_lately", _l("Op %(day)s ging er al een herinnering uit.", day=day))
    tell_asker(session, question=question, template=REMINDER, now=now, version=len(sent) + 1)
    record(session, actor=actor, action="question.reminded", object_kind="question", object_id=question.id, now=now)
