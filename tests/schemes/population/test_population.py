"""Many people at once get the same answers as one person, row by row, for every type of condition."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.conditions import CONDITION_TYPES, type_name
from schemes.evaluation import evaluate_all
from schemes.facts.outcome import PAST_AWARDS, PastAward
from schemes.population import EVALUATORS, statuses, statuses_of
from schemes.population.columns import Columns, Numbers, YesNo, columns_of
from tests.schemes.depth import examples
from tests.schemes.population.world import DAYS, FACTS, REFERENCES, SCHEME, crowds, days
from tests.schemes.population.written import ADAPTER, GROUPS, LEAVES, is_valid, trees

AS_NUMBER = {"met": 1, "unknown": 0, "not_met": -1}


def one_by_one(conditions: list[Any], rows: list[dict[str, Any]], on: date) -> list[int]:
    return [AS_NUMBER[evaluate_all(conditions, row, on, REFERENCES, scheme=SCHEME).status] for row in rows]


def together(conditions: list[Any], rows: list[dict[str, Any]], on: date) -> list[int]:
    columns = columns_of(rows, FACTS)
    found = statuses(conditions, columns, on, REFERENCES, scheme=SCHEME)
    assert found.dtype == np.int8
    return [int(status) for status in found]


def test_every_type_of_condition_is_generated_here_and_has_an_evaluator_for_many() -> None:
    assert {*LEAVES, *GROUPS} == {type_name(kind) for kind in CONDITION_TYPES}
    assert set(EVALUATORS) == set(CONDITION_TYPES)


@pytest.mark.parametrize("kind", LEAVES)
def test_one_condition_says_the_same_of_every_row(kind: str) -> None:
    seen: set[int] = set()

    @examples(40)
    @given(LEAVES[kind].filter(is_valid), crowds, days)
    def compare(written: dict[str, Any], rows: list[dict[str, Any]], on: date) -> None:
        condition = ADAPTER.validate_python(written)
        answers = together([condition], rows, on)
        assert answers == one_by_one([condition], rows, on)
        seen.update(answers)

    compare()
    assert seen == {1, 0, -1}, "the comparison saw not all answers"


@examples(60)
@given(st.lists(trees, max_size=3), crowds, days)
def test_conditions_within_conditions_say_the_same_of_every_row(
    written: list[dict[str, Any]], rows: list[dict[str, Any]], on: date
) -> None:
    conditions = [ADAPTER.validate_python(one) for one in written]
    assert together(conditions, rows, on) == one_by_one(conditions, rows, on)


@examples(20)
@given(crowds)
def test_facts_come_out_of_columns_as_they_went_in(rows: list[dict[str, Any]]) -> None:
    columns = columns_of(rows, FACTS)
    assert list(columns.rows()) == rows
    back = np.arange(len(rows))[::-1]
    assert list(columns.take(back).rows()) == rows[::-1]
    assert list(columns.part(1, 4).rows()) == rows[1:4]


def test_the_number_of_threads_and_of_rows_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"student": n % 2 == 0, PAST_AWARDS: (PastAward(SCHEME, DAYS[0], n),)} for n in range(50)]
    asked = [
        (SCHEME, [ADAPTER.validate_python({"type": "yes", "fact": "student"})]),
        (SCHEME, [ADAPTER.validate_python({"type": "awards", "of": "amount", "at_least": 25})]),
        ("another", [ADAPTER.validate_python({"type": "awards", "of": "amount", "at_most": 25})]),
    ]
    columns = columns_of(rows, FACTS)
    whole = statuses_of(asked, columns, DAYS[0], REFERENCES, threads=1)
    assert whole.tolist() == [[1, -1] * 25, [-1] * 25 + [1] * 25, [1] * 50]
    monkeypatch.setattr("schemes.population.population.CHUNK", 7)
    for threads in (1, 2, 5):
        assert statuses_of(asked, columns, DAYS[0], REFERENCES, threads=threads).tolist() == whole.tolist()


def test_a_value_that_does_not_fit_its_fact_is_refused() -> None:
    for row in ({"student": "yes"}, {"hours": "36"}, {"size": True}, {"birth_date": "1980-01-01"}, {"strange": 1}):
        with pytest.raises(ValueError, match=r"is not|there is no fact"):
            columns_of([row], FACTS)  # type: ignore[list-item]
    with pytest.raises(TypeError):
        statuses(
            [ADAPTER.validate_python({"type": "yes", "fact": "hours"})], columns_of([{"hours": 1}], FACTS), DAYS[0], {}
        )
    with pytest.raises(IndexError):
        columns_of([{}], FACTS).row(1)


def test_a_fact_without_a_column_is_unknown() -> None:
    columns = Columns(2, {"owner": YesNo(np.array([1, -1], dtype=np.int8))})
    for kind, leaf in LEAVES.items():
        written = leaf.filter(is_valid).map(lambda one: {**one, "id": "x"})
        if kind not in ("yes", "no"):
            condition = ADAPTER.validate_python(_first(written))
            assert statuses([condition], columns, DAYS[0], REFERENCES, scheme=SCHEME).tolist() == [0, 0], kind


def _first(strategy: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    @examples(1)
    @given(strategy)
    def draw(written: dict[str, Any]) -> None:
        found.append(written)

    draw()
    return found[0]


def test_sums_that_do_not_fit_in_64_bits_stay_exact() -> None:
    share = {
        "type": "compare",
        "fact": "income_cents",
        "is": "more_than",
        "other": "partner_income_cents",
        "share": "999999999/1000000000",
    }
    condition = ADAPTER.validate_python({**share, "share": "999999998/999999999"})
    rows = [{"income_cents": 10**11 - mine, "partner_income_cents": 10**11} for mine in range(99, 103)]
    assert together([condition], rows, DAYS[0]) == one_by_one([condition], rows, DAYS[0]) == [1, 1, -1, -1]
    assert isinstance(columns_of(rows, FACTS).facts["income_cents"], Numbers)
