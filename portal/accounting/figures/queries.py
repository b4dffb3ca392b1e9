"""Reading figures: a total, a breakdown, and what is behind each. Exact; what is hidden is decided where it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import NO_ITEMS, NONE, Items, Numbers, WordColumn, distinct, rows_of, taken
from portal.accounting.figures.costs import by_kind_of_cost
from portal.accounting.figures.definitions import REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.making import Gathered, gathered
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.scope import Scope, scope_of
from portal.framework.funding.queries import funders
from portal.people.actor import Actor, Audience
from portal.spending.providers.models import Provider

Value = int | Fraction | None
"""Cents, a number, a share or days; None for what cannot be said (a share of nothing)."""
EXPECTED = "expected"
BY_COST = "awarded_by_cost"
UNKNOWN = ""
"""The key of what is not known: a voucher without a sector, an amount without a provider."""
OUTSIDE = "outside"
"""The key of money that no voucher was paid with: of nobody, and for no training."""
ON_VOUCHERS = "vouchers"
"""The key of money on vouchers, beside the work packages that are paid without one."""
SIZES = ((9, "1-9"), (49, "10-49"), (249, "50-249"))
LARGEST_SIZE = "250+"
SIZE_CLASSES = (*(name for _most, name in SIZES), LARGEST_SIZE)


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

    def in_order(self) -> tuple[Any, ...]:
        """By day, and always the same within a day."""
        return self.day, self.voucher or "", self.funding_line or 0, self.amount


@dataclass(frozen=True)
class FigureBook:
    """All figures of some money over a period, each computed when it is asked."""

    scope: Scope
    period: FigurePeriod
    made: Gathered
    providers: dict[str, str]
    """Names of providers, by id."""

    def total(self, key: str) -> Value:
        """A figure over everything; None when it is not known. Raises ``KeyError`` for a figure that there is not."""
        figure = REGISTRY[key]
        if key in self.made.not_known:
            return None
        if figure.counting is Counting.SHARE:
            return _share(self.total(figure.of[0]), self.total(figure.of[1]))
        return _value(figure, self.items(key))

    def by(self, key: str, breakdown: Breakdown) -> dict[str, Value]:
        """A figure per value of a breakdown. Raises ``ValueError`` when it cannot be broken down so."""
        figure = REGISTRY[key]
        if breakdown not in figure.by:
            raise ValueError(f"{key} cannot be broken down by {breakdown.value}")
        if key in self.made.not_known and key != EXPECTED:
            return {}
        if figure.counting is Counting.SHARE:
            above, below = (self.by(one, breakdown) for one in figure.of)
            return {name: _share(above.get(name, 0), number) for name, number in below.items()}
        items = self.items(key, breakdown)
        words = self.places_of(items, breakdown)
        if figure.counting is Counting.SUM:
            sums = np.zeros(len(words.names), dtype=np.int64)
            np.add.at(sums, words.places, items.amount)
            found: dict[str, Value] = {words.names[place]: int(sums[place]) for place in present(words)}
        elif figure.counting is Counting.DISTINCT:
            found = dict(different(words, items.subject))
        else:
            found = {words.names[place]: _value(figure, items.where(words.places == place)) for place in present(words)}
        if key == EXPECTED:
            found |= dict.fromkeys(self.expected_unknown(breakdown))
        return dict(sorted(found.items()))

    def expected_unknown(self, breakdown: Breakdown) -> set[str]:
        """The funding lines or funders of which is not known what is expected: a line without a forecast makes it unknown."""
        ids = np.array(sorted(self.made.expected.unknown), dtype=np.int64)
        words = self.places_of(Items.of(ids, np.zeros_like(ids), line=ids), breakdown)
        return {words.names[place] for place in present(words)}

    def rows(self, key: str, breakdown: Breakdown | None = None, value: str | None = None) -> list[FigureLine]:
        """What is behind a sum or a number (or one cell of its breakdown), the first day first."""
        figure = REGISTRY[key]
        if figure.counting not in (Counting.SUM, Counting.DISTINCT):
            raise ValueError(f"{key} has no rows of its own")
        items = self.items(key, breakdown)
        if breakdown is not None:
            words = self.places_of(items, breakdown)
            place = words.names.index(value or UNKNOWN) if (value or UNKNOWN) in words.names else NONE
            items = items.where(words.places == place)
        if figure.counting is Counting.DISTINCT:
            _subjects, first = np.unique(items.subject, return_index=True)
            items = items.where(first)
        amounts = np.ones(len(items), dtype=np.int64) if figure.counting is Counting.DISTINCT else items.amount
        return sorted(self._lines_of(items.with_amount(amounts)), key=FigureLine.in_order)

    def items(self, key: str, breakdown: Breakdown | None = None) -> Items:
        """What a figure is made of; by kind of cost, money is divided as it was awarded."""
        figure = REGISTRY[key]
        source = figure.of[0] if figure.of and figure.counting is not Counting.SHARE else key
        items = self.made.items.get(source, NO_ITEMS)
        if breakdown is Breakdown.CATEGORY and key != BY_COST:
            return by_kind_of_cost(items, self.made.awarded_costs)
        return items

    def places_of(self, items: Items, breakdown: Breakdown) -> WordColumn:
        """The place in a breakdown of some items."""
        vouchers, questions = self.made.vouchers, self.made.questions
        if breakdown in (Breakdown.YEAR, Breakdown.MONTH):
            days = distinct(items.day)
            form = "%Y" if breakdown is Breakdown.YEAR else "%Y-%m"
            return WordColumn.of(f"{date.fromordinal(int(day)):{form}}" for day in days).at(rows_of(days, items.day))
        if breakdown in (Breakdown.FUNDING_LINE, Breakdown.FUNDER):
            ids = np.array(sorted(line.id for line in self.scope.lines), dtype=np.int64)
            lines = {
                line.id: line.slug if breakdown is Breakdown.FUNDING_LINE else line.funder.slug
                for line in self.scope.lines
            }
            return WordColumn.of(lines[number] for number in ids.tolist()).at(rows_of(ids, items.line))
        if breakdown is Breakdown.REFERRED_TO:
            return items.extra
        if breakdown is Breakdown.CATEGORY:
            return _or_outside(items.extra, items)
        if breakdown is Breakdown.WORK_PACKAGE:
            return _or_on_vouchers(items.extra, items)
        if breakdown is Breakdown.SCHEME:
            return _or_outside(vouchers.scheme.at(items.voucher), items)
        if breakdown is Breakdown.PROVIDER:
            return _or_outside(vouchers.provider.at(items.voucher), items)
        of_question = {
            Breakdown.ROUTE: questions.route,
            Breakdown.MUNICIPALITY: questions.municipality,
            Breakdown.SECTOR: questions.sector,
            Breakdown.EMPLOYER_SIZE: self._sizes,
        }
        return _or_outside(of_question[breakdown].at(items.question), items)

    def people(self, items: Items) -> Numbers:
        """Who each thing is about, as far as figures know: a number per pseudonym, else per question; `NONE` for nobody."""
        person = taken(self.made.vouchers.person.places, items.voucher, otherwise=0)
        asked = np.where(
            items.question >= 0, -2 - items.question, np.where(items.voucher >= 0, -2 - items.voucher, NONE)
        )
        return np.where(person > 0, person, asked)

    @cached_property
    def _sizes(self) -> WordColumn:
        size = self.made.questions.size
        classes = WordColumn.of(size_class(name) for name in size.names)
        return WordColumn(classes.names, classes.places[size.places])

    def _lines_of(self, items: Items) -> Iterator[FigureLine]:
        vouchers = self.made.vouchers
        schemes, providers = (words.at(items.voucher) for words in (vouchers.scheme, vouchers.provider))
        columns = (items.day, items.amount, items.voucher, items.line, schemes.places, providers.places)
        for day, amount, row, line, scheme, provider in zip(*(one.tolist() for one in columns), strict=True):
            yield FigureLine(
                date.fromordinal(day),
                amount,
                vouchers.public_ids[row] if row >= 0 else None,
                schemes.names[scheme] or None,
                self.providers.get(providers.names[provider]),
                line if line >= 0 else None,
            )


def _or_outside(words: WordColumn, items: Items) -> WordColumn:
    """These places; of money that belongs to no voucher and no question, that it was spent outside vouchers."""
    outside = (items.line >= 0) & (items.voucher < 0) & (items.question < 0)
    if not outside.any():
        return words
    return WordColumn((*words.names, OUTSIDE), np.where(outside, len(words.names), words.places))


def _or_on_vouchers(words: WordColumn, items: Items) -> WordColumn:
    """These places; of what belongs to a voucher, that it does. What is of neither was spent outside both."""
    places = np.where(items.voucher >= 0, len(words.names), words.places)
    places = np.where((items.voucher < 0) & (words.places == 0), 1 + len(words.names), places)
    return WordColumn((*words.names, ON_VOUCHERS, OUTSIDE), places)


def present(words: WordColumn) -> list[int]:
    """The places that stand in a column."""
    return [int(place) for place in np.flatnonzero(np.bincount(words.places))]


def different(words: WordColumn, subjects: Numbers) -> dict[str, int]:
    """How many different subjects there are in each place."""
    if not len(subjects):
        return {}
    least = int(subjects.min())
    span = int(subjects.max()) - least + 1
    pairs = distinct(words.places * span + (subjects - least))
    number = np.bincount(pairs // span)
    return {words.names[place]: int(number[place]) for place in np.flatnonzero(number)}


def figure_book(
    session: Session, *, actor: Actor, period: FigurePeriod, funder: str | None = None
) -> FigureBook | None:
    """The figures that somebody may see; with `funder` (a slug) of the money of that one. None for who may not see them."""
    scope = scope_of_report(session, actor=actor, funder=funder)
    if scope is None:
        return None
    rows = session.execute(select(Provider.id, Provider.name))
    return FigureBook(
        scope, period, gathered(session, scope=scope, period=period), {str(row[0]): row[1] for row in rows}
    )


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


def _value(figure: FigureDefinition, items: Items) -> Value:
    if figure.counting is Counting.SUM:
        return int(items.amount.sum())
    if figure.counting is Counting.DISTINCT:
        return len(distinct(items.subject))
    _subjects, place = np.unique(items.subject, return_inverse=True)
    sizes = np.zeros(len(_subjects), dtype=np.int64)
    np.add.at(sizes, place, items.amount)
    if not len(sizes):
        return None
    if figure.counting is Counting.MEDIAN:
        return int(np.sort(sizes)[(len(sizes) - 1) // 2])
    return (2 * int(sizes.sum()) + len(sizes)) // (2 * len(sizes))


def _share(above: Value, below: Value) -> Value:
    return Fraction(above or 0) / below if below else None
