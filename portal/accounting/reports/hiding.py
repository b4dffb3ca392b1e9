"""What a report does not show: figures about few people, and figures from which these could be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from portal.accounting.figures.columns import NONE, Items, WordColumn, distinct
from portal.accounting.figures.definitions import MONEY, REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.making import TECHNOLOGY
from portal.accounting.figures.queries import FigureBook, different
from portal.accounting.reports.chapters import CHAPTERS, TableOfChapter
from portal.accounting.small_groups import SMALLEST, HiddenCells, hide_small

_FOUND_WORK = "outcomes_found_work"
_MONEY = frozenset(one.key for one in MONEY)
_ON_VOUCHERS = frozenset({"redeemed_cents", "awarded_by_cost"})
"""What was spent on vouchers (the same as `spent`), and what was awarded for a kind of cost, of which that is a part."""
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
    rows = [
        hidden_rows(book, one, totals)
        for chapter in CHAPTERS
        for one in chapter.tables
        if one.by is Breakdown.SECTOR and "vouchers_awarded" in one.figures
    ]
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


def hidden_rows(book: FigureBook, table: TableOfChapter, totals: Mapping[str, bool]) -> HiddenCells[str]:
    """The rows of a table that are hidden, in every column that says something about people.

    A table of money hides what the table of vouchers by the same thing hides too: what was spent stands in both, and a row that
    one shows would tell, with the total, what the other hides. A table that is kept back as a whole tells nothing.
    """
    own = _hidden_alone(book, table, totals)
    if own.whole or table.books or not _MONEY.issuperset(table.figures):
        return own
    others = (
        _hidden_alone(book, one, totals)
        for chapter in CHAPTERS
        for one in chapter.tables
        if one.by is table.by and _ON_VOUCHERS.intersection(one.figures)
    )
    return HiddenCells(own.cells.union(*(one.cells for one in others if not one.whole)))


def _hidden_alone(book: FigureBook, table: TableOfChapter, totals: Mapping[str, bool]) -> HiddenCells[str]:
    cells: set[str] = set()
    if table.books:
        return HiddenCells()
    columns = [people_behind(book, key, table.by) for key in table.figures if REGISTRY[key].about_people]
    if _FOUND_WORK in table.figures:
        columns += [_counted(book, part, table.by) for part in _by_work(book)]
    for column in columns:
        hidden = hide_small(column, published=_published(table.by, totals))
        if hidden.whole:
            return HiddenCells(hidden.cells, whole=True)
        cells |= hidden.cells
    return HiddenCells(frozenset(cells))


def people_behind(book: FigureBook, key: str, breakdown: Breakdown) -> dict[str, int]:
    """How many people (or companies, when those are fewer) are behind each cell of a breakdown."""
    if REGISTRY[key].counting is Counting.DISTINCT:
        return _counted(book, book.items(key), breakdown)
    return _people_in(book, book.items(key, breakdown), breakdown)


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
