"""The regions that many tests read, loaded once per process. What is loaded is frozen; who changes files loads for themself."""

from functools import cache
from pathlib import Path

from schemes.region.loading import LoadedRegion, load_region

VELDRIJK = Path(__file__).parent / "schemes" / "regions" / "veldrijk"


@cache
def known_region(place: str | Path) -> LoadedRegion:
    """A region that ships (by name) or one of the tests (by folder)."""
    return load_region(place)
