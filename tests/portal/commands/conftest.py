"""The regions that ship with the software are read once: nearly every command here reads one, and none changes it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from schemes.region import loading
from schemes.region.loading import LoadedRegion, load_region, packaged_regions

shipped = cache(load_region)


def read_once(path: str | Path, *, funding: str | Path | None = None, with_cases: bool = True) -> LoadedRegion:
    """A region by its name as it was read before; every other folder, and other budgets, anew."""
    known = funding is None and path in packaged_regions() and not Path(path).exists()
    return shipped(path) if known else load_region(path, funding=funding, with_cases=with_cases)


@pytest.fixture(autouse=True, scope="module")
def regions_read_once() -> Iterator[None]:
    """Give the commands what was read before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load_region", read_once)
        yield
