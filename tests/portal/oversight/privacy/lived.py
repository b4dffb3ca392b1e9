"""A desk that lives for years: cases of all ends, the nightly work of retention, and what an outsider expects to be left each month.

When something is over stands in the story, when it must be gone is counted from there as people count (`end_of_term`); nothing of
how the desk finds out what is due is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.commands.due import desk_jobs
from portal.ledger.models import Transfer
from portal.oversight.books import look_at_books
from portal.oversight.finding.hidden_words import hidden
from portal.oversight.finding.models import SearchTerm
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.kinds import PROPOSED, Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention.actions import WantedTerm, confirm_term, lay_down_term
from portal.people.accounts.models import Account, SignInLink
from portal.people.audit.chain import chain_events
from portal.people.audit.models import ViewingEvent
from portal.people.audit.verifying import chain_breaks
from portal.platform.database import load_models, unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.files.actions import Vault, remove_loose_files
from portal.post.files.models import StoredFile
from tests.factories import (
    NOW,
    REGION,
)
from tests.portal.oversight.privacy.test_terms import SECOND_REGION, end_of_term
from tests.who_runs_what import PROOF

WORK = ("expire_drafts", "plan_erasures", "erase_due", "erase_asked", "follow_search")
EVERY = 1 if PROOF else 3
"""So many months lie between two nights on which nothing is due."""
SLACK = timedelta(days=3)
"""A month that has no such day counts until its end."""
_WORD = re.compile(r"leven[a-p]{4}", re.IGNORECASE)


@dataclass
class Thing:
    """Something that goes: since when it is over, by which term, and until when it was held up."""

    what: str
    kind: Kept
    ended: date
    is_there: Callable[[Found], bool]
    held_until: date | None = None

    def over(self, terms: Mapping[Kept, KeptFor]) -> date:
        """From this day on it may go."""
        term = terms[self.kind]
        in_days = term.unit is TermUnit.DAYS
        day = self.ended + timedelta(days=term.number) if in_days else end_of_term(self.ended, term)
        return day if self.held_until is None else max(day, self.held_until + timedelta(days=1))


@dataclass
class Found:
    """What stands in the desk: whose words in what of which family, and which rows of their own there are."""

    words: set[tuple[str, Family | None]]
    rows: dict[str, set[int]]


@dataclass
class Desk:
    """The desk, what is to go of it, and what happens on a later day."""

    engine: Engine
    vault: Vault
    things: list[Thing] = field(default_factory=list)
    later: list[tuple[date, Callable[[Session, datetime], object]]] = field(default_factory=list)
    number: int = 0

    def do(self, work: Callable[[Session], Any]) -> Any:
        """Do something at this desk."""
        return unit_of_work(self.engine, work)

    def word(self) -> str:
        """A word that nobody else has."""
        self.number += 1
        return "Leven" + "".join(chr(ord("a") + (self.number >> shift & 15)) for shift in (12, 8, 4, 0))

    def goes(self, kind: Kept, ended: date, word: str, *families: Family) -> list[Thing]:
        """The words of somebody in these families go by this term."""
        made = []
        for family in families:
            key = (word.casefold(), family)
            made.append(Thing(f"{word} in {family.value}", kind, ended, lambda found, key=key: key in found.words))  # type: ignore[misc]
        self.things += made
        return made


def noon(day: date) -> datetime:
    """An instant on a day."""
    return datetime.combine(day, time(11), UTC)


def after(start: datetime, days: int) -> datetime:
    return start + timedelta(days=days)


# Years -----------------------------------------------------------------------------------------------------------------


def lay_down(session: Session, terms: Mapping[Kept, KeptFor]) -> None:
    """These terms, by two people."""
    for kind, term in terms.items():
        wanted = WantedTerm(kind, term, "Taak", "Lijst")
        laid = lay_down_term(session, wanted=wanted, actor=REGION, now=NOW)
        confirm_term(session, laid=laid, actor=SECOND_REGION, now=NOW)


def proposed() -> dict[Kept, KeptFor]:
    """The terms that the desk proposes."""
    return {kind: one.term for kind, one in PROPOSED.items()}


def nights(desk: Desk, months: int, terms: Mapping[Kept, KeptFor]) -> dict[date, bool]:
    """The days on which the nightly work is done, and whether the whole desk is looked through then: once a month (in the proof) or a
    quarter, and around every day on which something is due."""
    first = NOW.date().replace(day=1)
    firsts = [
        first.replace(year=first.year + (first.month + n - 1) // 12, month=(first.month + n - 1) % 12 + 1)
        for n in range(EVERY, months + 1, EVERY)
    ]
    around = {
        day for thing in desk.things for day in (thing.over(terms) - timedelta(days=1), thing.over(terms) + SLACK)
    }
    looked = {day for day in around if NOW.date() < day <= firsts[-1]} | set(firsts[:: 12 // EVERY])
    return {day: day in looked for day in sorted({*firsts, *looked})}


def live(desk: Desk, *, months: int, terms: Mapping[Kept, KeptFor]) -> Iterator[str]:
    """The nightly work; what went too early, what is there too late, and where the books or the log do not add up."""
    jobs = [job for job in desk_jobs() if job.name in WORK]
    assert len(jobs) == len(WORK)
    waiting = sorted(desk.later, key=lambda one: one[0])
    for today, looked in nights(desk, months, terms).items():
        while waiting and waiting[0][0] <= today:
            when, act = waiting.pop(0)
            desk.do(lambda s, act=act, when=when: act(s, noon(when)))
        before = desk.do(sums)
        run = run_jobs(desk.engine, jobs=jobs, now=noon(today))
        desk.do(lambda s, today=today: remove_loose_files(s, vault=desk.vault, now=noon(today)))
        if run.failed or run.dead:
            yield f"{today}: {run}"
        if desk.do(sums) != before:
            yield f"{today}: the books changed"
        if looked:
            yield from missed(desk, today, terms)
        if looked and today.day == 1:
            yield from unsound(desk, today)


def missed(desk: Desk, today: date, terms: Mapping[Kept, KeptFor]) -> Iterator[str]:
    """What is gone too early, or there too late, and words where nobody's may be."""
    found = desk.do(look)
    for thing in desk.things:
        over, there = thing.over(terms), thing.is_there(found)
        if today < over and not there:
            yield f"{today}: {thing.what} is gone, {thing.kind.value} until {over}"
        if today >= over + SLACK and there:
            yield f"{today}: {thing.what} is still there, {thing.kind.value} until {over}"
    yield from (
        f"{today}: {word} stands in a table that holds nobody" for word, family in found.words if family is None
    )


