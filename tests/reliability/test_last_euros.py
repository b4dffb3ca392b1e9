"""Many processes against the last euros of a budget and of a personal cap: exactly what fits, not a cent over, none left lying.

Beside each race runs the same race without the guard, which must oversell; otherwise the race proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, line_figures
from portal.platform.database import unit_of_work
from tests.reliability.awards import AMOUNT, PERSON, cap_in_use, prepare
from tests.reliability.race import Outcome, Racers
from tests.who_runs_what import NIGHT, PROOF

ATTEMPTS = 2_000 if PROOF else 80
FITS = 200 if PROOF else 20
ROUNDS = [(10_000, 1_000), *[(ATTEMPTS, FITS)] * (9 if NIGHT else 2)] if PROOF else [(ATTEMPTS, FITS)]
"""Attempts, and how many fit, of each race for one budget, on each database: one long race, and fresh desks. The others run once."""

AWARDS = "tests.reliability.awards"


def last_euros(fits: int) -> int:
    """A budget in which this many amounts fit: one cent short of one more."""
    return fits * AMOUNT + AMOUNT - 1


@pytest.fixture
def desk(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh desk with the last euros: as many amounts fit as the test says, else `FITS`."""
    fits = getattr(request, "param", FITS)
    unit_of_work(engine, lambda session: prepare(session, budget_cents=last_euros(fits)))
    yield engine


@pytest.fixture
def run(racers: Racers, desk: Engine) -> Callable[..., Outcome]:
    """Race one way of awarding on this desk."""

    def go(award: str, attempts: int = ATTEMPTS) -> Outcome:
        url = desk.url.render_as_string(hide_password=False)
        outcome = racers.race(url, f"{AWARDS}:{award}", attempts=attempts)
        print(f"{desk.dialect.name} {award}: {outcome}")
        return outcome

    return go


def line(engine: Engine, number: int = 1) -> Figures:
    return unit_of_work(engine, lambda s: line_figures(s, funding_line_ids=[number])[number], read_only=True)


def breaks(engine: Engine) -> set[str]:
    return {found.invariant for found in unit_of_work(engine, verify, read_only=True)}


@pytest.mark.parametrize(("attempts", "fits", "desk"), [(*size, size[1]) for size in ROUNDS], indirect=["desk"])
def test_the_last_euros_of_a_budget_are_awarded_exactly(
    desk: Engine, run: Callable[..., Outcome], attempts: int, fits: int
) -> None:
    outcome = run("from_budget", attempts)
    assert (outcome.awarded, outcome.refused, outcome.busy) == (fits, attempts - fits, 0)
    assert line(desk).reserved_cents == fits * AMOUNT
    assert breaks(desk) == set()


def test_two_budgets_named_in_either_order_are_awarded_exactly_and_without_deadlock(
    desk: Engine, run: Callable[..., Outcome]
) -> None:
    outcome = run("from_two_budgets")
    expected = min(last_euros(FITS) // (AMOUNT // 2), ATTEMPTS)
    assert (outcome.awarded, outcome.busy) == (expected, 0)
    assert line(desk, 1).reserved_cents == line(desk, 2).reserved_cents == expected * (AMOUNT // 2)
    assert breaks(desk) == set()


def test_the_last_euros_of_a_personal_cap_are_awarded_exactly(desk: Engine, run: Callable[..., Outcome]) -> None:
    outcome = run("under_cap")
    assert (outcome.awarded, outcome.busy) == (PERSON.limit_cents // AMOUNT, 0)
    assert line(desk).reserved_cents == PERSON.limit_cents // AMOUNT * AMOUNT
    assert breaks(desk) == set()


def test_control_without_the_guard_a_budget_is_oversold(desk: Engine, run: Callable[..., Outcome]) -> None:
    outcome = run("from_budget_unguarded")
    assert outcome.awarded > FITS
    assert line(desk).available_cents < 0
    assert "I1" in breaks(desk), "and the books say so"


def test_control_without_the_guard_a_cap_is_oversold(desk: Engine, run: Callable[..., Outcome]) -> None:
    run("under_cap_unguarded")
    assert unit_of_work(desk, cap_in_use, read_only=True) > PERSON.limit_cents
    assert "I2" in breaks(desk)


def test_the_database_file_is_whole_after_the_race(desk: Engine, run: Callable[..., Outcome], database: str) -> None:
    run("from_budget", ATTEMPTS // 4)
    if database == "sqlite":
        with desk.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert line(desk).reserved_cents == min(FITS, ATTEMPTS // 4) * AMOUNT
