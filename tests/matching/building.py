"""Short ways to write problems down in tests. Amounts are euros here and cents in the problem."""

from datetime import date
from fractions import Fraction
from typing import Any

from matching.problem import FORMAT, AvailableFundingLine, Circumstances, CostLine, Offer, PledgedMoney, Problem
from matching.problem.proposal import Share

ON = date(2026, 11, 23)


def euros(amount: int | float) -> int:
    return round(amount * 100)


def line(name: str, amount: int | float, category: str = "tuition", **more: Any) -> CostLine:
    return CostLine(id=name, category=category, amount_cents=euros(amount), **more)


def offer(name: str, coverage: Any = "1", *, here: bool = False, **more: Any) -> Offer:
    """An offer elsewhere (or here) that covers tuition, or the given categories."""
    shares = coverage if isinstance(coverage, dict) else {"tuition": coverage}
    shares = {category: Fraction(share) for category, share in shares.items()}
    more.setdefault("scheme", name)
    return Offer(id=name, administered="here" if here else "elsewhere", coverage=shares, **more)


def money(name: str, amount: int | float, **more: Any) -> AvailableFundingLine:
    return AvailableFundingLine(id=name, funder="province", available_cents=euros(amount), **more)


def pledge(kind: str, amount: int | float, **more: Any) -> PledgedMoney:
    return PledgedMoney(id=f"pledge.{kind}", kind=kind, amount_cents=euros(amount), **more)


def problem(
    lines: Any, offers: Any = (), *, route: str = "individual", case: dict[str, Any] | None = None, **more: Any
) -> Problem:
    more.setdefault("reference_date", ON)
    circumstances = Circumstances(route=route, **(case or {}))
    return Problem(format=FORMAT, circumstances=circumstances, lines=tuple(lines), offers=tuple(offers), **more)


def pays(payer: str, name: str, amount: int | float, source: str | None = None) -> Share:
    return Share(line=name, offer=payer, funding_line=source, cents=euros(amount))
