"""What rounds came to, and what was divided to one application."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundState
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform.among import among


@dataclass(frozen=True)
class DividedRow:
    """What one application gets, in the order of the method; cents."""

    number: str
    asked_cents: int
    granted_cents: int
    lines: tuple[tuple[str, int], ...]
    points: int = 0
    lot: str = ""


@dataclass(frozen=True)
class Division:
    """What a round came to. `most_cents`: no division of this money over these applications pays more."""

    on: date
    rows: tuple[DividedRow, ...]
    most_cents: int
    part_percent: float
    """In proportion: what part of what was asked everybody gets."""

    @property
    def cents(self) -> int:
        """What is granted together."""
        return sum(one.granted_cents for one in self.rows)


UNDECIDED = (QuestionState.APPLIED, QuestionState.WAITING)
"""States in which an application still waits for its decision."""
DIVISION: TypeAdapter[Division] = TypeAdapter(Division)


def latest_round(session: Session, *, scheme: str) -> AwardRound | None:
    """The newest round of a scheme that was not dropped, for everybody; None when there is none."""
    mine = (AwardRound.scheme == scheme, AwardRound.state != RoundState.DROPPED)
    return session.scalars(select(AwardRound).where(*mine).order_by(AwardRound.id.desc()).limit(1)).first()


def division_of(round_: AwardRound) -> Division | None:
    """What it came to; None while it is not divided."""
    return DIVISION.validate_json(round_.result_json) if round_.result_json is not None else None


def rounds_of(session: Session, *, schemes: Collection[str]) -> list[AwardRound]:
    """The rounds of these schemes that were not dropped, the first one first."""
    mine = (AwardRound.scheme.in_(schemes), AwardRound.state != RoundState.DROPPED)
    return list(session.scalars(select(AwardRound).where(*mine).order_by(AwardRound.id)))


@dataclass(frozen=True)
class Promised:
    """What the rounds divided to one application that waits for its decision: cents per scheme, and per funding line."""

    by_scheme: dict[str, int]
    by_line: dict[str, int]

    @property
    def cents(self) -> int:
        """All of it together."""
        return sum(self.by_scheme.values())


def promised(session: Session) -> dict[str, Promised]:
    """Per number of application what the rounds divided to it, while it waits for its decision; who got nothing is left out.

    A decision, a withdrawal or whatever else ends the wait ends this too: what was not awarded is free again.
    """
    found: dict[str, Promised] = {}
    for one in session.scalars(
        select(AwardRound).where(AwardRound.state == RoundState.DIVIDED).order_by(AwardRound.id)
    ):
        division = division_of(one)
        for row in division.rows if division is not None else ():
            if row.granted_cents:
                mine = found.setdefault(row.number, Promised({}, {}))
                mine.by_scheme[one.scheme] = mine.by_scheme.get(one.scheme, 0) + row.granted_cents
                for line, cents in row.lines:
                    mine.by_line[line] = mine.by_line.get(line, 0) + cents
    if not found:
        return found
    waiting = select(Application.number).join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
    waiting = waiting.where(among(Application.number, found), DevelopmentQuestion.state.in_(UNDECIDED))
    return {number: found[number] for number in session.scalars(waiting.order_by(Application.number))}


@dataclass(frozen=True)
class DividedPart:
    """What the rounds of one scheme divided to one application, in cents; 0 for who took part and got nothing."""

    scheme: str
    cents: int
    latest: AwardRound
    """The last round in which it took part."""
    row: DividedRow
    """Its row of that round."""
    place: int
    """At which place it stands there, by points or lot; 1 is the first."""


def parts_of(session: Session, *, application: Application) -> list[DividedPart]:
    """What was divided to an application, per scheme in order of its slug; without schemes of which no round was yet."""
    return parts_in(rounds_of(session, schemes=application.schemes), application.number)


def parts_in(rounds: Iterable[AwardRound], number: str) -> list[DividedPart]:
    """What these rounds divided to the application with this number, per scheme in order of its slug."""
    found: dict[str, DividedPart] = {}
    for one in rounds:
        division = division_of(one)
        for place, row in enumerate(division.rows if division is not None else (), start=1):
            if row.number == number:
                before = found[one.scheme].cents if one.scheme in found else 0
                found[one.scheme] = DividedPart(one.scheme, before + row.granted_cents, one, row, place)
    return [found[scheme] for scheme in sorted(found)]


def part_of(session: Session, *, application: Application, scheme: str) -> DividedPart | None:
    """What was divided to an application of a scheme; None while no round in which it takes part was divided."""
    return next((one for one in parts_of(session, application=application) if one.scheme == scheme), None)
