"""How a channel of messages is said: by e-mail and since when that was agreed, on paper, or by telephone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.channels import Channel, channels_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.words.labels import CHANNELS, TOPICS_AT_THE_DESK, label


def channel_words(channel: Channel) -> str:
    """The channel in words."""
    way = label(CHANNELS, channel.way)
    if channel.agreed_at is None:
        return way
    return _("%(way)s, akkoord sinds %(day)s", way=way, day=format_date(channel.agreed_at))


def channel_facts(session: Session, question: DevelopmentQuestion) -> list[dict[str, str]]:
    """The channel of each kind of message about a question, as rows of a page (Awb 2:8)."""
    return [
        {"label": label(TOPICS_AT_THE_DESK, one.topic), "value": channel_words(one)}
        for one in channels_of(session, question=question)
    ]
