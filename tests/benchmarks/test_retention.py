"""What the figure of erasing measures: all of them are erased, the few as the many."""

from __future__ import annotations

from tests.benchmarks.retention import measure


def test_what_is_measured_is_erased() -> None:
    assert measure(60) < 30
