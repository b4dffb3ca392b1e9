"""Constraint 8: a share that differs by step of the cost. Border by border, with the arithmetic."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from matching import explain, propose, violations
from matching.problem import OfferTier, OfferTiers, Problem
from matching.problem.proposal import Share, problem_hash
from matching.spec import limits
from tests.matching.building import line, offer, pays, pledge, problem


def steps(*given: tuple[int | None, str], **more: Any) -> OfferTiers:
    """Steps as (euros up to, share)."""
    found = [OfferTier(up_to_cents=None if up_to is None else up_to * 100, share=share) for up_to, share in given]
    return OfferTiers(steps=tuple(found), **more)


ALL_THEN_HALF = steps((1000, "1"), (None, "50%"))


def broken(given: Problem, *shares: Share) -> list[tuple[int, str, int]]:
    return [(one.constraint, one.code, one.cents) for one in violations(given, shares)]


def paid(given: Problem, payer: str) -> int:
    proposal = propose(given)
    assert proposal.status == "proven" and violations(given, proposal.shares) == []
    return sum(share.cents for share in proposal.shares if share.offer == payer)


def test_8_all_up_to_an_amount_and_half_of_what_lies_above() -> None:
    # 1600 on two lines: 1000 + half of 600 = 1300
    given = problem([line("a", 900), line("b", 700)], [offer("x", tiers=ALL_THEN_HALF)])
    assert broken(given, pays("x", "a", 900), pays("x", "b", 400)) == []
    assert broken(given, pays("x", "a", 900), pays("x", "b", 400.01)) == [(8, "above_tiers", 1)]
    assert paid(given, "x") == 130000


@pytest.mark.parametrize(
    ("cost", "most"),
    [(999.99, 99999), (1000, 100000), (1000.01, 100000), (1000.02, 100001), (1000.03, 100001), (2000, 150000)],
)
def test_8_the_border_of_a_step_is_rounded_down_once(cost: float, most: int) -> None:
    given = problem([line("a", cost)], [offer("x", tiers=ALL_THEN_HALF)])
    assert paid(given, "x") == most


def test_8_parts_of_a_cent_of_two_steps_are_added_before_rounding() -> None:
    # half of 1 cent and half of 1 cent are together 1 cent, not twice nothing
    rule = OfferTiers(steps=(OfferTier(up_to_cents=1, share="1/2"), OfferTier(up_to_cents=2, share="1/2")))
    assert [limits.in_tiers(rule, base) for base in (0, 1, 2, 3)] == [0, 0, 1, 1]


def test_8_above_a_last_step_with_an_end_nothing_more_is_paid() -> None:
    given = problem([line("a", 5000)], [offer("x", tiers=steps((1000, "1"), (3000, "50%")))])
    assert paid(given, "x") == 200000  # 1000 + half of 2000
    assert broken(given, pays("x", "a", 2000.01)) == [(8, "above_tiers", 1)]


def test_8_a_threshold_and_a_floor_are_tiers_too() -> None:
    # the first 250 is for the person, 80% of the rest
    own_risk = problem([line("a", 1000)], [offer("x", tiers=steps((250, "0"), (None, "80%")))])
    assert paid(own_risk, "x") == 60000
    # half of the cost, but at least 300: everything up to 300, nothing more up to 600, half above
    floor = steps((300, "1"), (600, "0"), (None, "50%"))
    assert [limits.in_tiers(floor, cents) for cents in (20000, 30000, 50000, 60000, 100000)] == [
        20000,
        30000,
        30000,
        30000,
        50000,
    ]


def test_8_the_base_can_be_what_others_leave() -> None:
    # 2000 - 500 of the pledge = 1500: 1000 + half of 500 = 1250; without the pledge 1500
    rule = steps((1000, "1"), (None, "50%"), of="eligible_cost_less", less=("pledge.fixed",))
    given = problem([line("a", 2000)], [offer("x", tiers=rule)], pledges=(pledge("fixed", 500),))
    assert broken(given, pays("pledge.fixed", "a", 500), pays("x", "a", 1250)) == []
    assert broken(given, pays("pledge.fixed", "a", 500), pays("x", "a", 1250.01)) == [(8, "above_tiers", 1)]
    assert paid(given, "x") == 125000
    # 2000 - 1200 = 800 lies in the first step: all of it
    more = given.model_copy(update={"pledges": (pledge("fixed", 1200),)})
    assert paid(more, "x") == 80000


def test_8_what_others_leave_is_counted_on_the_same_vat_basis() -> None:
    # line 1210, 1000 without VAT; the pledge pays 605 = 500 without: base 500: 300 + half of 200 = 400
    rule = steps((300, "1"), (None, "50%"), of="eligible_cost_less", less=("pledge.fixed",))
    given = problem(
        [line("a", 1210, amount_without_vat_cents=100000)],
        [offer("x", tiers=rule, vat="excluding")],
        pledges=(pledge("fixed", 605),),
    )
    assert paid(given, "x") == 40000
    assert broken(given, pays("pledge.fixed", "a", 605), pays("x", "a", 400.01)) == [(8, "above_tiers", 1)]


def test_8_the_reason_names_the_base_and_the_most() -> None:
    given = problem([line("a", 900), line("b", 700)], [offer("x", tiers=ALL_THEN_HALF)])
    [used] = explain(given, propose(given)).used
    assert (used.code, used.params) == ("tiers", {"base_cents": 160000, "limit_cents": 130000})
    capped = problem([line("a", 1600)], [offer("x", tiers=ALL_THEN_HALF, cap_cents=120000)])
    assert explain(capped, propose(capped)).used[0].code == "cap"


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ([(None, "1"), (1000, "1/2")], {}),
        ([(1000, "1"), (1000, "1/2")], {}),
        ([(1000, "1/2"), (None, "1")], {"of": "eligible_cost_less", "less": ("y",)}),
    ],
)
def test_8_steps_out_of_order_are_refused(given: list[tuple[int | None, str]], more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        steps(*given, **more)


def test_8_rising_shares_are_fine_where_the_base_is_fixed() -> None:
    assert steps((1000, "1/2"), (None, "1")).steps[1].share == Fraction(1)


def test_8_who_is_subtracted_must_exist() -> None:
    rule = steps((1000, "1"), of="eligible_cost_less", less=("nobody",))
    with pytest.raises(ValidationError, match="nobody"):
        problem([line("a", 2000)], [offer("x", tiers=rule)])


def test_a_problem_without_tiers_keeps_the_hash_it_had_before_they_existed() -> None:
    plain = problem([line("a", 1000)], [offer("x")])
    assert problem_hash(plain) == "3206ada2fc3a9e03568dc112aa42cde3456ec3c45746911497107b22d1828cf4"
    other = problem([line("a", 1000)], [offer("x", tiers=ALL_THEN_HALF)])
    assert problem_hash(other) != problem_hash(plain)
