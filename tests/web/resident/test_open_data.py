"""The catalogue for programs and for print: complete, in both languages, without a login, at addresses that stay."""

from __future__ import annotations

import json
from typing import Any

import pdfua
import pytest
from flask import Flask

from portal.papers.public_service import MANDATORY, missing_properties
from tests.web.browser import Browser
from tests.web.walking import Desk, assert_sound

ADDRESS = "/alle-regelingen/ontwikkelfonds-werkgever.jsonld"


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


def linked(desk: Desk, path: str) -> dict[str, Any]:
    answer = Browser(desk.app).get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/ld+json")
    document: dict[str, Any] = json.loads(answer.data)
    return document


def test_every_scheme_is_a_public_service_with_all_that_is_mandatory(shared_desk: Desk) -> None:
    document = linked(shared_desk, "/alle-regelingen.jsonld")
    services = [node for node in document["@graph"] if node["@type"] == "cpsv:PublicService"]
    assert len(services) >= 33
    assert missing_properties(document) == []


def test_a_service_without_its_authority_is_noticed(shared_desk: Desk) -> None:
    document = linked(shared_desk, ADDRESS)
    del document["@graph"][0]["cv:hasCompetentAuthority"]
    assert missing_properties(document) == [f"{document['@graph'][0]['@id']}: cv:hasCompetentAuthority"]


def test_titles_and_rules_stand_in_both_languages(shared_desk: Desk) -> None:
    service = linked(shared_desk, ADDRESS)["@graph"][0]
    assert {one["@language"]: one["@value"] for one in service["dct:title"]} == {
        "nl": "Ontwikkelfonds, werkgeversroute",
        "en": "Development Fund, employer route",
    }
    for requirement in service["cv:holdsRequirement"]:
        words = {one["@language"]: one["@value"] for one in requirement["dct:title"]}
        assert words["nl"] and words["en"] and words["nl"] != words["en"]


def test_the_address_of_a_service_is_that_of_its_page(shared_desk: Desk) -> None:
    service = linked(shared_desk, ADDRESS)["@graph"][0]
    assert service["@id"].endswith("/alle-regelingen/ontwikkelfonds-werkgever")
    assert "open data" in Browser(shared_desk.app).get("/alle-regelingen/ontwikkelfonds-werkgever").text


def test_every_class_that_is_used_is_known_to_the_check(shared_desk: Desk) -> None:
    text = json.dumps(linked(shared_desk, "/alle-regelingen.jsonld"))
    for name in MANDATORY:
        assert f'"{name}"' in text


@pytest.mark.parametrize("path", ["/handboek", "/bijlage-convenant"])
def test_the_handbook_is_a_sound_page_in_both_languages(shared_desk: Desk, path: str) -> None:
    answer = Browser(shared_desk.app).get(path)
    assert_sound(answer)
    assert "€ 2.500" in answer.text.replace("\xa0", " ")
    english = Browser(shared_desk.app).get(f"{path}?taal=en").text
    assert 'lang="en"' in english
    assert "€2,500" in english.replace("\xa0", " ").replace("€ ", "€")


def test_the_annex_holds_the_money_and_not_the_schemes_of_others(shared_desk: Desk) -> None:
    browser = Browser(shared_desk.app)
    annex, book = browser.get("/bijlage-convenant").text, browser.get("/handboek").text
    assert "Provincie Overijssel" in annex
    assert "Levenlanglerenkrediet" in book
    assert "Levenlanglerenkrediet" not in annex


@pytest.mark.parametrize("path", ["/handboek.pdf", "/bijlage-convenant.pdf"])
def test_the_pdf_is_accessible_and_the_same_every_time(shared_desk: Desk, path: str, tmp_path: Any) -> None:
    browser = Browser(shared_desk.app)
    made = browser.get(path)
    assert made.headers["Content-Type"] == "application/pdf"
    file = tmp_path / "book.pdf"
    file.write_bytes(made.data)
    report = pdfua.validate(str(file))
    assert [f"{one.rule_id} {one.message}" for one in report.findings] == []
    assert browser.get(path).data == made.data


@pytest.mark.parametrize(
    "path", ["/alle-regelingen.jsonld", ADDRESS, "/handboek", "/handboek.pdf", "/bijlage-convenant.pdf"]
)
def test_a_desk_without_a_region_has_none_of_it(app: Flask, path: str) -> None:
    assert Browser(app).get(path).status_code == 404


def test_an_unknown_scheme_is_not_found(shared_desk: Desk) -> None:
    assert Browser(shared_desk.app).get("/alle-regelingen/bestaat-niet.jsonld").status_code == 404
