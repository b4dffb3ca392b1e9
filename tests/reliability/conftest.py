"""What races and crowds are forked from, started once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.race import Racers
from tests.reliability.starter import Starter


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """An interpreter that stands ready to fork them."""
    ready = Starter("race", "crowd")
    yield ready
    ready.close()


@pytest.fixture(scope="session")
def racers(starter: Starter) -> Racers:
    """The processes of every race."""
    return Racers(starter)
