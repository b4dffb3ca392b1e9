"""Mail that came back: the reports of mail servers (RFC 3464), read from a mailbox and noted one by one.

A report counts when it is about a mail that this desk sent, by the Message-ID that only the desk and who got the mail know.
Nothing of a report is kept but its code. Reading happens outside any transaction; what was read twice is noted once.
"""

from __future__ import annotations

import mailbox
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.queries import question_by_id
from portal.papers.correspondence import SENDER
from portal.papers.notify import FailedMail
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.post.messages.actions import NotArrived, note_undelivered
from portal.post.messages.models import MessageKind, MessageState, NoticedBy, OutboxMessage
from portal.post.messages.queries import message_by_public_id, undelivered

log = structlog.get_logger("portal.post.messages")

MOST_BYTES = 1_000_000
"""Of a longer report only its beginning is read: what matters stands there."""
AT_MOST = 1_000
BAD_ADDRESS = "5.1."
"""The class of codes that say that there is no such address (RFC 3463)."""
_OURS = re.compile(r"<([A-Za-z0-9_-]{22})@([^<>\s]+)>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_ORIGINAL = ("message/rfc822", "message/global")


@dataclass(frozen=True)
class Report:
    """What a mail server says of one mail of ours: that it was not delivered, why, and to which address."""

    message_id: str
    status: str
    to: str


def report_of(raw: bytes, host: str) -> Report | None:
    """The report in a mail; None for any other mail, one about a mail of another desk, and one that only says to wait."""
    try:
        return _read(message_from_bytes(raw[:MOST_BYTES]), host)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):  # made to be misread
        return None


def _read(mail: Message, host: str) -> Report | None:
    if mail.get_content_type() != "multipart/report":
        return None
    failed = next((block for block in _blocks(mail) if _field(block, "Action").lower() == "failed"), None)
    ours = _OURS.search(_original_id(mail))
    if failed is None or ours is None or ours[2].lower() != host.lower():
        return None
    status = _STATUS.search(_field(failed, "Status"))
    to = _field(failed, "Final-Recipient") or _field(failed, "Original-Recipient")
    return Report(ours[1], status[0] if status else "", to.rpartition(";")[2].strip().lower())


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()


def _blocks(mail: Message) -> Iterator[Message]:
    """The parts of the report that are about one address each."""
    for part in mail.walk():
        told: Any = part.get_payload()
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            yield from (block for block in told if isinstance(block, Message))
            return


def _original_id(mail: Message) -> str:
    """The Message-ID of the mail that the report is about."""
    for part in mail.walk():
        told: Any = part.get_payload()
        if part.get_content_type() in _ORIGINAL and isinstance(told, list):
            return _field(told[0], "Message-ID")
        if part.get_content_type() in _HEADERS:
            text = told if isinstance(told, str) else str(told[0])
            return _field(message_from_string(text), "Message-ID")
    return ""


def take_in_reports(engine: Engine, *, source: Path, address: str, clock: Callable[[], datetime]) -> Counter[str]:
    """Note what came back, from a Maildir (of which what was read is marked as seen), an mbox or one mail.

    How many mails were `undelivered`, `known` already, and `other` than a report about a mail of ours. Raises ``OSError`` when
    the mailbox cannot be read.
    """
    done: Counter[str] = Counter()
    host = urlsplit(address).hostname or "loket"
    for raw, finish in _mails_in(source):
        report = report_of(raw, host)
        done[_note(engine, report, clock()) if report is not None else "other"] += 1
        finish()
    return done


def take_in_failed(engine: Engine, *, failed: Iterable[FailedMail], clock: Callable[[], datetime]) -> Counter[str]:
    """Note what a service says did not arrive, as `take_in_reports` does."""
    done: Counter[str] = Counter()
    for one in failed:
        done[_note(engine, Report(one.reference, one.status, one.to), clock())] += 1
    return done


def _note(engine: Engine, report: Report, now: datetime) -> str:
    noted = unit_of_work(engine, lambda session: _noted(session, report, now))
    if noted == "known":  # a service says it each time
        return noted
    log.info("mail_came_back", message_id=report.message_id, status=report.status, noted=noted)
    return noted


def _noted(session: Session, report: Report, now: datetime) -> str:
    message = message_by_public_id(session, public_id=report.message_id)
    left = (MessageState.SENT, MessageState.FAILED)
    if message is None or message.kind is MessageKind.LETTER or message.state not in left:
        return "other"
    if undelivered(session, message=message) is not None:
        return "known"
    fails = report.status.startswith(BAD_ADDRESS) and report.to == address_now(session, message=message)
    found = NotArrived(NoticedBy.REPORT, report.status, fails)
    note_undelivered(session, message=message, found=found, actor=SENDER, now=now)
    return "undelivered"


def address_now(session: Session, *, message: OutboxMessage) -> str | None:
    """Where who asked is mailed or texted now, in small letters; None when the message is about something else."""
    if message.object_kind != "question":
        return None
    question = question_by_id(session, question_id=message.object_id, actor=SENDER)
    contact = question.contact if question is not None else None
    if contact is None:
        return None
    return (contact.phone if message.kind is MessageKind.SMS else (contact.email or "").lower()) or None


def note_by_hand(session: Session, *, message: OutboxMessage, actor: Actor, now: datetime) -> None:
    """An advisor says that a mail or SMS did not arrive. Raises what `note_undelivered` does."""
    found = NotArrived(NoticedBy.HAND, address_fails=True)
    note_undelivered(session, message=message, found=found, actor=actor, now=now)


# The mailbox -----------------------------------------------------------------------------------------------------------


def _mails_in(source: Path) -> Iterator[tuple[bytes, Callable[[], object]]]:
    """The beginning of each mail, and what is to be done when it was noted."""
    if (source / "new").is_dir():
        for path in sorted((source / "new").iterdir())[:AT_MOST]:
            yield _start_of(path), partial(_mark_seen, source, path)
    elif _start_of(source).startswith(b"From "):
        box = mailbox.mbox(source, create=False)
        try:
            for key in box.keys():  # noqa: SIM118 - the mailbox itself gives the mails
                yield box.get_bytes(key)[:MOST_BYTES], lambda: None
        finally:
            box.close()
    else:
        yield _start_of(source), lambda: None


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _mark_seen(source: Path, path: Path) -> None:
    """As a mail program does it. Another run may have done so at the same moment."""
    (source / "cur").mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.rename(source / "cur" / f"{path.name.partition(':')[0]}:2,S")
