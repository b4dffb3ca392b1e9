"""What happened to the money of a voucher, in words: one line per act, what it came to per funding line, and its transfers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ledger.models import AccountKind
from portal.ledger.voucher_acts import AccountPlace, NetFlow, Posting, VoucherAct, stands
from portal.platform.i18n import LazyString, format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.labels import TRANSFER_KINDS, label

AVAILABLE, RESERVED, SPENT, PAID = AccountKind.AVAILABLE, AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID

ACCOUNTS: Mapping[AccountKind, LazyString] = {
    AccountKind.FUNDER: _l("bij de financier"),
    AVAILABLE: _l("vrij budget"),
    RESERVED: _l("nog open op de voucher"),
    SPENT: _l("gebruikt, nog te betalen"),
    PAID: _l("betaald"),
}
"""Where money of a funding line can be."""

EFFECTS: Mapping[tuple[AccountKind, AccountKind], LazyString] = {
    (AVAILABLE, RESERVED): _l("%(amount)s gereserveerd voor deze voucher"),
    (AVAILABLE, SPENT): _l("%(amount)s alsnog gebruikt, nog te betalen"),
    (AVAILABLE, PAID): _l("%(amount)s alsnog betaald"),
    (RESERVED, AVAILABLE): _l("%(amount)s vrijgekomen voor anderen"),
    (RESERVED, SPENT): _l("%(amount)s gebruikt, nog te betalen"),
    (RESERVED, PAID): _l("%(amount)s gebruikt en betaald"),
    (SPENT, AVAILABLE): _l("%(amount)s minder gebruikt, en weer vrij voor anderen"),
    (SPENT, RESERVED): _l("%(amount)s minder gebruikt, en weer open op deze voucher"),
    (SPENT, PAID): _l("%(amount)s betaald"),
    (PAID, AVAILABLE): _l("%(amount)s terugontvangen, en weer vrij voor anderen"),
    (PAID, RESERVED): _l("%(amount)s terugontvangen, en weer open op deze voucher"),
    (PAID, SPENT): _l("%(amount)s kwam terug van de bank, en is opnieuw te betalen"),
}
"""What an act came to within one funding line, from which account to which."""
_MOVED, _OTHER = _l("Een ander budget betaalt"), _l("Correctie")
_TITLES: Sequence[tuple[tuple[AccountKind, AccountKind], LazyString]] = (
    ((PAID, SPENT), _l("Betaling teruggekomen")),
    ((PAID, RESERVED), _l("Geld terugontvangen")),
    ((PAID, AVAILABLE), _l("Geld terugontvangen")),
    ((SPENT, RESERVED), _l("Gebruik verlaagd")),
    ((SPENT, AVAILABLE), _l("Gebruik verlaagd")),
    ((RESERVED, SPENT), _l("Voucher gebruikt")),
    ((AVAILABLE, SPENT), _l("Voucher gebruikt")),
    ((RESERVED, PAID), _l("Betaald")),
    ((AVAILABLE, PAID), _l("Betaald")),
    ((SPENT, PAID), _l("Betaald")),
    ((RESERVED, AVAILABLE), _l("Geld vrijgekomen")),
    ((AVAILABLE, RESERVED), _l("Geld gereserveerd")),
)
"""What an act is called: the first of these that it did."""


@dataclass(frozen=True)
class HistoryLine:
    """One act: what it was, when, what it came to per funding line, and the rows of its transfers."""

    title: str
    day: str
    effects: list[str]
    rows: list[list[Any]]


def history(
    acts: Sequence[VoucherAct], *, lines: Mapping[int, str], known: Mapping[tuple[datetime, str], str]
) -> list[HistoryLine]:
    """One line per act. `lines` names the funding lines; `known` names, by instant and actor, acts the desk has a word for."""
    return [
        HistoryLine(
            title=known.get((act.at, act.actor_id)) or str(_title(act.flows)),
            day=format_date(act.postings[0].transfer.booked_on, "short"),
            effects=list(_effects(act.flows, lines)),
            rows=[_row(posting, lines) for posting in act.postings],
        )
        for act in acts
    ]


def stand_rows(acts: Sequence[VoucherAct], *, lines: Mapping[int, str]) -> list[list[str]]:
    """Per funding line what stands on the voucher now: the sum of all lines of the history."""
    return [
        [lines.get(line, ""), *(format_euros(left[kind], exact=True) for kind in (RESERVED, SPENT, PAID))]
        for line, left in stands(acts).items()
    ]


def _title(flows: Iterable[NetFlow]) -> LazyString:
    told = [flow for flow in flows if not _implied(flow)]
    if any(flow.crosses for flow in told):
        return _MOVED
    done = {(flow.source.kind, flow.target.kind) for flow in told}
    return next((title for route, title in _TITLES if route in done), _OTHER)


def _implied(flow: NetFlow) -> bool:
    """What another line leaves free for what it took over says nothing that the taking over does not say."""
    return flow.crosses and flow.source.kind is AVAILABLE and flow.target.kind is AVAILABLE


def _effects(flows: Iterable[NetFlow], lines: Mapping[int, str]) -> Iterator[str]:
    """Sentences, those of one funding line together."""
    said: dict[int, list[str]] = {}
    for flow in flows:
        if _implied(flow):
            continue
        source, target = flow.source, flow.target
        if flow.crosses:
            said.setdefault(source.funding_line_id, []).append(_to(flow, lines))
            said.setdefault(target.funding_line_id, []).append(_from(flow, lines))
        else:
            said.setdefault(source.funding_line_id, []).append(_effect(flow))
    for line, parts in said.items():
        yield f"{lines.get(line, '')}: {'; '.join(parts)}"
    if not said:
        yield _("De bedragen bleven gelijk.")


def _effect(flow: NetFlow) -> str:
    amount = format_euros(flow.cents, exact=True)
    words = EFFECTS.get((flow.source.kind, flow.target.kind))
    if words is not None:
        return str(words) % {"amount": amount}
    return f"{amount}: {ACCOUNTS[flow.source.kind]} → {ACCOUNTS[flow.target.kind]}"


def _to(flow: NetFlow, lines: Mapping[int, str]) -> str:
    values = {"amount": format_euros(flow.cents, exact=True), "what": str(ACCOUNTS[flow.source.kind])}
    return _("%(amount)s (%(what)s) gaat naar %(other)s", **values, other=lines.get(flow.target.funding_line_id, ""))


def _from(flow: NetFlow, lines: Mapping[int, str]) -> str:
    values = {"amount": format_euros(flow.cents, exact=True), "what": str(ACCOUNTS[flow.target.kind])}
    return _("%(amount)s (%(what)s) komt van %(other)s", **values, other=lines.get(flow.source.funding_line_id, ""))


def _row(posting: Posting, lines: Mapping[int, str]) -> list[Any]:
    return [
        label(TRANSFER_KINDS, posting.transfer.kind),
        _place(posting.source, lines),
        _place(posting.target, lines),
        format_euros(posting.transfer.amount_cents, exact=True),
    ]


def _place(place: AccountPlace, lines: Mapping[int, str]) -> dict[str, str]:
    return {"text": str(ACCOUNTS[place.kind]), "note": lines.get(place.funding_line_id, "")}