def unsound(desk: Desk, today: date) -> Iterator[str]:
    """What is not right with the books and the log."""
    desk.do(chain_events)
    yield from (f"{today}: {one}" for one in desk.do(lambda s: look_at_books(s).breaks))
    yield from (f"{today}: {one}" for one in desk.do(lambda s: list(chain_breaks(s))))


def sums(session: Session) -> list[tuple[object, ...]]:
    """What was booked, per kind."""
    rows = select(Transfer.kind, func.count(), func.sum(Transfer.amount_cents)).group_by(Transfer.kind)
    return sorted((tuple(row) for row in session.execute(rows)), key=str)


def look(session: Session) -> Found:
    """Whose words stand in what of which family, and which rows of their own there are."""
    words: set[tuple[str, Family | None]] = set()
    for table in load_models().sorted_tables:
        held = HOLDINGS[table.name]
        family = held.family if isinstance(held, Holding) else None
        for row in session.connection().execute(select(table)).all():
            said = " ".join(
                one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in row if one is not None
            )
            words |= {(word.casefold(), family) for word in _WORD.findall(said)}
    known = {hidden(word): word for word, family in words if family is Family.CASE}
    words |= {(known[one], Family.INDEX) for one in session.scalars(select(SearchTerm.word)) if one in known}
    return Found(
        words,
        {
            "file": set(session.scalars(select(StoredFile.id).where(StoredFile.erased_at.is_(None)))),
            "look": set(session.scalars(select(ViewingEvent.id))),
            "link": set(session.scalars(select(SignInLink.id))),
            "account": set(session.scalars(select(Account.id).where(Account.display_name != "gewist"))),
        },
    )
