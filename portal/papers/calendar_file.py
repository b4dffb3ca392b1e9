"""The calendar file of a talk (iCalendar, RFC 5545 and 5546): always the same UID, and a SEQUENCE that goes up with each change.

A calendar that has the talk already replaces it by the one with the higher SEQUENCE, and removes it when it was called off.
Instants are in UTC, so no time zone has to be understood. It says when, where and with which desk; not who comes, and not why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.models import TalkWay
from portal.framework.catalogue.queries import has_region, region
from portal.papers.correspondence import desk_of
from portal.platform.i18n import gettext as _
from portal.words.talk_labels import TALKING

NAME = "gesprek.ics"
LONGEST_LINE = 75
"""Octets of a line without its end; a longer one is folded."""


@dataclass(frozen=True)
class CalendarEntry:
    """One appointment as it goes into a calendar file."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str | None
    description: str
    organizer: tuple[str, str]
    """The name and the e-mail address of who invites."""
    cancelled: bool

    @property
    def method(self) -> str:
        """What the calendar is asked to do: ``PUBLISH`` or ``CANCEL``."""
        return "CANCEL" if self.cancelled else "PUBLISH"


def entry_of(session: Session, talk: Conversation, *, address: str) -> CalendarEntry:
    """The talk as an entry, in the language of now. `address` is the public address of the desk, without a slash at the end."""
    desk, host = desk_of(session), urlsplit(address).hostname or "loket"
    known = region(session).desk if has_region(session) else None
    email = known.email if known is not None and known.email else f"noreply@{host}"
    how = str(TALKING[talk.way])
    phone = _("Kunt u niet? Bel %(number)s.", number=desk["phone"]) if desk["phone"] else ""
    return CalendarEntry(
        uid=f"{talk.public_id}@{host}",
        sequence=talk.sequence,
        starts_at=talk.planned_for,
        ends_at=talk.ends_at,
        changed_at=max(at for at in (talk.planned_at, talk.moved_at, talk.cancelled_at) if at is not None),
        summary=_("Gesprek met %(desk)s", desk=desk["name"]),
        location=None if talk.way is TalkWay.PHONE else talk.place,
        description="\n".join(part for part in (how, phone) if part),
        organizer=(desk["name"], email),
        cancelled=talk.state in (ConversationState.CANCELLED, ConversationState.MISSED),
    )


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file, in UTF-8 with lines that end in CRLF and are folded at 75 octets."""
    return b"".join(_folded(line) for line in _lines(entry))


def _lines(entry: CalendarEntry) -> Iterator[str]:
    name, email = entry.organizer
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Ontwikkelloket//Gesprekken//NL"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{entry.method}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_instant(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_instant(entry.changed_at)}"
    yield f"DTSTART:{_instant(entry.starts_at)}"
    yield f"DTEND:{_instant(entry.ends_at)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.location:
        yield f"LOCATION:{_text(entry.location)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield f'ORGANIZER;CN="{_parameter(name)}":mailto:{_parameter(email)}'
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'TRANSPARENT' if entry.cancelled else 'OPAQUE'}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A text value (RFC 5545, 3.3.11): backslash, semicolon, comma and line ends escaped, other control characters left out."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _printable(escaped)


def _parameter(value: str) -> str:
    """A value between quotes: it cannot hold a quote itself."""
    return _printable(value.replace('"', "'"))


def _printable(value: str) -> str:
    return "".join(character for character in value if character == "\t" or (character >= " " and character != "\x7f"))


def _folded(line: str) -> bytes:
    """A line with its end; what is too long goes on after a line end and a space, never in the middle of a character."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
