"""Constraint 12: who pays first, with the arithmetic; when nobody has to wait; and what precedence can cost."""

from typing import Any

import pytest
from pydantic import ValidationError

from matching import explain, propose, violations
from matching.problem import CostLine, ExclusionGroup, Locks, Offer, OfferCoFinancing, OfferShareOfBase, Problem
from matching.problem.proposal import Proposal, Share
from matching.problem.settings import MixSettings
from matching.solver.solve import LockConflict
from tests.matching.building import line, money, offer, pays, problem
from tests.matching.building import pledge as promise
from tests.matching.solver.test_tiers import steps


def broken(given: Problem, *shares: Share) -> list[tuple[int, str, int]]:
    return [(one.constraint, one.code, one.cents) for one in violations(given, shares)]


def solved(given: Problem) -> dict[str, int]:
    """Cents per payer in the best mix."""
    return paid(propose(given), given)


def paid(proposal: Proposal, given: Problem) -> dict[str, int]:
    assert proposal.status == "proven" and violations(given, proposal.shares) == []
    totals: dict[str, int] = {}
    for share in proposal.shares:
        totals[share.offer] = totals.get(share.offer, 0) + share.cents
    return totals


def pair(first: dict[str, Any] | None = None, cost: int = 1000, **more: Any) -> Problem:
    """A cost of which the dear E, which comes first, and the cheap L can pay."""
    e = offer("e", **{"price_permille": 900, **(first or {})})
    return problem([line("a", cost)], [e, offer("l", price_permille=100, asks_first=("e",))], **more)


def test_12_who_comes_first_pays_its_line_limit_even_when_dearer() -> None:
    # E pays half of 1000 = 500; L may then pay the rest
    given = pair({"coverage": "1/2"})
    assert broken(given, pays("e", "a", 500), pays("l", "a", 500)) == []
    assert broken(given, pays("e", "a", 499.99), pays("l", "a", 500)) == [(12, "broken_precedence", 1)]
    assert solved(given) == {"e": 50000, "l": 50000}


def test_12_without_precedence_the_cheap_one_pays_all() -> None:
    given = pair({"coverage": "1/2"})
    free = given.model_copy(update={"offers": tuple(one.model_copy(update={"asks_first": ()}) for one in given.offers)})
    assert solved(free) == {"l": 100000}


def test_12_its_own_limit_in_total_is_enough() -> None:
    given = pair({"cap_cents": 30000})
    assert broken(given, pays("e", "a", 300), pays("l", "a", 700)) == []
    assert broken(given, pays("e", "a", 299.99), pays("l", "a", 700)) == [(12, "broken_precedence", 70001)]
    assert solved(given) == {"e": 30000, "l": 70000}


def test_12_only_lines_that_the_later_one_pays_of_count() -> None:
    e = offer("e", {"tuition": 1, "books": 1}, cap_cents=60000, price_permille=900)
    given = problem([line("a", 500), line("b", 500, "books")], [e, offer("l", {"books": 1}, asks_first=("e",))])
    # E pays all of the books; on tuition it need not have paid anything
    assert broken(given, pays("e", "b", 500)) == []
    assert broken(given, pays("e", "a", 500), pays("l", "b", 100)) == [(12, "broken_precedence", 50000)]
    assert broken(given, pays("e", "a", 500), pays("e", "b", 100), pays("l", "b", 400)) == []


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ({"certainty": "possible"}, {"l": 100000}),
        ({"amount_known": False}, {"l": 100000}),
        ({"cap_cents": 2400}, {"l": 100000}),  # below the smallest share of € 25: its limit is 0
        ({"cap_cents": 2500}, {"e": 2500, "l": 97500}),
        ({"cap_cents": 20000, "minimum_cents": 20001}, {"l": 100000}),
        ({"fixed_amount_cents": 100100}, {"l": 100000}),  # all or nothing, and all is too much
        ({"fixed_amount_cents": 40000}, {"e": 40000, "l": 60000}),
        ({"cap_cents": 30050, "rounding_unit_cents": 100}, {"e": 30000, "l": 70000}),
        ({"tiers": steps((200, "1"))}, {"e": 20000, "l": 80000}),
        ({"share_of_base": OfferShareOfBase(share="30%")}, {"e": 30000, "l": 70000}),
        ({"repayable": True}, {"l": 100000}),  # nobody asked to borrow
    ],
)
def test_12_who_cannot_pay_blocks_nobody(first: dict[str, Any], expected: dict[str, int]) -> None:
    assert solved(pair(first)) == expected


def test_12_what_others_leave_lowers_the_limit_of_who_comes_first() -> None:
    # E: half of 1000 - 400 of the pledge = 300; then L pays 300
    base = OfferShareOfBase(share="50%", of="eligible_cost_less", less=("pledge.fixed",))
    given = pair({"share_of_base": base}, pledges=(promise("fixed", 400),))
    assert solved(given) == {"pledge.fixed": 40000, "e": 30000, "l": 30000}
    short = (pays("pledge.fixed", "a", 400), pays("e", "a", 299.99), pays("l", "a", 300))
    assert broken(given, *short) == [(12, "broken_precedence", 70001)]


