"""Two languages, money and dates as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from jinja2 import Environment

from portal.platform import i18n
from portal.platform.i18n import (
    FILTERS,
    current_locale,
    format_date,
    format_datetime,
    format_euros,
    format_items,
    format_list,
    format_number,
    format_percent,
    gettext,
    in_sentence,
    lazy_gettext,
    localized,
    ngettext,
    use_locale,
)

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Goedendag"
msgstr "Good day"

msgid "Nog %(days)s dagen."
msgstr "%(days)s days left."

msgid "%(num)s dag"
msgid_plural "%(num)s dagen"
msgstr[0] "%(num)s day"
msgstr[1] "%(num)s days"

msgid "12,5% van de kosten"
msgstr "12.5% of the costs"

msgid "Leeg"
msgstr ""

#, fuzzy
msgid "Onzeker"
msgstr "Uncertain"
"""


@pytest.fixture
def english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of our own in place of the shipped one."""
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path / "translations")
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


def test_dutch_is_what_the_source_says_and_english_what_the_catalogue_says(english: None) -> None:
    assert gettext("Goedendag") == "Goedendag"
    with use_locale("en"):
        assert gettext("Goedendag") == "Good day"
    assert current_locale() == "nl"


@pytest.mark.parametrize("sentence", ["Nergens vertaald", "Leeg", "Onzeker", ""])
def test_a_sentence_without_a_translation_stays_dutch(english: None, sentence: str) -> None:
    with use_locale("en"):
        assert gettext(sentence) == sentence


def test_placeholders_are_filled_in_only_when_values_are_given(english: None) -> None:
    assert gettext("Nog %(days)s dagen.", days=3) == "Nog 3 dagen."
    assert gettext("12,5% van de kosten") == "12,5% van de kosten"
    with use_locale("en"):
        assert gettext("Nog %(days)s dagen.", days=3) == "3 days left."
        assert gettext("12,5% van de kosten") == "12.5% of the costs"


def test_one_and_many(english: None) -> None:
    assert [ngettext("%(num)s dag", "%(num)s dagen", n) for n in (0, 1, 2)] == ["0 dagen", "1 dag", "2 dagen"]
    with use_locale("en"):
        assert [ngettext("%(num)s dag", "%(num)s dagen", n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
        assert ngettext("%(num)s regel", "%(num)s regels", 1) == "1 regel"


def test_a_lazy_sentence_is_translated_when_it_is_shown(english: None) -> None:
    sentence = lazy_gettext("Nog %(days)s dagen.", days=3)
    assert str(sentence) == f"{sentence}" == sentence + "" == "Nog 3 dagen."
    assert sentence == "Nog 3 dagen."
    assert "dagen" in sentence
    assert len(sentence) == 12
    with use_locale("en"):
        assert str(sentence) == "3 days left."
        assert "Zie: " + sentence == "Zie: 3 days left."
    assert len({lazy_gettext("a"), lazy_gettext("a"), lazy_gettext("b")}) == 2


def test_a_lazy_sentence_in_a_template_is_escaped() -> None:
    page = Environment(autoescape=True).from_string("{{ text }}")
    assert page.render(text=lazy_gettext("<b>Ja</b>")) == "&lt;b&gt;Ja&lt;/b&gt;"


def test_an_unknown_language_is_dutch() -> None:
    with use_locale("xx"):
        assert current_locale() == "nl"


def test_templates_use_the_same_function(english: None) -> None:
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    page = environment.from_string(
        "{{ _('12,5% van de kosten') }}|{{ _('Nog %(days)s dagen.', days='<3') }}|"
        "{% trans days=3 %}Nog {{ days }} dagen.{% endtrans %}|{% trans %}12,5% van de kosten{% endtrans %}"
    )
    assert page.render() == "12,5% van de kosten|Nog &lt;3 dagen.|Nog 3 dagen.|12,5% van de kosten"
    with use_locale("en"):
        assert page.render() == "12.5% of the costs|&lt;3 days left.|3 days left.|12.5% of the costs"


@pytest.mark.parametrize(
    ("cents", "nl", "en"),
    [
        (0, "€\u00a00", "€0"),
        (5, "€\u00a00,05", "€0.05"),
        (125_000, "€\u00a01.250", "€1,250"),
        (125_050, "€\u00a01.250,50", "€1,250.50"),
        (-125_050, "€\u00a0-1.250,50", "-€1,250.50"),
        (123_456_789_00, "€\u00a0123.456.789", "€123,456,789"),
        (None, "", ""),
    ],
)
def test_money(cents: int | None, nl: str, en: str) -> None:
    assert format_euros(cents) == nl
    with use_locale("en"):
        assert format_euros(cents) == en


def test_money_in_a_column_always_has_its_cents() -> None:
    assert FILTERS["euros_exact"](125_000) == "€\u00a01.250,00"


@pytest.mark.parametrize(
    ("share", "nl"),
    [
        (Fraction(1, 8), "12,5%"),
        (Fraction(1, 3), "33,33%"),
        (Fraction(1, 2), "50%"),
        (1, "100%"),
        (0, "0%"),
        (Fraction(1, 80), "1,25%"),
    ],
)
def test_shares(share: Fraction | int, nl: str) -> None:
    assert format_percent(share) == nl
    with use_locale("en"):
        assert format_percent(share) == nl.replace(",", ".")


def test_numbers() -> None:
    assert [format_number(n) for n in (7, 1250, -1250, Decimal("12.5"))] == ["7", "1.250", "-1.250", "12,5"]


def test_days_and_hours_in_dutch_time() -> None:
    day = date(2026, 3, 1)
    assert [format_date(day, style) for style in ("long", "short", "weekday")] == [
        "1 maart 2026",
        "01-03-2026",
        "zondag 1 maart 2026",
    ]
    assert format_datetime(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juli 2026, 00.30 uur"
    assert format_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1 januari 2027"
    assert format_date(None) == format_datetime(None) == ""
    with use_locale("en"):
        assert format_date(day, "short") == "1 Mar 2026"
        assert format_datetime(datetime(2026, 3, 1, 13, 30, tzinfo=UTC)) == "1 March 2026, 14:30"


def test_lists_and_texts_of_schemes() -> None:
    assert format_list(["lesgeld", "boeken", "examen"]) == "lesgeld, boeken en examen"
    assert format_list([]) == ""
    assert localized({"nl": "Ja", "en": "Yes"}) == "Ja"
    assert localized(None) == ""
    with use_locale("en"):
        assert localized({"nl": "Ja", "en": "Yes"}) == "Yes"
        assert localized({"nl": "Ja", "en": ""}) == "Ja"
        assert localized({"nl": "Ja", "en": None}) == "Ja"
        assert localized({"nl": None, "en": None}) == ""
        assert format_list("ab") == "a and b"


def test_what_stands_further_on_in_a_sentence_has_no_capital() -> None:
    assert in_sentence("Een offerte") == "een offerte"
    assert in_sentence("Maandag tot en met vrijdag") == "maandag tot en met vrijdag"
    assert [in_sentence(text) for text in ("VOG", "UWV-brief", "A4", "")] == ["VOG", "UWV-brief", "A4", ""]
    assert format_items(["Een offerte", "Een bewijs", "VOG"]) == "Een offerte; een bewijs; VOG"
    with use_locale("en"):
        assert in_sentence("Monday to Friday") == "Monday to Friday"
        assert in_sentence("A quotation") == "a quotation"
