"""The words on the pages of residents and employers: short sentences, plain words, never a promise."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

ROOT = Path(__file__).parents[3]
FOLDERS = (
    "templates/resident",
    "templates/employer",
    "templates/intake",
    "portal/web/resident",
    "portal/web/employer",
    "portal/web/intake",
)
LONGEST = 20
HARD = (
    "u heeft recht",
    "u hebt recht",
    "ongeldig",
    "verplicht veld",
    "beschikking",
    "cofinanciering",
    "verzilver",
    "middels",
    "derhalve",
    "indien",
    "alsmede",
    "betreffende",
    "conform",
    "dient te",
    "ten behoeve",
)


@cache
def sentences() -> list[tuple[str, str]]:
    """Every sentence of these folders with the file it stands in."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".py", ".html"):
                continue
            method, options = (
                ("python", {}) if path.suffix == ".py" else ("jinja2.ext.babel_extract", {"trimmed": "true"})
            )
            words = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
            for _line, message, _comments, _context in extract_from_file(
                method, str(path), keywords=words, options=options
            ):
                for text in message if isinstance(message, tuple) else (message,):
                    plain = re.sub(r"<[^>]+>|%\(\w+\)s", "x", " ".join(str(text).split()))
                    found += [(path.name, part) for part in re.split(r"(?<=[.!?:])\s+", plain)]
    return found


def test_there_are_sentences_to_look_at() -> None:
    assert len(sentences()) > 400


def test_no_sentence_is_long() -> None:
    long = [(name, text) for name, text in sentences() if len(text.split()) > LONGEST]
    assert not long, "\n".join(f"{len(text.split())} {name}: {text}" for name, text in long)


@pytest.mark.parametrize("word", HARD)
def test_no_hard_word_and_no_promise(word: str) -> None:
    assert not [text for _name, text in sentences() if word in text.lower()]


def test_the_check_notices_a_long_sentence_and_a_promise() -> None:
    assert len(("woord " * (LONGEST + 1)).split()) > LONGEST
    assert any(word in "u heeft recht op een voucher" for word in HARD)
