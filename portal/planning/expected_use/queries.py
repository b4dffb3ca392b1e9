"""Reads of expected use: every surety, how it stands now, and what is open on a budget and on what vouches for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.plan.forecast.expected_use import ExpectedUse, OpenPart, UseTable, most_beyond
from matching.plan.forecast.redemption import fit_redemption
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import Break
from portal.ledger.queries import Figures, figures, line_figures
from portal.people.actor import Actor, Audience
from portal.planning.expected_use.models import Surety, SuretyRoom, SuretyState
from portal.planning.observed import Observed, observed
from portal.platform.among import among
from portal.spending.vouchers.models import Voucher

SETS = 400
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


def judged(session: Session, *, surety: Surety, on: date) -> ExpectedUse | None:
    """How much may be promised beyond a budget on a day, with what is promised of both together; None where too little is known.

    Both are one: what vouches for a budget only pays until something comes free in it.
    """
    known = observed(session, on=on)
    if known is None or surety.vouching_line_id is None or surety.line.period_to < on:
        return None
    if sum(one.age_weeks > 0 and one.ended.value != "open" for one in known.history.vouchers) < FEWEST:
        return None
    lines = [surety.line_id, surety.vouching_line_id]
    money = line_figures(session, funding_line_ids=lines)
    parts = open_parts(session, known, lines=lines)
    law = fit_redemption(known.history.vouchers, segments=known.history.segments)
    new = _new_one(known, surety.line.slug)
    table = UseTable(law.draws(seed=on.toordinal(), paths=SETS), [new.valid_weeks, *(one.valid_weeks for one in parts)])
    own = money[surety.line_id]
    left = own.funded_cents - own.spent_cents - money[surety.vouching_line_id].spent_cents
    return most_beyond(
        parts,
        table,
        left_cents=left,
        next_one=new,
        limit_permille=surety.limit_permille,
        most_cents=surety.most_cents,
    )


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
