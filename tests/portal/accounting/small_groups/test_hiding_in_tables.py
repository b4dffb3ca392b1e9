"""Nothing that a table with totals hides can be derived: a solver that gets all that is shown finds another table each time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from portal.accounting.small_groups import SMALLEST, Place, hide_small, hide_small_in_table

numbers = st.one_of(st.just(0), st.integers(1, 12), st.integers(10, 60))
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=4)
)


def with_totals(cells: list[list[int]]) -> dict[Place, int]:
    """The table with its totals; the empty cells are not in it, as the database leaves them out."""
    counts: dict[Place, int] = {}
    for (at, row), (to, number) in ((one, two) for one in enumerate(cells) for two in enumerate(one[1])):
        del row
        for key in product((f"r{at}", None), (f"c{to}", None)):
            counts[key] = counts.get(key, 0) + number
    return {key: number for key, number in counts.items() if number or None in key}


def given_away(counts: Mapping[Place, int], hidden: Collection[Place]) -> list[Place]:
    """The hidden places that can have one number only, for who sees the others and knows that no hidden one is empty."""
    rows = sorted({row for row, _column in counts if row is not None})
    columns = sorted({column for _row, column in counts if column is not None})
    found = []
    for wanted in sorted(hidden, key=str):
        model = cp_model.CpModel()
        number: dict[Place, cp_model.IntVar] = {}
        for key in product((*rows, None), (*columns, None)):
            real = counts.get(key, 0)
            low, high = (min(1, real), 10_000) if key in hidden else (real, real)
            number[key] = model.new_int_var(low, high, str(key))
        for row in (*rows, None):
            model.add(sum(number[row, column] for column in columns) == number[row, None])
        for column in (*columns, None):
            model.add(sum(number[row, column] for row in rows) == number[None, column])
        model.add(number[wanted] != counts.get(wanted, 0))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found.append(wanted)
    return found


@settings(max_examples=40)
@given(tables)
def test_of_every_hidden_place_the_rest_of_the_table_allows_another_number(cells: list[list[int]]) -> None:
    counts = with_totals(cells)
    hidden = hide_small_in_table(counts)
    assert {key for key, number in counts.items() if 0 < number < SMALLEST} <= hidden
    if any(0 < number < SMALLEST for number in counts.values()):
        shown = {key for key in counts if key not in hidden}
        assert not shown or not given_away(counts, hidden)
    else:
        assert not hidden, "a table without a small group is shown whole"


BLOCKS = [[12, 12, 0, 0], [12, 12, 4, 0], [0, 0, 12, 12], [0, 0, 12, 12]]
"""Two blocks that hide enough each, and one cell between them that follows when a whole block is taken together."""


def test_a_cell_that_follows_from_several_rows_taken_together_is_kept_as_well() -> None:
    counts = with_totals(BLOCKS)
    block = {(f"r{at}", f"c{to}") for at, to in product((0, 1), (0, 1))}
    block |= {(f"r{at}", f"c{to}") for at, to in product((2, 3), (2, 3))}
    by_hand = block | {("r1", "c2")}
    for line in ({f"r{at}" for at in range(4)}, {f"c{at}" for at in range(4)}):
        for one in line:
            cells = {
                key: counts.get(key, 0) for key in product((f"r{n}" for n in range(4)), (f"c{n}" for n in range(4)))
            }
            own = {key: number for key, number in cells.items() if one in key}
            assert hide_small(own, hidden=by_hand).cells == {key for key in by_hand if one in key}, (
                "each line keeps its own"
            )
    assert given_away(counts, by_hand) == [("r1", "c2")], "control: line by line is not enough"
    assert not given_away(counts, hide_small_in_table(counts))


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([[0]], 4),
        ([[12, 40], [30, 25]], 9),
        ([[3]], 0),
        ([[1] * 12], 0),
    ],
)
def test_examples(cells: list[list[int]], shown: int) -> None:
    counts = with_totals(cells)
    rows, columns = (f"r{at}" for at in range(len(cells))), (f"c{at}" for at in range(len(cells[0])))
    every = set(product((*rows, None), (*columns, None)))
    assert len(every - hide_small_in_table(counts)) == shown


def test_a_large_table_of_small_groups_is_looked_at_quickly() -> None:
    counts = with_totals([[(7 * at + 3 * to) % 23 for to in range(36)] for at in range(60)])
    hidden = hide_small_in_table(counts)
    assert {key for key, number in counts.items() if 0 < number < SMALLEST} <= hidden != set(counts)
