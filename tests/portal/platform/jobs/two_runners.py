"""Two runners at once, each a process of its own that is forked from a starter.

The work is not idempotent on purpose: each time an item is done, a message more stands in the outbox. Only the lease keeps it
from being done twice; with `lease` ``without`` it is not asked for.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from functools import partial
from typing import IO, Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.platform.database import unit_of_work
from portal.platform.jobs import actions
from portal.platform.jobs.actions import Job, run_jobs
from portal.post.messages.actions import NewMessage, enqueue
from tests.reliability.race import together
from tests.reliability.starter import hear, tell

ITEMS = [str(number) for number in range(1, 31)]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def act(session: Session, item: str, now: datetime) -> None:
    """One more message about the item."""
    enqueue(
        session,
        message=NewMessage(
            kind="email",
            template="account/sign_in",
            recipient="account",
            object_kind="account",
            object_id=int(item),
            version=secrets.randbelow(2**30),
        ),
        now=now,
    )
    time.sleep(0.002)


def run(engine: Engine, *, lease: str) -> dict[str, Any]:
    """Fork the two, and let them do the same work at the same moment; the seconds that it took."""
    engine.dispose()
    _, seconds = together([partial(_runner, engine, lease)] * 2)
    return {"seconds": seconds}


def _runner(engine: Engine, lease: str, *, told: IO[str], saying: IO[str]) -> None:
    """One of them: run the job until everything is done, together with the other."""
    if lease == "without":
        actions.take = lambda session, *, job, item, now: "anything"
        actions.finish = lambda session, *, job, item, lease, now: None
    unit_of_work(engine, lambda session: session.connection(), read_only=True)
    tell(saying, "ready")
    hear(told)
    run_jobs(engine, jobs=[Job("twice", lambda _session, _now: ITEMS, act)], now=NOW)
    engine.dispose()
    tell(saying, "done")
