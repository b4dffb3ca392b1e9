"""What must hold of every answer: the same cents in any order, honest status, locks that clash named, nothing overflows."""

import random
from typing import Any

import pytest

from matching import propose, violations
from matching.problem import (
    ExclusionGroup,
    FundingEarmark,
    LockedShare,
    Locks,
    OfferCoFinancing,
    OfferShareOfBase,
    Problem,
)
from matching.problem.proposal import Proposal, problem_hash
from matching.problem.settings import MixSettings
from matching.solver import solve
from matching.solver.prepared import read
from matching.solver.rows import ProblemTooLarge
from tests.benchmarks.problems import dense
from tests.matching.building import line, money, offer, pays, pledge, problem
from tests.matching.oracle import small_problem

NAMES = ("own_money", "rest", "priced_money", "schemes")


def shuffled(given: Problem, seed: int) -> Problem:
    """The same problem with every list and mapping in another order."""
    r = random.Random(seed)

    def mixed(items: Any) -> tuple[Any, ...]:
        return tuple(r.sample(list(items), len(items)))

    offers = [one.model_copy(update={"coverage": dict(mixed(one.coverage.items()))}) for one in given.offers]
    groups = [group.model_copy(update={"offers": mixed(group.offers)}) for group in given.exclusion_groups]
    update = {"offers": mixed(offers), "exclusion_groups": mixed(groups)}
    for name in ("lines", "pledges", "funding_lines", "joint_caps"):
        update[name] = mixed(getattr(given, name))
    return given.model_copy(update=update)


def values(proposal: Proposal) -> list[int]:
    return [proposal.value_of(name) for name in NAMES]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_inputs_changes_no_cent(seed: int) -> None:
    given = dense(seed, lines=4, offers=8)
    first = propose(given)
    for order in range(3):
        other = propose(shuffled(given, order))
        assert other.shares == first.shares
        assert other.problem_hash == first.problem_hash
    assert propose(given) == first  # and again, with other problems solved in between


def test_another_problem_has_another_hash() -> None:
    given = problem([line("a", 100), line("b", 200)], [offer("x")])
    swapped = problem([line("a", 200), line("b", 100)], [offer("x")])
    assert problem_hash(given) != problem_hash(swapped)
    order = given.model_copy(
        update={"settings": MixSettings(pass_order=("own_money", "schemes", "rest", "priced_money"))}
    )
    assert problem_hash(given) != problem_hash(order)


