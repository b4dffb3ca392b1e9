"""What the catalogue may say: every scheme with its source, nothing invented without saying so, in plain Dutch and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.platform.config import CHECKOUT
from schemes.basics.values import Model, Text
from schemes.region.loading import LoadedRegion
from tests.catalogue.conftest import ON
from tests.portal.words.test_translations import in_dutch_notation

REGIONAL = ("ontwikkelfonds-individueel", "ontwikkelfonds-werkgever", "werk-naar-werk-voucher")
KNOWN_ADDRESSES = {
    "https://www.duo.nl/particulier/levenlanglerenkrediet/bedragen-en-uitbetaling.jsp",
    "https://www.duo.nl/particulier/levenlanglerenkrediet/",
}
"""Addresses that were read for this catalogue. A new one is added here by whoever has opened it."""
MAX_AVERAGE, MAX_SENTENCE, MAX_WORD = 15, 20, 27
JARGON = (
    "zie artikel",
    "conform",
    "indien",
    "middels",
    "dient te",
    "teneinde",
    "alsmede",
    "derhalve",
    "betreffende",
    "inzake",
)


def texts(value: Any, path: str) -> Iterator[tuple[str, Text]]:
    """Every nl/en text inside a value, with its path."""
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple | list):
        for n, item in enumerate(value):
            yield from texts(item, f"{path}[{n}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{path}.{key}")


def all_texts(region: LoadedRegion) -> list[tuple[str, Text]]:
    parts = {
        "region": region.region,
        "facts": dict(region.facts),
        "schemes": dict(region.schemes),
        "funding": region.funding,
        "organisations": dict(region.organisations),
        "references": dict(region.references),
    }
    return list(texts(parts, "catalogue"))


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; an amount such as € 2.500 and a time such as 17.00 hold no full stop."""
    plain = re.sub(r"(?<=\d)[.](?=\d)", "", text).replace("€ ", "€")
    return [words for part in re.split(r"[.!?:;](?:\s|$)|\n", plain) if (words := part.split())]


def test_there_are_at_least_twelve_schemes_of_every_kind(region: LoadedRegion) -> None:
    kinds = {scheme.kind for scheme in region.schemes.values()}
    assert len(region.schemes) >= 12
    assert kinds == {"voucher", "subsidy", "loan", "sector_fund", "employer_contribution", "benefit_service"}
    assert {scheme.state for scheme in region.schemes.values()} >= {"open", "unknown", "closed", "ended"}
    assert {slug for slug, scheme in region.schemes.items() if scheme.administered == "here"} == set(REGIONAL)


def test_the_catalogue_loads_without_a_warning(region: LoadedRegion) -> None:
    assert [str(warning) for warning in region.warnings] == []


def test_every_scheme_has_a_source_with_a_date_and_a_confidence(region: LoadedRegion) -> None:
    for slug, scheme in region.schemes.items():
        assert scheme.sources, slug
        for source in scheme.sources:
            assert source.as_of is not None and source.as_of <= ON, (slug, source.title)
            assert source.confidence, (slug, source.title)
            assert source.url or source.reference or source.article or source.note, (slug, source.title)


def test_every_version_of_every_list_has_a_source_a_date_and_a_confidence(region: LoadedRegion) -> None:
    for name, reference in region.references.items():
        for version in reference.versions:
            assert version.source and version.as_of is not None and version.confidence != "unknown", name


def test_an_amount_that_changes_by_year_names_its_source(region: LoadedRegion) -> None:
    dated = 0
    for slug, scheme in region.schemes.items():
        values = [cap.amount_cents for cap in scheme.caps] + [
            getattr(c, "below", None) for _, c in scheme.walk_conditions()
        ]
        for value in values:
            if isinstance(value, tuple):
                dated += 1
                assert all(entry.source for entry in value), slug
    assert dated >= 4


def test_no_address_is_invented(region: LoadedRegion) -> None:
    for slug, scheme in region.schemes.items():
        found = {source.url for source in scheme.sources} | {scheme.apply.url}
        assert found - {None} <= KNOWN_ADDRESSES, slug
    assert region.region.desk is not None and region.region.desk.email is not None
    assert region.region.desk.email.endswith(".example")


@pytest.mark.parametrize("slug", REGIONAL)
def test_a_scheme_that_the_demonstration_opened_again_says_what_was_assumed(region: LoadedRegion, slug: str) -> None:
    scheme = region.schemes[slug]
    told = " ".join(assumption.nl for assumption in scheme.assumptions)
    assert len(scheme.assumptions) >= 6 and "demo" in told
    assert region.region.demo
    for word in ("2026" if slug != "werk-naar-werk-voucher" else "Alle regels", "180 dagen", "één opleiding"):
        assert word in told, (slug, word)
    for coverage in scheme.coverage:
        assert coverage.article == "aanname in de demo"


