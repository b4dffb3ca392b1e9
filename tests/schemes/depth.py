"""How many examples a property is tried on: as many as say enough in `make test`, four times as many with PROOF=1 (`make proof`)."""

import os
from typing import Any

from hypothesis import settings

PROOF = bool(os.environ.get("PROOF"))


def examples(number: int, **more: Any) -> settings:
    """Settings that try so many examples, the same ones each time."""
    return settings(
        max_examples=number * 4 if PROOF else number, derandomize=True, database=None, deadline=None, **more
    )
