"""Percentiles of days: nearest rank, and nothing to show for few cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.oversight.lead_times import percentile


def test_the_percentiles_of_ten_numbers_are_the_fifth_and_the_ninth() -> None:
    assert (percentile(range(1, 11), 50), percentile(range(1, 11), 90)) == (5, 9)
    assert percentile([7], 90) == 7


@given(st.lists(st.integers(0, 400), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_smallest_number_that_enough_cases_stay_within(days: list[int], percent: int) -> None:
    ordered = sorted(days)
    found = percentile(ordered, percent)
    within = lambda limit: 100 * sum(1 for one in ordered if one <= limit) >= percent * len(ordered)  # noqa: E731
    assert found in ordered and within(found)
    assert not any(within(one) for one in ordered if one < found)


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError):
        percentile([], 50)
