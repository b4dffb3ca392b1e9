"""What the figure of a takeover measures: all of it is tried and written in the books, in parts."""

from __future__ import annotations

from tests.benchmarks.takeover import measure


def test_what_is_measured_is_taken_over_in_parts() -> None:
    taken = measure(30)
    assert taken.trial > 0 and taken.books > 0 and taken.parts[0] <= taken.books
