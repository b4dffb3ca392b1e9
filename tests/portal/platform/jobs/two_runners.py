"""One of two runners at once, started as a program of its own: ``python -m tests.portal.platform.jobs.two_runners URL LEASE``.

The work is not idempotent on purpose: each time an item is done, a message more stands in the outbox. Only the lease keeps it
from being done twice; with LEASE ``without`` it is not asked for.
"""

from __future__ import annotations

import secrets
import sys
import time
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from portal.platform.database import load_models, make_engine, unit_of_work
from portal.platform.jobs import actions
from portal.platform.jobs.actions import Job, run_jobs
from portal.post.messages.actions import NewMessage, enqueue

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


def main(url: str, lease: str) -> None:
    """Run the job until everything is done, together with whoever else does."""
    load_models()
    engine = make_engine(url)
    if lease == "without":
        actions.take = lambda session, *, job, item, now: "anything"  # type: ignore[assignment]
        actions.finish = lambda session, *, job, item, lease, now: None  # type: ignore[assignment]
    unit_of_work(engine, lambda session: session.connection(), read_only=True)
    print("ready", flush=True)
    sys.stdin.readline()
    run_jobs(engine, jobs=[Job("twice", lambda _session, _now: ITEMS, act)], now=NOW)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
