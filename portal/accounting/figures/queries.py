"""Reading figures: a total, a breakdown, and what is behind each. Exact; what is hidden is decided where it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.gathering import Gathered, Item
from portal.accounting.figures.making import gathered
from portal.accounting.figures.periods import Period
from portal.accounting.scope import Scope, scope_of
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funders
from portal.oversight.lead_times import LeadTime, lead_times
from portal.people.actor import Actor, Audience
from portal.spending.providers.models import Provider

Value = int | Fraction | None
"""Cents, a number, a share or days; None for what cannot be said (a share of nothing)."""
UNKNOWN = ""
"""The key of what is not known: a voucher without a sector, an amount without a provider."""
SIZES = ((9, "1-9"), (49, "10-49"), (249, "50-249"))
LARGEST_SIZE = "250+"


@dataclass(frozen=True)
class FigureLine:
    """One row behind a figure; the amounts of all rows add up to it. Nobody is named: a voucher stands there by its public id."""

    day: date
    amount: int
    voucher: str | None
    scheme: str | None
    provider: str | None
    """Its name, of a voucher with one provider."""
    funding_line: int | None


@dataclass(frozen=True)
class FigureBook:
    """All figures of some money over a period, each computed when it is asked."""

    scope: Scope
    period: Period
    made: Gathered
    lead: Sequence[LeadTime]
    providers: dict[str, str]
    """Names of providers, by id."""

    def total(self, key: str) -> Value:
        """A figure over everything. Raises ``KeyError`` for a figure that there is not."""
        figure = REGISTRY[key]
        if figure.counting is Counting.SHARE:
            return _share(self.total(figure.of[0]), self.total(figure.of[1]))
        if figure.counting is Counting.MEASURED:
            step = key.removeprefix("lead_")
            return next((one.p50_days for one in self.lead if one.step.value == step), None)
        return _value(figure, self._items(figure))

    def by(self, key: str, breakdown: Breakdown) -> dict[str, Value]:
        """A figure per value of a breakdown. Raises ``ValueError`` when it cannot be broken down so."""
        figure = REGISTRY[key]
        if breakdown not in figure.by:
            raise ValueError(f"{key} cannot be broken down by {breakdown.value}")
        if figure.counting is Counting.SHARE:
            above, below = (self.by(one, breakdown) for one in figure.of)
            return {name: _share(above.get(name, 0), number) for name, number in below.items()}
        groups: dict[str, list[Item]] = defaultdict(list)
        for place, one in self.placed(key, breakdown):
            groups[place].append(one)
        return {name: _value(figure, groups[name]) for name in sorted(groups)}

    def rows(self, key: str, breakdown: Breakdown | None = None, value: str | None = None) -> list[FigureLine]:
        """What is behind a sum or a number (or one cell of its breakdown), the first day first."""
        figure = REGISTRY[key]
        if figure.counting not in (Counting.SUM, Counting.DISTINCT):
            raise ValueError(f"{key} has no rows of its own")
        items: Iterable[Item] = self._items(figure)
        if breakdown is not None:
            key_of = self._key_of(breakdown)
            items = [one for one in items if key_of(one) == value]
        if figure.counting is Counting.DISTINCT:
            items = {one.subject: one for one in items}.values()
        rows = [self._line(one, 1 if figure.counting is Counting.DISTINCT else one.amount) for one in items]
        return sorted(rows, key=lambda row: (row.day, row.voucher or "", row.funding_line or 0, row.amount))

    def items(self, key: str) -> list[Item]:
        """What a figure is made of."""
        return self._items(REGISTRY[key])

    def placed(self, key: str, breakdown: Breakdown) -> list[tuple[str, Item]]:
        """What a figure is made of, each with its place in a breakdown."""
        key_of = self._key_of(breakdown)
        return [(key_of(one), one) for one in self.items(key)]

    def person_of(self, one: Item) -> object:
        """Who something is about, as far as figures know: a pseudonym, else the question, else the thing itself."""
        voucher = self.made.vouchers.get(one.voucher) if one.voucher is not None else None
        if voucher is not None and voucher.person is not None:
            return voucher.person
        return one.question if one.question is not None else one.subject

    def _items(self, figure: FigureDefinition) -> list[Item]:
        source = figure.of[0] if figure.counting in (Counting.MEAN, Counting.MEDIAN) else figure.key
        return self.made.items.get(source, [])

    def _line(self, one: Item, amount: int) -> FigureLine:
        voucher = self.made.vouchers.get(one.voucher) if one.voucher is not None else None
        if voucher is None:
            return FigureLine(one.day, amount, None, None, None, one.line)
        provider = self.providers.get(voucher.provider or "")
        return FigureLine(one.day, amount, voucher.public_id, voucher.scheme, provider, one.line)

    @cached_property
    def _lines(self) -> dict[int, FundingLine]:
        return {line.id: line for line in self.scope.lines}

    def _key_of(self, breakdown: Breakdown) -> Callable[[Item], str]:
        """What of an item is its place in a breakdown."""
        lines, vouchers, questions = self._lines, self.made.vouchers, self.made.questions

        def of_question(name: str) -> Callable[[Item], str]:
            def found(one: Item) -> str:
                question = questions.get(one.question) if one.question is not None else None
                return (getattr(question, name) if question is not None else None) or UNKNOWN

            return found

        def of_voucher(name: str) -> Callable[[Item], str]:
            def found(one: Item) -> str:
                voucher = vouchers.get(one.voucher) if one.voucher is not None else None
                return (getattr(voucher, name) if voucher is not None else None) or UNKNOWN

            return found

        size = of_question("size")
        return {
            Breakdown.YEAR: lambda one: f"{one.day.year}",
            Breakdown.MONTH: lambda one: f"{one.day.year}-{one.day.month:02d}",
            Breakdown.FUNDING_LINE: lambda one: lines[one.line].slug if one.line in lines else UNKNOWN,
            Breakdown.FUNDER: lambda one: lines[one.line].funder.slug if one.line in lines else UNKNOWN,
            Breakdown.SCHEME: of_voucher("scheme"),
            Breakdown.ROUTE: of_question("route"),
            Breakdown.MUNICIPALITY: of_question("municipality"),
            Breakdown.SECTOR: of_question("sector"),
            Breakdown.PROVIDER: of_voucher("provider"),
            Breakdown.CATEGORY: lambda one: one.extra or UNKNOWN,
            Breakdown.EMPLOYER_SIZE: lambda one: size_class(size(one)),
            Breakdown.REFERRED_TO: lambda one: one.extra or UNKNOWN,
        }[breakdown]


def figure_book(session: Session, *, actor: Actor, period: Period, funder: str | None = None) -> FigureBook | None:
    """The figures that somebody may see; with `funder` (a slug) of the money of that one. None for who may not see them."""
    scope = scope_of_report(session, actor=actor, funder=funder)
    if scope is None:
        return None
    made = gathered(session, scope=scope, period=period)
    lead = lead_times(session, actor=Actor.system("figures"), first=period.first, last=period.end)
    rows = session.execute(select(Provider.id, Provider.name))
    return FigureBook(scope, period, made, lead, {str(row[0]): row[1] for row in rows})


def scope_of_report(session: Session, *, actor: Actor, funder: str | None) -> Scope | None:
    """The money a report is about: that of one funder, or all that the actor sees. None when the actor may not see it."""
    scope = scope_of(session, actor=actor)
    if scope is None or funder is None:
        return scope
    if scope.funder is not None:
        return scope if scope.funder.slug == funder else None
    wanted = next((one for one in funders(session) if one.slug == funder), None)
    if wanted is None:
        return None
    return replace(scope, lines=tuple(line for line in scope.lines if line.funder_id == wanted.id), funder=wanted)


def may_open(figure: FigureDefinition, actor: Actor) -> bool:
    """Whether somebody sees the rows behind a figure. A funder those without vouchers only: behind the others are people."""
    opens = figure.counting in (Counting.SUM, Counting.DISTINCT)
    return opens and (not figure.about_people or actor.audience is not Audience.FUNDER)


def size_class(answered: str) -> str:
    """The class of a number of people who work somewhere; not known when it is not a number."""
    if not (answered.isascii() and answered.isdigit()):
        return UNKNOWN
    return next((name for most, name in SIZES if int(answered) <= most), LARGEST_SIZE)


def _value(figure: FigureDefinition, items: Sequence[Item]) -> Value:
    if figure.counting is Counting.SUM:
        return sum(one.amount for one in items)
    if figure.counting is Counting.DISTINCT:
        return len({one.subject for one in items})
    sizes: dict[object, int] = defaultdict(int)
    for one in items:
        sizes[one.subject] += one.amount
    found = sorted(sizes.values())
    if not found:
        return None
    if figure.counting is Counting.MEDIAN:
        return found[(len(found) - 1) // 2]
    return (2 * sum(found) + len(found)) // (2 * len(found))


def _share(above: Value, below: Value) -> Value:
    return Fraction(above or 0) / below if below else None
