"""Between worst and best: whatever turns out, what the asker pays lies in the interval."""

import pytest

from matching import propose
from matching.problem import ExclusionGroup, Problem
from matching.problem.codes import POINTS
from matching.what_if.interval import Interval, interval
from matching.what_if.unsure import Unsure, UnsureOffer
from schemes.region.loading import LoadedRegion
from tests.benchmarks import questions
from tests.matching.building import line, money, offer, problem
from tests.matching.depth import PROOF
from tests.matching.generated import completed, open_points, opened, partly, ready

BLOCKS, PER_BLOCK = 10, 15 if PROOF else 9


def around(given: Problem, unsure: Unsure | None = None) -> Interval:
    return interval(given, propose(given, outlook=False), unsure)


def cents(found: Interval) -> tuple[int, int, int]:
    return found.best_cents, found.now_cents, found.worst_cents


def test_a_possible_offer_lowers_the_best_and_a_point_says_what_it_is_worth() -> None:
    # 1000; firm 300 -> 700 now; possible 400 more -> 300 at best
    given = problem([line("a", 1000)], [offer("f", cap_cents=30000), offer("p", cap_cents=40000, certainty="possible")])
    found = around(given)
    assert cents(found) == (30000, 70000, 70000)
    assert [(point.offer, point.worth_cents) for point in found.points] == [("p", 40000)]
    assert around(problem([line("a", 1000)], [offer("f", cap_cents=30000)])).certain


def test_points_are_worth_what_they_are_alone_the_largest_first() -> None:
    # both possible cover the same 1000: alone 600 and 800, together the whole 1000
    both = [offer("p", cap_cents=60000, certainty="possible"), offer("q", cap_cents=80000, certainty="possible")]
    found = around(problem([line("a", 1000)], both))
    assert cents(found) == (0, 100000, 100000)
    assert [(point.offer, point.worth_cents) for point in found.points] == [("q", 80000), ("p", 60000)]


def test_an_amount_that_nobody_knows_is_a_point_without_a_figure() -> None:
    found = around(problem([line("a", 1000)], [offer("p", certainty="possible", amount_known=False)]))
    assert cents(found) == (100000, 100000, 100000)
    assert [(point.certainty_code, point.worth_cents) for point in found.points] == [("amount_unknown", None)]


def test_of_several_amounts_that_may_hold_one_at_a_time_counts() -> None:
    # either 300 of a, or 500 of b: never both
    given = problem([line("a", 300), line("b", 500, "exam")], [offer("p", certainty="possible")])
    forms = (
        UnsureOffer(offer("p", cap_cents=30000), True),
        UnsureOffer(offer("p", {"exam": 1}, cap_cents=50000), True),
    )
    assert cents(around(given, Unsure(candidates={"p": forms}))) == (30000, 80000, 80000)
    firm = [offer("x", cap_cents=10000), *given.offers]
    group = ExclusionGroup(id="g", offers=("x", "p"))
    grouped = problem(given.lines, firm, exclusion_groups=(group,))
    # x 100 now; with p instead: 500 of 800
    assert cents(around(grouped, Unsure(candidates={"p": forms}))) == (30000, 70000, 70000)


def test_money_for_one_place_counts_at_best_while_the_place_is_not_known() -> None:
    earmarked = money("f", 400, earmark={"municipalities": ("GM0200",)})
    given = problem([line("a", 1000)], [offer("x", here=True)], funding_lines=(earmarked,))
    assert cents(around(given)) == (100000, 100000, 100000)
    found = around(given, Unsure(places={"municipality": "residence_municipality"}))
    assert cents(found) == (60000, 100000, 100000)
    assert [(p.certainty_code, p.worth_cents, p.facts) for p in found.points] == [
        ("place_unknown", 40000, ("residence_municipality",))
    ]


def test_aid_that_was_not_declared_can_make_it_worse() -> None:
    given = problem([line("a", 1000)], [offer("x", de_minimis=True, cap_cents=70000)], route="employer")
    assert cents(around(given)) == (30000, 30000, 30000)
    found = around(given, Unsure(aid=frozenset({"x"}), aid_room_cents=0, aid_facts=("de_minimis_used_cents",)))
    assert cents(found) == (30000, 30000, 100000)
    assert [(p.certainty_code, p.worth_cents, p.offers) for p in found.points] == [("aid_undeclared", -70000, ("x",))]


def test_a_scheme_that_comes_first_can_make_it_worse() -> None:
    # L pays exactly 1000 or nothing, and asks E first. E comes with 100: then L no longer fits, and 900 is left
    first = offer("e", cap_cents=10000, certainty="possible")
    found = around(problem([line("a", 1000)], [offer("l", asks_first=("e",), fixed_amount_cents=100000), first]))
    assert cents(found) == (0, 0, 90000)
    # the control: when L may pay less E pays 100 and L the rest
    assert cents(around(problem([line("a", 1000)], [offer("l", asks_first=("e",)), first]))) == (0, 0, 0)


def test_what_comes_first_with_an_amount_that_is_not_known_counts_as_bad_as_can_be() -> None:
    offers = [offer("l", asks_first=("e",), cap_cents=60000), offer("e", certainty="possible", amount_known=False)]
    given = problem([line("a", 1000)], offers)
    loose = Unsure(candidates={"e": (UnsureOffer(offer("e", cap_cents=50000), False),)})
    assert cents(around(given, loose)) == (0, 40000, 100000)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_interval_contains_the_answer_once_the_facts_are_known(block: int) -> None:
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        _contains(seed, opened() if seed % 3 == 0 else questions.region())


def _contains(seed: int, region: LoadedRegion) -> None:
    asked = partly(seed, region)
    made = ready(asked, region)
    found = interval(made.problem, propose(made.problem, outlook=False), open_points(asked, made, region))
    assert found.best_cents <= found.now_cents <= found.worst_cents
    assert {point.certainty_code for point in found.points} <= set(POINTS)
    for share in (1.0, 0.5):
        more = completed(asked, region, seed, share)
        known = ready(more, region)
        mix = propose(known.problem, outlook=False)
        inner = interval(known.problem, mix, open_points(more, known, region))
        assert found.best_cents <= mix.value_of("own_money") <= found.worst_cents, seed
        assert found.best_cents <= inner.best_cents and inner.worst_cents <= found.worst_cents, seed


def test_the_facts_do_change_the_answer_and_what_is_possible_alone_does_not_hold_it() -> None:
    """The control: many answers change with the facts, and some leave the interval of the problem alone."""
    changed = outside = 0
    for seed in (*range(30), 97, 153):
        region = opened()
        asked = partly(seed, region)
        made = ready(asked, region)
        narrow = interval(made.problem, propose(made.problem, outlook=False))
        known = ready(completed(asked, region, seed), region)
        own = propose(known.problem, outlook=False).value_of("own_money")
        changed += own != narrow.now_cents
        outside += not narrow.best_cents <= own <= narrow.worst_cents
    assert changed >= 5 and outside >= 1


def test_an_interval_is_kept_word_for_word() -> None:
    asked = partly(3, questions.region())
    made = ready(asked, questions.region())
    found = interval(made.problem, propose(made.problem), open_points(asked, made, questions.region()))
    assert Interval.from_dict(found.as_dict()) == found
