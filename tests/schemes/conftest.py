"""The fictitious region Veldrijk and short ways to evaluate a condition written as in a file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from schemes.conditions import AnyCondition
from schemes.evaluation import evaluate
from schemes.facts.outcome import Outcome
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

VELDRIJK = Path(__file__).parent / "regions" / "veldrijk"
ON = date(2026, 3, 1)

Check = Callable[..., Outcome]


@pytest.fixture(scope="session")
def veldrijk_path() -> Path:
    return VELDRIJK


@pytest.fixture(scope="session")
def veldrijk() -> LoadedRegion:
    return known_region(VELDRIJK)


@pytest.fixture(scope="session")
def check(veldrijk: LoadedRegion) -> Check:
    """Evaluate a condition written as in a file on facts given by name, on 1 March 2026 unless `on` says otherwise."""
    adapter: TypeAdapter[Any] = TypeAdapter(AnyCondition)

    def evaluated(condition: dict[str, Any], on: date = ON, **facts: Any) -> Outcome:
        return evaluate(adapter.validate_python(condition), facts, on, veldrijk.references)

    return evaluated
