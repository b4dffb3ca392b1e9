"""The rule by which a sample is drawn: proportional, at least one of each, and the same every time."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounting.draws import drawn, population_hash, ranked, seats

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 400), min_size=1, max_size=8)


def numbers(count: int, name: str = "v") -> list[str]:
    return [f"{name}-{one:03d}" for one in range(count)]


@given(counts=COUNTS, part=st.fractions(0, 1))
def test_every_stratum_gets_one_and_all_seats_are_given_and_none_more_than_there_is(
    counts: dict[str, int], part: float
) -> None:
    total = sum(counts.values())
    size = len(counts) + int((total - len(counts)) * part)
    given_seats = seats(counts, size=size)
    assert sum(given_seats.values()) == size
    assert all(1 <= given_seats[name] <= counts[name] for name in counts)


@given(counts=COUNTS, part=st.fractions(0, 1))
def test_nobody_is_more_than_one_from_the_own_share_unless_a_small_stratum_got_its_one(
    counts: dict[str, int], part: float
) -> None:
    total = sum(counts.values())
    size = len(counts) + int((total - len(counts)) * part)
    exact = {name: size * count / total for name, count in counts.items()}
    if min(exact.values()) >= 1:
        assert all(abs(number - exact[name]) < 1 for name, number in seats(counts, size=size).items())


def test_largest_remainders_get_what_is_left() -> None:
    assert seats({"a": 50, "b": 30, "c": 20}, size=7) == {"a": 4, "b": 2, "c": 1}
    assert seats({"a": 97, "b": 2, "c": 1}, size=10) == {"a": 8, "b": 1, "c": 1}


@pytest.mark.parametrize("size", [0, 1, 7])
def test_a_sample_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="no sample of"):
        seats({"a": 4, "b": 2}, size=size)
    assert seats({"a": 4, "b": 2}, size=6) == {"a": 4, "b": 2}


def test_the_ranking_is_that_of_the_hash_of_seed_and_number() -> None:
    by_hand = sorted(numbers(20), key=lambda one: hashlib.sha256(b"seed\n" + one.encode()).hexdigest())
    assert ranked(numbers(20), seed="seed") == by_hand
    assert ranked(numbers(20), seed="another") != by_hand


def test_the_order_of_the_population_changes_nothing() -> None:
    population = {"x": numbers(40, "x"), "y": numbers(15, "y")}
    first = drawn(population, size=11, seed="s")
    shuffled = {name: random.Random(1).sample(population[name], len(population[name])) for name in ("y", "x")}
    assert drawn(shuffled, size=11, seed="s") == first
    assert [one.place for one in first] == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3]


def test_control_another_seed_or_population_is_another_sample() -> None:
    population = {"x": numbers(40)}
    first = {one.number for one in drawn(population, size=10, seed="s")}
    assert {one.number for one in drawn(population, size=10, seed="t")} != first
    assert population_hash(numbers(40)) != population_hash(numbers(39))
    assert population_hash(reversed(numbers(40))) == population_hash(numbers(40))
