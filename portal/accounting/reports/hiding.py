"""What a report does not show: figures about few people, and figures from which these could be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portal.accounting.figures.columns import NONE, WordColumn, distinct
from portal.accounting.figures.definitions import REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.making import TECHNOLOGY
from portal.accounting.figures.queries import FigureBook, different
from portal.accounting.reports.chapters import TableOfChapter
from portal.accounting.small_groups import SMALLEST, HiddenCells, hide_small

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
            above, below = (_whole(book, one) for one in figure.of)
            if figure.of[1] in found or hide_small({"in": above, "out": below - above}).cells:
                found[key] = False
                found.setdefault(figure.of[0], False)
    routes = {key: _whole(book, key) for key in _BY_ROUTE}
    routes["neither"] = _whole(book, "vouchers_awarded") - sum(routes.values())
    if hide_small(routes).cells:
        found |= {key: found.get(key, False) for key in _BY_ROUTE}
    if "vouchers_lapsed" in found:
        found["lapsed_cents"] = False
    return found


def hidden_rows(book: FigureBook, table: TableOfChapter, totals: Mapping[str, bool]) -> HiddenCells[str]:
    """The rows of a table that are hidden, in every column that says something about people."""
    cells: set[str] = set()
    if table.books:
        return HiddenCells()
    for key in table.figures:
        figure = REGISTRY[key]
        if not figure.about_people:
            continue
        hidden = hide_small(people_behind(book, key, table.by), published=_published(table.by, totals))
        if hidden.whole:
            return HiddenCells(hidden.cells, whole=True)
        cells |= hidden.cells
    return HiddenCells(frozenset(cells))


def people_behind(book: FigureBook, key: str, breakdown: Breakdown) -> dict[str, int]:
    """How many people (or companies, when those are fewer) are behind each cell of a breakdown."""
    items, words = book.items(key), book.placed(key, breakdown)
    who = book.people(items)
    people = dict.fromkeys(different(words, items.subject), 0)  # what is about nobody keeps its place
    people |= different(WordColumn(words.names, words.places[who != NONE]), who[who != NONE])
    if REGISTRY[key].counting is not Counting.DISTINCT:
        return people
    return {place: min(people[place], number) for place, number in different(words, items.subject).items()}


def _people(book: FigureBook, figure: FigureDefinition) -> int:
    items = book.items(figure.key)
    return min(len(distinct(book.people(items))), len(distinct(items.subject)))


def _whole(book: FigureBook, key: str) -> int:
    return int(book.total(key) or 0)


def _published(breakdown: Breakdown, totals: Mapping[str, bool]) -> Collection[str]:
    """What stands elsewhere in the report: the vouchers for technology are a figure of their own."""
    return () if breakdown is not Breakdown.SECTOR or "vouchers_technology" in totals else (TECHNOLOGY,)
