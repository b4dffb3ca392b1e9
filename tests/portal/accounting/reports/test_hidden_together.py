"""The tables of vouchers and those of money beside each other: what one hides of few people, the other does not tell."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import Items, WordColumn
from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.queries import FigureBook, figure_book
from portal.accounting.reports.chapters import CHAPTERS, TableOfChapter
from portal.accounting.reports.hiding import HiddenInTables, hidden_totals, people_behind
from portal.accounting.small_groups import SMALLEST
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.snapshots import begin_with

SEEDS = range(50)
SAME = {"redeemed_cents": "spent", "awarded_by_cost": "awarded_cents"}
"""What stands in two tables under two names, as an amount."""
AMOUNTS = ("awarded_cents", "spent", "committed", "paid")
OF_AWARD = ("vouchers_awarded", "awarded_cents", "award_sizes", "people", "awarded_by_cost")
SPENT = ("spent", "redeemed_cents", "vouchers_redeemed")
PAIRS: dict[Breakdown, list[TableOfChapter]] = {}
for _chapter in CHAPTERS:
    for _table in _chapter.tables:
        if not _table.books and {SAME.get(one, one) for one in _table.figures}.intersection(AMOUNTS):
            PAIRS.setdefault(_table.by, []).append(_table)


@pytest.fixture
def book(session: Session) -> FigureBook:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    found = figure_book(session, actor=CONTROLLER, period=PERIOD)
    assert found is not None
    return found


def lived(book: FigureBook, seed: int) -> FigureBook:
    """Another desk of as many vouchers: of large and small groups by everything, and another part of them spent and paid."""
    chance = random.Random(seed)
    made = book.made

    def words(column: WordColumn, names: tuple[str, ...]) -> WordColumn:
        few = [chance.choice((1, 2, 5, 12, 40, 90)) for _name in names]
        return WordColumn.of(chance.choices(names, weights=few, k=len(column.places)))

    def part(items: Items, share: float) -> set[int]:
        return {one for one in np.unique(items.voucher).tolist() if chance.random() < share}

    items = dict(made.items)
    awarded = part(items["vouchers_awarded"], chance.choice((0.3, 0.8, 1.0)))
    spent = {one for one in part(items["spent"], chance.choice((0.1, 0.5, 0.9, 1.0))) if one in awarded}
    if chance.random() < 0.3:
        awarded = spent | set(chance.sample(sorted(awarded - spent), min(7, len(awarded - spent))))
    paid = {one for one in part(items["paid"], chance.choice((0.2, 0.9))) if one in spent}
    kept = dict.fromkeys(OF_AWARD, awarded) | dict.fromkeys(SPENT, spent) | {"paid": paid}
    for key, vouchers in kept.items():
        items[key] = items[key].where(np.isin(items[key].voucher, sorted(vouchers)))
    open_still = np.isin(items["awarded_cents"].voucher, sorted(awarded - spent))
    items["committed"] = items["awarded_cents"].where(open_still)
    kinds = ("tuition", "exam", "books", "travel")
    costs = replace(made.awarded_costs, extra=words(made.awarded_costs.extra, kinds))
    items["awarded_by_cost"] = costs.where(np.isin(costs.voucher, items["awarded_by_cost"].voucher))
    questions = replace(
        made.questions,
        route=words(made.questions.route, ("individual", "employer")),
        sector=words(made.questions.sector, ("technology", "care", "ict", "transport", "")),
        municipality=words(made.questions.municipality, tuple(f"GM{number}" for number in range(6))),
    )
    vouchers = replace(
        made.vouchers,
        scheme=words(made.vouchers.scheme, ("s1", "s2", "s3")),
        provider=words(made.vouchers.provider, ("1", "2", "3", "4", "")),
    )
    return replace(book, made=replace(made, items=items, awarded_costs=costs, questions=questions, vouchers=vouchers))


def told(book: FigureBook) -> Iterator[str]:
    """The amounts of few people that follow for who lays the tables beside each other, with the totals that the books give.

    Of every row is known that what was awarded is what was spent and what stands open (in these desks nothing was released): each
    hidden amount is an unknown, each total and each row an equation. A figure that is of one row alone is its total,
    which the books give to everybody.
    """
    tables = HiddenInTables(book, hidden_totals(book))
    for by, pair in PAIRS.items():
        names = {SAME.get(one, one): one for table in pair for one in table.figures if SAME.get(one, one) in AMOUNTS}
        people = {name: people_behind(book, key, by) for name, key in names.items()}
        rows = sorted(set().union(*people.values()))
        shown = {
            (SAME.get(one, one), row)
            for table in pair
            for hidden in [tables.rows(table)]
            for one in table.figures
            for row in rows
            if not (hidden[one].whole or row in hidden[one].cells)
        }
        unknown = [(name, row) for name in names for row in rows if (name, row) not in shown]
        few = {
            cell
            for cell in ((name, row) for name in names for row in rows)
            if 0 < people[cell[0]].get(cell[1], 0) < SMALLEST
        }
        for name, row in sorted(few & shown):
            yield f"{by.value} {name} of {row} stands there"
        equations = [[float(cell[0] == name) for cell in unknown] for name in names]
        if {"awarded_cents", "spent", "committed"} <= names.keys():
            equations += [
                [
                    float(cell[1] == row and cell[0] != "paid") * (-1 if cell[0] == "awarded_cents" else 1)
                    for cell in unknown
                ]
                for row in rows
            ]
        for place, cell in enumerate(unknown):
            alone = sum(number > 0 for number in people[cell[0]].values()) == 1
            if cell in few and not alone and _follows(np.array(equations), place):
                yield f"{by.value} {cell[0]} of {cell[1]} follows"


def _follows(equations: np.ndarray, place: int) -> bool:
    """Whether these equations, with what is known on their other side, leave one value for an unknown."""
    alone = np.zeros((1, equations.shape[1]))
    alone[0, place] = 1
    rank = np.linalg.matrix_rank
    return bool(rank(np.vstack((equations, alone))) == rank(equations))


def test_no_subtraction_over_both_tables_tells_of_few_people(book: FigureBook) -> None:
    assert set(PAIRS) == {
        Breakdown.ROUTE, Breakdown.SCHEME, Breakdown.MUNICIPALITY, Breakdown.SECTOR, Breakdown.PROVIDER, Breakdown.CATEGORY,
    }  # fmt: skip
    hides = 0
    for seed in SEEDS:
        desk = lived(book, seed)
        assert list(told(desk)) == [], seed
        tables = HiddenInTables(desk, hidden_totals(desk))
        found = [hidden for pair in PAIRS.values() for table in pair for hidden in tables.rows(table).values()]
        hides += sum(bool(one.cells) and not one.whole for one in found)
    assert hides > len(SEEDS), "in these desks something is hidden, and something is shown"


@pytest.mark.parametrize("layer", ["_OF_AWARDS", "_OPEN", "_USED"])
def test_control_what_does_not_hide_with_the_rest_tells_of_few_people(
    book: FigureBook, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    monkeypatch.setattr(f"portal.accounting.reports.hiding.{layer}", frozenset[str]())
    assert any(list(told(lived(book, seed))) for seed in SEEDS)
