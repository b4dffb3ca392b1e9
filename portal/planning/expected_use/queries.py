"""Reads of expected use: every surety, how it stands now, and what is open on a budget and on what vouches for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.plan.forecast.expected_use import ExpectedUse, OpenPart, UseTable, most_beyond
from matching.plan.forecast.redemption import fit_redemption
from matching.plan.forecast.seen import History
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import Break
from portal.ledger.queries import Figures, figures, line_figures
from portal.people.actor import Actor, Audience
from portal.planning.expected_use.models import Surety, SuretyRoom, SuretyState
from portal.planning.observed import Observed, observed
from portal.platform.among import among
from portal.spending.vouchers.models import Voucher

SETS = 400
STEPS = 3
"""So often it is told how far the working out is: the chances learned, drawn, and judged by."""
FEWEST = 50
"""With fewer vouchers that have ended nothing is promised beyond a budget."""
USUAL_CENTS, USUAL_WEEKS = 150_000, 52
READERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})


@dataclass(frozen=True)
class SuretyStands:
    """How a surety stands in the books now, in cents."""

    vouched: Figures
    """Of what vouches for it; nothing before it is in force."""
    last: SuretyRoom | None

    @property
    def exposure_cents(self) -> int:
        """What is promised beyond the budget now."""
        return self.vouched.reserved_cents + self.vouched.spent_cents


@dataclass(frozen=True)
class JudgedBy:
    """What is known of a budget on a day: how vouchers are used, what is open, and how much may be promised at most; cents."""

    history: History
    parts: tuple[OpenPart, ...]
    next_one: OpenPart
    left_cents: int
    limit_permille: int
    most_cents: int


@dataclass(frozen=True)
class RoomInput:
    """All that the room of a surety is worked out from. `terms` None: too little is known, or the budget is over."""

    on: date
    books_print: str
    terms: JudgedBy | None


@dataclass(frozen=True)
class JudgedRoom:
    """What the working out came to, and of what. `found` None: too little is known, so nothing is promised beyond."""

    on: date
    books_print: str
    seed: int
    learned_from: int
    open_vouchers: int
    found: ExpectedUse | None


def sureties(session: Session, *, actor: Actor) -> list[Surety]:
    """Every surety, the newest first; none for who does not see the accounts."""
    if actor.audience not in READERS:
        return []
    return list(session.scalars(select(Surety).order_by(Surety.id.desc())))


def surety_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Surety | None:
    """The surety with this id; None when there is none, or for who does not see the accounts."""
    if actor.audience not in READERS:
        return None
    return session.scalar(select(Surety).where(Surety.public_id == public_id))


def surety_of(session: Session, *, line: FundingLine) -> Surety | None:
    """The surety that waits or is in force for a budget; None when there is none."""
    held = Surety.state.in_((SuretyState.LAID_DOWN, SuretyState.IN_FORCE))
    return session.scalar(select(Surety).where(Surety.line_id == line.id, held))


def sureties_in_force(session: Session) -> list[Surety]:
    """Every surety by which more may be promised, in the order in which they were laid down."""
    return list(session.scalars(select(Surety).where(Surety.state == SuretyState.IN_FORCE).order_by(Surety.id)))


def surety_stands(session: Session, *, surety: Surety) -> SuretyStands:
    """How a surety stands in the books now."""
    line, last = surety.vouching_line_id, surety.rooms[-1] if surety.rooms else None
    found = line_figures(session, funding_line_ids=[line])[line] if line is not None else Figures()
    return SuretyStands(found, last)


def exposures(session: Session, *, actor: Actor) -> list[tuple[Surety, int]]:
    """What is promised beyond each budget now, in cents; of sureties of which that is nothing only those in force."""
    known = [one for one in sureties(session, actor=actor) if one.vouching_line_id is not None]
    if not known:
        return []
    found = line_figures(session, funding_line_ids=[one.vouching_line_id for one in known if one.vouching_line_id])
    rows = []
    for one in known:
        exposed = SuretyStands(found[one.vouching_line_id or 0], None).exposure_cents
        if exposed or one.state is SuretyState.IN_FORCE:
            rows.append((one, exposed))
    return rows


def room_input(session: Session, *, surety: Surety, on: date) -> RoomInput:
    """All that the room is worked out from on a day, in one snapshot."""
    said = print_of_both(session, surety=surety)
    known = observed(session, on=on)
    if known is None or surety.vouching_line_id is None or surety.line.period_to < on:
        return RoomInput(on, said, None)
    if sum(one.age_weeks > 0 and one.ended.value != "open" for one in known.history.vouchers) < FEWEST:
        return RoomInput(on, said, None)
    lines = [surety.line_id, surety.vouching_line_id]
    money = line_figures(session, funding_line_ids=lines)
    own = money[surety.line_id]
    terms = JudgedBy(
        history=known.history,
        parts=tuple(open_parts(session, known, lines=lines)),
        next_one=_new_one(known, surety.line.slug),
        left_cents=own.funded_cents - own.spent_cents - money[surety.vouching_line_id].spent_cents,
        limit_permille=surety.limit_permille,
        most_cents=surety.most_cents,
    )
    return RoomInput(on, said, terms)


def judged(given: RoomInput, *, told: Callable[[], None] = lambda: None) -> JudgedRoom:
    """How much may be promised beyond a budget, with what is promised of both together. No transaction is open.

    Both are one: what vouches for a budget only pays until something comes free in it. `told` is called `STEPS` times.
    """
    terms, seed = given.terms, given.on.toordinal()
    if terms is None:
        for _step in range(STEPS):
            told()
        return JudgedRoom(given.on, given.books_print, seed, 0, 0, None)
    law = fit_redemption(terms.history.vouchers, segments=terms.history.segments)
    told()
    weeks = [terms.next_one.valid_weeks, *(one.valid_weeks for one in terms.parts)]
    table = UseTable(law.draws(seed=seed, paths=SETS), weeks)
    told()
    found = most_beyond(
        terms.parts,
        table,
        left_cents=terms.left_cents,
        next_one=terms.next_one,
        limit_permille=terms.limit_permille,
        most_cents=terms.most_cents,
    )
    told()
    return JudgedRoom(given.on, given.books_print, seed, len(terms.history.vouchers), len(terms.parts), found)


def print_of_both(session: Session, *, surety: Surety) -> str:
    """SHA-256 of what stands on a budget and what vouches for it together: the money, what is used, and each open voucher.

    What goes from the one to the other changes nothing: only together they are judged.
    """
    lines = [one for one in (surety.line_id, surety.vouching_line_id) if one is not None]
    sums = figures(session, by=("voucher_id",), funding_line_ids=lines)
    held = sorted((key[0], one.reserved_cents, one.spent_cents) for key, one in sums.items() if key[0] is not None)
    money = line_figures(session, funding_line_ids=[surety.line_id])[surety.line_id].funded_cents
    rows = [surety.line.period_to.isoformat(), money, [one for one in held if one[1] or one[2]]]
    return sha256(json.dumps(rows).encode()).hexdigest()


def open_parts(session: Session, known: Observed, *, lines: list[int]) -> list[OpenPart]:
    """What is reserved on these budgets now, per voucher, by its age and segment."""
    sums = figures(session, by=("voucher_id",), funding_line_ids=lines)
    held = {key[0]: one.reserved_cents for key, one in sums.items() if key[0] is not None and one.reserved_cents > 0}
    found = []
    for voucher in session.scalars(select(Voucher).where(among(Voucher.id, held)).order_by(Voucher.id)):
        age = max(0, (known.on - voucher.issued_on).days // 7)
        valid = max(1, (voucher.valid_until - voucher.issued_on).days // 7)
        segment = known.segment_of.get(voucher.id, known.history.segments[0])
        found.append(OpenPart(segment, min(age, valid - 1), valid, held[voucher.id]))
    return found


def _new_one(known: Observed, line: str) -> OpenPart:
    """What a new voucher on a budget looks like: of the segment that it pays most, of the usual amount there."""
    paid = [one for one in known.history.asked if line in known.position.pays.get(one.segment, ())]
    if not paid:
        return OpenPart(known.history.segments[0], 0, USUAL_WEEKS, USUAL_CENTS)
    names = [one.segment for one in paid]
    usual = max(sorted(set(names)), key=names.count)
    cents = sorted(one.cents for one in paid if one.segment == usual)
    return OpenPart(usual, 0, known.position.valid_weeks[usual], cents[len(cents) // 2])


def surety_breaks(session: Session) -> Iterator[Break]:
    """E1: what vouches for a budget never holds more than was laid down; E2: nothing vouches for a budget without a surety."""
    for surety in session.scalars(select(Surety).where(Surety.vouching_line_id.is_not(None)).order_by(Surety.id)):
        stands = surety_stands(session, surety=surety)
        if stands.vouched.funded_cents > surety.most_cents:
            said = f"{stands.vouched.funded_cents} is vouched for, {surety.most_cents} was laid down"
            yield Break("E1", f"surety {surety.id}", said)
        if surety.state is SuretyState.ENDED and stands.vouched.available_cents:
            yield Break("E2", f"surety {surety.id}", f"it ended, and {stands.vouched.available_cents} may be promised")
    number = session.scalar(select(func.count()).select_from(SuretyRoom).join(Surety).where(Surety.begun_at.is_(None)))
    if number:
        yield Break("E2", "surety rooms", f"{number} were set before anything was in force")
