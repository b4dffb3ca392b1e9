"""Messages both ways for who asked: what the desk sent by mail or post, what it asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import requests_of
from portal.cases.questions.models import Route
from portal.papers.correspondence import subject_words
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.queries import letters_by_message
from portal.post.messages.models import MessageKind, MessageState, Recipient
from portal.post.messages.queries import messages_about, undelivered_among
from portal.second_look.objections.queries import objections_of
from portal.web.intake.decided import letter_title, letter_url
from portal.web.intake.state import Intake

HOW = {MessageKind.EMAIL: _l("per e-mail"), MessageKind.LETTER: _l("per post"), MessageKind.SMS: _l("per sms")}
LOST = {MessageKind.EMAIL: _l("per e-mail, niet aangekomen"), MessageKind.SMS: _l("per sms, niet aangekomen")}


@dataclass(frozen=True)
class SentMessage:
    """One message between the desk and who asked."""

    at: datetime
    when: str
    what: str
    how: str
    """By mail or post; or that who asked wrote it."""
    text: str = ""
    by_post: bool = False
    letter: str | None = None
    letter_pdf: str | None = None


def messages_of(intake: Intake) -> list[SentMessage]:
    """Everything that was written, the newest first. What failed or still waits was not sent, and is left out."""
    return sorted([*_from_the_desk(intake), *_from_who_asked(intake)], key=lambda one: one.at, reverse=True)


def _from_the_desk(intake: Intake) -> Iterator[SentMessage]:
    session, question = intake.session, intake.question
    letters = letters_by_message(session, question_id=question.id)
    employer = question.route is Route.EMPLOYER
    asker = Recipient.EMPLOYER if employer else Recipient.RESIDENT
    asked = {one.asked_at.replace(microsecond=0): one.text for one in _requests(intake)}
    messages = messages_about(session, object_kind="question", object_id=question.id)
    gone = undelivered_among(session, messages=messages)
    for message in messages:
        if message.recipient is not asker or message.state is not MessageState.SENT or message.sent_at is None:
            continue
        letter = letters.get((message.template, message.version))
        yield SentMessage(
            at=message.sent_at,
            when=format_date(message.sent_at),
            what=(letter_title(letter) if letter is not None else subject_words(message.template, employer=employer))
            or _("Bericht van het loket"),
            how=str((LOST if message.id in gone else HOW)[message.kind]),
            text=asked.get(message.created_at.replace(microsecond=0), ""),
            by_post=message.kind is MessageKind.LETTER,
            letter=letter_url(intake, letter, "letter"),
            letter_pdf=letter_url(intake, letter, "letter_pdf"),
        )


def _from_who_asked(intake: Intake) -> Iterator[SentMessage]:
    for one in _requests(intake):
        if one.answered_at is not None:
            what, answer = _("Uw antwoord aan de adviseur"), one.answer or ""
            yield SentMessage(one.answered_at, format_date(one.answered_at), what, _("van u"), answer)
    for objection in objections_of(intake.session, question=intake.question, actor=intake.actor):
        what = _("Uw bezwaar %(number)s", number=objection.number)
        day = format_date(objection.received_on)
        yield SentMessage(objection.recorded_at, day, what, _("van u"), objection.grounds)


def _requests(intake: Intake) -> list[InformationRequest]:
    return requests_of(intake.session, question=intake.question, actor=intake.actor)
