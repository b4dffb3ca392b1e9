"""By which channel each kind of message goes to who asked: by e-mail only where that person said so for that kind, else on paper.

Awb 2:8 (text as of 1 January 2026, Stb. 2023, 183, which put a new section 2.3 in place of articles 2:13 to 2:17): the desk may
send a message electronically in so far as the addressee made known to be reachable in that way, and what was said of one kind of
message does not hold for another (explanatory memorandum 35 261, no. 3). The rest of that section (2:7 to 2:27) was read in the
same text: a message that did not arrive is sent again or in another way, and counts as sent on that second day (2:11); who sends
something electronically gets a confirmation and can read it back (2:17).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.post.messages.models import MessageTopic
from portal.post.messages.queries import consents_of, text_number


class ChannelWay(enum.StrEnum):
    """How a kind of message reaches somebody."""

    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"
    """The desk calls; what must be in writing goes on paper."""
    SMS = "sms"
    """A short message says that there is one; what must be in writing goes on paper."""


@dataclass(frozen=True)
class Channel:
    """The channel of one kind of message, and since when the person agreed to e-mail for it."""

    topic: MessageTopic
    way: ChannelWay
    agreed_at: datetime | None = None


def channels_of(session: Session, *, question: DevelopmentQuestion) -> list[Channel]:
    """The channel of each kind of message about a question, as `tell_asker` chooses it now."""
    agreed = {one.topic: one.given_at for one in consents_of(session, question_id=question.id)}
    way = question.contact.way if question.contact is not None else ContactWay.PHONE
    if way is ContactWay.EMAIL:
        return [
            Channel(topic, ChannelWay.EMAIL if topic in agreed else ChannelWay.LETTER, agreed.get(topic))
            for topic in MessageTopic
        ]
    number = text_number(session, question_id=question.id) if way is ContactWay.PHONE else None
    proved_at = number.proved_at if number is not None else None
    if proved_at is not None:
        paper = MessageTopic.DECISION
        return [
            Channel(one, ChannelWay.LETTER) if one is paper else Channel(one, ChannelWay.SMS, proved_at)
            for one in MessageTopic
        ]
    other = ChannelWay.CALL if way is ContactWay.PHONE else ChannelWay.LETTER
    return [Channel(topic, other if topic is MessageTopic.CASE else ChannelWay.LETTER) for topic in MessageTopic]
