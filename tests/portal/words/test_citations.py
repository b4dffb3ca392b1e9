"""A citation in English writes its days and amounts as English does; the names in it stay as they were published."""

from __future__ import annotations

import re
from datetime import date

import pytest
from click.testing import CliRunner

from portal.commands.cli import main
from portal.platform.config import CHECKOUT
from portal.platform.i18n import use_locale
from portal.words.citations import citation
from portal.words.definition_words import amounts_of, condition_lines, sources_of
from portal.words.names import Names
from schemes.region.loading import load_region

WRITTEN = [
    ("3 maart 2025; pdf van SZW", "3 March 2025; pdf van SZW"),
    ("smkaccountants.nl, 3 januari 2024", "smkaccountants.nl, 3 January 2024"),
    ("welingelichtekringen.nl, december 2025", "welingelichtekringen.nl, December 2025"),
    ("ronde van 1 september tot en met 1 december 2021", "ronde van 1 September tot en met 1 December 2021"),
    ("tekst per 1-1-2025 en 01-07-2026", "tekst per 1 January 2025 en 1 July 2026"),
    ("hoogstens € 1.500, de rest later", "hoogstens €1,500, de rest later"),
    ("€ 1.775.000 of € 12.650,04", "€1,775,000 of €12,650.04"),
    ("minimaal € 454.", "minimaal €454."),
    ("aanname: de bron noemt de kosten niet", "assumption: de bron noemt de kosten niet"),
    ("Stcrt. 2025-7276 artikel 2", "Stcrt. 2025-7276 artikel 2"),
    ("studiejaar 2023-2024", "studiejaar 2023-2024"),
    ("mei-bericht van maartje", "mei-bericht van maartje"),
    ("32-1-2026 en 1-13-2026", "32-1-2026 en 1-13-2026"),
]
DUTCH = re.compile(
    r"\d (?:januari|februari|maart|mei|juni|juli|augustus|oktober)\b|(?:maart|mei|oktober) \d{4}|€ \d|\(aanname"
)


@pytest.mark.parametrize(("dutch", "english"), WRITTEN)
def test_days_amounts_and_assumptions_are_written_as_the_reader_does(dutch: str, english: str) -> None:
    assert citation(dutch) == dutch, "as it stands in the file"
    with use_locale("en"):
        assert citation(dutch) == english


def test_no_english_definition_of_the_shipped_region_has_a_dutch_day_or_amount_in_a_citation() -> None:
    region, on = load_region(CHECKOUT / "schemes" / "catalogue" / "stedendriehoek"), date(2026, 12, 1)
    names, found = Names.of_region(region), []
    with use_locale("en"):
        for definition in region.schemes.values():
            said = [line.article or "" for line in condition_lines(definition, on, names)]
            said += [row["value"] for row in amounts_of(definition, on, names)]
            said += [row["where"] for row in sources_of(definition)]
            found += [f"{definition.scheme}: {one}" for one in said if DUTCH.search(one)]
    assert not found, found
    assert DUTCH.search("3 maart 2025") and DUTCH.search("100% (aanname)"), "control: Dutch is noticed"


@pytest.mark.parametrize(
    ("language", "there", "not_there"), [("en", "12 January 2023", "12 januari"), ("nl", "12 januari 2023", "January")]
)
def test_explaining_a_scheme_cites_in_the_language_asked_for(language: str, there: str, not_there: str) -> None:
    file = CHECKOUT / "schemes" / "catalogue" / "nl" / "schemes" / "subsidie-zij-instroom.yaml"
    said = " ".join(CliRunner().invoke(main, ["scheme", "explain", str(file), "--lang", language]).output.split())
    assert there in said and not_there not in said
    assert ("(assumption)" in said) is (language == "en") and ("(aanname)" in said) is (language == "nl")
