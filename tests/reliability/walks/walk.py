"""A walk: from a seed so many acts, chosen and filled in at random, each in a transaction of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, Select
from sqlalchemy.orm import Session

from matching.what_if.insight import Insight
from matching.what_if.interval import Interval
from portal.framework.catalogue.queries import has_region
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, PortalError
from portal.post.files.actions import Vault
from tests.factories import ADVISOR, NOW, REGION, SECOND
from tests.reliability.walks.region import begin_region
from tests.reliability.walks.stories import STORIES

ANOTHER = Actor(Audience.REGION, account_id=912, display_name="Rob Regio")
TOLD = 5
"""So many stories are told in most walks."""
LAST_DAY = NOW + timedelta(days=660)
"""A walk goes no further: every ceiling over years is then one period, and the money of the region is not over."""


class NothingToDo(Exception):
    """There is no record on which this act can be done now."""


@dataclass(frozen=True)
class Act:
    """Something that people do at the desk: how often it is chosen beside the others, and what it does."""

    name: str
    weight: float
    do: Callable[[Walk], object]


ACTS: dict[str, Act] = {}


def act(weight: float = 1) -> Callable[[Callable[[Walk], object]], Callable[[Walk], object]]:
    """Make a function one of the acts. It takes the walk, and raises ``NothingToDo`` when there is nothing to do it with."""

    def keep(do: Callable[[Walk], object]) -> Callable[[Walk], object]:
        name = do.__name__
        assert name not in ACTS, f"{name} is there twice"
        ACTS[name] = Act(name, weight, do)
        return do

    return keep


class MemoryVault(Vault):
    """A vault that keeps nothing on disk."""

    def put(self, place: str, content: bytes) -> None:
        """Forget it: nobody in a walk looks into a file."""


@dataclass
class Walk:
    """Two people at one desk, with a clock and chance."""

    seed: int
    chance: random.Random
    connection: Connection
    now: datetime = NOW
    number: int = 0
    turn: int = 0
    trace: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    vault: Vault = field(default_factory=lambda: MemoryVault.under(Path("nowhere"), "walks"))
    stories: list[list[str]] = field(default_factory=list)
    tries: int = 0
    _session: Session | None = None

    def __post_init__(self) -> None:
        """The stories begin elsewhere with every seed, so that a few walks after one another tell all of them."""
        first = self.seed // 2 * TOLD
        self.stories = [list(STORIES[(first + place) % len(STORIES)]) for place in range(len(STORIES))]

    # Who and when ------------------------------------------------------------------------------------------------------

    @property
    def advisor(self) -> Actor:
        """Who of the two advisors has the turn."""
        return (ADVISOR, SECOND)[self.turn]

    @property
    def region(self) -> Actor:
        """Who of the two of the region has the turn."""
        return (REGION, ANOTHER)[self.turn]

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def session(self) -> Session:
        assert self._session is not None, "an act runs in a transaction"
        return self._session

    @property
    def by(self) -> dict[str, Any]:
        """Who of the advisors does it, and when."""
        return {"actor": self.advisor, "now": self.now}

    @property
    def by_region(self) -> dict[str, Any]:
        """Who of the region does it, and when."""
        return {"actor": self.region, "now": self.now}

    @property
    def by_two(self) -> dict[str, Any]:
        """Who of the advisors does it when; mostly the other one laid it down."""
        other = (SECOND, ADVISOR)[self.turn].reference
        return {**self.by, "prepared_by": other if self.happens(0.9) else None}

    @property
    def by_two_of_the_region(self) -> dict[str, Any]:
        """The same of the region."""
        other = (ANOTHER, REGION)[self.turn].reference
        return {**self.by_region, "prepared_by": other if self.happens(0.95) else None}

    def not_by(self, *who: str | None) -> None:
        """Mostly give the turn to the other one, when one of these did the first half: a second person is wanted."""
        if {self.advisor.reference, self.region.reference} & set(who) and self.happens(0.85):
            self.turn = 1 - self.turn

    # Chance ------------------------------------------------------------------------------------------------------------

    def find(self, query: Select[Any]) -> list[Any]:
        """What a query finds now."""
        return list(self.session.scalars(query).unique())

    def pick(self, query: Select[Any]) -> Any:
        """One of what a query finds, mostly of the newest. Raises ``NothingToDo`` when it finds none."""
        kind = query.column_descriptions[0]["entity"]
        return self.session.get_one(kind, self.one_of(list(self.session.scalars(query.with_only_columns(kind.id)))))

    def one_of(self, found: list[Any]) -> Any:
        """One of these. Raises ``NothingToDo`` when there are none."""
        if not found:
            raise NothingToDo
        return found[-1 - min(int(self.chance.expovariate(0.35)), len(found) - 1)]

    def cents(self, most: int, least: int = 1) -> int:
        """An amount up to so much: often all of it, or nearly."""
        if most <= least:
            return max(most, 1)
        return self.chance.choice((most, most - 1, self.chance.randint(least, most), self.chance.randint(least, most)))

    def happens(self, share: float) -> bool:
        """Whether something that happens in such a share of cases happens now."""
        return self.chance.random() < share

    def next(self, what: str) -> str:
        """A name that nothing else in this walk has."""
        self.number += 1
        return f"{what}{self.number}"

    # Going -------------------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction as the desk has one per act: all of it stays, or nothing. In truth a savepoint, so that a walk can be undone."""
        with Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            self._session = session
            try:
                yield session
                session.commit()
            finally:
                self._session = None

    def step(self, name: str) -> str:
        """Try one act; what came of it: "done", "nothing", or the code of the refusal."""
        outcome = self._try(name)
        if self.stories and self.stories[0][:1] == [name]:
            self.tries += 1
            if outcome == "done" or self.tries == 3:
                self.stories[0].pop(0)
                self.tries = 0
        return outcome

    def _try(self, name: str) -> str:
        self.turn = self.chance.randrange(2)
        self.now += timedelta(minutes=self.chance.randint(1, 40), seconds=self.chance.randint(1, 59))
        try:
            with self.transaction():
                ACTS[name].do(self)
        except NothingToDo:
            self.missed[name] += 1
            return "nothing"
        except PortalError as refusal:
            code = getattr(refusal, "code", type(refusal).__name__)
            self.refused[name] += 1
            self.trace.append(f"{len(self.trace)} {self.now:%Y-%m-%d %H:%M} {self.advisor.display_name} {name}: {code}")
            return str(code)
        self.done[name] += 1
        self.missed = Counter({other: times - 1 for other, times in self.missed.items() if times > 1 and other != name})
        self.trace.append(f"{len(self.trace)} {self.now:%Y-%m-%d %H:%M} {self.advisor.display_name} {name}")
        return "done"

    def choose(self) -> str:
        """The next act to try: sooner what was done little in this walk, and what was found to do when it was last looked for."""
        while self.stories and not self.stories[0]:
            self.stories.pop(0)
        if self.stories and self.happens(0.45):
            return self.stories[0][0]
        weights = [
            (one.weight if self.done[name] else max(one.weight, 1.2))
            / (1 + self.done[name] + self.refused[name] / 3)
            / (1 + self.missed[name] ** 2)
            for name, one in ACTS.items()
        ]
        return self.chance.choices(list(ACTS), weights)[0]

    def tail(self, lines: int = 30) -> str:
        """The last acts, for who reads why a walk broke."""
        return "\n".join(self.trace[-lines:])


