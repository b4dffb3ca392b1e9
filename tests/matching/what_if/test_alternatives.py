"""The best mixes that use other schemes, the worth of each scheme, and the price of an override."""

from itertools import combinations

import pytest

from matching import propose, violations
from matching.problem import ExclusionGroup, LockedShare, Locks, Problem
from matching.problem.codes import DIFFERS, USED_BECAUSE
from matching.solver.again import schemes_used
from matching.solver.solve import LockConflict
from matching.what_if.alternatives import Alternative, Others, alternatives, worths
from matching.what_if.override import price, price_of_mix
from tests.benchmarks.problems import dense
from tests.matching.building import line, offer, pays, pledge, problem
from tests.matching.solver.test_solve import shuffled

GROUP = ExclusionGroup(id="g", offers=("a", "b"))
TWO = [offer("a", cap_cents=80000), offer("b", cap_cents=50000)]
EITHER = problem([line("l", 1000)], TWO, exclusion_groups=(GROUP,))


def found(given: Problem, most: int = 3) -> tuple[Alternative, ...]:
    return alternatives(given, propose(given, outlook=False), most)


def test_the_second_best_is_named_with_what_it_costs_more() -> None:
    # a pays 800, b 500: 300 more for the person, 300 less public money
    [other] = found(EITHER)
    assert (other.offers, other.own_difference_cents, other.public_difference_cents) == (("b",), 30000, -30000)
    assert other.differs == ("less_public_money",)
    assert other.params("less_public_money") == {"difference_cents": 30000}


def test_without_another_scheme_there_is_no_alternative() -> None:
    assert found(problem([line("l", 1000)], [offer("a")])) == ()
    assert found(problem([line("l", 1000)])) == ()


def test_each_alternative_leaves_out_a_scheme_of_all_before_it() -> None:
    # three of 400 and 300 and 200 for costs of 600: a+b, then a+c, then b+c; never a+b+c
    offers = [offer("a", cap_cents=40000), offer("b", cap_cents=30000), offer("c", cap_cents=20000)]
    given = problem([line("l", 1000)], [*offers[:2], offers[2].model_copy(update={"price_permille": 900})])
    best = propose(given, outlook=False)
    assert schemes_used(given, best.shares) == {"a", "b", "c"}
    sets = [set(one.offers) for one in found(given)]
    assert sets == [{"a", "b"}, {"a", "c"}, {"b", "c"}]


def test_a_mix_without_a_loan_or_with_less_of_the_employer_says_so() -> None:
    offers = [offer("loan", repayable=True), offer("grant", cap_cents=20000)]
    given = problem([line("l", 1000)], offers, borrow_up_to_cents=80000)
    [without, other] = found(given)
    assert without.offers == ("grant",) and "less_to_repay" in without.differs
    assert without.own_difference_cents == 0 and without.repayable_difference_cents == -80000
    assert other.offers == ("loan",) and "fewer_applications" in other.differs
    pledged = problem([line("l", 1000)], TWO, pledges=(pledge("up_to", 600),), exclusion_groups=(GROUP,))
    [more] = found(pledged)
    # a 800 and the employer 200; with b 500 and the employer 500
    assert more.employer_difference_cents == 30000 and "employer_pays_more" in more.differs


def test_who_comes_first_still_comes_first_in_an_alternative() -> None:
    """Leaving out E does not free L that asks E first: the mix without E is the one without L too."""
    offers = [offer("e", cap_cents=60000), offer("l", asks_first=("e",)), offer("x", cap_cents=10000)]
    given = problem([line("k", 1000)], offers)
    for other in found(given):
        assert violations(given, other.proposal.shares) == []
        assert "e" in other.offers or "l" not in other.offers


def _best_by_trying(given: Problem, avoided: list[frozenset[str]]) -> tuple[int, ...] | None:
    """The best values among all sets of schemes that contain none of these; solved with every other scheme forbidden."""
    schemes = sorted(one.scheme for one in given.offers)
    values = []
    for size in range(1, len(schemes) + 1):
        for chosen in map(frozenset, combinations(schemes, size)):
            forbidden = tuple(one.id for one in given.offers if one.scheme not in chosen)
            mix = propose(given.model_copy(update={"locks": Locks(forbidden=forbidden)}), outlook=False)
            used = schemes_used(given, mix.shares)
            if used and not any(one <= used for one in avoided):
                values.append(tuple(result.value for result in mix.passes[:4]))
    return min(values, default=None)


