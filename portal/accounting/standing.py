"""Where the money of each funding line stands, with what was claimed and written off, and what lapses this quarter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.scope import SEES_ALL, scope_of
from portal.framework.funding.models import FundingLine
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.ledger.queries import line_figures
from portal.paying.settlements.models import EntryKind, Recovery, RecoveryEntry
from portal.people.actor import Actor
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.spending.vouchers.models import LIVE_STATES, Voucher


@dataclass(frozen=True)
class LineStanding:
    """What became of the money of one funding line, in cents."""

    line: FundingLine
    committed_cents: int
    """Awarded: what is reserved and what was spent."""
    spent_cents: int
    """With what was paid."""
    paid_cents: int
    """Less what came back."""
    claimed_cents: int
    """What had to come back, ever."""
    written_off_cents: int
    """Of that: what will not come back."""


@dataclass(frozen=True)
class Lapsing:
    """The vouchers of one scheme with the same last day, of which something can still be used."""

    last_day: date
    scheme: str
    vouchers: int
    blocked: int
    """Of them: those that are stopped for a while, and do not lapse as long as they are."""
    open_cents: int


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def lapsing(session: Session, *, actor: Actor, on: date) -> list[Lapsing] | None:
    """What lapses in the quarter of a day when nobody uses it, as it stands now, for who sees all money; None for others."""
    if actor.audience not in SEES_ALL:
        return None
    first, last = quarter_of(on)
    left = Voucher.amount_cents - Voucher.redeemed_cents - Voucher.released_cents
    rows = (
        select(Voucher.valid_until, Voucher.scheme, func.count(), func.count(Voucher.blocked_at), func.sum(left))
        .where(Voucher.state.in_(LIVE_STATES), Voucher.valid_until.between(first, last), left > 0)
        .group_by(Voucher.valid_until, Voucher.scheme)
        .order_by(Voucher.valid_until, Voucher.scheme)
    )
    return [
        Lapsing(day, scheme, number, blocked, int(cents))
        for day, scheme, number, blocked, cents in session.execute(rows)
    ]


def line_standings(session: Session, *, actor: Actor, on: date) -> list[LineStanding]:
    """Where each funding line that somebody may see stands at the end of a day, by slug.

    A claim is no booking: it is laid on the lines that paid its voucher, as money that comes back is, the line that paid last
    first; what is written off on the line that paid first.
    """
    scope = scope_of(session, actor=actor)
    if scope is None:
        return []
    figures = line_figures(session, funding_line_ids=scope.line_ids, until=on)
    claimed, written_off = _claims(session, on)
    return [
        LineStanding(
            line,
            figures[line.id].reserved_cents + figures[line.id].spent_cents,
            figures[line.id].spent_cents,
            figures[line.id].paid_cents,
            claimed[line.id],
            written_off[line.id],
        )
        for line in scope.lines
    ]


def _claims(session: Session, on: date) -> tuple[dict[int, int], dict[int, int]]:
    """Per funding line what was claimed and written off up to and including a day."""
    off = select(RecoveryEntry.recovery_id, func.sum(RecoveryEntry.amount_cents))
    off = off.where(RecoveryEntry.kind == EntryKind.WRITTEN_OFF, RecoveryEntry.on <= on)
    gone = {claim: int(cents) for claim, cents in session.execute(off.group_by(RecoveryEntry.recovery_id))}
    claims = [
        one for one in session.scalars(select(Recovery).order_by(Recovery.id)) if local_date(one.claimed_at) <= on
    ]
    paid = _paid_by_line(session, {one.voucher_id for one in claims})
    claimed: dict[int, int] = defaultdict(int)
    written_off: dict[int, int] = defaultdict(int)
    for claim in claims:
        parts = _laid_on(paid[claim.voucher_id], claim.amount_cents)
        left = gone.get(claim.id, 0)
        for line, cents in parts:
            claimed[line] += cents
        for line, cents in reversed(parts):
            part = min(left, cents)
            written_off[line] += part
            left -= part
    return claimed, written_off


def _laid_on(paid: list[list[int]], cents: int) -> list[tuple[int, int]]:
    """(line, cents) of one claim; what was laid on a line is taken off what it paid, for the next claim of the voucher."""
    parts = []
    for place, (line, left) in enumerate(paid):
        part = cents if place == len(paid) - 1 else min(left, cents)
        paid[place][1] -= part
        cents -= part
        if part:
            parts.append((line, part))
    return parts


def _paid_by_line(session: Session, voucher_ids: set[int]) -> dict[int, list[list[int]]]:
    """Per voucher [line, cents that were ever paid from it], the line that paid last first."""
    found: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for side, sign in ((Transfer.credit_account_id, 1), (Transfer.debit_account_id, -1)):
        rows = (
            select(
                Transfer.voucher_id,
                LedgerAccount.funding_line_id,
                func.max(Transfer.id),
                func.sum(Transfer.amount_cents),
            )
            .join(LedgerAccount, LedgerAccount.id == side)
            .where(LedgerAccount.kind == AccountKind.PAID, Transfer.kind != TransferKind.RECOVER)
            .where(among(Transfer.voucher_id, voucher_ids))
            .group_by(Transfer.voucher_id, LedgerAccount.funding_line_id)
        )
        for voucher_id, line, last, cents in session.execute(rows):
            assert voucher_id is not None
            of_line = found[voucher_id].setdefault(line, [0, 0])
            of_line[1] += sign * int(cents)
            if sign > 0:
                of_line[0] = int(last)
    ordered: dict[int, list[list[int]]] = defaultdict(list)
    for voucher_id, lines in found.items():
        by_last = sorted(lines.items(), key=lambda item: -item[1][0])
        ordered[voucher_id] = [[line, cents] for line, (_, cents) in by_last if cents > 0]
    return ordered
