"""What the figures of the language compare must be the same work: the plain functions say what the definitions say."""

from pathlib import Path

import pytest

from schemes.evaluation import evaluate_all
from schemes.population import statuses
from schemes.region.loading import load_region
from tests.benchmarks.definitions import many, region_of
from tests.benchmarks.people import crowd
from tests.benchmarks.plain import PLAIN
from tests.benchmarks.questions import ON, region


@pytest.mark.parametrize("slug", PLAIN)
def test_a_plain_function_says_what_the_definition_says(slug: str) -> None:
    people, definition = crowd(4000), region().schemes[slug]
    found = statuses(definition, people, ON, region().references)
    assert set(found.tolist()) == {1, 0, -1}
    for number, row in enumerate(people.rows()):
        answer = PLAIN[slug](dict(row), ON)
        assert {True: 1, None: 0, False: -1}[answer] == found[number], row
        if number % 20 == 0:
            outcome = evaluate_all(definition.conditions, row, ON, region().references)
            assert {"met": True, "unknown": None, "not_met": False}[outcome.status] is answer


def test_many_definitions_have_names_of_their_own_and_ask_different_things(tmp_path: Path) -> None:
    definitions = many(200)
    assert len({definition.scheme for definition in definitions}) == 200
    asked = {str(one.conditions) for one in definitions if one.conditions}
    assert len(asked) > len({str(one.conditions) for one in region().schemes.values() if one.conditions})
    loaded = load_region(region_of(80, tmp_path))
    assert {definition.scheme for definition in many(80)} == set(loaded.schemes)
