"""The link or the code in a letter that only its reader may have: printed, and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.own_proof.actions import DIGITS_ON_PAPER, arm_own_code
from portal.cases.questions.actions import NEW_LINK
from portal.cases.questions.queries import asker_audience
from portal.papers.correspondence import WAY_IN, question_of, question_path
from portal.people.accounts.queries import access_link_by_token
from portal.post.messages.models import MessageKind, OutboxMessage
from portal.post.messages.queries import OWN_CODE

NOT_SHOWN = "…"
"""What stands for the token of a link in the copy of a letter that is kept: who works here reads that copy."""
CODE_NOT_SHOWN = "•" * DIGITS_ON_PAPER
"""What stands there for a code."""


def way_in_on_paper(message: OutboxMessage) -> str | None:
    """The link in a letter to who asked for one by post, without what lets in; None in every other letter."""
    site = (message.details or {}).get("site")
    asked = message.kind is MessageKind.LETTER and message.template == NEW_LINK
    return f"{site}{WAY_IN}{NOT_SHOWN}" if asked and site else None


def kept_of_secret(message: OutboxMessage) -> str | None:
    """What the copy of a letter says where a link or a code stands that only its reader may have; None in every other letter."""
    code = message.kind is MessageKind.LETTER and message.template == OWN_CODE
    return CODE_NOT_SHOWN if code else way_in_on_paper(message)


def printed_secret(message: OutboxMessage, key: str) -> str:
    """What stands there on paper: the link, or the code. Both follow from the secret of the desk."""
    secret = secret_on_paper(message, key)
    if message.template != OWN_CODE:
        return str(way_in_on_paper(message)).removesuffix(NOT_SHOWN) + secret
    number = int(hashlib.sha256(secret.encode()).hexdigest(), 16)
    return f"{number % 10**DIGITS_ON_PAPER:0{DIGITS_ON_PAPER}d}"


def secret_on_paper(message: OutboxMessage, key: str) -> str:
    """What lets in by the link of such a letter (128 bits). It follows from the secret of the desk: no copy has to hold it."""
    made = hmac.new(key.encode(), f"way in on paper: {message.public_id}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made[:16]).decode().rstrip("=")


def open_way_in_on_paper(session: Session, *, message: OutboxMessage, key: str, now: datetime) -> None:
    """Make the link or the code of such a letter work; nothing for every other letter, and for one whose link was made before."""
    question = question_of(session, message)
    if message.template == OWN_CODE and question is not None:
        arm_own_code(session, question_id=question.id, now=now, on_paper=printed_secret(message, key))
        return
    token = secret_on_paper(message, key)
    if way_in_on_paper(message) is None or question is None or access_link_by_token(session, token=token) is not None:
        return
    question_path(session, question, asker_audience(question), now, token)()
