"""Percentiles of days: nearest rank, and nothing to show for few cases."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, QuestionState, Route
from portal.oversight.lead_times import ENOUGH, percentile, usual_decision, usual_reaction
from tests.factories import NOW


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


def test_what_is_usual_is_told_of_enough_cases_only_and_counts_nine_of_ten(session: Session) -> None:
    def answered_after(*days: int) -> None:
        sent = NOW - timedelta(days=40)
        session.add_all(
            DevelopmentQuestion(
                route=Route.INDIVIDUAL,
                language="nl",
                state=QuestionState.SUBMITTED,
                reference_number=f"OV-{next(numbers)}",
                reference_date=NOW.date(),
                created_at=sent,
                changed_at=sent,
                submitted_at=sent,
                submitted_by="resident",
                responded_at=sent + timedelta(days=one),
            )
            for one in days
        )
        session.flush()

    numbers = count(1)
    answered_after(*(ENOUGH - 1) * [3])
    assert usual_reaction(session, today=NOW.date()) is None
    answered_after(60)
    assert usual_reaction(session, today=NOW.date()) == 3, "one of twenty took long"
    answered_after(9, 9)
    assert usual_reaction(session, today=NOW.date()) == 9
    assert usual_reaction(session, today=(NOW + timedelta(days=90)).date()) is None, "that was too long ago"
    assert usual_decision(session, today=NOW.date()) is None
