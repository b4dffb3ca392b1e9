"""The shipped catalogue, loaded once; verdicts on facts as a test writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from matching.offers.eligibility import Verdict, assess
from schemes.facts import complete_facts, parse_facts
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

ON = date(2026, 12, 1)
"""The reference date of these tests and of the examples."""

Judge = Callable[..., Verdict]


@pytest.fixture(scope="session")
def region() -> LoadedRegion:
    """The demonstration region with the national collection it includes."""
    return known_region("stedendriehoek")


@pytest.fixture(scope="session")
def judge(region: LoadedRegion) -> Judge:
    """Verdict of one scheme on facts; `None` takes a fact away."""

    def verdict(scheme: str, base: dict[str, Any], on: date = ON, **changes: Any) -> Verdict:
        raw = {key: value for key, value in {**base, **changes}.items() if value is not None}
        read = parse_facts(raw, region.facts, on=on)
        assert not read.findings, read.findings
        facts = complete_facts(read.values, region.facts, region.references, on)
        return assess(facts, [region.schemes[scheme]], on, region.references)[0]

    return verdict
