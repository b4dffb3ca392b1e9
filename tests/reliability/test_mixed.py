"""Many processes award, redeem, expire, revoke, re-assign and lower budgets at once: not a cent over, and no euro left unusable.

The control does the same without the guard of the budget; its books do not add up.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import fund
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, line_figures
from portal.platform.database import unit_of_work
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import NOW, an_application, approve
from tests.reliability.mixed import AMOUNT, LINES, CostInput, prepare
from tests.reliability.race import Outcome, Racers
from tests.who_runs_what import NIGHT, PROOF

APPLICATIONS = 600 if NIGHT else 120 if PROOF else 16
AWARDED = APPLICATIONS // 2
ATTEMPTS = 4_000 if NIGHT else 600 if PROOF else 64
ROUNDS = 2 if NIGHT else 1  # on each database
LEFT = APPLICATIONS // 8 * AMOUNT


def race(racers: Racers, engine: Engine, step: str, *, seed: int = 0, attempts: int = ATTEMPTS) -> Outcome:
    """Prepare a desk and let all processes act on it; each seed chooses other acts."""
    unit_of_work(engine, lambda s: prepare(s, applications=APPLICATIONS, awarded=AWARDED, left_cents=LEFT))
    url = engine.url.render_as_string(hide_password=False)
    outcome = racers.race(url, f"tests.reliability.mixed:{step}", attempts=attempts, seed=seed)
    print(f"{engine.dialect.name} {step}: {outcome}")
    return outcome


def figures(session: Session) -> list[Figures]:
    lines = {line.slug: line.id for line in funding_lines(session)}
    found = line_figures(session, funding_line_ids=lines.values())
    return [found[lines[slug]] for slug in LINES]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_whatever_happens_at_once_no_cent_is_over_and_what_is_free_can_be_awarded(
    racers: Racers, engine: Engine, seed: int
) -> None:
    outcome = race(racers, engine, "step", seed=seed)
    assert outcome.busy == 0 and outcome.awarded > ATTEMPTS // 10, "acts were done, and none was given up"
    with Session(engine, expire_on_commit=False) as session:
        assert verify(session) == [] and ledger_breaks(session) == []
        assert all(line.available_cents >= 0 and line.reserved_cents >= 0 for line in figures(session))
        # one more award that fits succeeds: money for everybody who still waits, and for somebody new
        lines = {line.slug: line.id for line in funding_lines(session)}
        fund(
            session,
            funding_line_id=lines[LINES[0]],
            amount_cents=(APPLICATIONS + 1) * AMOUNT,
            actor_id="system",
            now=NOW,
        )
        before = sum(line.reserved_cents for line in figures(session))
        approve(session, an_application(session, costs=[CostInput("tuition", AMOUNT)]))
        assert sum(line.reserved_cents for line in figures(session)) == before + AMOUNT
        assert verify(session) == [] and ledger_breaks(session) == []


def test_control_without_the_guard_the_books_do_not_add_up(racers: Racers, engine: Engine) -> None:
    race(racers, engine, "step_unguarded", attempts=max(64, ATTEMPTS // 8))
    with Session(engine) as session:
        assert {"I1", "I2"} & {found.invariant for found in verify(session)}
