"""The last day in a letter, read in its Dutch and in its English, over the table of terms that were worked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.conversations.actions import announce_delay
from portal.papers.letter_content import letter_content
from portal.platform.legal_calendar import penalty_from, term_of_weeks
from portal.post.messages.models import OutboxMessage
from portal.post.outages.actions import record_outage, withdraw_outage
from portal.second_look.late_decisions.actions import give_notice
from portal.second_look.objections.actions import receive_objection
from portal.second_look.objections.queries import decide_objection_by
from portal.second_look.penalties.models import DefaultNotice
from tests.factories import ADMIN, ADVISOR, NOW, OWN_FACTS, SECOND, a_decision, an_application, asker
from tests.portal.platform.test_terms_by_hand import day, parts, rows

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DUTCH = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SIX_WEEKS = timedelta(weeks=6)


def written(last: date, months: list[str]) -> str:
    return f"{last.day} {months[last.month - 1]} {last.year}"


def by_hand(kind: str) -> list[tuple[str, date]]:
    """What is given and the last day, of the rows of a kind."""
    found = [(given, day(parts(out)[0])) for what, given, out, _why in rows() if what == kind]
    assert len(found) >= 15
    return found


@dataclass(frozen=True)
class Said:
    """What the two halves of a letter say."""

    dutch: str
    english: str

    def names(self, last: date, after: tuple[str, str]) -> bool:
        """Whether both say this day, straight after these words."""
        dutch, english = written(last, DUTCH), written(last, ENGLISH)
        return f"{after[0]} {dutch}" in self.dutch and f"{after[1]} {english}" in self.english


def message(session: Session, template: str) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()


def said(session: Session, template: str, dated: date) -> Said:
    with session.no_autoflush:  # what a row puts in a record stays in memory
        content = letter_content(session, message=message(session, template), dated=dated, now=NOW, preview=True)
    assert content.object_by is None or template.startswith("decision/")
    return Said(" ".join(map(str, content.blocks)), " ".join(map(str, content.english)))


def wrong(kind: str, read: Callable[[str, date], Said], after: tuple[str, str]) -> list[str]:
    """The rows of which a half of the letter says another day than was worked by hand."""
    found = []
    for given, last in by_hand(kind):
        letter = read(given, last)
        if not letter.names(last, after):
            found.append(f"{given}: {last}: {letter}")
        assert not letter.names(last + timedelta(days=1), after), "control: a day off is another day"
    return found


@contextmanager
def down(session: Session, days: list[date]) -> Iterator[None]:
    """The pages were down for an hour on each of these days."""
    made = []
    for one in days:
        noon = datetime(one.year, one.month, one.day, 11, tzinfo=UTC)
        hour = {"began_at": noon, "ended_at": noon + timedelta(hours=1)}
        made.append(record_outage(session, **hour, what="Versturen ging niet.", actor=ADMIN, now=hour["ended_at"]))
    yield
    for outage in made:
        withdraw_outage(session, outage=outage, actor=ADMIN, now=outage.ended_at or NOW)


def test_both_languages_of_a_decision_say_the_last_day_to_object_that_was_worked_by_hand(session: Session) -> None:
    a_decision(session)
    after = ("Dat kan tot en met", "You can do so up to and including")
    assert wrong("object", lambda given, _last: said(session, "decision/approved", day(given)), after) == []


def test_both_languages_of_a_decision_give_back_the_days_on_which_the_pages_were_down(session: Session) -> None:
    a_decision(session)

    def read(given: str, _last: date) -> Said:
        term, days = parts(given)
        with down(session, [day(one) for one in days.split() if one != "-"]):
            return said(session, "decision/approved", day(term) - SIX_WEEKS)

    assert wrong("down", read, ("Dat kan tot en met", "You can do so up to and including")) == []


def test_both_languages_of_a_delay_say_the_last_day_to_decide_that_was_worked_by_hand(session: Session) -> None:
    announce_delay(
        session, question=an_application(session), weeks=2, reason="Te weinig mensen.", actor=ADVISOR, now=NOW
    )
    told = message(session, "application/delayed")

    def read(given: str, _last: date) -> Said:
        start, weeks, stopped = parts(given)
        last = term_of_weeks(day(start), int(weeks), stopped_days=int(stopped))
        told.details = {**(told.details or {}), "decide_by": last.isoformat()}
        return said(session, "application/delayed", day(start))

    after = ("U krijgt ons besluit uiterlijk op", "You will get our decision by")
    assert wrong("decide", read, after) == []


def test_both_languages_about_an_objection_say_the_last_day_to_decide_that_was_worked_by_hand(
    session: Session,
) -> None:
    question = an_application(session)
    decision = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    objection = receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Toch.", committee=False, actor=SECOND, now=NOW
    )

    def read(given: str, _last: date) -> Said:
        ended, committee, adjourned, stopped = parts(given)
        how = {"committee": committee == "yes", "adjourned": adjourned == "yes"}
        objection.decide_by = decide_objection_by(day(ended), **how, stopped_days=int(stopped))
        return said(session, "objection/received", day(ended))

    after = ("U krijgt ons besluit uiterlijk op", "You will get our decision by")
    assert wrong("review", read, after) == []


def test_both_languages_about_a_late_decision_say_the_first_day_of_the_penalty_that_was_worked_by_hand(
    session: Session,
) -> None:
    question = an_application(session)
    late = date(2026, 4, 29)
    now = NOW + timedelta(days=(late - NOW.date()).days)
    give_notice(session, question=question, objection=None, received_on=late, actor=asker(question), now=now)
    notice = session.scalars(select(DefaultNotice)).one()

    def read(given: str, _last: date) -> Said:
        due, received, _sent, _today = parts(given)
        notice.first_on = penalty_from(day(due), day(received))
        return said(session, "late/notice_received", day(received))

    assert wrong("penalty", read, ("Hebt u op", "If you have no decision on")) == []
