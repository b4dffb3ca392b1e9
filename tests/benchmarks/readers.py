"""A hundred people of the region who look at the first page of the accounts at once: a desk on PostgreSQL as `loket serve` starts it.

Everybody opens the page, reads for about two seconds and opens it again, so that together they ask for a little over fifty pages a
second. What counts is what they wait, whether any page did not come, and how many pages came.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.migrations import alembic_config
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import OrganisationKind, Role
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.sessions import Entrant, open_session
from portal.platform.database import Base, unit_of_work
from tests.benchmarks.books import both
from tests.benchmarks.reports import PROVIDERS, fill
from tests.benchmarks.strangers import ask, served
from tests.snapshots import go_on_numbering

READERS, SECONDS = 100, 20
VOUCHERS = 10_000
PAGE = "/verantwoording/"
READS = (1.6, 2.1)
"""Seconds that somebody reads before the page is opened again."""
WITHIN_MS, AT_LEAST = 300, 50
Looked = tuple[list[float], int]
"""Milliseconds per page, and how many pages did not come."""


def let_in(session: Session) -> list[str]:
    """The cookies of a hundred people of the region who are signed in."""
    at, system = datetime.now(UTC), Actor.system()
    go_on_numbering(session.connection(), [(Base.metadata.tables["organisation"], [{"id": PROVIDERS}])])
    place = ensure_organisation(
        session, slug="lezers", name="Lezers", kind=OrganisationKind.REGION, actor=system, now=at
    )
    record(session, actor=system, action="account.created", object_kind="organisation", object_id=place.id, now=at)
    cookies = []
    for number in range(READERS):
        account = create_account(
            session,
            email=f"lezer{number}@loket.example",
            display_name=f"Lezer {number}",
            role=Role.REGION,
            organisation=place,
            actor=system,
            now=at,
        )
        session.flush()
        cookies.append(open_session(session, now=at, who=Entrant(account=account), data={}))
    return cookies


def read(port: int, cookies: Sequence[str], seconds: float, seed: int) -> Looked:
    """Everybody reads at once, for so long."""
    until = time.monotonic() + seconds

    def reader(number: int) -> Looked:
        chance, times, lost = random.Random(f"readers/{seed}/{number}"), [], 0
        time.sleep(chance.uniform(0, READS[1]))
        while time.monotonic() < until:
            status, took = ask(port, PAGE, cookies[number], timeout=30)
            times.append(took)
            lost += status != 200
            time.sleep(chance.uniform(*READS))
        return times, lost

    with ThreadPoolExecutor(len(cookies)) as pool:
        found = list(pool.map(reader, range(len(cookies))))
    return sorted(one for times, _ in found for one in times), sum(lost for _, lost in found)


def looked_at(engine: Engine, *, vouchers: int = VOUCHERS, seconds: float = SECONDS) -> Looked:
    """What a hundred readers have of a desk with so many vouchers in its books."""
    with Session(engine) as session:
        fill(session, vouchers)
        session.commit()
    command.stamp(alembic_config(engine), "head")  # its tables are those of the newest revision
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    cookies = unit_of_work(engine, let_in)
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(url, Path(folder)) as port,
        get_context("spawn").Pool(1) as elsewhere,
    ):
        elsewhere.apply(read, (port, cookies[:5], 3, 0))  # to warm up
        return elsewhere.apply(read, (port, cookies, seconds, 1))


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """The figures: name, value, unit and target."""
    with both() as (_sqlite, server):
        times, lost = looked_at(server)
    yield "readers_100_lost", lost, f"of {len(times)} pages", 0
    yield "readers_100_p95_ms", times[int(len(times) * 0.95)], "ms", WITHIN_MS
    yield "readers_100_p50_ms", times[len(times) // 2], "ms", None
    yield "readers_100_seconds_per_50_pages", SECONDS / len(times) * AT_LEAST, "s", 1
