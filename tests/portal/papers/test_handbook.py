"""The handbook says of de-minimis aid only where it is such aid, in both languages, and so does the annex and every other text."""

from datetime import date
from typing import get_args

import pytest

from portal.papers.handbook import Kind, handbook
from portal.platform.i18n import use_locale
from portal.words.definition_words import amounts_of
from tests.regions import known_region

ON = date(2026, 12, 1)
REGION = known_region("stedendriehoek")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_handbook_speaks_of_de_minimis_only_of_what_is_such_aid(kind: Kind, language: str) -> None:
    with use_locale(language):
        book = handbook(REGION, ON, kind)
    told = {
        scheme["scheme"]: [value for _label, value in scheme["amounts"] if "minimis" in value.lower()]
        for scheme in book["schemes"]
    }
    aid = {slug for slug, one in REGION.schemes.items() if one.state_aid == "de_minimis"}
    assert {slug for slug, said in told.items() if said} == aid & set(told)
    assert set(told) - aid and aid & set(told)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_about_a_scheme_calls_it_aid_when_it_is_none(language: str) -> None:
    with use_locale(language):
        said = {slug: " ".join(row["value"] for row in amounts_of(one, ON)) for slug, one in REGION.schemes.items()}
    called = {slug for slug, text in said.items() if "minimis" in text.lower()}
    assert called == {slug for slug, one in REGION.schemes.items() if one.state_aid == "de_minimis"}


def test_of_the_individual_route_it_is_said_for_whom_it_counts() -> None:
    said = {
        slug: next(row["value"] for row in amounts_of(REGION.schemes[slug], ON) if "minimis" in row["value"])
        for slug in ("ontwikkelfonds-individueel", "ontwikkelfonds-werkgever")
    }
    assert said["ontwikkelfonds-individueel"].startswith(
        "Dit telt alleen als de-minimissteun voor wie voor zichzelf werkt"
    )
    assert said["ontwikkelfonds-werkgever"].startswith("Dit telt als de-minimissteun aan het bedrijf.")
