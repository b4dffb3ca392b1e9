"""The draft for the Algoritmeregister: every field of the standard, within its limits, and linked from 'Zo rekenen wij'."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from portal.papers.algorithm_register import FIELDS, LIMITS, register_entry
from portal.platform.i18n import use_locale
from tests.regions import known_region
from tests.web.browser import Browser
from tests.web.walking import Desk, assert_sound

ON = date(2026, 11, 23)
REQUIRED = ("name", "description_short", "organization", "status", "contact_email", "publication_category", "lang")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_field_is_there_and_fits_the_standard(language: str) -> None:
    with use_locale(language):
        made = register_entry(known_region("stedendriehoek"), ON, "https://loket.voorbeeld.example")
    entry = made["entry"]
    assert list(entry) == list(FIELDS)
    assert {name: len(entry[name]) for name, most in LIMITS.items() if len(entry[name]) > most} == {}
    assert all(entry[name] for name in REQUIRED)
    assert entry["lang"] == {"nl": "nld", "en": "eng"}[language]
    assert entry["status"] == "In ontwikkeling", "a demonstration is not in use"
    assert all(set(one) == {"title", "link"} and len(one["title"]) <= 100 for one in entry["lawful_basis_grouping"])
    empty = {name for name in FIELDS if not entry[name]} - {
        "end_date",
        "impacttoetsen_grouping",
        "source_data_grouping",
    }
    assert empty <= {one["field"] for one in made["open"]}, "what is empty is asked of a person"


def test_the_entry_follows_the_definitions() -> None:
    region = known_region("stedendriehoek")
    with use_locale("nl"):
        whole = register_entry(region, ON)["entry"]
        fewer = replace(
            region, schemes={slug: one for slug, one in region.schemes.items() if one.administered != "here"}
        )
        part = register_entry(fewer, ON)["entry"]
    assert "Ontwikkelfonds" in whole["lawful_basis"] and "Ontwikkelfonds" not in part["lawful_basis"]
    assert f"{len(region.schemes)} regelingen" in whole["goal"] and f"{len(fewer.schemes)} regelingen" in part["goal"]
    assert "Krijgt u een uitkering?" in whole["source_data"]
    assert "wie eerst betaalt" in whole["methods_and_models"]


def test_the_page_is_public_and_linked_and_its_file_is_the_same_entry(shared_desk: Desk) -> None:
    browser = Browser(shared_desk.app)
    assert '"/algoritmeregister"' in browser.get("/zo-rekenen-wij").text
    page = browser.get("/algoritmeregister")
    assert_sound(page)
    kept = json.loads(browser.get("/algoritmeregister.json").text)
    assert kept["entry"]["name"] in page.text
    assert kept["entry"]["website"].endswith("/zo-rekenen-wij")
    assert '<html lang="en"' in browser.get("/algoritmeregister?taal=en").text
