"""What the figures of the books are measured on is right: a small one, on both databases."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.benchmarks.audit import chain_verified, fill_log
from tests.benchmarks.books import fill, verified


def test_the_books_and_the_log_that_are_measured_are_sound(engine: Engine) -> None:
    fill(engine, 308)
    fill_log(engine)
    assert verified(engine) > 0 and chain_verified(engine) > 0
