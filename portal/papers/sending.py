"""Sending the mail of the outbox: claimed, composed, handed over and noted, one by one.

Handing over happens outside any transaction. If the sender is killed in between, the message is sent again when its lease runs
out, with the same Message-ID, so that a mail program shows it once.
"""

from __future__ import annotations

import mailbox
import re
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from jinja2 import TemplateError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.conversations.queries import conversation_by_id
from portal.cases.rights.restricted import may_leave
from portal.papers.calendar_file import NAME, CalendarEntry, calendar_file, entry_of
from portal.papers.correspondence import SENDER, Composed, NoRecipient, compose
from portal.papers.letter_content import ensure_letter
from portal.papers.mail_page import as_page
from portal.papers.notify import AddressRefused, Notify, ShortMessage
from portal.papers.stationery import stationery_of
from portal.papers.undelivered import take_in_failed, take_in_reports
from portal.platform.clock import local_date
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.i18n import use_locale
from portal.post.messages.actions import NotArrived, claim_next, mark_sent, mark_trouble, note_undelivered
from portal.post.messages.models import MessageKind, MessageTopic, NoticedBy, OutboxMessage
from portal.post.messages.queries import message_by_public_id, topic_of

log = structlog.get_logger("portal.post.messages")

NO_SUCH_ADDRESS = ("5.1.", "550", "553")
"""How a server says that there is no such address. Other refusals are about this mail: too large, not trusted."""
_ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
Transport = Callable[[EmailMessage], None]
TextTransport = Callable[[ShortMessage], None]


