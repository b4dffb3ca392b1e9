"""Taking over an administration from before the desk: 1,000 vouchers with their invoices and payments, as long work, on both databases.

Tried, laid down, decided by a second person and written in the books part by part, as the screen asks for it. Between two parts others
write: the longest time that one part holds the books is a figure of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest import mock

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.accounting.takeover.actions import lay_down_administration
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.parts import begin_taking_over
from portal.commands.taking_over import take_over_in_parts, try_in_parts
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.doing import Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from tests.benchmarks.books import both
from tests.factories import NOW, SYSTEM
from tests.portal.accounting.takeover.administrations import (
    BUDGETS,
    INVOICES,
    PAYMENTS,
    TOTALS,
    VOUCHERS,
    Filled,
    budget,
    empty_desk,
    invoice,
    payment,
    sent,
    voucher,
)

MANY = 1_000
KINDS = {WorkKind.TAKEOVER_TRIAL: try_in_parts, WorkKind.TAKEOVER: take_over_in_parts}


@dataclass
class Taken:
    """What a takeover took: seconds of the trial and of the books, and of the longest part."""

    trial: float = 0.0
    books: float = 0.0
    parts: list[float] = field(default_factory=list)


def rows(vouchers: int, provider: str) -> Filled:
    """So many vouchers of € 500: of every ten four are used, and three of these paid."""
    names = [f"V-{number:05d}" for number in range(vouchers)]
    used = [name for number, name in enumerate(names) if number % 10 < 4]
    paid = [name for number, name in enumerate(names) if number % 10 < 3]
    return {
        BUDGETS: [budget(str(500 * vouchers))],
        VOUCHERS: [voucher(name, "500", name=f"Persoon {name}") for name in names],
        INVOICES: [invoice(name, "400", f"F-{name}") | {"provider": provider} for name in used],
        PAYMENTS: [payment(name, "400", f"F-{name}") for name in paid],
        TOTALS: [],
    }


def _person(session: Session, name: str) -> Account:
    mail = f"{name}@regio.example"
    return create_account(
        session, email=mail, display_name=name, role=Role.REGION, actor=SYSTEM, now=NOW, prepared_by="account:1"
    )


def _who(session: Session, name: str) -> Actor:
    return actor_of_account(session.scalars(select(Account).where(Account.display_name == name)).one())


def _its(session: Session) -> EarlierAdministration:
    return session.scalars(select(EarlierAdministration)).one()


def _asked(engine: Engine, kind: WorkKind, name: str, first: Callable[[Session, Actor], object]) -> float:
    """Ask for long work as this person, and do it; seconds."""

    def ask(session: Session) -> None:
        actor = _who(session, name)
        first(session, actor)
        begin_work(session, kind=kind, about=_its(session).public_id, actor=actor, now=NOW)

    unit_of_work(engine, ask)
    start = time.perf_counter()
    assert do_waiting(engine, kinds=KINDS, clock=lambda: NOW) == 1
    taken = time.perf_counter() - start
    work = unit_of_work(engine, lambda session: session.scalars(select(LongWork).order_by(LongWork.id.desc())).first())
    assert work is not None and work.state is WorkState.DONE and work.done == work.total > 0, work and work.trouble
    return taken


def take_over(engine: Engine, vouchers: int) -> Taken:
    """Take over so many vouchers on an empty desk."""
    taken = Taken()

    def begin(session: Session) -> None:
        provider = empty_desk(session)
        for name in ("Eerste", "Tweede"):
            _person(session, name)
        sent(session, rows(vouchers, provider))

    def lay_down(session: Session) -> None:
        one = _its(session)
        actor = _who(session, "Eerste")
        lay_down_administration(session, administration=one, seen_hash=one.content_hash, actor=actor, now=NOW)

    def decide(session: Session, actor: Actor) -> None:
        one = _its(session)
        begin_taking_over(session, administration=one, seen_hash=one.content_hash, actor=actor, now=NOW)

    unit_of_work(engine, begin)
    taken.trial = _asked(engine, WorkKind.TAKEOVER_TRIAL, "Eerste", lambda *_: None)
    unit_of_work(engine, lay_down)
    with mock.patch.object(Doing, "keep_part", _timed(taken.parts)):
        taken.books = _asked(engine, WorkKind.TAKEOVER, "Tweede", decide)
    assert unit_of_work(engine, _its, read_only=True).state is AdministrationState.TAKEN_OVER
    return taken


def _timed(parts: list[float]) -> Any:
    """`Doing.keep_part` that notes how long each part took, without the breath after it."""
    keep_part, breathe = Doing.keep_part, Doing.breathe

    def timed(doing: Doing, work: Callable[[Session, datetime], int]) -> int:
        with mock.patch.object(Doing, "breathe", lambda _doing: None):
            start = time.perf_counter()
            done = keep_part(doing, work)
            parts.append(time.perf_counter() - start)
        breathe(doing)
        return done

    return timed


def measure(vouchers: int = MANY) -> Taken:
    """Of both databases the slower of each."""
    with both() as engines:
        found = [take_over(engine, vouchers) for engine in engines]
    return Taken(
        max(one.trial for one in found), max(one.books for one in found), [max(max(one.parts) for one in found)]
    )


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """Name, value, unit and target."""
    taken = measure()
    yield "takeover_1000_trial_s", taken.trial, "s", 60
    yield "takeover_1000_s", taken.books, "s", 60
    yield "takeover_rows_per_s", MANY / taken.books, "vouchers per second", None
    yield "takeover_longest_part_ms", taken.parts[0] * 1000, "ms", 500
