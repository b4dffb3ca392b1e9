"""The money of funders against what was paid from it: what is in hand on each day, and what is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.scope import scope_of
from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt
from portal.accounting.tranches.queries import tranches
from portal.framework.funding.models import Agreement, Funder
from portal.ledger.queries import paid_by_day
from portal.people.actor import Actor


@dataclass(frozen=True)
class Moved:
    """What came in and what was paid in a time, in cents, and what was in hand at the end of its last day."""

    until: date
    received_cents: int
    paid_cents: int
    in_hand_cents: int
    """Received so far minus paid so far; below zero when more was paid than was received."""
    expected_cents: int = 0
    """What is still to come in this time of the tranches."""
    then_cents: int = 0
    """What would be in hand at the end of it when all that is expected until then comes, and nothing more is paid."""


@dataclass(frozen=True)
class Liquidity:
    """The money of one funder, or of all together, as of a day."""

    funder: Funder | None
    """None for all that somebody may see together."""
    on: date
    days: tuple[Moved, ...]
    """Every day on which something came in or was paid, up to and including `on`."""
    months: tuple[Moved, ...]
    """From the first month in which something happened to the last in which something is expected."""
    overdue_cents: int
    """Of tranches whose day has passed, and that are still to come."""

    @property
    def received_cents(self) -> int:
        """What came in so far."""
        return sum(one.received_cents for one in self.days)

    @property
    def paid_cents(self) -> int:
        """What was paid so far, less what came back."""
        return sum(one.paid_cents for one in self.days)

    @property
    def in_hand_cents(self) -> int:
        """What is in hand; below zero when more was paid than was received."""
        return self.received_cents - self.paid_cents

    @property
    def short_since(self) -> date | None:
        """The first day at whose end more was paid than was received; None when there is no such day."""
        return next((one.until for one in self.days if one.in_hand_cents < 0), None)


def liquidities(session: Session, *, actor: Actor, on: date) -> list[Liquidity]:
    """The money of each funder that somebody may see, as of a day, by name; then all together, when they are several."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return []
    funders = {line.funder_id: line.funder for line in scope.lines}
    of_line = {line.id: line.funder_id for line in scope.lines}
    expected: dict[int, list[Tranche]] = defaultdict(list)
    for tranche in tranches(session, actor=actor):
        funders[tranche.agreement.funder_id] = tranche.agreement.funder
        expected[tranche.agreement.funder_id].append(tranche)
    received, paid = _received(session, funders, on), defaultdict[int, list[tuple[date, int]]](list)
    for line_id, day, cents in paid_by_day(session, funding_line_ids=scope.line_ids, until=on):
        paid[of_line[line_id]].append((day, cents))
    ordered = sorted(funders.values(), key=lambda one: (one.name_nl, one.id))
    found = [_of(one, on, received[one.id], paid[one.id], expected[one.id]) for one in ordered]
    if len(found) > 1:
        every = (
            [move for moves in received.values() for move in moves],
            [move for moves in paid.values() for move in moves],
            [tranche for several in expected.values() for tranche in several],
        )
        found.append(_of(None, on, *every))
    return found


def _received(session: Session, funder_ids: Iterable[int], on: date) -> dict[int, list[tuple[date, int]]]:
    rows = (
        select(Agreement.funder_id, TrancheReceipt.received_on, TrancheReceipt.amount_cents)
        .join(Tranche, Tranche.id == TrancheReceipt.tranche_id)
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .where(TrancheReceipt.state == ReceiptState.RECEIVED, TrancheReceipt.received_on <= on)
        .where(Agreement.funder_id.in_(list(funder_ids)))
    )
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for funder_id, day, cents in session.execute(rows):
        found[funder_id].append((day, int(cents)))
    return found


def _of(
    funder: Funder | None,
    on: date,
    received: list[tuple[date, int]],
    paid: list[tuple[date, int]],
    expected: list[Tranche],
) -> Liquidity:
    came, went = _per(received), _per(paid)
    days, in_hand = [], 0
    for day in sorted({*came, *went}):
        in_hand += came[day] - went[day]
        days.append(Moved(day, came[day], went[day], in_hand))
    left = [(one.expected_on, one.amount_cents - one.received_cents(on)) for one in expected if one.dropped_at is None]
    overdue = sum(cents for day, cents in left if day < on)
    ahead = [(day, cents) for day, cents in left if day >= on and cents > 0]
    return Liquidity(funder, on, tuple(days), _months(days, ahead), overdue)


def _per(moves: Iterable[tuple[date, int]]) -> defaultdict[date, int]:
    found: defaultdict[date, int] = defaultdict(int)
    for day, cents in moves:
        found[day] += cents
    return found


def _months(days: list[Moved], ahead: list[tuple[date, int]]) -> tuple[Moved, ...]:
    """Per month what came in, was paid and is to come; a month without anything is there too, so that nothing is skipped."""
    known = [one.until.replace(day=1) for one in days] + [day.replace(day=1) for day, _ in ahead]
    found, in_hand, to_come = [], 0, 0
    for first in _every_month(min(known), max(known)) if known else ():
        of = [one for one in days if one.until.replace(day=1) == first]
        came, went = sum(one.received_cents for one in of), sum(one.paid_cents for one in of)
        in_hand += came - went
        expected = sum(cents for day, cents in ahead if day.replace(day=1) == first)
        to_come += expected
        found.append(Moved(first, came, went, in_hand, expected, in_hand + to_come))
    return tuple(found)


def _every_month(first: date, last: date) -> list[date]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
