"""What a definition says in words: what becomes of the day of an application that changes, and whose maximum it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.platform.i18n import use_locale
from portal.web.owner.differences import differences
from portal.words.definition_words import amounts_of, earmark_words
from portal.words.names import NO_NAMES, Names
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.files.parsing import validate
from schemes.region.funding import Earmark
from tests.schemes.definition.test_definitions import HERE, IN_ORDER, MINIMAL

ON = date(2026, 3, 2)
PROVINCE = {
    "key": "residence_province",
    "type": "choice",
    "question": {"nl": "In welke provincie woont u?", "en": "In which province do you live?"},
    "why": {"nl": "Dit volgt uit uw gemeente.", "en": "This follows from your municipality."},
    "derived": {"from": "residence_municipality", "field": "province"},
    "sensitive": False,
    "who_knows": ["resident"],
    "asked_in": "core",
}


def a_scheme(**changes: Any) -> SchemeDefinition:
    return validate(SchemeDefinition, {**MINIMAL, **HERE, **changes})


def after(*changes: str) -> SchemeDefinition:
    return a_scheme(budget={**IN_ORDER, "complete_again_after": list(changes)})


def divided(definition: SchemeDefinition) -> str:
    rows = {row["label"]: row["value"] for row in amounts_of(definition, ON)}
    return rows["Verdeling van het budget"]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (a_scheme(budget=IN_ORDER), "Worden de kosten later hoger, of wordt het een andere opleiding?"),
        (after("higher_costs"), "Bij een andere opleiding houdt zij haar dag."),
        (after("another_training"), "Bij hogere kosten houdt zij haar dag."),
        (after(), "De aanvraag houdt haar dag"),
    ],
)
def test_it_is_said_what_becomes_of_the_day_of_an_application_that_changes(
    definition: SchemeDefinition, words: str
) -> None:
    with use_locale("nl"):
        assert words in divided(definition)


def test_a_province_has_its_name_wherever_it_is_said() -> None:
    home = validate(FactDefinition, PROVINCE)
    with use_locale("nl"):
        assert Names(facts={home.key: home}).answer(home.key, "noord-holland") == "Noord-Holland"
        assert list(earmark_words(Earmark(provinces=("noord-holland",)), NO_NAMES)) == ["Noord-Holland"]


def test_nothing_is_said_of_the_order_of_another_desk_or_of_a_lottery() -> None:
    with use_locale("nl"):
        assert divided(validate(SchemeDefinition, {**MINIMAL, "budget": IN_ORDER})) == "op volgorde van ontvangst."
        assert "dag" not in divided(a_scheme(budget={"distribution": "lottery"}))


def test_a_maximum_per_training_is_one_of_everybody_together() -> None:
    with use_locale("nl"):
        said = amounts_of(a_scheme(caps=[{"per": "training", "amount_cents": 250_000}]), ON)
    assert "€\u00a02.500 per opleiding, voor alle deelnemers samen" in {row["value"] for row in said}


def test_two_versions_that_differ_in_it_are_compared_in_words() -> None:
    with use_locale("nl"):
        [found] = differences(a_scheme(budget=IN_ORDER), after(), ON, NO_NAMES)
        label = "Een aanvraag telt vanaf de dag van de wijziging bij"
        assert f"{label}: geen" in found.new and not any(label in line for line in found.old)
        [found] = differences(after("higher_costs"), after("another_training"), ON, NO_NAMES)
        assert f"{label}: hogere kosten" in found.old and f"{label}: een andere opleiding" in found.new
