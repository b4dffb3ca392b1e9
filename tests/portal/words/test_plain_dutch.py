"""The Dutch of the desk is plain: short sentences, no words of the office, and one word for one thing, on every page and in every mail.

Looked at is every sentence that code and templates show (the catalogue holds them all, `test_translations` sees to that), with the
tables of findings. What schemes say about themselves is held to the same in tests/catalogue/test_honesty.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import polib

from portal.words import findings_nl, lint_nl

CATALOGUE = Path(__file__).parents[3] / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
LONGEST, AVERAGE = 25, 15
"""So many words has a sentence at most, and on average in a text."""

OFFICE_WORDS = (
    "aangaande|aangezien|aanvang|aanvangen|aanwenden|abusievelijk|additionele?|adequate?|alsmede|alvorens|ambtshalve|behoudens|"
    "bescheiden|bevoegd|bewerkstelligen|bovengenoemde?|conform|daartoe|danwel|derhalve|desbetreffende?|desgewenst|desondanks|"
    "dienaangaande|dienen te|dient te|doch|echter|edoch|eventuele?|faciliteren|gaarne|gedurende|gelieve|geschieden?|hetgeen|hiertoe|"
    "hieromtrent|implementeren|in casu|in het kader van|in verband met|inachtneming|indien|ingevolge|inhoudelijke?|inzake|jegens|"
    "krachtens|met betrekking tot|met ingang van|middels|mits|momenteel|navolgende?|niettegenstaande|niettemin|nopens|omtrent|"
    "onderhavige?|onverwijld|op grond van|opdat|optimaliseren|overeenkomstig|plaatsvinden|rechthebbenden?|reeds|respectievelijk|"
    "restitutie|retourneren|schriftelijke?|te zijner tijd|ten aanzien van|ten behoeve van|ten laste van|teneinde|tenzij|ter zake|"
    "terzake|tevens|thans|tijdige?|uitsluitend|vereiste?n?|verificatie|verrekenen|verschuldigde?|verstrekken|verstrekte?|verzoeke?n?|"
    "vigerende?|voornoemde?|voorts|waartoe|wederom|welzeker|zijdens|zodanige?|zulks"
)
MAY_STAY = {
    "de aanvrager heeft schriftelijk ingestemd met wachten": "the Awb asks for consent in writing (article 4:15)",
    "meer tijd kan alleen als de aanvrager schriftelijk instemt.": "the Awb asks for consent in writing (article 4:15)",
    "dan kan de aanvrager wachten op geld dat vrijkomt.": "names a ground of the Awb beside it",
    "gestopt op verzoek": "the name of an outcome that funders ask for",
    "bevoegd orgaan": "the name of a field of the national register of algorithms",
}
"""Sentences with a word of the office, and why."""

ONE_WORD = {
    r"\b(?:Heeft u|U heeft)\b|\bMisschien heeft u\b|(?<!loket )\bu (?:[a-z]+ ){0,4}heeft(?! betaald)": "hebt u, u hebt",
    r"(?i)\b(?:hooguit|ten hoogste|maximaal)\b": "hoogstens",
    r"(?i)\b(?:ten minste|tenminste|minimaal)\b": "minstens",
    r"\bKvK\b": "KVK",
    r"\(mag leeg blijven\)|\((?:niet verplicht|facultatief|naar keuze)\)": "(optioneel)",
    r"(?i)\bemail|\be-mail adres|(?<!e-)\bmailadres": "e-mail, e-mailadres",
    r"(?i)\bvolgorde van binnenkomst\b": "volgorde van ontvangst: it is of applications that are complete, not of who came first",
}
"""Ways to write that the desk does not use, and what it writes instead."""
OTHER_VERBS = re.compile(
    r"(?i)^(?:verander|bewerk)\b|^(?:pas .* aan|haal .*\bweg)$|(?<! die) (?:veranderen|aanpassen|bewerken)$|\b(?:weghalen|wegdoen)$"
)
"""A label that asks to change says "wijzig", one that asks to take away "verwijder"."""


@cache
def texts() -> tuple[str, ...]:
    """Every Dutch text of the desk, with a word in the place of what is filled in."""
    shown = [one for entry in polib.pofile(str(CATALOGUE)) for one in (entry.msgid, entry.msgid_plural) if one]
    tables = (findings_nl, lint_nl)
    for table in (one for module in tables for one in vars(module).values() if isinstance(one, dict)):
        shown += [
            one
            for value in table.values()
            for one in (value if isinstance(value, tuple) else (value,))
            if isinstance(one, str)
        ]
    return tuple(re.sub(r"%\(\w+\)s|\{\w+\}", "X", re.sub(r"<[^>]+>", "", text)) for text in shown)


def sentences(text: str) -> list[str]:
    """The sentences of a text; an amount such as 2.500 and a time such as 17.00 hold no full stop."""
    bare = re.sub(r"(?<=\d)[.](?=\d)", "", text)
    return [one for one in re.split(r"(?<=[.!?])\s+|\n", bare) if re.search(r"[A-Za-z]{2}", one)]


def words(sentence: str) -> int:
    """How many words a sentence has."""
    return sum(bool(re.search(r"\w", one)) for one in sentence.split())


def too_long(every: Iterable[str]) -> list[str]:
    """The sentences with too many words, and the texts that have too many on average."""
    found = []
    for text in every:
        lengths = {one: words(one) for one in sentences(text)}
        found += [one for one, number in lengths.items() if number > LONGEST]
        if len(lengths) > 1 and sum(lengths.values()) > AVERAGE * len(lengths):
            found.append(text)
    return found


def of_the_office(every: Iterable[str]) -> Iterator[str]:
    """The texts with a word of the office that have no reason for it."""
    pattern = re.compile(rf"\b(?:{OFFICE_WORDS})\b", re.IGNORECASE)
    for text in every:
        if (found := pattern.search(text)) and not any(part in text.lower() for part in MAY_STAY):
            yield f"{found[0]}: {text}"


def other_words(every: Iterable[str]) -> Iterator[str]:
    """The texts in which a thing has another word than elsewhere."""
    for text in every:
        yield from (f"{text} -> {instead}" for pattern, instead in ONE_WORD.items() if re.search(pattern, text))
        if len(text.split()) <= 4 and not text.endswith((".", "?", "!")) and OTHER_VERBS.search(text):
            yield f"{text} -> wijzig, verwijder"


def test_no_sentence_is_long_and_on_average_they_are_short() -> None:
    assert len(texts()) > 5_000
    assert too_long(texts()) == []
    every = [words(one) for text in texts() for one in sentences(text)]
    assert sum(every) / len(every) < AVERAGE


def test_no_word_of_the_office_is_used_without_a_reason() -> None:
    assert list(of_the_office(texts())) == []
    unused = [part for part in MAY_STAY if not any(part in text.lower() for text in texts())]
    assert unused == [], "an exception that nothing needs any more"


def test_a_thing_has_one_word_on_every_page() -> None:
    assert list(other_words(texts())) == []


def test_each_fault_would_be_seen() -> None:
    long = "Wij " + "en wij " * 12 + "gaan."
    assert too_long([long]) == [long] and too_long(["Wij gaan. " + "Dat is " * 10 + "zo. " + "Dat is " * 11 + "zo."])
    assert list(of_the_office(["Indien u belt, helpen wij u.", "Als u belt, helpen wij u."])) == [
        "Indien: Indien u belt, helpen wij u."
    ]
    wrong = ["Heeft u hulp nodig?", "Kies hooguit twee.", "Een KvK-nummer", "Groep aanpassen", "Haal dit weg", "Email"]
    wrong.append("Elke regeling verdeelt op volgorde van binnenkomst.")
    assert len(list(other_words(wrong))) == len(wrong)
    assert (
        list(other_words(["Hebt u hulp nodig?", "Kies hoogstens twee.", "Groep wijzigen", "De groep is veranderd."]))
        == []
    )
