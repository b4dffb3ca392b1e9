"""One word per thing, in English too: what Dutch calls by one word has one English word, in the catalogue of sentences and in the
texts of schemes and facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
import yaml

ROOT = Path(__file__).parents[3]
SENTENCES = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
TEXTS = sorted((ROOT / "schemes" / "catalogue").rglob("*.yaml"))
Other = tuple[str, str, str | None]
OTHERWISE: tuple[Other, ...] = (
    ("opleiding", "course", "cursus"),
    ("uitkomst", "result", "resulta"),
    ("adviseur", "adviser", None),
    ("verdeling", "division", None),
    ("offerte", "quote", None),
    ("regeling", "arrangement", None),
    ("opleider", "trainer", None),
    ("loket", "office", "kantoor"),
    ("postcode", "postal code", None),
)
"""What Dutch says, what English does not call it, and the Dutch word that is called so."""


def called_otherwise(dutch: str, english: str) -> list[str]:
    """The words of an English text that are not the word for what the Dutch text says."""
    low, text = dutch.lower(), re.sub("of course", "", english, flags=re.IGNORECASE).replace("tax office", "")
    return [
        other
        for said, other, own in OTHERWISE
        if said in low and not (own and own in low) and re.search(rf"\b{other}s?\b", text, re.IGNORECASE)
    ]


def sentences() -> Iterator[tuple[str, str]]:
    for entry in polib.pofile(str(SENTENCES)):
        dutch = f"{entry.msgid} {entry.msgid_plural or ''}"
        yield from ((dutch, english) for english in (entry.msgstr, *entry.msgstr_plural.values()) if english)


def texts(read: Any) -> Iterator[tuple[str, str]]:
    """Every text in two languages of a file."""
    if isinstance(read, dict):
        if isinstance(read.get("nl"), str) and isinstance(read.get("en"), str):
            yield read["nl"], read["en"]
        for part in read.values():
            yield from texts(part)
    elif isinstance(read, list):
        for part in read:
            yield from texts(part)


def test_every_sentence_of_the_desk_has_one_english_word_per_thing() -> None:
    known = list(sentences())
    assert len(known) > 3000
    assert [(found, english) for dutch, english in known if (found := called_otherwise(dutch, english))] == []


def test_every_text_of_schemes_and_facts_has_one_english_word_per_thing() -> None:
    known = [pair for path in TEXTS for pair in texts(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))]
    assert len(known) > 1000
    assert [(found, english) for dutch, english in known if (found := called_otherwise(dutch, english))] == []


@pytest.mark.parametrize(
    ("dutch", "english", "right"),
    [
        ("De opleiding begint.", "The course starts.", False),
        ("De cursus begint.", "The course starts.", True),
        ("Bekijk de uitkomst", "See the result", False),
        ("Natuurlijk kan de opleiding", "Of course the training can", True),
        ("Drie resultaten van de uitkomst", "Three results of the outcome", True),
    ],
)
def test_control_another_word_is_seen(dutch: str, english: str, right: bool) -> None:
    assert (called_otherwise(dutch, english) == []) is right
