"""Where the text of the specification and the software said two things: each is one thing now."""

from typing import Any

import pytest

from matching import explain, propose, violations
from matching.problem import ExclusionGroup, HolderCap, LockedShare, Locks, Part, Problem
from matching.problem.proposal import Share
from matching.solver.solve import LockConflict
from portal.words.wording import unused_sentence, violation_sentence
from tests.matching.building import line, offer, pays, problem


def broken(given: Problem, *shares: Share) -> list[tuple[int, str, int]]:
    return [(one.constraint, one.code, one.cents) for one in violations(given, shares)]


def with_wage(**more: Any) -> Problem:
    """A tuition of € 10 and a wage of € 500; X pays at least € 20."""
    x = offer("x", {"tuition": 1, "wage": 1}, minimum_cents=2_000)
    return problem([line("a", 10), line("w", 500, "wage")], [x], **more)


def test_2_in_the_individual_route_no_money_goes_to_costs_of_the_employer_to_reach_a_minimum_either() -> None:
    given = with_wage()
    assert broken(given, pays("x", "a", 10), pays("x", "w", 15)) == [(2, "line_of_the_employer", 1_500)]
    assert propose(given).shares == ()
    employer = with_wage(route="employer")  # the control: there all costs are the employer's, who asks
    assert broken(employer, pays("x", "a", 10), pays("x", "w", 15)) == []
    assert propose(employer).value_of("own_money") == 0
    [found] = violations(given, [pays("x", "w", 25)])
    assert "van de werkgever" in violation_sentence(found)


def test_2_a_lock_on_such_a_cost_clashes() -> None:
    locks = Locks(shares=(LockedShare(line="w", offer="x", cents=3_000),))
    with pytest.raises(LockConflict) as caught:
        propose(with_wage(locks=locks))
    assert [one.code for one in caught.value.violations] == ["line_of_the_employer"]


def test_2_a_scheme_that_could_pay_only_such_costs_says_so() -> None:
    given = problem([line("a", 10), line("w", 500, "wage")], [offer("x", {"wage": 1})])
    [found] = explain(given, propose(given)).unused
    assert found.code == "costs_of_the_employer" and "werkgever" in unused_sentence(found)


def test_5_such_costs_still_count_in_a_base() -> None:
    # half of 1000 + 500 is 750, all of it on the tuition
    from matching.problem import OfferShareOfBase

    x = offer("x", {"tuition": 1, "wage": 1}, share_of_base=OfferShareOfBase(share="1/2"))
    given = problem([line("a", 1000), line("w", 500, "wage")], [x])
    assert propose(given).shares == (pays("x", "a", 750),)


def test_10_no_other_public_money_looks_no_further_than_one_training_of_a_bundle() -> None:
    lines = [line(f"{part}:a", 1000, part=part) for part in ("p", "q")]
    offers = [offer("p:x", part="p", no_other_public_money=True), offer("q:y", part="q"), offer("p:y", part="p")]
    given = problem(lines, offers, route="employer", parts=(Part(id="p"), Part(id="q")))
    assert broken(given, pays("p:x", "p:a", 500), pays("q:y", "q:a", 500)) == []
    assert broken(given, pays("p:x", "p:a", 500), pays("p:y", "p:a", 500)) == [(10, "other_public_money", 0)]


@pytest.mark.parametrize("scope", ["training", "line"])
def test_10_of_a_group_of_at_most_0_none_is_used_and_none_blocks_anybody(scope: str) -> None:
    group = ExclusionGroup(id="g", offers=("e",), at_most=0, scope=scope)
    given = problem([line("a", 1000)], [offer("e"), offer("l", asks_first=("e",))], exclusion_groups=(group,))
    assert broken(given, pays("e", "a", 500), pays("l", "a", 500))[0][0] == 10
    assert propose(given).shares == (pays("l", "a", 1000),)
    if scope == "training":
        [found] = [one for one in explain(given, propose(given)).unused if one.scheme == "e"]
        assert found.code == "group_closed" and unused_sentence(found)


@pytest.mark.parametrize(
    "more",
    [
        {"holder_caps": (HolderCap(id="h", offers=("e", "m"), amount_cents=30_000),)},
        {"de_minimis_room_cents": 30_000},
    ],
)
def test_12_a_cap_that_others_share_and_the_room_for_aid_count_as_a_limit_in_total(more: dict[str, Any]) -> None:
    # M takes all of it for the books, so that E can pay nothing and L does not wait
    offers = [offer("e", de_minimis=True), offer("l", asks_first=("e",)), offer("m", {"books": 1}, de_minimis=True)]
    given = problem([line("a", 1000), line("b", 300, "books")], offers, **more)
    assert broken(given, pays("m", "b", 300), pays("l", "a", 1000)) == []
    assert broken(given, pays("m", "b", 275), pays("l", "a", 1000)) == [(12, "broken_precedence", 100_000)]
    assert broken(given, pays("m", "b", 275.01), pays("l", "a", 1000)) == []  # € 24,99 is below the smallest share


def test_12_the_line_limits_together_are_a_limit_in_total() -> None:
    # E pays half of € 40: € 20 is less than its least of € 25, so it never pays and L does not wait
    given = problem([line("a", 40)], [offer("e", "1/2"), offer("l", asks_first=("e",))])
    assert broken(given, pays("l", "a", 40)) == []
    assert propose(given).value_of("own_money") == 0