@pytest.mark.parametrize("seed", range(12))
def test_alternatives_are_the_best_of_all_sets_of_schemes(seed: int) -> None:
    given = dense(seed, lines=2, offers=5)
    best = propose(given, outlook=False)
    avoided = [schemes_used(given, best.shares)]
    others = alternatives(given, best)
    for other in others:
        assert violations(given, other.proposal.shares) == []
        assert other.status == "proven"
        values = tuple(result.value for result in other.proposal.passes[:4])
        assert values == _best_by_trying(given, avoided)
        avoided.append(schemes_used(given, other.proposal.shares))
    if len(others) < 3:
        assert _best_by_trying(given, avoided) is None


def test_the_order_of_inputs_changes_no_alternative() -> None:
    given = dense(3, lines=3, offers=6)
    plain = [(one.offers, one.own_difference_cents, one.proposal.shares) for one in found(given)]
    other = [(one.offers, one.own_difference_cents, one.proposal.shares) for one in found(shuffled(given, 5))]
    assert plain == other


def test_an_alternative_is_kept_word_for_word() -> None:
    [other] = found(EITHER)
    assert Alternative.from_dict(other.as_dict()) == other
    assert set(other.differs) <= set(DIFFERS)


def test_each_scheme_of_the_mix_says_what_it_is_worth() -> None:
    def because(given: Problem) -> dict[str, tuple[str, dict[str, int]]]:
        told = worths(given, propose(given, outlook=False))
        assert {one.code for one in told} <= set(USED_BECAUSE)
        return {one.offer: (one.code, one.params) for one in told}

    assert because(EITHER) == {"a": ("saves", {"own_cents": 30000})}
    same = problem([line("l", 1000)], [offer("a", price_permille=100), offer("b", price_permille=900)])
    assert because(same) == {"a": ("cheaper_money", {"price_cents": 80000})}
    equal = problem([line("l", 1000)], [offer("a"), offer("b")])
    assert [code for code, _ in because(equal).values()] == ["as_good"]
    lent = problem([line("l", 1000)], [offer("loan", repayable=True)], borrow_up_to_cents=40000)
    assert because(lent) == {"loan": ("covers", {"rest_cents": 40000})}
    parts = problem(
        [line("l", 1000), line("m", 1000)],
        [offer("a"), *(offer(n, cap_cents=100000) for n in ("b", "c"))],
    )
    assert because(parts)["a"] == ("fewer_schemes", {"number": 1})
    locked = EITHER.model_copy(update={"locks": Locks(shares=(LockedShare(line="l", offer="a", cents=50000),))})
    assert because(locked) == {"a": ("locked", {})}


def test_schemes_left_out_are_solved_once() -> None:
    given = dense(1, lines=3, offers=6)
    others = Others(given, propose(given, outlook=False))
    list(others.alternatives(3))
    solved = len(others._found)
    list(others.worths())
    assert len(others._found) == solved


# The price of an override ----------------------------------------------------------------------------------------------


def test_leaving_out_the_best_scheme_costs_what_it_saves() -> None:
    found = price(EITHER, Locks(forbidden=("a",)))
    assert (found.own_cents, found.rest_cents, found.public_cents, found.schemes_difference) == (
        30000,
        30000,
        -30000,
        0,
    )
    assert price(EITHER, Locks(forbidden=("b",))).free and not found.free


def test_an_amount_that_is_fixed_costs_the_difference() -> None:
    fixed = Locks(shares=(LockedShare(line="l", offer="a", cents=50000),))
    assert price(EITHER, fixed).own_cents == 30000
    with pytest.raises(LockConflict):
        price(
            EITHER,
            Locks(shares=(LockedShare(line="l", offer="a", cents=50000), LockedShare(line="l", offer="b", cents=1))),
        )


def test_the_price_of_locks_does_not_depend_on_locks_that_were_there_before() -> None:
    before = EITHER.model_copy(update={"locks": Locks(forbidden=("a",))})
    assert price(before, Locks(forbidden=("a",))) == price(EITHER, Locks(forbidden=("a",)))


def test_a_mix_by_hand_has_a_price_too() -> None:
    found = price_of_mix(EITHER, [pays("b", "l", 400)])
    assert (found.own_cents, found.public_cents) == (40000, -40000)
    assert price_of_mix(EITHER, propose(EITHER).shares).free
