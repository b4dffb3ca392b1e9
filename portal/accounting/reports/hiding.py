"""What a report does not show: figures about few people, and figures from which these could be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from portal.accounting.figures.definitions import REGISTRY, Breakdown, Counting, FigureDefinition
from portal.accounting.figures.making import TECHNOLOGY
from portal.accounting.figures.queries import FigureBook
from portal.accounting.reports.chapters import TableOfChapter
from portal.accounting.small_groups import SMALLEST, HiddenCells, hide_small

_BY_ROUTE = ("vouchers_individual", "vouchers_employer")
_SIZES = ("mean_award", "median_award")


def hidden_totals(book: FigureBook) -> dict[str, bool]:
    """The figures of which the total is hidden; True when it is small itself, False when a small one could be told from it."""
    found: dict[str, bool] = {}
    for key, figure in REGISTRY.items():
        if figure.counting is Counting.DISTINCT and 0 < _people(book, figure) < SMALLEST:
            found[key] = True
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
    if "people" in found:
        found |= dict.fromkeys(_SIZES, False)
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
    figure = REGISTRY[key]
    people: dict[str, set[object]] = defaultdict(set)
    subjects: dict[str, set[object]] = defaultdict(set)
    for place, one in book.placed(key, breakdown):
        who = book.person_of(one)
        people[place] |= {who} if who is not None else set()  # what is about nobody keeps its place
        subjects[place].add(one.subject)
    counted = figure.counting is Counting.DISTINCT
    return {place: min(len(found), len(subjects[place])) if counted else len(found) for place, found in people.items()}


def _people(book: FigureBook, figure: FigureDefinition) -> int:
    items = book.items(figure.key)
    return min(len({book.person_of(one) for one in items}), len({one.subject for one in items}))


def _whole(book: FigureBook, key: str) -> int:
    return int(book.total(key) or 0)


def _published(breakdown: Breakdown, totals: Mapping[str, bool]) -> Collection[str]:
    """What stands elsewhere in the report: the vouchers for technology are a figure of their own."""
    return () if breakdown is not Breakdown.SECTOR or "vouchers_technology" in totals else (TECHNOLOGY,)
