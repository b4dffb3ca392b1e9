"""Constraints 6, 7 and 15 together: a fixed amount that can never be paid blocks nobody, and says so itself."""

from typing import Any

import pytest

from matching import explain, propose, violations
from matching.offers import possible_payments
from matching.problem import Problem
from matching.problem.settings import MixSettings
from matching.spec import limits
from portal.platform.i18n import use_locale
from portal.words.wording import unused_sentence
from tests.matching.building import line, offer, pays, problem


def behind(**first: Any) -> Problem:
    """A cost of € 2.500 that L could pay whole; L asks E first."""
    return problem([line("a", 2500)], [offer("e", **first), offer("l", asks_first=("e",))])


@pytest.mark.parametrize(
    ("first", "own", "never"),
    [
        ({"fixed_amount_cents": 50_050, "rounding_unit_cents": 100}, 0, True),  # € 500,50 in whole euros
        ({"fixed_amount_cents": 2_499}, 0, True),  # below the smallest share of € 25
        ({"fixed_amount_cents": 40_000, "minimum_cents": 40_001}, 0, True),
        ({"fixed_amount_cents": 0}, 0, True),
        ({"fixed_amount_cents": 50_000, "rounding_unit_cents": 100}, 0, False),  # the controls: it pays, and L the rest
        ({"fixed_amount_cents": 2_500}, 0, False),
    ],
)
def test_a_fixed_amount_that_can_never_be_paid_blocks_nobody(first: dict[str, Any], own: int, never: bool) -> None:
    given = behind(**first)
    proposal = propose(given)
    assert (proposal.status, proposal.value_of("own_money")) == ("proven", own)
    assert violations(given, proposal.shares) == []
    assert ({share.offer for share in proposal.shares} == {"l"}) is never
    assert limits.never_paid(given, given.offers[0]) is never
    assert bool(violations(given, [pays("l", "a", 2500)])) is not never
    assert bool([one for one in possible_payments(given) if one.scheme == "e" and one.up_to_cents == 0]) is never


@pytest.mark.parametrize(
    ("first", "code", "dutch", "english"),
    [
        (
            {"fixed_amount_cents": 50_050, "rounding_unit_cents": 100},
            "fixed_amount_not_whole",
            "betaalt precies € 500,50, maar ook alleen hele bedragen van € 1",
            "pays exactly €500.50, but also only whole amounts of €1",
        ),
        (
            {"fixed_amount_cents": 2_000},
            "fixed_amount_too_small",
            "betaalt precies € 20. Onder € 25",
            "pays exactly €20. Below €25",
        ),
    ],
)
def test_and_it_says_so_in_both_languages(first: dict[str, Any], code: str, dutch: str, english: str) -> None:
    given = behind(**first)
    [found] = [one for one in explain(given, propose(given)).unused if one.scheme == "e"]
    assert found.code == code
    assert found.at_most is not None and found.at_most.cents == 0
    for locale, words in (("nl", dutch), ("en", english)):
        with use_locale(locale):
            assert words in unused_sentence(found).replace("\N{NO-BREAK SPACE}", " ")


def test_without_a_smallest_share_only_the_unit_counts() -> None:
    settings = MixSettings(smallest_share_cents=0)
    given = problem([line("a", 100)], [offer("e", fixed_amount_cents=150)], settings=settings)
    assert propose(given).value_of("own_money") == 9_850
    odd = problem([line("a", 100)], [offer("e", fixed_amount_cents=150, rounding_unit_cents=100)], settings=settings)
    assert propose(odd).value_of("own_money") == 10_000