def test_the_fifty_percent_is_a_parameter_and_its_ambiguity_is_told(region: LoadedRegion) -> None:
    scheme = region.schemes["ontwikkelfonds-werkgever"]
    assert scheme.co_financing is not None and str(scheme.co_financing.share) == "1/2"
    assert "voorwaardelijk" in (scheme.sources[0].note or "")
    assert any("niet precies" in assumption.nl for assumption in scheme.assumptions)


def test_what_counts_as_state_aid_is_what_a_source_or_an_assumption_says(region: LoadedRegion) -> None:
    aid = {slug for slug, scheme in region.schemes.items() if scheme.state_aid == "de_minimis"}
    assert aid == {
        "ontwikkelfonds-individueel",
        "ontwikkelfonds-werkgever",
        "slim-leerrijke-werkomgeving",
        "groepshulpen-kinderopvang",
        "stagefonds-zorg",
    }
    for slug in aid:
        scheme = region.schemes[slug]
        said = [text.nl for text in (*scheme.assumptions, *scheme.also_required) if "de-minimis" in text.nl]
        assert said, slug
    [entry] = region.region.settings.de_minimis.ceiling_cents
    assert (entry.from_, entry.value) == (date(2024, 1, 1), 30_000_000) and "2023/2831" in (entry.source or "")


def test_where_nobody_knows_whether_a_scheme_is_open_it_is_not_called_open(region: LoadedRegion) -> None:
    for slug in (
        "wij-techniek-ontwikkelvoucher",
        "strategisch-opleiden-zorg",
        "ao-metalektro-zij-instroom",
        "wij-techniek-stip",
        "praktijkleren-derde-leerweg",
    ):
        assert region.schemes[slug].state == "unknown", slug
        assert "laat" in region.schemes[slug].apply.how.nl.lower(), slug


def test_what_another_body_decides_asks_people_to_ask_first(region: LoadedRegion) -> None:
    for slug in ("uwv-scholing-ww", "uwv-scholing-wia-wajong", "participatiewet-scholing"):
        scheme = region.schemes[slug]
        assert scheme.discretion is not None and scheme.apply.before_start, slug
        assert "niet" in scheme.apply.how.nl or "Wacht" in scheme.apply.how.nl, slug


def test_every_rule_about_an_answer_says_in_words_what_is_asked(region: LoadedRegion) -> None:
    for slug, scheme in region.schemes.items():
        for condition in scheme.conditions:
            if condition.type in ("one_of", "any_of", "yes", "no", "in_list", "any", "all"):
                assert condition.text is not None and condition.id is not None, (slug, condition.type)
                assert re.search(r"\b(moe(t|st)|mag|is|kan|gaat)\b", condition.text.nl), (slug, condition.text.nl)


def test_a_loan_is_called_a_loan(region: LoadedRegion) -> None:
    loans = [scheme for scheme in region.schemes.values() if scheme.kind == "loan"]
    assert len(loans) == 2
    for scheme in loans:
        assert scheme.repayable and "lening" in scheme.summary.nl and "loan" in scheme.summary.en


def test_the_budgets_stay_within_what_the_source_names(region: LoadedRegion) -> None:
    brought = {"regio-deal": 40_000_000, "provincie-gelderland": 50_000_000, "provincie-overijssel": 30_000_000}
    given = dict.fromkeys(brought, 0)
    for line in region.funding.funding_lines:
        given[line.funder] += line.amount_cents
        assert line.assumption is not None and line.agreement is not None
        assert (line.period.from_, line.period.to) == (date(2026, 1, 1), date(2027, 12, 31))
    assert all(given[funder] <= brought[funder] for funder in brought)
    assert sum(given.values()) == 85_000_000 <= 85_400_400


def test_the_overijssel_money_is_for_the_employer_route_only(region: LoadedRegion) -> None:
    lines = [line for line in region.funding.funding_lines if line.funder == "provincie-overijssel"]
    assert [list(line.earmark.routes) for line in lines] == [["employer"]]


def test_every_scheme_administered_here_can_be_paid_from_a_funding_line(region: LoadedRegion) -> None:
    paid = {slug for line in region.funding.funding_lines for slug in line.earmark.schemes}
    assert paid == set(REGIONAL)


def test_no_definition_is_past_its_review_date(region: LoadedRegion) -> None:
    for slug, scheme in region.schemes.items():
        assert ON < scheme.review_on <= ON + timedelta(days=730), slug