@dataclass
class SendingRun:
    """What a run did."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0


def transport(settings: Settings) -> Transport | None:
    """How mail leaves: by NotifyNL or SMTP when set, a folder in ``STATE_DIR/mail`` outside production, else not at all."""
    service = notify_of(settings)
    if service is not None and service.template:
        return service.deliver
    if settings.smtp_url:
        return lambda mail: _by_smtp(settings.smtp_url, mail)
    if not settings.is_production:
        return lambda mail: _to_folder(settings.state_dir / "mail", mail)
    return None


def text_transport(settings: Settings) -> TextTransport | None:
    """How short messages leave: by NotifyNL when it has a template for them, the folder of mail outside production, else not."""
    service = notify_of(settings)
    if service is not None and service.sms_template:
        return service.text
    if not settings.is_production:
        return lambda message: _to_folder(settings.state_dir / "mail", _as_mail(message))
    return None


def notify_of(settings: Settings) -> Notify | None:
    """NotifyNL, when mail or SMS leaves by it."""
    key = settings.notify_key.get_secret_value()
    templates = (settings.notify_template, settings.notify_sms_template)
    return Notify(settings.notify_url, key, *templates) if key else None


def send_mail(
    engine: Engine, *, settings: Settings, deliver: Transport, clock: Callable[[], datetime], at_most: int = 1000
) -> SendingRun:
    """Send what is due, at most `at_most` messages."""

    def leave(message: OutboxMessage) -> None:
        composed, talk = unit_of_work(engine, lambda session: _composed(session, message, settings, clock()))
        mail = _email(composed, message, settings, clock())
        if talk is not None:
            _attach(mail, talk)
        deliver(mail)

    return _send_due(engine, MessageKind.EMAIL, leave, clock, at_most)


def send_texts(
    engine: Engine, *, settings: Settings, deliver: TextTransport, clock: Callable[[], datetime], at_most: int = 1000
) -> SendingRun:
    """Send the short messages that are due, as `send_mail` does."""

    def leave(message: OutboxMessage) -> None:
        composed, _talk = unit_of_work(engine, lambda session: _composed(session, message, settings, clock()))
        words = " ".join(composed.body.split())
        deliver(ShortMessage(composed.to.phone or "", words, message.public_id, clock()))

    return _send_due(engine, MessageKind.SMS, leave, clock, at_most)


def _send_due(
    engine: Engine,
    kind: MessageKind,
    leave: Callable[[OutboxMessage], None],
    clock: Callable[[], datetime],
    at_most: int,
) -> SendingRun:
    done = SendingRun()
    for _ in range(at_most):
        at = clock()
        message = unit_of_work(
            engine,
            lambda session, at=at: claim_next(session, now=at, kind=kind, may_leave=may_leave()),  # type: ignore[misc]
        )
        if message is None:
            break
        _send_one(engine, leave, message, clock, done)
    return done


def _send_one(
    engine: Engine,
    leave: Callable[[OutboxMessage], None],
    message: OutboxMessage,
    clock: Callable[[], datetime],
    done: SendingRun,
) -> None:
    try:
        leave(message)
    except NoRecipient as error:
        _note_trouble(engine, message, error.code, clock(), final=True)
        done.given_up += 1
    except TemplateError as error:
        _note_trouble(engine, message, f"template_{type(error).__name__}", clock(), final=True)
        done.given_up += 1
    except (OSError, smtplib.SMTPException) as error:
        refused = refusal_of(error)
        code = refused or getattr(error, "code", None) or type(error).__name__
        _note_trouble(engine, message, str(code), clock(), final=refused is not None)
        if refused is not None:
            _note_refused(engine, message, refused, clock())
            done.given_up += 1
        else:
            done.postponed += 1
    else:
        unit_of_work(engine, lambda session: mark_sent(session, message=session.merge(message), now=clock()))
        done.sent += 1


def _composed(
    session: Session, message: OutboxMessage, settings: Settings, now: datetime
) -> tuple[Composed, CalendarEntry | None]:
    """The mail, and the talk that it is about as it stands now.

    When it makes a decision known also the letter of it is kept, as it is on this day, and the mail says until when one objects.
    """
    object_by = None
    if message.object_kind == "question" and topic_of(message.template) is MessageTopic.DECISION:
        paper = stationery_of(settings)
        letter = ensure_letter(session, message=message, dated=local_date(now), actor=SENDER, now=now, stationery=paper)
        object_by = letter.object_by
    composed = compose(session, message=message, address=settings.address, now=now, object_by=object_by)
    return composed, _talk_of(session, message, settings.address)


def _talk_of(session: Session, message: OutboxMessage, address: str) -> CalendarEntry | None:
    talk_id = (message.details or {}).get("talk")
    talk = conversation_by_id(session, talk_id=talk_id, actor=SENDER) if isinstance(talk_id, int) else None
    if talk is None:
        return None
    with use_locale(message.locale):
        return entry_of(session, talk, address=address)


def _attach(mail: EmailMessage, entry: CalendarEntry) -> None:
    """Send the calendar file along, so that the calendar of the reader takes the talk in, moves it or removes it."""
    parameters = {"method": entry.method, "charset": "utf-8"}
    mail.add_attachment(
        calendar_file(entry), maintype="text", subtype="calendar", filename=NAME, params=parameters, cte="base64"
    )


def _note_trouble(engine: Engine, message: OutboxMessage, code: str, now: datetime, *, final: bool) -> None:
    log.warning("message_not_sent", message_id=message.public_id, template=message.template, trouble=code, final=final)
    unit_of_work(
        engine,
        lambda session: mark_trouble(session, message=session.merge(message), trouble=code, now=now, final=final),
    )


def refusal_of(error: Exception) -> str | None:
    """The code with which the mail server refused the address for good (RFC 3463, or that of SMTP); None for what may pass."""
    if isinstance(error, AddressRefused):
        return error.status
    if not isinstance(error, smtplib.SMTPRecipientsRefused) or not error.recipients:
        return None
    code, words = next(iter(error.recipients.values()))
    if not 500 <= code < 600:
        return None
    said = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    found = _ENHANCED.search(said)
    return found[0] if found else str(code)


def _note_refused(engine: Engine, message: OutboxMessage, status: str, now: datetime) -> None:
    """The server knows no such address or number: the message did not arrive, and goes on paper when it is to who asked."""
    found = NotArrived(NoticedBy.REFUSAL, status, address_fails=status.startswith(NO_SUCH_ADDRESS))

    def note(session: Session) -> None:
        mine = message_by_public_id(session, public_id=message.public_id)
        if mine is not None:
            note_undelivered(session, message=mine, found=found, actor=SENDER, now=now)

    unit_of_work(engine, note)


def _email(composed: Composed, message: OutboxMessage, settings: Settings, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{message.public_id}@{urlsplit(settings.address).hostname or 'loket'}>"
    mail["Date"] = format_datetime(now)
    mail["From"] = settings.mail_from
    mail["To"] = formataddr((composed.to.name, composed.to.email or ""), charset="utf-8")
    mail["Subject"] = composed.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(composed.body, cte="quoted-printable")
    mail.add_alternative(as_page(composed, settings.address), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = composed.locale
    return mail


def _as_mail(message: ShortMessage) -> EmailMessage:
    """A short message as it is kept in the folder, so that who tries the desk can read it."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"], mail["Date"] = f"<{message.reference}@sms>", format_datetime(message.at)
    mail["To"], mail["Subject"] = f"{message.to} <sms@loket.invalid>", "SMS"
    mail.set_content(message.words, cte="quoted-printable")
    return mail


def _to_folder(folder: Path, mail: EmailMessage) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    box = mailbox.Maildir(folder, create=True)
    try:
        box.add(mail)
    finally:
        box.close()


def _by_smtp(url: str, mail: EmailMessage) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    secure = parts.scheme == "smtps"
    context = ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=20)
    with server:
        if not secure and server.ehlo()[0] == 250 and server.has_extn("starttls"):
            server.starttls(context=context)
            secure = True
        if parts.username and not secure:
            raise smtplib.SMTPNotSupportedError("the mail server offers no TLS, so no password is sent")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def take_back(engine: Engine, *, settings: Settings, clock: Callable[[], datetime]) -> Counter[str]:
    """Note what came back, from the mailbox for it and from NotifyNL, when there are. Raises ``OSError`` when one is not read."""
    back: Counter[str] = Counter()
    if settings.bounce_mailbox is not None:
        back += take_in_reports(engine, source=settings.bounce_mailbox, address=settings.address, clock=clock)
    service = notify_of(settings)
    if service is not None:
        back += take_in_failed(engine, failed=list(service.failed(clock())), clock=clock)
    return back
