"""Rounds: nobody is left out who could be paid beside those before them, lots anybody can draw again, the same part for all."""

from __future__ import annotations

import hashlib
import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from matching.plan.rounds import Granted, RoundApplication, divide, drawn, lot_of, ranked, round_faults

HOLDS = {"general": 100, "west": 100}
BOTH, WEST = frozenset(HOLDS), frozenset({"west"})


def asks(name: str, cents: int, may: frozenset[str] = BOTH, points: int = 0) -> RoundApplication:
    return RoundApplication(name, cents, may, points)


def test_lines_change_places_so_that_a_later_one_can_be_paid_too() -> None:
    round_ = [asks("first", 100, BOTH, 9), asks("second", 100, WEST, 5), asks("third", 10, BOTH, 1)]
    found = divide(round_, HOLDS, method="ranking")
    assert [(one.id, one.cents, one.lines) for one in found.granted] == [
        ("first", 100, (("general", 100),)),
        ("second", 100, (("west", 100),)),
        ("third", 0, ()),
    ]
    assert (found.cents, found.most_cents, found.gap_percent) == (200, 200, 0.0)
    part = divide([*round_[:2], asks("third", 30, BOTH, 6)], HOLDS, method="ranking", last_in_part=True)
    assert [(one.id, one.cents) for one in part.granted] == [("first", 100), ("third", 30), ("second", 70)]
    order = divide([asks("large", 150, WEST, 9), asks("small", 60, WEST, 1)], HOLDS, method="ranking")
    assert [one.cents for one in order.granted] == [0, 60] and order.gap_percent == 40.0, "said: 40 lies there still"


def test_lots_are_drawn_from_a_seed_that_anybody_can_check() -> None:
    round_ = [asks(f"a-{number}", 50) for number in range(6)]
    found = divide(round_, HOLDS, method="lot", seed="trekking 7 maart")
    assert [one.id for one in found.granted] == [one.id for one in drawn(reversed(round_), "trekking 7 maart")]
    assert [one.cents for one in found.granted] == [50, 50, 50, 50, 0, 0]
    assert lot_of("s", "a") == hashlib.sha256(b"s:a").hexdigest()
    assert [one.id for one in drawn(round_, "another")] != [one.id for one in found.granted]
    assert [one.id for one in ranked([asks("b", 1), asks("a", 1), asks("c", 1, points=2)])] == ["c", "a", "b"]
    with pytest.raises(ValueError, match="seed"):
        divide(round_, HOLDS, method="lot")


def test_in_proportion_everybody_gets_the_same_part_and_it_is_the_largest() -> None:
    found = divide([asks("a", 300, WEST), asks("b", 50), asks("c", 10, frozenset())], HOLDS, method="proportion")
    assert found.part == Fraction(1, 3) and {one.id: one.cents for one in found.granted} == {"a": 100, "b": 17, "c": 0}
    assert divide([asks("a", 40)], HOLDS, method="proportion").part == 1
    three = divide([asks(name, 100) for name in "abc"], HOLDS, method="proportion")
    assert three.part == Fraction(2, 3) and three.cents == 200 == three.most_cents


def test_small_rounds_are_as_good_as_trying_everything_and_the_checker_sees_what_is_wrong() -> None:
    dice = random.Random(5)
    for _round in range(15):
        lines = {f"l{n}": dice.randint(0, 6) for n in range(2)}
        round_ = [
            asks(
                f"a{n}",
                dice.randint(1, 5),
                frozenset(dice.sample(sorted(lines), k=dice.randint(0, 2))),
                dice.randint(0, 3),
            )
            for n in range(3)
        ]
        found = divide(round_, lines, method="ranking")
        assert round_faults(round_, lines, found) == []
        best = max(
            tuple(one.id in chosen for one in ranked(round_))
            for size in range(4)
            for chosen in itertools.combinations([one.id for one in round_], size)
            if payable([one for one in round_ if one.id in chosen], lines)
        )
        assert tuple(one.cents > 0 for one in found.granted) == best, "the first in order that all fit"
    good = divide([asks("a", 60), asks("b", 60, WEST)], HOLDS, method="ranking")
    given = good.granted
    for wrong, code in (
        (replace(good, granted=given[:1]), "not the applications"),
        (replace(good, most_cents=119), "not proven"),
        (replace(good, granted=(given[0], Granted("b", 60, (("general", 60),)))), "may not"),
        (replace(good, granted=(Granted("a", 61, (("general", 61),)), given[1])), "another amount"),
        (replace(good, method="proportion", part=Fraction(1, 2)), "another part"),
    ):
        assert any(code in fault for fault in round_faults([asks("a", 60), asks("b", 60, WEST)], HOLDS, wrong)), code
    assert round_faults([asks("a", 60), asks("b", 60, WEST)], {"general": 1, "west": 1}, good)
    with pytest.raises(ValueError, match="names lines"):
        divide([asks("a", 1, frozenset({"nowhere"}))], HOLDS, method="ranking")
    with pytest.raises(ValueError, match="outside its range"):
        asks("a", 0)


