"""What happened to the money of a voucher, act by act: the transfers of one act together, and what they came to in all.

One act often needs several transfers: a partial redemption releases a reservation, reserves its two parts anew and spends one.
What counts for a reader is where the money went from and to in the end. That is found from the accounts alone, so that it holds
for every kind of transfer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.ledger.models import AccountKind, LedgerAccount, Transfer


@dataclass(frozen=True, order=True)
class AccountPlace:
    """One account: of which funding line, and which of its five (by value, so that places can be put in order)."""

    funding_line_id: int
    account: str

    @property
    def kind(self) -> AccountKind:
        """The kind of the account."""
        return AccountKind(self.account)


@dataclass(frozen=True)
class Posting:
    """A transfer with the accounts between which it went."""

    transfer: Transfer
    source: AccountPlace
    target: AccountPlace


@dataclass(frozen=True)
class NetFlow:
    """What an act came to: so many cents from one account to another, with everything that went to and fro taken together."""

    source: AccountPlace
    target: AccountPlace
    cents: int

    @property
    def crosses(self) -> bool:
        """Whether another funding line took the money over."""
        return self.source.funding_line_id != self.target.funding_line_id


@dataclass(frozen=True)
class VoucherAct:
    """The transfers that one actor booked on a voucher at one instant, in order, and what they came to."""

    at: datetime
    actor_id: str
    postings: tuple[Posting, ...]
    flows: tuple[NetFlow, ...]


def voucher_acts(session: Session, *, voucher_id: int) -> list[VoucherAct]:
    """Everything that was booked on a voucher, per act, oldest first. Every transfer of the voucher is in one act."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(Transfer, source.funding_line_id, source.kind, target.funding_line_id, target.kind)
        .join(source, source.id == Transfer.debit_account_id)
        .join(target, target.id == Transfer.credit_account_id)
        .where(Transfer.voucher_id == voucher_id)
        .order_by(Transfer.id)
    )
    postings = [Posting(row[0], AccountPlace(row[1], row[2].value), AccountPlace(row[3], row[4].value)) for row in rows]
    acts = []
    for (at, actor_id, _day), group in groupby(postings, key=_act_of):
        booked = tuple(group)
        acts.append(VoucherAct(at, actor_id, booked, tuple(net_flows(booked))))
    return acts


def _act_of(posting: Posting) -> tuple[datetime, str, date]:
    """A takeover books many days at one instant: each day is an act of its own."""
    return posting.transfer.at, posting.transfer.actor_id, posting.transfer.booked_on


def stands(acts: Sequence[VoucherAct]) -> dict[int, dict[AccountKind, int]]:
    """Per funding line what the acts together left on each account, in cents: the sums of their flows."""
    left: Counter[AccountPlace] = Counter()
    for act in acts:
        for flow in act.flows:
            left[flow.source] -= flow.cents
            left[flow.target] += flow.cents
    lines = sorted({place.funding_line_id for place in left})
    return {line: {kind: left[AccountPlace(line, kind.value)] for kind in AccountKind} for line in lines}


_NEXT: dict[AccountKind, tuple[AccountKind, ...]] = {
    AccountKind.RESERVED: (AccountKind.SPENT, AccountKind.PAID, AccountKind.AVAILABLE, AccountKind.FUNDER),
    AccountKind.SPENT: (AccountKind.PAID, AccountKind.RESERVED, AccountKind.AVAILABLE, AccountKind.FUNDER),
    AccountKind.PAID: (AccountKind.SPENT, AccountKind.RESERVED, AccountKind.AVAILABLE, AccountKind.FUNDER),
    AccountKind.AVAILABLE: (AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID, AccountKind.FUNDER),
    AccountKind.FUNDER: (AccountKind.AVAILABLE, AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID),
}
"""From which account money went, and to which it then went first when it left one and arrived on several."""


def net_flows(postings: Sequence[Posting]) -> Iterator[NetFlow]:
    """Where the money of these transfers went in the end: their flows change every account by as much as they do together."""
    across: Counter[tuple[AccountPlace, AccountPlace]] = Counter()
    within: Counter[AccountPlace] = Counter()
    for one in postings:
        cents = one.transfer.amount_cents
        if one.source.funding_line_id != one.target.funding_line_id:
            there = one.source < one.target
            across[(one.source, one.target) if there else (one.target, one.source)] += cents if there else -cents
        else:
            within[one.source] -= cents
            within[one.target] += cents
    for line in sorted({place.funding_line_id for place in within}):
        for kind, wanted in _NEXT.items():
            source = AccountPlace(line, kind.value)
            for target in (AccountPlace(line, other.value) for other in wanted):
                cents = min(-within[source], within[target])
                if cents > 0:
                    within[source] += cents
                    within[target] -= cents
                    yield NetFlow(source, target, cents)
    for (one_side, other_side), cents in sorted(across.items()):
        if cents:
            yield NetFlow(one_side, other_side, cents) if cents > 0 else NetFlow(other_side, one_side, -cents)
