"""Four processes against one limit: exactly so many get through as it says, and the one after is refused.

Beside the race runs the same race without the guard, which must let more through; otherwise the race proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from portal.platform.database import unit_of_work
from portal.platform.limits.models import DRAFTS, WRONG_CODES
from tests.reliability.often import number_of
from tests.reliability.race import Outcome, Racers
from tests.who_runs_what import NIGHT, PROOF

ROUNDS = 10 if NIGHT else 4 if PROOF else 1
WORKERS = 4


@pytest.fixture
def run(racers: Racers, engine: Engine) -> Callable[..., Outcome]:
    """Race one way of counting."""

    def go(way: str, attempts: int) -> Outcome:
        url = engine.url.render_as_string(hide_password=False)
        outcome = racers.race(url, f"tests.reliability.often:{way}", attempts=attempts, processes=WORKERS)
        print(f"{engine.dialect.name} {way}: {outcome}")
        return outcome

    return go


@pytest.mark.parametrize("again", range(ROUNDS))
@pytest.mark.parametrize("more", [1, 3 * DRAFTS.most])
def test_as_many_get_through_as_the_limit_says(
    engine: Engine, run: Callable[..., Outcome], more: int, again: int
) -> None:
    outcome = run("counted", DRAFTS.most + more)
    assert (outcome.awarded, outcome.refused, outcome.busy) == (DRAFTS.most, more, 0)
    assert unit_of_work(engine, number_of, read_only=True) == DRAFTS.most


def test_what_was_refused_for_another_reason_does_not_count(engine: Engine, run: Callable[..., Outcome]) -> None:
    outcome = run("half_undone", 2 * DRAFTS.most + 20)
    assert (outcome.awarded, outcome.busy) == (DRAFTS.most, 0)
    assert unit_of_work(engine, number_of, read_only=True) == DRAFTS.most


def test_two_limits_in_either_order_are_exact_without_deadlock(engine: Engine, run: Callable[..., Outcome]) -> None:
    outcome = run("of_two_things", DRAFTS.most)
    assert (outcome.awarded, outcome.busy) == (WRONG_CODES.most, 0)
    assert unit_of_work(engine, number_of, read_only=True) == WRONG_CODES.most, "the one that was full undid the other"


def test_control_who_looks_first_and_counts_then_lets_more_through(run: Callable[..., Outcome]) -> None:
    assert run("looked_first", 3 * DRAFTS.most).awarded > DRAFTS.most
