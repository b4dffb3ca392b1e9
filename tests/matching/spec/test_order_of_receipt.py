"""What earlier claims could lose: against a search over every way to divide the money, and with examples one can add up."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from matching.spec.order_of_receipt import Claim, SchemeClaim, first_that_loses, loss_of_earlier, most_together

LINES = ("a", "b", "c")


def claim(name: str, cents: int, *lines: str) -> Claim:
    return Claim(name, cents, (SchemeClaim("s", cents, frozenset(lines)),))


def by_search(claims: list[Claim], available: dict[str, int]) -> int:
    """The most that can be given, by trying every way to divide whole cents."""
    if not claims:
        return 0
    first, rest = claims[0], claims[1:]
    parts = [(part, line) for part in first.schemes for line in sorted(part.funding_lines)]
    best = 0
    for given_out in product(*(range(min(part.at_most_cents, available.get(line, 0)) + 1) for part, line in parts)):
        left, per_part = dict(available), dict.fromkeys(range(len(first.schemes)), 0)
        for (part, line), cents in zip(parts, given_out, strict=True):
            left[line] = left.get(line, 0) - cents
            per_part[first.schemes.index(part)] += cents
        fits = all(cents >= 0 for cents in left.values()) and sum(given_out) <= first.at_most_cents
        fits = fits and all(per_part[n] <= part.at_most_cents for n, part in enumerate(first.schemes))
        if fits:
            best = max(best, sum(given_out) + by_search(rest, left))
    return best


small = st.integers(0, 3)
some_lines = st.frozensets(st.sampled_from(LINES), min_size=1, max_size=2)
schemes = st.lists(st.builds(SchemeClaim, st.sampled_from(["s", "t"]), small, some_lines), max_size=2)
claims_of_some = st.lists(st.tuples(small, schemes), max_size=3).map(
    lambda rows: [Claim(str(n), cents, tuple(parts)) for n, (cents, parts) in enumerate(rows)]
)
money = st.fixed_dictionaries(dict.fromkeys(LINES, small))


@given(claims_of_some, money)
def test_the_most_that_claims_get_together_is_what_a_search_finds(
    claims: list[Claim], available: dict[str, int]
) -> None:
    distinct = [Claim(one.id, one.at_most_cents, tuple(dict.fromkeys(one.schemes))) for one in claims]
    assert most_together(distinct, available) == by_search(distinct, available)


@given(claims_of_some, money, money)
def test_when_all_together_lose_nothing_no_beginning_of_the_order_loses(
    claims: list[Claim], available: dict[str, int], taken: dict[str, int]
) -> None:
    if loss_of_earlier(claims, available, taken) == 0:
        after = {line: max(0, cents - taken[line]) for line, cents in available.items()}
        for number in range(len(claims) + 1):
            first = claims[:number]
            assert most_together(first, after) == most_together(first, available)


@given(claims_of_some, money, money)
def test_the_one_that_loses_is_the_first_whose_part_of_the_order_loses(
    claims: list[Claim], available: dict[str, int], taken: dict[str, int]
) -> None:
    loser = first_that_loses(claims, available, taken)
    losing = [n for n in range(1, len(claims) + 1) if loss_of_earlier(claims[:n], available, taken)]
    assert (loser is None) == (not losing)
    if loser is not None:
        assert loser == claims[losing[0] - 1]


def test_money_that_nobody_in_front_can_use_may_be_taken() -> None:
    assert loss_of_earlier([claim("1", 100, "a")], {"a": 100, "b": 100}, {"b": 100}) == 0


def test_money_that_somebody_in_front_can_find_elsewhere_may_be_taken_once() -> None:
    either = [claim("1", 100, "a", "b")]
    assert loss_of_earlier(either, {"a": 100, "b": 100}, {"a": 100}) == 0
    assert loss_of_earlier(either, {"a": 100, "b": 100}, {"a": 100, "b": 1}) == 1


def test_what_was_short_already_is_not_a_loss_but_less_of_it_is() -> None:
    short = [claim("1", 100, "a"), claim("2", 100, "a")]
    assert loss_of_earlier(short, {"a": 150, "b": 50}, {"b": 50}) == 0
    assert loss_of_earlier(short, {"a": 150}, {"a": 50}) == 50
    assert first_that_loses(short, {"a": 150}, {"a": 50}) == short[1]
    assert first_that_loses(short, {"a": 150}, {"a": 51}) == short[0]


def test_the_costs_bound_what_two_schemes_can_take_together() -> None:
    two = Claim("1", 100, (SchemeClaim("s", 100, frozenset("a")), SchemeClaim("t", 100, frozenset("b"))))
    assert most_together([two], {"a": 100, "b": 100}) == 100
    assert loss_of_earlier([two], {"a": 100, "b": 100}, {"a": 100}) == 0


def test_ten_thousand_claims_of_one_kind_are_a_small_network() -> None:
    many = [claim(str(n), 100, "a", "b") for n in range(10_000)]
    assert loss_of_earlier(many, {"a": 500_000, "b": 499_000}, {"a": 1}) == 1
