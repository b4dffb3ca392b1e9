"""From which funding line the money of a scheme comes in a mix, and why from that one: earmark, price, period."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from matching.problem import Offer
from matching.problem.money import AvailableFundingLine
from matching.reasons.mix import MixSums
from matching.spec import limits


@dataclass(frozen=True, slots=True)
class MoneySource:
    """Cents of one offer from one funding line, with why; a code of `codes.SOURCES` with its parameters."""

    funding_line: str
    cents: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)


def sources(mix: MixSums, offer: Offer) -> tuple[MoneySource, ...]:
    """The funding lines that an offer administered here is paid from, by id; empty for an offer elsewhere."""
    return tuple(_sources(mix, offer))


def _sources(mix: MixSums, offer: Offer) -> Iterator[MoneySource]:
    money = {line.id: line for line in mix.problem.funding_lines}
    for name, cents in sorted(mix.funding.get(offer.id, {}).items()):
        code, params = _why(mix, offer, money[name], _admitting(mix, offer, name))
        yield MoneySource(name, cents, code, params)


def _admitting(mix: MixSums, offer: Offer, name: str) -> list[AvailableFundingLine]:
    """The funding lines that may pay for a cost that this one pays for."""
    lines = [mix.lines[line] for line, payer, source in mix.cells if payer == offer.id and source == name]
    return [
        money
        for money in mix.problem.funding_lines
        if any(limits.refusal_of(mix.problem, money, offer, line) is None for line in lines)
    ]


def _why(
    mix: MixSums, offer: Offer, money: AvailableFundingLine, admitting: list[AvailableFundingLine]
) -> tuple[str, dict[str, Any]]:
    others = [one for one in admitting if one.id != money.id]
    if not others:
        refused = sorted(
            {
                code
                for one in mix.problem.funding_lines
                if one.id != money.id and (code := limits.refusal_of(mix.problem, one, offer)) is not None
            }
        )
        return "only_line", {"refusals": refused}
    price = {one.id: limits.funding_price(mix.problem, one) for one in admitting}
    cheaper = sorted(one.id for one in others if price[one.id] < price[money.id])
    if cheaper:
        full = all(mix.taken.get(name, 0) >= _available(mix, name) for name in cheaper)
        return ("cheaper_used_up" if full else "together"), {"funding_lines": cheaper}
    dearer = sorted(one.id for one in others if price[one.id] > price[money.id])
    if not dearer:
        return "same_price", {"funding_lines": sorted(one.id for one in others)}
    return _why_cheap(mix, money, price[money.id], dearer)


def _available(mix: MixSums, name: str) -> int:
    return next(one.available_cents for one in mix.problem.funding_lines if one.id == name)


def _why_cheap(mix: MixSums, money: AvailableFundingLine, price: int, dearer: list[str]) -> tuple[str, dict[str, Any]]:
    """Why money with the lowest price has that price."""
    params: dict[str, Any] = {"price_permille": price, "funding_lines": dearer}
    if money.price_permille is not None:
        return "lowest_price", params
    prices, last = mix.problem.settings.funding_price_permille, money.period.to
    soon = timedelta(days=prices.ending_within_days)
    if last is not None and prices.less_when_ending and timedelta(0) <= last - mix.problem.reference_date <= soon:
        return "ends_soon", {**params, "last_day": last.isoformat()}
    return "narrow_earmark", params
