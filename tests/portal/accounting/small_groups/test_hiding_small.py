"""Nothing that is hidden can be derived: not from the total, and not by somebody who knows how hiding is done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounting.small_groups import SMALLEST, HiddenCells, hide_small

tables = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


def published(counts: dict[str, int], hidden: HiddenCells[str]) -> tuple[object, ...]:
    """What a reader sees: the cells that are shown, which ones are not, and the total."""
    shown = () if hidden.whole else tuple((key, None if key in hidden.cells else counts[key]) for key in sorted(counts))
    return (hidden.whole, shown, sum(counts.values()))


def fitting(counts: dict[str, int], hidden: HiddenCells[str]) -> Iterator[dict[str, int]]:
    """Every other table with the same total and the same cells shown, by moving one person between two hidden cells."""
    for one, other in product(sorted(hidden.cells), repeat=2):
        if one != other and counts[one] > 1:
            yield {**counts, one: counts[one] - 1, other: counts[other] + 1}


@given(tables)
def test_a_small_cell_is_never_shown_and_a_table_without_one_is_shown_whole(counts: dict[str, int]) -> None:
    hidden = hide_small(counts)
    small = {key for key, number in counts.items() if 0 < number < SMALLEST}
    assert small <= hidden.cells
    assert bool(small) or hidden == HiddenCells()


@given(tables)
def test_no_hidden_cell_follows_from_the_total_and_the_cells_that_are_shown(counts: dict[str, int]) -> None:
    hidden = hide_small(counts)
    if hidden.cells and not hidden.whole:
        rest = sum(counts.values()) - sum(number for key, number in counts.items() if key not in hidden.cells)
        least, most = 1, rest - (len(hidden.cells) - 1)
        assert len(hidden.cells) >= 2 and rest >= SMALLEST
        assert least < most, "each hidden cell can be at least two numbers"


@given(tables)
def test_who_knows_how_hiding_is_done_still_has_two_numbers_for_each_hidden_cell(counts: dict[str, int]) -> None:
    hidden = hide_small(counts)
    if hidden.whole:
        return
    seen = published(counts, hidden)
    possible: dict[str, set[int]] = {key: {counts[key]} for key in hidden.cells}
    for other in _all_fitting(counts, hidden):
        if published(other, hide_small(other)) == seen:
            for key in hidden.cells:
                possible[key].add(other[key])
    assert all(len(found) >= 2 for found in possible.values()), possible


def _all_fitting(counts: dict[str, int], hidden: HiddenCells[str]) -> Iterator[dict[str, int]]:
    for first in fitting(counts, hidden):
        yield first
        yield from fitting(first, hidden)


@pytest.mark.parametrize(
    ("counts", "cells", "whole"),
    [
        ({}, "", False),
        ({"a": 0, "b": 12}, "", False),
        ({"a": 3, "b": 12, "c": 40}, "ab", False),
        ({"a": 3, "b": 4, "c": 12, "d": 40}, "abc", False),
        ({"a": 9, "b": 9, "c": 40}, "ab", False),
        ({"a": 3}, "a", True),
        ({"a": 3, "b": 0}, "ab", True),
        (dict.fromkeys("abcdefghijkl", 1), "abcdefghijkl", True),
    ],
)
def test_examples(counts: dict[str, int], cells: str, whole: bool) -> None:
    assert hide_small(counts) == HiddenCells(frozenset(cells), whole)


def test_a_cell_that_stands_elsewhere_keeps_nothing_and_is_shown() -> None:
    counts = {"technology": 12, "care": 3, "building": 30}
    assert hide_small(counts).cells == {"technology", "care"}
    assert hide_small(counts, published=("technology",)).cells == {"building", "care"}
    assert hide_small({"technology": 12, "care": 3}, published=("technology",)).whole


def test_control_hiding_only_what_is_small_gives_the_cell_away() -> None:
    counts = {"a": 3, "b": 12, "c": 40}
    only_small = HiddenCells(frozenset(key for key, number in counts.items() if number < SMALLEST))
    rest = sum(counts.values()) - sum(number for key, number in counts.items() if key not in only_small.cells)
    assert rest == counts["a"], "the total gives the only hidden cell"