def test_12_an_empty_funding_line_blocks_nobody() -> None:
    e = offer("e", here=True)
    for held, expected in ((0, {"l": 100000}), (24, {"l": 100000}), (300, {"e": 30000, "l": 70000})):
        given = problem(
            [line("a", 1000)], [e, offer("l", price_permille=100, asks_first=("e",))], funding_lines=(money("f", held),)
        )
        assert solved(given) == expected


def test_12_a_used_offer_that_excludes_who_comes_first_lifts_the_turn() -> None:
    group = ExclusionGroup(id="g", offers=("e", "m"), at_most=1)
    lines = [line("a", 1000), line("b", 800, "books")]
    offers = [
        offer("e", cap_cents=20000, price_permille=900),
        offer("l", price_permille=100, asks_first=("e",)),
        offer("m", {"books": 1}),
    ]
    given = problem(lines, offers, exclusion_groups=(group,))
    assert solved(given) == {"l": 100000, "m": 80000}
    assert broken(given, pays("l", "a", 1000)) == [(12, "broken_precedence", 100000)]


def test_12_no_other_public_money_lifts_the_turn_too() -> None:
    offers = [
        offer("e", cap_cents=20000, price_permille=900),
        offer("l", price_permille=100, asks_first=("e",), public_money=False),
        offer("m", {"books": 1}, no_other_public_money=True),
    ]
    given = problem([line("a", 1000), line("b", 800, "books")], offers)
    assert solved(given) == {"l": 100000, "m": 80000}


def test_12_on_a_line_where_others_exclude_it_nobody_waits() -> None:
    group = ExclusionGroup(id="g", offers=("e", "m"), at_most=1, scope="line")
    offers = [offer("e", price_permille=900), offer("l", "1/2", asks_first=("e",)), offer("m", "1/2")]
    given = problem([line("a", 1000)], offers, exclusion_groups=(group,))
    assert broken(given, pays("m", "a", 500), pays("l", "a", 500)) == []
    assert broken(given, pays("l", "a", 500)) == [(12, "broken_precedence", 100000)]


def test_12_a_circle_is_no_trap() -> None:
    given = problem(
        [line("a", 1000)],
        [offer("e", cap_cents=40000, asks_first=("l",)), offer("l", cap_cents=50000, asks_first=("e",))],
    )
    assert solved(given) == {"e": 40000, "l": 50000}


def test_12_a_lock_that_jumps_the_queue_clashes() -> None:
    given = pair({"coverage": "1/2"})
    locks = Locks.model_validate({"shares": [{"line": "a", "offer": "l", "cents": 60000}]})
    with pytest.raises(LockConflict):
        propose(given.model_copy(update={"locks": locks}))
    forbidden = Locks(forbidden=("e",))
    assert solved(given.model_copy(update={"locks": forbidden})) == {"l": 100000}


def test_12_who_comes_first_must_exist_and_be_another() -> None:
    for name in ("nobody", "l"):
        with pytest.raises(ValidationError, match=name):
            problem([line("a", 1000)], [offer("l", asks_first=(name,))])


def test_who_pays_before_a_possible_one_has_answered_is_told_to_ask_it_first() -> None:
    given = pair({"certainty": "possible"})
    notes = explain(given, propose(given)).notes
    assert [(note.code, note.params) for note in notes] == [("ask_first", {"schemes": ["l"], "offers": ["e"]})]
    assert explain(pair(), propose(pair())).notes == ()


def test_who_must_wait_for_an_offer_that_cannot_be_used_says_so() -> None:
    # E may pay only when the employer pays as much, and nobody does: it has not reached its limit, so L waits
    given = pair({"co_financing": OfferCoFinancing(share="1", of="own_amount")})
    assert solved(given) == {}
    reasons = {one.scheme: (one.code, one.params) for one in explain(given, propose(given)).unused}
    assert reasons["l"] == ("comes_after", {"offers": ["e"]})


# What precedence can cost: two examples of properties that hold only without it --------------------------------------


def all_or_nothing(cap: int) -> Problem:
    later = offer("l", fixed_amount_cents=20000, asks_first=("e",))
    lines = [CostLine(id="a", category="tuition", amount_cents=20000)]
    first: Offer = offer("e", cap_cents=cap)
    return problem(lines, [first, later], settings=MixSettings(smallest_share_cents=0))


def test_a_higher_cap_of_who_comes_first_can_cost_the_person_a_fixed_amount() -> None:
    # E may pay 1 cent, so that L's 200,00 no longer fits: 199,99 is left for the person
    assert propose(all_or_nothing(0)).value_of("own_money") == 0
    assert propose(all_or_nothing(1)).value_of("own_money") == 19999


def test_one_more_scheme_can_cost_the_person_money() -> None:
    # with E there L waits for it, and E goes with the employer's part only, which nobody pays
    lines = [line("a", 200)]
    later = offer("l")
    assert propose(problem(lines, [later])).value_of("own_money") == 0
    first = offer("e", co_financing=OfferCoFinancing(share="1", of="own_amount"))
    both = problem(lines, [later.model_copy(update={"asks_first": ("e",)}), first])
    assert propose(both).value_of("own_money") == 20000
