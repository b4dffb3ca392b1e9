"""What the figures of the books are measured on is right: a small one, on both databases."""

from __future__ import annotations

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.people.audit.models import AuditEvent, AuditLink
from portal.platform.database import unit_of_work
from tests.benchmarks.audit import chain_verified, fill_log
from tests.benchmarks.books import fill, verified
from tests.benchmarks.chained import prepare, with_chain, without_chain


def test_the_books_and_the_log_that_are_measured_are_sound(engine: Engine) -> None:
    fill(engine, 308)
    fill_log(engine)
    assert verified(engine) > 0 and chain_verified(engine) > 0


def test_of_the_awards_that_are_measured_all_are_logged_and_half_are_bound(engine: Engine) -> None:
    unit_of_work(engine, prepare)
    with_chain(engine, 1_000_001)
    without_chain(engine, 2_000_001)
    with Session(engine) as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (AuditEvent, AuditLink)]
    assert counts == [2, 1]