Look = Callable[[Session], list[str]]


def go(engine: Engine, seeds: Iterable[int], *, acts: int, every: int, look: Look) -> Iterator[Walk]:
    """Walk so many acts that are done, for each seed from the same fresh region; look after every so many acts, and at the end.

    What is done in a walk is undone at its end. Raises ``AssertionError`` with the seed, what was found and the last acts.
    """
    with Session(engine) as session:
        if not has_region(session):
            begin_region(session)
            session.commit()
    with engine.connect() as connection, without_insight():
        for seed in seeds:
            whole = connection.begin()
            walk = Walk(seed, random.Random(seed), connection)
            try:
                _walk(walk, acts, every, look)
            finally:
                whole.rollback()
            yield walk


@contextmanager
def without_insight() -> Iterator[None]:
    """Let proposals be made without what else could be and why, which takes longer than they do and decides nothing."""
    with patch(
        "portal.awarding.answering.insight", lambda *_args, **_given: Insight((), (), Interval(0, 0, 0, ()), ())
    ):
        yield


def _walk(walk: Walk, acts: int, every: int, look: Look) -> None:
    looked, tried = 0, 0
    while walk.done.total() < acts and tried < 25 * acts and walk.now < LAST_DAY:
        tried += 1
        try:
            walk.step(walk.choose())
        except Exception as error:
            raise AssertionError(f"walk {walk.seed} fell over {error!r}\n{walk.tail()}") from error
        if walk.done.total() >= looked + every:
            looked = walk.done.total()
            check(walk, look)
    check(walk, look)


def check(walk: Walk, look: Look) -> None:
    """Look at everything now."""
    with walk.transaction() as session:
        found = look(session)
    assert not found, f"walk {walk.seed} broke after {len(walk.trace)} acts:\n" + "\n".join(found) + f"\n{walk.tail()}"


__all__ = ["ACTS", "Conflict", "NothingToDo", "Walk", "act", "check", "go"]
