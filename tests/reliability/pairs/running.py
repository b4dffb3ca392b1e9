"""Two acts on one desk, one after the other and at once, and whether what comes out at once is right.

At once is right when it comes to the same as one of the two orders, outcomes and all; or when one did its act, the other was told
that somebody was first, and the desk is as after the one alone. The first act stands still right before its first lock, the
second one is done whole, and the first goes on: with everything in hand that it read before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from sqlalchemy import Engine, inspect, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expense_breaks
from portal.oversight.books import log_breaks, look_at_books
from portal.platform.database import Base, unit_of_work
from portal.platform.errors import Busy, Conflict, Refusal
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.desks import Desk, FileDesk, ServerDesk
from tests.reliability.pairs.fingerprint import Print, Reader, difference

DONE = "done"
BOOKS: list[str] = []
EVERYBODYS = frozenset({"act_count", "audit_event", "audit_link", "audit_head", "outbox_message", "number_series"})
"""Tables in which nearly every act writes a line of its own."""


@dataclass(frozen=True)
class Outcome:
    """What became of one act: "done", or why not."""

    said: str
    told: bool = False
    """It was refused because somebody else was first."""

    @property
    def is_broken(self) -> bool:
        """It ended in an error that no page shows."""
        return self.said.startswith("broken")


@dataclass(frozen=True)
class Ended:
    """A desk after two acts: what became of the first and the second row, and what the desk comes to."""

    first: Outcome
    second: Outcome
    desk: Print

    def same_as(self, other: Ended) -> bool:
        """Whether nobody could tell the two apart."""
        return (self.first.said, self.second.said, self.desk) == (other.first.said, other.second.said, other.desk)


def attempt(engine: Engine, row: Row, who: int, seen: Collection[str] = ()) -> Outcome:
    """Do an act in a unit of work of its own, as the desk does, after a page that showed all of the tables `seen`."""

    def work(session: Session) -> None:
        do = row.begin(session, who)
        shown = page(session, seen)
        do()
        del shown

    try:
        unit_of_work(engine, work)
    except Refusal as refused:
        return Outcome(refused.code, isinstance(refused, Conflict))
    except Busy:
        return Outcome("busy", True)
    except Exception as error:
        return Outcome(f"broken: {type(error).__name__}: {str(error)[:300]}")
    return Outcome(DONE)


@dataclass(frozen=True)
class Alone:
    """One act in the scene as it was: what became of it, what the desk then comes to, and the tables it read and wrote."""

    outcome: Outcome
    desk: Print
    read: frozenset[str]
    written: frozenset[str]


def page(session: Session, names: Collection[str]) -> list[object]:
    """Everything in these tables and all that hangs on it, as a page has it in hand. What was loaded before a lock is a hint."""
    kinds = [mapper.class_ for mapper in Base.registry.mappers if isinstance(mapper.local_table, SqlTable)]
    shown: list[object] = []
    for kind in kinds:
        if kind.__table__.name in names:
            shown += session.scalars(select(kind)).all()
    for one in list(session):
        shown += [getattr(one, hanging.key) for hanging in inspect(type(one)).relationships]
    return shown


class Table:
    """All pairs of one scene: one after the other on SQLite, which says what can come out, and at once on PostgreSQL."""

    def __init__(self, scene: Scene, file: FileDesk, server: ServerDesk | None = None) -> None:
        self.scene, self.file, self.server = scene, file, server
        rows = file.begin(scene.make)
        if server is not None:
            server.begin(rows)
        self.reader = Reader(rows)
        self._alone: dict[tuple[int, int], Alone] = {}
        self._right: dict[str, list[str]] = {digest({}): []}

    def in_books(self) -> list[str]:
        """The tables at which a look at the books looks."""
        if not BOOKS:
            self.file.read.clear()
            unit_of_work(self.file.engine, book_breaks, read_only=True)
            BOOKS.extend(sorted((self.file.read & set(self.reader.tables)) - EVERYBODYS))
        return BOOKS

    def unsound(self) -> list[str]:
        """What is not right with the books of the scene itself. Where an act leaves them alone they are not looked at again."""
        self.file.put_back()
        return unit_of_work(self.file.engine, book_breaks, read_only=True)

    def pairs(self, places: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """The places of every two acts of which the one writes where the other looks or writes, an act beside itself too.

        Of these places only, when they are given.
        """
        every = combinations_with_replacement(range(len(self.scene.rows)) if places is None else places, 2)
        return [pair for pair in every if len({*pair}) == 1 or self._meet(*map(self.alone, pair))]

    def called(self, first: int, second: int) -> str:
        """The name of a pair."""
        return f"{self.scene.rows[first].name}|{self.scene.rows[second].name}"

    @staticmethod
    def _meet(one: Alone, other: Alone) -> bool:
        mine, theirs = one.written - EVERYBODYS, other.written - EVERYBODYS
        return bool(mine & (theirs | other.read) or theirs & one.read)

    def alone(self, place: int, who: int = 0) -> Alone:
        """This act in the scene as it was. The desk after it is kept."""
        if (place, who) not in self._alone:
            self.file.put_back()
            outcome = attempt(self.file.engine, self.scene.rows[place], who)
            read, written = frozenset(self.file.read), frozenset(self.file.written)
            self._alone[place, who] = Alone(outcome, self.reader.read(self.file.engine, written), read, written)
            self.file.keep(f"{place} {who}")
        return self._alone[place, who]

    def wrong(self, first: int, second: int) -> Iterator[str]:
        """Everything that is not right with two acts of this scene, one after the other and at once."""
        one, other = self.scene.rows[first], self.scene.rows[second]
        orders = [self._serial(first, second, 0), self._serial(second, first, 1)]
        mine, theirs = self.alone(first, 0), self.alone(second, 1)
        names = (one.name, other.name)
        for ended, how in zip(
            orders, (f"{one.name}, then {other.name}", f"{other.name}, then {one.name}"), strict=True
        ):
            yield from (f"{how}: {found}" for found in self._unsound(self.file, ended))
        if self.server is None:
            return
        for late in (0, 1):
            ended = self._at_once(one, other, late, (theirs, mine)[late].written - EVERYBODYS)
            how = f"{names[late]} waits, {names[1 - late]} is done meanwhile"
            yield from (f"{how}: {found}" for found in self._unsound(self.server, ended))
            yield from (f"{how}: {found}" for found in not_serial(ended, orders, (mine.desk, theirs.desk)))

    def wrong_when_late(self, first: int, second: int) -> Iterator[str]:
        """The same of one order at once only: the first act waits. The other order of the two is done when it is needed."""
        one, other = self.scene.rows[first], self.scene.rows[second]
        serial = self._serial(second, first, 1)
        theirs = self.alone(second, 1)
        ended = self._at_once(one, other, 0, theirs.written - EVERYBODYS)
        assert self.server is not None
        yield from self._unsound(self.server, ended)
        if not_serial(ended, [serial], (theirs.desk, theirs.desk)):
            orders = [serial, self._serial(first, second, 0)]
            yield from not_serial(ended, orders, (self.alone(first, 0).desk, theirs.desk))

    def _serial(self, first: int, second: int, who: int) -> Ended:
        """One act by this person, then another by the other; told in the order of the people."""
        before = self.alone(first, who)
        self.file.put_back(f"{first} {who}")
        after = attempt(self.file.engine, self.scene.rows[second], 1 - who)
        desk = self.reader.read(self.file.engine, self.file.written | before.written)
        outcomes = (before.outcome, after)
        return Ended(outcomes[who], outcomes[1 - who], desk)

    def _at_once(self, one: Row, other: Row, late: int, seen: Collection[str]) -> Ended:
        """Both acts, of which the one of person `late` stands still before its first lock while the other is done."""
        server = self.server
        assert server is not None
        server.put_back()
        rows, outcomes = (one, other), [Outcome(DONE), Outcome(DONE)]

        def meanwhile() -> None:
            outcomes[1 - late] = attempt(server.engine, rows[1 - late], 1 - late)

        with server.before_first_lock(meanwhile):
            outcomes[late] = attempt(server.engine, rows[late], late, seen)
        return Ended(outcomes[0], outcomes[1], self.reader.read(server.engine, server.written))

    def _unsound(self, desk: Desk, ended: Ended) -> list[str]:
        """An error that no page shows, and every break of the books and the log. Where the books are equal they are looked at once."""
        said = [outcome.said for outcome in (ended.first, ended.second) if outcome.is_broken]
        looked_at = self.in_books()
        key = digest({name: ended.desk[name] for name in looked_at if ended.desk[name] is not self.reader.whole[name]})
        if key not in self._right:
            self._right[key] = unit_of_work(desk.engine, book_breaks, read_only=True)
        return said + self._right[key] + unit_of_work(desk.engine, broken_log, read_only=True)


def book_breaks(session: Session) -> list[str]:
    """What is not right with the books, as ``loket ledger verify`` says it."""
    return [
        f"{one.invariant} {one.subject}: {one.message}" for one in look_at_books(session, also=(expense_breaks,)).breaks
    ]


def broken_log(session: Session) -> list[str]:
    """What is not right with the audit log, as ``loket audit verify`` says it."""
    return [f"{one.invariant} {one.subject}: {one.message}" for one in log_breaks(session, anchors=())]


def not_serial(ended: Ended, orders: Sequence[Ended], alone: tuple[Print, Print]) -> list[str]:
    """Why what came out is not one of the two orders; nothing when it is. `alone` is the desk after each act by itself."""
    if any(ended.same_as(one) for one in orders):
        return []
    outcomes = (ended.first, ended.second)
    for winner, loser in ((0, 1), (1, 0)):
        if outcomes[winner].said == DONE and outcomes[loser].told and ended.desk == alone[winner]:
            return []
    nearest = min(orders, key=lambda one: len(difference(ended.desk, one.desk)))
    said = f"({ended.first.said}, {ended.second.said})"
    told = " or ".join(f"({one.first.said}, {one.second.said})" for one in orders)
    return [f"{said} is no order of the two: {told}", *difference(ended.desk, nearest.desk)]


def digest(desk: Print) -> str:
    """A short name of all that a desk comes to."""
    whole = hashlib.sha256()
    for name in sorted(desk):
        whole.update(repr((name, sorted(desk[name].items()))).encode())
    return whole.hexdigest()
