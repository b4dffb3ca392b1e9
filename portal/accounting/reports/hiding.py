"""What a report does not show: figures about few people, and figures from which these could be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from portal.accounting.figures.columns import NONE, Items, WordColumn, distinct
from portal.accounting.figures.definitions import REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.making import TECHNOLOGY
from portal.accounting.figures.queries import FigureBook, different
from portal.accounting.reports.chapters import CHAPTERS, TableOfChapter
from portal.accounting.small_groups import SMALLEST, HiddenCells, hide_small

_FOUND_WORK = "outcomes_found_work"
_USED = frozenset({"spent", "redeemed_cents", "vouchers_redeemed"})
_OPEN = frozenset({"committed", "released"})
_PAID = frozenset({"paid"})
_OF_AWARDS = frozenset({"awarded_cents", "awarded_by_cost"})
"""What was awarded: of it a part was spent, a part stands open or was released, and of what was spent a part was paid."""
_BY_ROUTE = ("vouchers_individual", "vouchers_employer")


def hidden_totals(book: FigureBook) -> dict[str, bool]:
    """The figures of which the total is hidden; True when it is small itself, False when a small one could be told from it."""
    found: dict[str, bool] = {}
    for key, figure in REGISTRY.items():
        counted = figure.counting is Counting.DISTINCT
        middle = figure.counting in (Counting.MEAN, Counting.MEDIAN)
        if (counted or middle) and 0 < _people(book, figure) < SMALLEST:
            found[key] = counted
    for key, figure in REGISTRY.items():
        if figure.counting is Counting.SHARE and REGISTRY[figure.of[0]].counting is Counting.DISTINCT:
            rest = _without(book.items(figure.of[1]), book.items(figure.of[0]))
            few = (0 < _behind(book, items) < SMALLEST for items in (book.items(figure.of[0]), rest))
            if figure.of[1] in found or any(few):
                found[key] = False
                found.setdefault(figure.of[0], False)
    routes = {key: _whole(book, key) for key in _BY_ROUTE}
    routes["neither"] = _whole(book, "vouchers_awarded") - sum(routes.values())
    if hide_small(routes).cells:
        found |= {key: found.get(key, False) for key in _BY_ROUTE}
    if "vouchers_lapsed" in found:
        found["lapsed_cents"] = False
    _hide_crossed(book, found)
    if _shortage_tells(book, found):
        for key in ("vouchers_shortage", "share_shortage"):
            found.setdefault(key, False)
    return found


def _hide_crossed(book: FigureBook, found: dict[str, bool]) -> None:
    """Who looked for work, by who works now: with what stands around it, a part that is shown tells all four parts."""
    if any(0 < _behind(book, part) < SMALLEST for part in _by_work(book)):
        for key in (_FOUND_WORK, "share_found_work"):
            found.setdefault(key, False)


def _shortage_tells(book: FigureBook, totals: Mapping[str, bool]) -> bool:
    """Whether the vouchers for sectors with a shortage, beside those for technology and those per sector, tell of few people.

    On the list and off it alike: the hidden sectors of each side are known together, and a sector that is shown can be split.
    """
    awarded, listed, technology = (
        book.items(key) for key in ("vouchers_awarded", "vouchers_shortage", "vouchers_technology")
    )
    if any(0 < _behind(book, one) < SMALLEST for one in (_without(technology, listed), _without(listed, technology))):
        return True
    rows = [_as_one(book, one, totals) for one in _tables_by(Breakdown.SECTOR) if "vouchers_awarded" in one.figures]
    published = _published(Breakdown.SECTOR, totals)
    for side in (listed, _without(awarded, listed)):
        people = _counted(book, side, Breakdown.SECTOR)
        hidden = {place for place in people if any(one.whole or place in one.cells for one in rows)}
        if any(0 < people[place] < SMALLEST for place in people.keys() - hidden):
            return True
        kept = {place: people[place] for place in hidden.difference(published)}
        if hide_small(kept, hidden=kept).whole:
            return True
    return False


def _by_work(book: FigureBook) -> list[Items]:
    """The answers in four parts: of who looked for work before the training or not, and who works now or not."""
    answered, looked, works = (
        book.items(key) for key in ("outcomes_answered", "outcomes_looked_before", "outcomes_at_work")
    )
    return [part(side(answered, looked), works) for side in (_within, _without) for part in (_within, _without)]


class HiddenInTables:
    """What the tables of one report hide. Tables of the same money by the same thing hide together.

    What was spent stands in a table of vouchers and in one of money; what was awarded is what was spent, stands open or was
    released. So a row that one of them hides in these figures, the others hide too: else it would follow from the total. What was
    awarded can stay: of a row that hides, it tells neither of the parts. A figure that cannot be hidden in some rows is
    hidden in all of them.
    """

    def __init__(self, book: FigureBook, totals: Mapping[str, bool]) -> None:
        self.book = book
        self.totals = totals
        self._by: dict[Breakdown, dict[str, HiddenCells[str]]] = {}

    def rows(self, table: TableOfChapter) -> dict[str, HiddenCells[str]]:
        """Per figure of a table that says something about people, which of its rows are hidden."""
        if table.books:
            return {}
        if table.by not in self._by:
            self._by[table.by] = self._of(_tables_by(table.by))
        own = _as_one(self.book, table, self.totals)
        found = {key: self._by[table.by].get(key, own) for key in table.figures if REGISTRY[key].about_people}
        return dict.fromkeys(found, own) if own.whole and own.cells else found

    def _of(self, tables: Sequence[TableOfChapter]) -> dict[str, HiddenCells[str]]:
        """What is hidden of what was used, stands open and was paid, in all these tables."""
        by, figures = tables[0].by, {key for table in tables for key in table.figures}
        awarded = [_as_one(self.book, one, self.totals) for one in tables if _OF_AWARDS.intersection(one.figures)]
        whose = "awarded_by_cost" if by is Breakdown.CATEGORY else "awarded_cents"
        spent = "spent" if by is Breakdown.CATEGORY else "redeemed_cents"
        columns = {
            layer: [people_behind(self.book, key, by) for key in sorted(layer & figures)]
            for layer in (_USED, _OPEN, _PAID)
        }
        if whose in figures:
            columns[_USED].append(_people_in(self.book, _differing(self.book, whose, spent, by), by))
        columns[_PAID].append(_people_in(self.book, _differing(self.book, "spent", "paid", by), by))
        used, still, paid = (self._together(by, columns[layer]) for layer in (_USED, _OPEN, _PAID))
        shared = _united([used, still, *awarded], used.whole)
        return (
            dict.fromkeys(_USED, shared)
            | dict.fromkeys(_OPEN, _united([shared], used.whole or still.whole))
            | dict.fromkeys(_PAID, _united([shared, paid], used.whole or paid.whole))
        )

    def _together(self, by: Breakdown, columns: Sequence[Mapping[str, int]]) -> HiddenCells[str]:
        hidden = [hide_small(column, published=_published(by, self.totals)) for column in columns]
        return _united(hidden, any(one.whole for one in hidden))


def _tables_by(by: Breakdown) -> list[TableOfChapter]:
    return [one for chapter in CHAPTERS for one in chapter.tables if one.by is by and not one.books]


def _united(parts: Sequence[HiddenCells[str]], whole: bool) -> HiddenCells[str]:
    """The rows that any of them hides; a part that hides everything tells nothing of rows."""
    return HiddenCells(frozenset[str]().union(*(one.cells for one in parts if not one.whole)), whole)


def _as_one(book: FigureBook, table: TableOfChapter, totals: Mapping[str, bool]) -> HiddenCells[str]:
    """What a table hides in all its figures, but in those of use: they are hidden together with other tables."""
    own = [key for key in table.figures if REGISTRY[key].about_people and key not in _USED | _OPEN | _PAID]
    columns = [people_behind(book, key, table.by) for key in own]
    if _FOUND_WORK in table.figures:
        columns += [_counted(book, part, table.by) for part in _by_work(book)]
    hidden = [hide_small(column, published=_published(table.by, totals)) for column in columns]
    return _united(hidden, any(one.whole for one in hidden))


def _differing(book: FigureBook, one: str, other: str, by: Breakdown) -> Items:
    """The vouchers of which two amounts are not the same: whoever sees both of them knows what is between them."""
    both, less = book.items(one, by), book.items(other, by)
    joined = Items.joined([both, less.with_amount(-less.amount)])
    return _standing(book, joined.where(joined.voucher >= 0), by)


def _standing(book: FigureBook, items: Items, by: Breakdown) -> Items:
    """What is left of amounts that came and went: one item per voucher and place in a breakdown."""
    words = book.places_of(items, by)
    keys = items.voucher * len(words.names) + words.places
    _keys, first, group = np.unique(keys, return_index=True, return_inverse=True)
    left = np.zeros(len(first), dtype=np.int64)
    np.add.at(left, group, items.amount)
    return items.where(first).with_amount(left)


def people_behind(book: FigureBook, key: str, breakdown: Breakdown) -> dict[str, int]:
    """How many people (or companies, when those are fewer) are behind each cell of a breakdown.

    Whose money came and went is not behind what is left.
    """
    if REGISTRY[key].counting is Counting.DISTINCT:
        return _counted(book, book.items(key), breakdown)
    items = book.items(key, breakdown)
    places = dict.fromkeys(different(book.places_of(items, breakdown), items.subject), 0)
    return places | _people_in(book, _standing(book, items, breakdown), breakdown)


def _people_in(book: FigureBook, items: Items, breakdown: Breakdown) -> dict[str, int]:
    words, who = book.places_of(items, breakdown), book.people(items)
    people = dict.fromkeys(different(words, items.subject), 0)  # what is about nobody keeps its place
    return people | different(WordColumn(words.names, words.places[who != NONE]), who[who != NONE])


def _counted(book: FigureBook, items: Items, breakdown: Breakdown) -> dict[str, int]:
    people, words = _people_in(book, items, breakdown), book.places_of(items, breakdown)
    return {place: min(people[place], number) for place, number in different(words, items.subject).items()}


def _people(book: FigureBook, figure: FigureDefinition) -> int:
    return _behind(book, book.items(figure.key))


def _behind(book: FigureBook, items: Items) -> int:
    """How many people (or things, when those are fewer) some items are about."""
    return min(len(distinct(book.people(items))), len(distinct(items.subject)))


def _within(items: Items, others: Items) -> Items:
    """What is in both, by what is counted."""
    return items.where(np.isin(items.subject, others.subject))


def _without(items: Items, others: Items) -> Items:
    """What is in the first only, by what is counted."""
    return items.where(~np.isin(items.subject, others.subject))


def _whole(book: FigureBook, key: str) -> int:
    return int(book.total(key) or 0)


def _published(breakdown: Breakdown, totals: Mapping[str, bool]) -> Collection[str]:
    """What stands elsewhere in the report: the vouchers for technology are a figure of their own."""
    return () if breakdown is not Breakdown.SECTOR or "vouchers_technology" in totals else (TECHNOLOGY,)