@pytest.mark.parametrize("seed", range(60))
def test_leaving_out_superfluous_funding_lines_changes_no_value(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = dense(seed, lines=3, offers=5)
    r = random.Random(seed)
    plenty = [
        one.model_copy(update={"available_cents": one.available_cents * r.choice([1, 1, 50])})
        for one in given.funding_lines
    ]
    given = given.model_copy(update={"funding_lines": tuple(plenty)})
    reduced = propose(given, outlook=False)
    monkeypatch.setattr(solve, "read", lambda one: read(one, reduce=False))
    assert values(propose(given, outlook=False)) == values(reduced)


def test_an_empty_problem_has_an_empty_mix() -> None:
    for given in (problem([]), problem([line("a", 0)], [offer("x")]), problem([], [offer("x")])):
        proposal = propose(given)
        assert (proposal.shares, proposal.status) == ((), "proven")


def test_without_any_scheme_the_person_pays_everything() -> None:
    proposal = propose(problem([line("a", 1250)]))
    assert (proposal.own_contribution_cents, proposal.status) == (125000, "proven")


def test_the_employer_route_counts_every_line_as_the_askers() -> None:
    # employer: 1000 - 400 = 600 own money, of the resident nothing
    proposal = propose(problem([line("a", 1000)], [offer("x", cap_cents=40000)], route="employer"))
    assert values(proposal)[0] == 60000
    assert (proposal.own_contribution_cents, proposal.employer_contribution_cents) == (0, 60000)


def test_in_the_individual_route_nobody_spends_money_on_the_employers_lines() -> None:
    given = problem([line("a", 1000), line("w", 500, "wage")], [offer("x", {"tuition": 1, "wage": 1})])
    assert propose(given).shares == (pays("x", "a", 1000),)


def test_a_fixed_pledge_goes_before_public_money_and_an_up_to_pledge_after() -> None:
    fixed = problem([line("a", 1000)], [offer("x")], pledges=(pledge("fixed", 400),))
    assert set(propose(fixed).shares) == {pays("pledge.fixed", "a", 400), pays("x", "a", 600)}
    up_to = problem([line("a", 1000)], [offer("x", cap_cents=70000)], pledges=(pledge("up_to", 400),))
    assert set(propose(up_to).shares) == {pays("pledge.up_to", "a", 300), pays("x", "a", 700)}


def test_a_loan_counts_as_own_money_but_is_used_when_asked_for() -> None:
    given = problem(
        [line("a", 1000)], [offer("loan", repayable=True), offer("x", cap_cents=20000)], borrow_up_to_cents=50000
    )
    proposal = propose(given)
    # own money 1000 - 200 = 800, of which 500 borrowed and 300 left
    assert values(proposal)[:2] == [80000, 30000]
    assert proposal.repayable_cents == 50000
    assert propose(given.model_copy(update={"borrow_up_to_cents": 0})).repayable_cents == 0


def test_cheaper_money_goes_first_and_fewer_applications_before_that_where_a_region_says_so() -> None:
    # 1000 to pay. cheap pays 600 at 0,10; the rest at 0,50. One scheme could pay all of it at 0,50
    offers = [offer("cheap", cap_cents=60000, price_permille=100), offer("one", price_permille=500)]
    assert set(propose(problem([line("a", 1000)], offers)).shares) == {pays("cheap", "a", 600), pays("one", "a", 400)}
    order = MixSettings(pass_order=("own_money", "rest", "schemes", "priced_money"))
    assert propose(problem([line("a", 1000)], offers, settings=order)).shares == (pays("one", "a", 1000),)


def test_default_prices_of_funding_lines() -> None:
    # narrow 300; wide 700; ending within 180 days 200 less: the cheapest line of each pair pays
    narrow = money("narrow", 5000, earmark=FundingEarmark(schemes=("x",)))
    wide = money("wide", 5000, earmark=FundingEarmark(schemes=("x", "y"), routes=("individual", "employer")))
    given = problem([line("a", 1000)], [offer("x", here=True)], funding_lines=(narrow, wide))
    proposal = propose(given)
    assert proposal.shares == (pays("x", "a", 1000, "narrow"),)
    assert proposal.value_of("priced_money") == 100000 * 300
    soon = money("wide", 5000, earmark=wide.earmark, period={"to": "2027-05-22"})  # 180 days after 23 November 2026
    later = money("narrow", 5000, earmark=wide.earmark, period={"to": "2027-05-23"})
    ending = propose(given.model_copy(update={"funding_lines": (later, soon)}))
    assert ending.shares == (pays("x", "a", 1000, "wide"),)
    assert ending.value_of("priced_money") == 100000 * 500


def test_possible_offers_are_never_in_the_mix_but_in_the_outlook() -> None:
    offers = [offer("firm", cap_cents=30000), offer("maybe", certainty="possible", cap_cents=50000)]
    offers.append(offer("unknown", certainty="possible", amount_known=False))
    proposal = propose(problem([line("a", 1000)], offers))
    assert {share.offer for share in proposal.shares} == {"firm"}
    assert proposal.best_if_possible is not None
    assert proposal.best_if_possible.own_money_cents == 20000  # 1000 - 300 - 500
    assert proposal.best_if_possible.offers == ("maybe",)


def test_two_offers_of_one_scheme_are_one_application() -> None:
    offers = [offer("x.1", cap_cents=40000, scheme="x"), offer("x.2", cap_cents=60000, scheme="x")]
    assert propose(problem([line("a", 1000)], offers)).value_of("schemes") == 1


def test_locks_are_kept_and_the_rest_is_solved_around_them() -> None:
    locks = Locks(shares=(LockedShare(line="a", offer="x", funding_line="g", cents=20000),), forbidden=("z",))
    given = problem(
        [line("a", 1000), line("b", 1000, "books")],
        [offer("x", {"tuition": 1, "books": 1}, here=True), offer("z")],
        funding_lines=(money("f", 900, price_permille=100), money("g", 900, price_permille=900)),
        locks=locks,
    )
    proposal = propose(given)
    assert violations(given, proposal.shares) == []
    assert pays("x", "a", 200, "g") in proposal.shares
    assert "z" not in {share.offer for share in proposal.shares}


def fixed(payer: str, cents: int) -> LockedShare:
    return LockedShare(line="a", offer=payer, cents=cents)


CLASHES = [
    (Locks(shares=(fixed("x", 60000),)), {"above_cap"}),
    (Locks(shares=(fixed("x", 50000), fixed("y", 60000))), {"line_overpaid"}),
    (Locks(shares=(fixed("maybe", 5000),)), {"offer_not_firm"}),
    (Locks(shares=(fixed("z", 5000),), forbidden=("z",)), {"forbidden_offer_used"}),
    (Locks(shares=(fixed("x", 5000), fixed("e", 5000))), {"excluded_together"}),
]


@pytest.mark.parametrize(("locks", "codes"), CLASHES)
def test_locks_that_clash_are_named(locks: Locks, codes: set[str]) -> None:
    offers = [offer("x", cap_cents=50000), offer("y"), offer("z"), offer("e"), offer("maybe", certainty="possible")]
    group = ExclusionGroup(id="g", offers=("x", "e"))
    extra = LockedShare(line="b", offer="y", cents=3000)  # has nothing to do with it
    given = problem(
        [line("a", 1000), line("b", 1000)],
        offers,
        exclusion_groups=(group,),
        locks=Locks(shares=(*locks.shares, extra), forbidden=locks.forbidden),
    )
    with pytest.raises(solve.LockConflict) as caught:
        propose(given)
    assert extra not in caught.value.locks.shares
    assert codes <= {one.code for one in caught.value.violations}


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_when_the_budget_of_the_solver_is_used_up_the_answer_says_so(limit: int) -> None:
    given = dense(1, lines=6, offers=15).model_copy(update={"settings": MixSettings(deterministic_limit_ms=limit)})
    proposal = propose(given)
    assert proposal.status == "not_proven"
    assert violations(given, proposal.shares) == []
    assert [result.name for result in proposal.passes] == [*NAMES, "canonical"]
    assert all(0 <= result.bound <= result.value for result in proposal.passes)
    proven = propose(dense(1, lines=6, offers=15))
    assert proven.status == "proven"
    assert proposal.passes[0].bound <= proven.passes[0].value <= proposal.passes[0].value
    assert propose(given) == proposal  # the limit is not a clock


def test_with_locks_and_no_budget_there_is_no_answer_rather_than_a_wrong_one() -> None:
    locks = Locks(shares=(LockedShare(line="l0", offer="o0", cents=5000),))
    given = dense(1, lines=6, offers=15).model_copy(
        update={"settings": MixSettings(deterministic_limit_ms=0), "locks": locks}
    )
    with pytest.raises((solve.LimitReached, solve.LockConflict)):
        propose(given)


def test_the_largest_amounts_are_exact() -> None:
    most = 10**11
    lines = [line(f"l{n}", most / 100) for n in range(3)]
    offers = [offer(f"o{n}", "1/3", price_permille=2000) for n in range(4)]
    proposal = propose(problem(lines, offers))
    assert proposal.status == "proven"
    assert proposal.value_of("own_money") == 0  # four times a third is more than enough
    base = OfferShareOfBase(share="1/3", of="eligible_cost_less", less=("o1",))
    some = problem(
        [line(f"l{n}", 10**7) for n in range(3)], [offers[0].model_copy(update={"share_of_base": base}), offers[1]]
    )
    assert propose(some).value_of("own_money") == 1333333334  # 3.000.000.000 - 999.999.999 - a third of the rest, down


def test_amounts_that_cannot_be_computed_exactly_are_refused() -> None:
    rule = OfferCoFinancing(share="123456789/987654321", of="own_amount")
    lines = [line(f"l{n}", 10**9) for n in range(20)]
    with pytest.raises(ProblemTooLarge, match="x are too large"):
        propose(problem(lines, [offer("x", co_financing=rule)], route="employer"))


@pytest.mark.parametrize("seed", range(40))
def test_an_advisors_lock_on_the_proposed_mix_gives_that_mix_again(seed: int) -> None:
    given = small_problem(seed, 1)
    first = propose(given, outlook=False)
    totals: dict[tuple[str, str], int] = {}
    for share in first.shares:
        totals[share.line, share.offer] = totals.get((share.line, share.offer), 0) + share.cents
    locks = Locks(
        shares=tuple(LockedShare(line=name, offer=payer, cents=cents) for (name, payer), cents in totals.items())
    )
    again = propose(given.model_copy(update={"locks": locks}), outlook=False)
    assert values(again) == values(first)


def test_what_is_equal_in_every_pass_is_chosen_by_the_order_of_the_ids() -> None:
    lines, twice = [line("a", 100), line("b", 100)], (money("f", 150), money("g", 150))
    capped = offer("x", cap_cents=10000)

    def shares(given: Problem) -> list[tuple[str, str, str | None]]:
        return [(share.line, share.offer, share.funding_line) for share in propose(given).shares]

    assert shares(problem(lines, [capped])) == [("b", "x", None)]  # what is left stays on the early line
    alone = [offer("x", scheme="s"), offer("y", scheme="s")]
    assert shares(problem(lines[:1], alone)) == [("a", "x", None)]  # the early payer pays
    both = [capped, offer("y", cap_cents=10000)]
    assert shares(problem(lines, both)) == [("a", "x", None), ("b", "y", None)]  # and the early line
    here = problem(lines, [offer("x", here=True)], funding_lines=twice)
    assert shares(here) == [("a", "x", "f"), ("b", "x", "f"), ("b", "x", "g")]  # f is used up first


def test_a_lock_above_the_room_for_aid_clashes() -> None:
    locks = Locks(shares=(LockedShare(line="a", offer="x", cents=50001),))
    given = problem([line("a", 1000)], [offer("x", de_minimis=True)], de_minimis_room_cents=50000, locks=locks)
    with pytest.raises(solve.LockConflict) as caught:
        propose(given)
    assert [(one.constraint, one.code, one.cents) for one in caught.value.violations] == [
        (4, "above_de_minimis_room", 1)
    ]
    kept = given.model_copy(update={"de_minimis_room_cents": 50001})
    assert propose(kept).value_of("own_money") == 49999
