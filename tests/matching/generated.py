"""Generated questions with much that is not known, and the region in which more schemes are certain."""

from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Any

from matching.answering.answer import prepare
from matching.offers import Prepared, Rules
from matching.offers.question import Question
from matching.what_if.unsure import Unsure, unsure
from schemes.region.loading import LoadedRegion
from tests.benchmarks import questions

ON = questions.ON


@lru_cache
def opened() -> LoadedRegion:
    """The shipped region in which every scheme of which that is not known is open, and nobody else decides."""
    loaded = questions.region()
    certain: dict[str, Any] = {"state": "open", "windows": (), "discretion": None}
    schemes = {
        slug: one.model_copy(update=certain if one.state == "unknown" else {}) for slug, one in loaded.schemes.items()
    }
    return replace(loaded, schemes=schemes)


def partly(seed: int, region: LoadedRegion, share: float = 0.7) -> Question:
    """A generated question of which so many of the facts are known."""
    r, asked = Random(f"partly/{seed}"), questions.question(seed, loaded=region)
    return asked.model_copy(update={"facts": {key: value for key, value in asked.facts.items() if r.random() < share}})


def completed(question: Question, region: LoadedRegion, seed: int, share: float = 1.0) -> Question:
    """The question with so many of the open facts filled in, anyhow. A birth date would contradict a birth year."""
    r, facts = Random(f"completed/{seed}"), dict(question.facts)
    for key, definition in region.facts.items():
        if key not in facts and key != "birth_date" and definition.derived is None and r.random() < share:
            value = questions.answer_to(r, definition)
            facts |= {} if value is None else {key: value}
    return question.model_copy(update={"facts": facts})


def ready(question: Question, region: LoadedRegion) -> Prepared:
    return prepare(question, region, on=ON)


def open_points(question: Question, made: Prepared, region: LoadedRegion) -> Unsure:
    return unsure(question, made, Rules.of_region(region, ON))
