"""Which words a message has by its kind: a mail and a letter those of its own template, an SMS one of a few that hold no data.

A short message names no person, no decision and no amount: it says that there is something, and gives the way in.
"""

from __future__ import annotations

from portal.post.messages.models import MessageKind, OutboxMessage
from portal.post.messages.queries import OWN_CODE, TEXT_CODE

CODES = frozenset({TEXT_CODE, OWN_CODE})
"""The messages with a code: no link stands beside it."""
SHORT = {
    TEXT_CODE: "code",
    OWN_CODE: "code",
    "question/new_link": "link",
    "question/talk_reminder": "talk",
    "voucher/reminder_six_weeks": "voucher",
    "voucher/reminder_three_weeks": "voucher",
}
"""The short messages that say more than that there is a message."""
NO_ADDRESS = {
    MessageKind.EMAIL: "no_email_address",
    MessageKind.LETTER: "no_postal_address",
    MessageKind.SMS: "no_text_number",
}
"""Why a message of a kind cannot leave."""


def source_of(message: OutboxMessage) -> str:
    """The template with the words of a message."""
    if message.kind is MessageKind.SMS:
        return f"texts/{SHORT.get(message.template, 'message')}.txt"
    return f"messages/{message.template}.txt"
