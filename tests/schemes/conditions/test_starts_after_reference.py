"""starts_after_reference: ask first, start later."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, told, why_refused

STARTS = {"type": "starts_after_reference"}


@pytest.mark.parametrize(
    ("same_day", "start", "status"),
    [
        (False, "2026-03-02", MET),
        (False, "2026-03-01", NOT),
        (True, "2026-03-01", MET),
        (True, "2026-02-28", NOT),
        (True, None, UNKNOWN),
    ],
)
def test_the_day_itself_counts_only_when_it_is_said(same_day: bool, start: str | None, status: str) -> None:
    facts = {} if start is None else {"training_start": day(start)}
    outcome = told({**STARTS, "same_day": same_day}, facts)
    assert_told(outcome, status, "starts_after_reference")
    assert outcome.params == {"reference_date": day("2026-03-01"), "same_day_allowed": same_day}


def test_another_day_may_be_named() -> None:
    assert told({**STARTS, "fact": "contract_start"}, {"contract_start": day("2026-03-02")}).status == MET
    assert told({**STARTS, "fact": "contract_start"}, {"training_start": day("2026-03-02")}).missing == (
        "contract_start",
    )


def test_a_bound_does_not_belong_here() -> None:
    assert why_refused({**STARTS, "at_least": 3}) == "extra_forbidden"
