"""The calendar file, read back by a reader of RFC 5545 of this test: unfolded, unescaped, and what a calendar does with a series."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import TalkWish, call_off_talk, choose_talk, move_talk
from portal.cases.diaries.models import TalkWay
from portal.papers.calendar_file import CalendarEntry, calendar_file, entry_of
from tests.factories import NOW, a_question, an_advisor, asker

TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="abc@loket.example",
    sequence=0,
    starts_at=TEN,
    ends_at=TEN + timedelta(hours=1),
    changed_at=NOW,
    summary="Gesprek met Loket",
    location="Balie",
    description="Regel een.\nRegel twee; met, tekens \\ en een é.",
    organizer=("Loket", "loket@loket.example"),
    cancelled=False,
)
ONCE = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER", "STATUS")
"""What an event of a published calendar has exactly once (RFC 5546, 3.2.1)."""


@pytest.fixture
def database() -> str:
    """The file is the same on both."""
    return "sqlite"


def read(raw: bytes) -> dict[str, str]:
    """The properties of the one event in a file, by name. Fails on a line that is no line of RFC 5545."""
    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # a fold never stands within a character
    lines = raw.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    inside = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    found: dict[str, str] = {}
    for line in [*lines[1 : lines.index("BEGIN:VEVENT")], *inside]:
        match = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        assert match is not None, line
        assert match[1] not in found, "each property once"
        found[match[1]] = match[3]
    assert set(ONCE) <= found.keys() and found["VERSION"] == "2.0" and found["PRODID"]
    return found


def text(value: str) -> str:
    """A text value as it was before it was escaped."""
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def calendar_after(files: Iterable[bytes]) -> dict[str, dict[str, str]]:
    """What a calendar holds that takes these files in, in any order (RFC 5546, 2.1.5: the highest SEQUENCE counts)."""
    newest: dict[str, dict[str, str]] = {}
    for file in files:
        event = read(file)
        known = newest.get(event["UID"])
        if known is None or int(event["SEQUENCE"]) >= int(known["SEQUENCE"]):
            newest[event["UID"]] = event
    return {uid: event for uid, event in newest.items() if event["STATUS"] != "CANCELLED"}


def test_a_file_reads_back_as_it_was_meant() -> None:
    found = read(calendar_file(ENTRY))
    assert (found["DTSTART"], found["DTEND"], found["DTSTAMP"]) == (
        "20260304T090000Z",
        "20260304T100000Z",
        "20260302T090000Z",
    )
    assert text(found["DESCRIPTION"]) == ENTRY.description
    assert (found["METHOD"], found["STATUS"], found["ORGANIZER"]) == (
        "PUBLISH",
        "CONFIRMED",
        "mailto:loket@loket.example",
    )
    gone = read(calendar_file(replace(ENTRY, cancelled=True, sequence=1, location=None)))
    assert (gone["METHOD"], gone["STATUS"], gone["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert "LOCATION" not in gone


@settings(max_examples=30)
@given(st.text(max_size=300), st.text(min_size=1, max_size=200))
def test_no_text_breaks_the_file(words: str, name: str) -> None:
    entry = replace(ENTRY, summary=words, location=words, description=words, organizer=(name, "a@b.example"))
    found = read(calendar_file(entry))
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in plain if one in "\t\n" or (one >= " " and one != "\x7f"))
    assert text(found["SUMMARY"]) == text(found["DESCRIPTION"]) == kept


def test_moving_and_calling_off_change_the_same_event(session: Session) -> None:
    question = a_question(session)
    an_advisor(session)
    me, address = asker(question), "https://loket.example"
    talk = choose_talk(session, question=question, wish=TalkWish(TEN, TalkWay.DESK), actor=me, now=NOW)
    files = [calendar_file(entry_of(session, talk, address=address))]
    later = TalkWish(TEN + timedelta(hours=1), TalkWay.PHONE, "+31570123456")
    move_talk(session, talk=talk, wish=later, actor=me, now=NOW + timedelta(minutes=5))
    files.append(calendar_file(entry_of(session, talk, address=address)))
    assert b"+31570123456" not in files[1], "the number of the person stays at the desk"
    assert b"Sam" not in files[0] + files[1] and b"Proefland" in files[0]
    for series in (files, files[::-1]):
        [event] = calendar_after(series).values()
        assert (event["DTSTART"], event["SEQUENCE"]) == ("20260304T100000Z", "1")
    call_off_talk(session, talk=talk, actor=me, now=NOW + timedelta(minutes=9))
    files.append(calendar_file(entry_of(session, talk, address=address)))
    assert calendar_after(files) == calendar_after(files[::-1]) == {}
    assert len({read(file)["UID"] for file in files}) == 1
