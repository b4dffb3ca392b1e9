"""Short ways to try a condition written as in a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from portal.platform.i18n import use_locale
from portal.words.names import Names
from portal.words.wording import rule_sentence
from schemes.conditions import AnyCondition
from schemes.evaluation import describe, evaluate
from schemes.facts.outcome import Outcome
from schemes.facts.references import ReferenceList, References
from schemes.files.parsing import validate
from tests.schemes.population.world import FACTS

MET, NOT, UNKNOWN = "met", "not_met", "unknown"
ON = date(2026, 3, 1)
ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
NAMES = Names({"voucher": "Leervoucher", "fonds": "Ontwikkelfonds"}, FACTS)

Written = dict[str, Any]
Case = tuple[Written, dict[str, Any], str, str]
"""A condition as a file has it, facts, the status that must follow, and the code of the rule that decides."""


def day(text: str) -> date:
    """A day as year-month-day."""
    return date.fromisoformat(text)


def reference(data: Written) -> References:
    """One list by its name."""
    return {data["list"]: validate(ReferenceList, {"format": "ontwikkelloket/reference/1", **data})}  # type: ignore[arg-type]


def told(
    written: Written,
    facts: Mapping[str, Any],
    on: date = ON,
    references: References | None = None,
    scheme: str | None = None,
) -> Outcome:
    """What a condition says of facts; on 1 March 2026 unless another day is given."""
    return evaluate(ADAPTER.validate_python(written), facts, on, references or {}, scheme)


def assert_told(outcome: Outcome, status: str, code: str) -> None:
    """The status and the rule that decides; what is unknown says why."""
    assert (outcome.status, outcome.code) == (status, code)
    assert (outcome.unknown_code is not None) == (status == UNKNOWN)


def why_refused(written: Written) -> str:
    """The code of the error that refuses a condition. Fails when it is not refused."""
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(written)
    return str(caught.value.errors()[0]["type"])


def in_dutch(written: Written, on: date = ON, references: References | None = None, names: Names = NAMES) -> str:
    """The rule of a condition as the desk writes it."""
    with use_locale("nl"):
        return rule_sentence(describe(ADAPTER.validate_python(written), on, references or {}), names)