def test_dutch_and_english_both_say_something_and_not_the_same(region: LoadedRegion) -> None:
    for path, text in all_texts(region):
        assert text.nl.strip() and text.en.strip(), path
        if len(text.nl.split()) > 4:
            assert text.nl != text.en, path
        assert not any(word in text.en.split() for word in ("het", "een", "niet", "wordt")), path


WORDS_TO_AVOID = {
    "en": r"status holder|status-holder|\bvoltijd\b",
    "nl": r"\bvoltijd (opleiding|studie|mbo-opleiding)|\bdie u invult (moet|mag|kan)|\bheeft u\b|volgorde van binnenkomst",
}
"""Words of the Dutch office in English, a compound written as two words, a comma that is missing, one form of "u", and an order
that is of complete applications."""


def wrong_words(language: str, said: list[str]) -> list[str]:
    return [one for one in said if re.search(WORDS_TO_AVOID[language], one, re.IGNORECASE)]


def test_the_english_of_the_catalogue_is_written_as_english_is(region: LoadedRegion) -> None:
    english = [text.en for _, text in all_texts(region)]
    english += [text for name, text in region.texts.items() if name.endswith(".en")]
    assert len(english) > 1000
    assert in_dutch_notation(english) == [] and wrong_words("en", english) == []
    assert wrong_words("nl", [text.nl for _, text in all_texts(region)]) == []
    files = (CHECKOUT / "schemes" / "catalogue").rglob("*.yaml")
    assert wrong_words("nl", [text for file in files if "volgorde" in (text := file.read_text(encoding="utf-8"))]) == []


def test_a_wrong_word_would_be_seen() -> None:
    for language, said in (
        ("en", "A status holder of 18 or older."),
        ("nl", "Dit is een voltijd opleiding."),
        ("nl", "De gegevens die u invult moeten kloppen."),
        ("nl", "Heeft u werk?"),
        ("nl", "Het geld gaat op volgorde van binnenkomst."),
    ):
        assert wrong_words(language, [said]) == [said]
        assert wrong_words(language, ["A voltijdopleiding, die u invult, moet."]) == []


def test_the_dutch_is_short_and_plain(region: LoadedRegion) -> None:
    for path, text in all_texts(region):
        for words in sentences(text.nl):
            assert len(words) <= MAX_SENTENCE, (path, " ".join(words))
            for word in words:
                assert len(word) <= MAX_WORD or "/" in word or "." in word, (path, word)
        assert not [word for word in JARGON if f" {word} " in f" {text.nl.lower()} "], path


def test_questions_to_people_are_short_on_average(region: LoadedRegion) -> None:
    for name in ("question", "why", "hint"):
        counts = [
            len(words)
            for fact in region.facts.values()
            if (text := getattr(fact, name)) is not None
            for words in sentences(text.nl)
        ]
        assert sum(counts) / len(counts) <= MAX_AVERAGE, name
        assert max(counts) <= MAX_SENTENCE, name


def test_questions_to_people_speak_to_u_and_never_to_jij(region: LoadedRegion) -> None:
    for path, text in all_texts(region):
        assert not re.search(r"\b(je|jij|jouw|jullie)\b", text.nl, re.IGNORECASE), path


def test_only_the_benefit_is_sensitive_and_it_is_asked_when_a_rule_needs_it(region: LoadedRegion) -> None:
    assert [key for key, fact in region.facts.items() if fact.sensitive] == ["benefit"]
    users = [slug for slug, scheme in region.schemes.items() if "benefit" in scheme.facts_used()]
    assert set(users) == {"uwv-scholing-ww", "uwv-scholing-wia-wajong", "participatiewet-scholing"}


def test_every_extra_fact_is_needed_by_a_scheme(region: LoadedRegion) -> None:
    used = {fact for scheme in region.schemes.values() for fact in scheme.facts_used()}
    asked_anyway = {region.region.settings.de_minimis.used_fact, "mandatory_for_job"}
    for key, fact in region.facts.items():
        if fact.asked_in == "extra":
            assert key in used | asked_anyway, key


def test_the_page_texts_come_in_both_languages(region: LoadedRegion) -> None:
    names = {name.rpartition(".")[0] for name in region.texts}
    assert names == {"about", "demo", "money"}
    for name in names:
        assert region.texts[f"{name}.nl"].startswith("# ") and region.texts[f"{name}.en"].startswith("# ")


def test_the_damaged_letters_of_the_source_are_not_copied(region: LoadedRegion) -> None:
    folder = Path(region.path).parent
    for file in [*folder.rglob("*.yaml"), *folder.rglob("*.md")]:
        content = file.read_text(encoding="utf-8")
        assert not re.search(r"acFelijn|\bheeg\b|[a-z]Fng|.jdens|prejg|nujg", content), file
        assert len(content.splitlines()) <= 400, file
