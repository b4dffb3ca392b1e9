"""Three processes of the desk, forked from a starter, that are all asked for the same things at the same moment.

What keeps them from computing one thing three times is the lease; with `lease` ``without`` it is not asked for. With `dies` the
first of them is gone in the middle of what it computes, as after a kill: it says nothing and lets nothing go.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import IO, Any

from sqlalchemy import Engine

from portal.platform.apart import computing
from portal.platform.apart.actions import AskedApart
from portal.platform.apart.computing import Apart, Step, WorkApart
from portal.platform.apart.models import LEASE
from portal.platform.database import unit_of_work
from portal.platform.idempotency import fingerprint
from tests.reliability.race import together
from tests.reliability.starter import hear, tell

THINGS = [f"list {number}" for number in range(9)]
PROCESSES = 3
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = NOW - LEASE - timedelta(seconds=1)
"""When a process began that is not heard of any more at `NOW`."""
LONG = 60.0
"""Seconds after which a process gives up."""


def run(engine: Engine, *, lease: str, dies: bool) -> dict[str, Any]:
    """Fork them and let them begin together: how often each thing was computed, and how often it was begun."""
    engine.dispose()
    said, _ = together([partial(_process, engine, number, lease, dies) for number in range(PROCESSES)])
    return {name: sum((Counter(one[name]) for one in said), Counter()) for name in ("begun", "ended")}


def _process(engine: Engine, number: int, lease: str, dies: bool, *, told: IO[str], saying: IO[str]) -> None:
    """One of them: asked for everything, each in an order of its own."""
    if lease == "without":
        computing.take_apart = lambda session, *, asked, now: "anything"  # type: ignore[assignment]
    is_dying, counts = dies and number == 0, {"begun": Counter[str](), "ended": Counter[str]()}
    at, halfway = BEFORE if is_dying else NOW, Event()
    works = Apart(engine, lambda: at, beat=0.005)
    order = THINGS[number * PROCESSES :] + THINGS[: number * PROCESSES]

    def begin() -> list[WorkApart]:
        compute = [_compute(name, counts, halfway, stays=is_dying) for name in order]
        return [works.begin(_asked(name, number, at), does) for name, does in zip(order, compute, strict=True)]

    if is_dying:
        begin()
        assert halfway.wait(LONG)
    unit_of_work(engine, lambda session: session.connection(), read_only=True)
    tell(saying, "ready")
    hear(told)
    if is_dying:
        tell(saying, counts)
        os._exit(0)
    assert all(work.is_over(LONG) and not work.failed for work in begin())
    engine.dispose()
    tell(saying, counts)


def _asked(name: str, number: int, at: datetime) -> WorkApart:
    """Everybody asks one thing, so that nobody's is stopped."""
    return WorkApart(AskedApart(fingerprint(name), fingerprint(f"{number} {name}"), 2, at), lambda: None)


def _compute(name: str, counts: dict[str, Counter[str]], halfway: Event, *, stays: bool) -> Callable[[Step], str]:
    def compute(step: Step) -> str:
        counts["begun"][name] += 1
        step()
        halfway.set()
        if stays:
            Event().wait()
        counts["ended"][name] += 1
        return name

    return compute
