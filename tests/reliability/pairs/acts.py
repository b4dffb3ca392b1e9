"""What a row of the table says: an act, in which scene it can be done, and how it is called there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor, Audience
from portal.platform.database import Base
from portal.platform.errors import Conflict
from portal.spending.providers.models import Provider
from tests.factories import ADVISOR, NOW, REGION, SECOND, SYSTEM, asker

THIRD = Actor(Audience.ADVISOR, account_id=908, display_name="Dirk Derde")
SECOND_REGION = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")


@dataclass(frozen=True)
class Found:
    """A value that is looked up in the desk when the act begins, for who does it: 0 or 1."""

    look: Callable[[Session, int], Any]


def the(kind: type[Base], /, **which: Any) -> Found:
    """The first record of this kind, with these values."""
    return nth(0, kind, **which)


def nth(place: int, kind: type[Base], /, **which: Any) -> Found:
    """The record of this kind at a place, counted from 0. A page that does not find it any more says so."""

    def look(session: Session, _who: int) -> Any:
        rows = select(kind).filter_by(**which).order_by(kind.__mapper__.primary_key[0])
        found = session.scalars(rows.offset(place).limit(1)).first()
        if found is None:
            raise Conflict("gone", "gone")
        return found

    return Found(look)


def by(*people: Actor) -> Found:
    """One of these people; with two, each of the two acts at once has its own."""
    return Found(lambda _session, who: people[who % len(people)])


ADVISORS = by(ADVISOR, SECOND)
OTHERS = by(THIRD, SECOND)
REGIONS = by(REGION, SECOND_REGION)
PROGRAM = by(SYSTEM)
FIRST = Found(lambda _session, who: (SECOND, ADVISOR)[who % 2].reference)
"""Who laid it down, of what takes two advisors: the other one."""
FIRST_OF_REGION = Found(lambda _session, who: (SECOND_REGION, REGION)[who % 2].reference)


def made(what: Callable[..., Any], /, *given: Any, **named: Any) -> Found:
    """A value made of values that are looked up."""

    def look(session: Session, who: int) -> Any:
        return what(*(said(one, session, who) for one in given), **{n: said(v, session, who) for n, v in named.items()})

    return Found(look)


def who_asked(place: int = 0) -> Found:
    """Who asked the question at this place."""
    return made(asker, nth(place, DevelopmentQuestion))


def provider_staff(place: int = 0) -> Found:
    """Somebody who works at the provider."""

    def staff(provider: Provider) -> Actor:
        return Actor(Audience.PROVIDER, account_id=9001, organisation_id=provider.organisation_id, display_name="Pia")

    return made(staff, nth(place, Provider))


def said(value: Any, session: Session, who: int) -> Any:
    """The value, looked up when it must be."""
    return value.look(session, who) if isinstance(value, Found) else value


@dataclass(frozen=True)
class Row:
    """One act as it is done in one scene."""

    act: Callable[..., Any]
    values: dict[str, Any]
    way: str = ""
    """Which of several ways to do the same act, when there are."""

    @property
    def name(self) -> str:
        """How it is called in ids and messages."""
        return f"{self.act.__name__} ({self.way})" if self.way else self.act.__name__

    def begin(self, session: Session, who: int) -> Callable[[], Any]:
        """Look up what it is about, as a page does; what comes back does it."""
        values = {name: said(value, session, who) for name, value in self.values.items()}
        return lambda: self.act(session, **values)


def row(act: Callable[..., Any], way: str = "", /, **values: Any) -> Row:
    """An act with what it is called with: by one of two advisors at `NOW`, unless it says otherwise. None leaves one out."""
    whole = {"actor": ADVISORS, "now": NOW} | values
    return Row(act, {name: value for name, value in whole.items() if value is not NO}, way)


NO = object()
"""Instead of an actor: the act takes none."""


@dataclass(frozen=True)
class Scene:
    """A desk in which many acts can be done on the same record."""

    name: str
    make: Callable[[Session], object]
    rows: tuple[Row, ...]
    now: datetime = field(default=NOW)