def payable(chosen: list[RoundApplication], lines: dict[str, int]) -> bool:
    """Whether these can all be paid in full, by trying every division of whole cents."""
    names = sorted(lines)
    ways = [
        [(first, one.cents - first) for first in range(one.cents + 1) if allowed(one, names, first)] for one in chosen
    ]
    return any(
        all(sum(way[place] for way in chance) <= lines[name] for place, name in enumerate(names))
        for chance in itertools.product(*ways)
    )


def allowed(one: RoundApplication, names: list[str], first: int) -> bool:
    return (first == 0 or names[0] in one.may) and (first == one.cents or names[1] in one.may)


def test_what_rounding_leaves_over_goes_in_whole_units_to_who_lost_most_and_then_to_the_lowest_lot() -> None:
    seed = "trekking 7 maart"
    round_ = [asks(name, cents, WEST) for name, cents in (("a", 100), ("b", 100), ("c", 100), ("d", 40))]
    round_ = [replace(one, unit_cents=10) for one in round_]
    found = divide(round_, HOLDS, method="proportion", seed=seed)
    assert found.part == Fraction(100, 340) and found.tight == {"west"}
    assert found.part * 100 - 20 > found.part * 40 - 10, "who asks 100 loses more by the rounding than who asks 40"
    first = min("abc", key=lambda name: lot_of(seed, name))
    second, third = sorted(set("abc") - {first}, key=lambda name: lot_of(seed, name))
    given = {one.id: one.cents for one in found.granted}
    assert given == {first: 30, second: 30, third: 30, "d": 10}, "three units were left over"
    scarcer = {**HOLDS, "west": 90}
    given = {one.id: one.cents for one in divide(round_, scarcer, method="proportion", seed=seed).granted}
    assert given == {first: 30, second: 30, third: 20, "d": 10}
    again = {one.id: one.cents for one in divide(round_[::-1], scarcer, method="proportion", seed=seed).granted}
    assert again == given, "the order in which they are read changes nothing"


def test_small_rounds_in_proportion_are_what_trying_everything_says() -> None:
    dice, rounded_up = random.Random(11), 0
    for turn in range(60):
        lines = {f"l{n}": dice.randint(0, 9) for n in range(2)}
        round_ = [
            replace(
                asks(f"a{n}", dice.randint(1, 7), frozenset(dice.sample(sorted(lines), k=dice.randint(0, 2)))),
                unit_cents=dice.randint(1, 3),
            )
            for n in range(3)
        ]
        found = divide(round_, lines, method="proportion", seed=f"seed {turn}")
        assert round_faults(round_, lines, found, seed=f"seed {turn}") == []
        ratios = [Fraction(1)] + [
            Fraction(sum(lines[one] for one in cut), sum(one.cents for one in inside))
            for size in range(1, 3)
            for cut in map(frozenset, itertools.combinations(sorted(lines), size))
            if (inside := [one for one in round_ if one.may and one.may <= cut])
        ]
        assert found.part in ratios and found.part >= min(ratios), (
            "no larger part can be paid: these lines have no more"
        )
        given = {one.id: one.rounded(found.part) if one.may else 0 for one in round_}
        order = sorted(round_, key=lambda one: (-one.lost(found.part), lot_of(f"seed {turn}", one.id)))
        for one in order:
            more = given | {one.id: given[one.id] + one.unit_cents}
            fits = one.may and one.lost(found.part) and more[one.id] <= one.cents
            if fits and payable([replace(each, cents=more[each.id]) for each in round_ if more[each.id]], lines):
                given, rounded_up = more, rounded_up + 1
        assert {one.id: one.cents for one in found.granted} == given
    assert rounded_up > 10, "control: units were left over"


def test_the_checker_sees_a_part_that_could_be_larger_and_a_unit_that_passed_somebody_by() -> None:
    round_ = [replace(asks(name, 100, WEST), unit_cents=10) for name in "abc"]
    good = divide(round_, HOLDS, method="proportion", seed="s")
    assert sorted(one.cents for one in good.granted) == [30, 30, 40]
    lucky = min("abc", key=lambda name: lot_of("s", name))
    other = max("abc", key=lambda name: lot_of("s", name))
    swapped = {lucky: 30, other: 40}
    wrong = tuple(
        replace(one, cents=swapped.get(one.id, one.cents), lines=(("west", swapped.get(one.id, one.cents)),))
        for one in good.granted
    )
    for result, said in (
        (replace(good, part=Fraction(3, 10)), "not proven by its lines"),
        (replace(good, tight=frozenset()), "not proven by its lines"),
        (replace(good, granted=wrong), "before somebody who lost more"),
        (
            replace(good, granted=tuple(replace(one, cents=35, lines=(("west", 35),)) for one in good.granted)),
            "another",
        ),
    ):
        assert any(said in fault for fault in round_faults(round_, HOLDS, result, seed="s")), said
    assert round_faults(round_, HOLDS, good, seed="s") == []
