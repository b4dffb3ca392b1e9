"""What the figure of strangers counts: a short attack of a few on a desk that really runs."""

from __future__ import annotations

import pytest

from tests.benchmarks.strangers import ROWS, measure


@pytest.mark.slow
def test_a_short_attack_leaves_the_visitor_every_page() -> None:
    seen, got = measure(clients=9, seconds=6)
    assert seen.lost == 0 and len(seen.all_times) >= 3 and max(ROWS) == 200
    assert got[503] and got[200] and set(got) <= {0, 200, 503}, got
