"""Awards by several processes at once, each from a budget of its own, with and without the chain of the audit log.

Different budgets wait for nothing of each other but the head of the chain, which every act that is logged moves last of all,
right before its commit. What is measured is what that one row costs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.ledger.actions import Reservation, fund, open_accounts, reserve
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.audit.verifying import chain_breaks, chain_length
from portal.platform.database import unit_of_work
from tests.reliability.race import Racers
from tests.reliability.starter import Starter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROCESSES, AWARDS, AMOUNT = 4, 1_600, 25_000
FIRST_LINE = 200
WAITING = "audit_events_to_chain"
"""Under this a session keeps what is still to be bound."""
ADVISOR = Actor(Audience.ADVISOR, account_id=901, display_name="Ada Adviseur")


def with_chain(engine: Engine, number: int) -> None:
    """One award from the budget of this process, logged and bound in the chain."""
    unit_of_work(engine, lambda session: _award(session, number))


def without_chain(engine: Engine, number: int) -> None:
    """The same, logged, and bound to nothing."""

    def work(session: Session) -> None:
        _award(session, number)
        session.info.pop(WAITING)

    unit_of_work(engine, work)


def _award(session: Session, number: int) -> None:
    line = FIRST_LINE + number // 1_000_000 % PROCESSES  # the attempts of each process begin at a million of its own
    wanted = [Reservation(line, AMOUNT, voucher_id=number, scheme_version_id=1)]
    reserve(session, reservations=wanted, decision_id=number, actor_id=ADVISOR.reference, now=NOW)
    record(session, actor=ADVISOR, action="question.approved", object_kind="question", object_id=number, now=NOW)
    session.flush()


def prepare(session: Session) -> None:
    """A budget for each process."""
    for line in range(FIRST_LINE, FIRST_LINE + PROCESSES):
        open_accounts(session, funding_line_id=line)
        fund(session, funding_line_id=line, amount_cents=10**12, actor_id="system", now=NOW)


def ratio(engine: Engine, *, awards: int = AWARDS) -> float:
    """How many awards per second there are with the chain, as a part of those without it."""
    unit_of_work(engine, prepare)
    url, per_second = engine.url.render_as_string(hide_password=False), {}
    for seed, name in enumerate(("with_chain", "without_chain"), start=1):
        starter, order = Starter("race"), dict[str, Any](award=f"{__name__}:{name}", processes=PROCESSES)
        try:
            racers = Racers(starter)
            racers.race(url, attempts=8 * PROCESSES, seed=2 * seed, **order)
            outcome = racers.race(url, attempts=awards, seed=2 * seed + 1, **order)
        finally:
            starter.close()
        assert outcome.awarded == awards
        per_second[name] = awards / outcome.seconds
        if name == "with_chain":
            unit_of_work(engine, lambda session: _whole(session, awards + 8 * PROCESSES), read_only=True)
    return per_second["with_chain"] / per_second["without_chain"]


def _whole(session: Session, events: int) -> None:
    assert chain_length(session) == events and list(chain_breaks(session)) == []
