"""Constraint 12 and money: nobody empties the money of who comes first to get past it."""

import pytest

from matching import propose, violations
from matching.problem import OfferCoFinancing, Part, Problem
from matching.problem.proposal import Share
from matching.solver import solve
from matching.solver.prepared import read
from tests.matching.building import line, money, offer, pays, problem


def passing_by(own_budget: float) -> Problem:
    """E may pay from F, which holds € 100. L pays all of € 1.000 or nothing, from its own G, and from F when that is short."""
    first = offer("e", here=True)
    later = offer("l", here=True, fixed_amount_cents=100_000, asks_first=("e",))
    g = money("g", own_budget, price_permille=100, earmark={"schemes": ("l",)})
    return problem([line("a", 1000)], [first, later], funding_lines=(money("f", 100, price_permille=900), g))


def broken(given: Problem, *shares: Share) -> list[tuple[int, str]]:
    return [(one.constraint, one.code) for one in violations(given, shares)]


@pytest.mark.parametrize("own_budget", [900, 999.99, 1000, 1000.01])
def test_12_what_the_later_one_takes_from_the_money_of_the_first_is_no_excuse(own_budget: float) -> None:
    # E pays its € 100, so that the fixed € 1.000 of L no longer fits: € 900 is left, however much L has of its own
    given = passing_by(own_budget)
    proposal = propose(given)
    assert (proposal.status, proposal.value_of("own_money")) == ("proven", 90_000)
    assert broken(given, pays("l", "a", 900, "g"), pays("l", "a", 100, "f")) == [(12, "broken_precedence")]
    assert broken(given, pays("e", "a", 100, "f")) == []


def test_12_nor_is_what_a_third_one_takes() -> None:
    # M empties F on other costs; E could have paid from it, so L still waits
    base = passing_by(1000)
    given = problem(
        [*base.lines, line("b", 100, "books")],
        [*base.offers, offer("m", {"books": 1}, here=True)],
        funding_lines=base.funding_lines,
    )
    assert broken(given, pays("m", "b", 100, "f"), pays("l", "a", 1000, "g")) == [(12, "broken_precedence")]
    assert (
        propose(given).value_of("own_money") == 100_000
    )  # E € 100 and nobody for the books, or M for the books and L not


@pytest.mark.parametrize(("asked", "allowed"), [(("e", "m"), True), (("e",), False)])
def test_12_what_others_take_whom_the_later_one_also_asks_first_does_count(
    asked: tuple[str, ...], allowed: bool
) -> None:
    lines = [line("a", 1000), line("b", 100, "books")]
    offers = [
        offer("e", here=True),
        offer("m", {"books": 1}, here=True),
        offer("l", fixed_amount_cents=100_000, asks_first=asked),
    ]
    given = problem(lines, offers, funding_lines=(money("f", 100),))
    assert (broken(given, pays("m", "b", 100, "f"), pays("l", "a", 1000)) == []) is allowed
    assert (propose(given).value_of("own_money") == 0) is allowed


def test_12_a_funding_line_that_was_empty_before_the_mix_blocks_nobody() -> None:
    # E: nothing on tuition, € 20 on books (below the least of € 25): E can never pay
    e = offer("e", {"tuition": 1, "books": 1}, here=True)
    funding = (money("f", 0, earmark={"categories": ("tuition",)}), money("g", 50, earmark={"categories": ("books",)}))
    lines = [line("a", 1000), line("b", 20, "books")]
    given = problem(lines, [e, offer("l", {"tuition": 1, "books": 1}, asks_first=("e",))], funding_lines=funding)
    assert propose(given).value_of("own_money") == 0
    assert broken(given, pays("l", "a", 1000), pays("l", "b", 20)) == []


def test_12_emptying_the_money_of_one_line_by_paying_another_is_the_right_of_who_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # On books only F may pay E; on tuition G, which cannot run out, and the dearer F. When E takes F for tuition, L pays the books.
    e = offer("e", {"tuition": 1, "books": 1}, here=True)
    later = offer("l", {"books": 1}, fixed_amount_cents=20_000, asks_first=("e",))
    f, g = (
        money("f", 100, price_permille=900),
        money("g", 5000, price_permille=100, earmark={"categories": ("tuition",)}),
    )
    given = problem([line("a", 500), line("b", 200, "books")], [e, later], funding_lines=(f, g))
    assert propose(given).value_of("own_money") == 0
    monkeypatch.setattr(solve, "read", lambda one: read(one, reduce=False))
    assert propose(given).value_of("own_money") == 0


def test_12_in_a_bundle_the_same_schemes_for_other_trainings_go_before_too() -> None:
    """Two employees, one budget of € 1.000: E pays for one of them, and then L need not wait for the other."""
    lines = [line(f"{part}:a", 1000, part=part) for part in ("p", "q")]
    offers = [offer(f"{part}:e", here=True, part=part, scheme="e") for part in ("p", "q")]
    offers += [
        offer(f"{part}:l", part=part, scheme="l", fixed_amount_cents=100_000, asks_first=(f"{part}:e",))
        for part in ("p", "q")
    ]
    given = problem(
        lines, offers, route="employer", parts=(Part(id="p"), Part(id="q")), funding_lines=(money("f", 1000),)
    )
    assert broken(given, pays("p:e", "p:a", 1000, "f"), pays("q:l", "q:a", 1000)) == []
    assert propose(given).value_of("own_money") == 0
    assert broken(given, pays("p:l", "p:a", 1000), pays("q:l", "q:a", 1000)) == [(12, "broken_precedence")] * 2


def test_12_part_of_the_employer_is_still_no_excuse() -> None:
    rule = OfferCoFinancing(share="1", of="own_amount")
    given = problem(
        [line("a", 1000)],
        [offer("e", here=True, co_financing=rule), offer("l", asks_first=("e",))],
        funding_lines=(money("f", 100),),
    )
    assert propose(given).value_of("own_money") == 100_000
