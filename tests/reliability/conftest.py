"""The processes of the races, started once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.race import PROCESSES, Racers


@pytest.fixture(scope="session")
def racers() -> Iterator[Racers]:
    """16 processes that stand ready."""
    ready = Racers(PROCESSES)
    yield ready
    ready.close()
