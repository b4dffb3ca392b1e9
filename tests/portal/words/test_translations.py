"""The desk is complete in English: every sentence of code and templates, with the same placeholders and the same markup."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s")
TAG = re.compile(r"</?\w+[^>]*>")

ASKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext"}

Key = tuple[str, str | None]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[Key]:
    """Every sentence that code and templates ask for, extracted anew."""
    target = tmp_path_factory.mktemp("extraction") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    subprocess.run([*command, "-k", "_l", "-k", "lazy_gettext", "-o", str(target), "."], cwd=ROOT, check=True)
    return {(entry.msgid, entry.msgctxt) for entry in polib.pofile(str(target))}


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def faults(entries: list[polib.POEntry]) -> list[str]:
    """What is wrong with translations: empty, uncertain, other placeholders, other markup."""
    found = []
    for entry in entries:
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            forms = entry.msgstr_plural
            pairs = [(entry.msgid, forms.get(0, "")), (entry.msgid_plural, forms.get(1, ""))]
        for dutch, english in pairs:
            if not english.strip() or "fuzzy" in entry.flags:
                found.append(f"not translated: {dutch}")
            elif sorted(TAG.findall(dutch)) != sorted(TAG.findall(english)):
                found.append(f"other markup: {dutch}")
            elif set(PLACEHOLDER.findall(dutch)) != set(PLACEHOLDER.findall(english)):
                found.append(f"other placeholders: {dutch}")
    return found


def test_every_sentence_has_its_english(extracted: set[Key]) -> None:
    translated = {(entry.msgid, entry.msgctxt) for entry in catalogue()}
    assert len(extracted) > 1000
    assert sorted(key[0] for key in extracted - translated) == []


def in_filled_strings(code: str) -> list[str]:
    """The sentences that code asks for inside an f-string, where the extraction does not see them."""
    filled = (one for one in ast.walk(ast.parse(code)) if isinstance(one, ast.JoinedStr))
    calls = (one for string in filled for one in ast.walk(string) if isinstance(one, ast.Call))
    asked = (one for one in calls if isinstance(one.func, ast.Name) and one.func.id in ASKS and one.args)
    return [ast.unparse(one.args[0]) for one in asked]


def test_no_sentence_is_asked_for_where_the_extraction_does_not_see_it() -> None:
    files = [file for folder in ("portal", "schemes", "matching") for file in (ROOT / folder).rglob("*.py")]
    found = {str(file.relative_to(ROOT)): in_filled_strings(file.read_text(encoding="utf-8")) for file in files}
    assert {file: sentences for file, sentences in found.items() if sentences} == {}
    assert in_filled_strings("said = f\"{_('Te laat.')} {why}\"") == ["'Te laat.'"], "a control that is found"


def test_no_english_is_left_of_a_sentence_that_is_gone(extracted: set[Key]) -> None:
    translated = {(entry.msgid, entry.msgctxt) for entry in catalogue()}
    assert sorted(key[0] for key in translated - extracted) == []


def test_every_translation_is_filled_with_the_same_placeholders_and_markup() -> None:
    assert faults(list(catalogue())) == []


@pytest.mark.parametrize(
    ("dutch", "english", "fault"),
    [
        ("Nog %(days)s dagen.", "", "not translated"),
        ("Nog %(days)s dagen.", "%(day)s days left.", "other placeholders"),
        ("<strong>Let op</strong>", "Note", "other markup"),
    ],
)
def test_a_wrong_translation_is_found(dutch: str, english: str, fault: str) -> None:
    [found] = faults([polib.POEntry(msgid=dutch, msgstr=english)])
    assert found.startswith(fault)


DUTCH_NOTATION = re.compile(
    r"\u20ac\s\d|(?<![\d.,])\d{1,3}\.\d{3}(?!\d)|(?<![\d.,])\d+,\d{1,2}(?![\d,])|\b\d{1,2}-\d{1,2}-\d{4}\b|\b[012]?\d\.[0-5]0\b|\d %"
)
FORMS = r"(^|[.!?] )Heeft u\b|(?i:\bvoltijd opleiding|\bdie u invult (moet|mag|kan))"
"""One form of "u", one word that is a compound, and a comma."""
AS_ELSEWHERE = ("10.71", "02-03-2026, 07-09-2026", "dates as day, month and year, for instance 31-12-2026")
"""A code that has a point, and two formats of files that are the same in every language."""


def in_dutch_notation(sentences: list[str]) -> list[str]:
    """The English sentences with an amount, a number, a day or a time as Dutch writes it."""
    return [
        one for one in sentences if DUTCH_NOTATION.search(one) and not any(part in one.lower() for part in AS_ELSEWHERE)
    ]


def test_the_english_writes_amounts_numbers_and_days_as_english_does() -> None:
    english = [one for entry in catalogue() for one in (entry.msgstr, *entry.msgstr_plural.values())]
    assert in_dutch_notation(english) == []
    assert [one for one in english if "status holder" in one.lower()] == []
    assert [entry.msgid for entry in catalogue() if re.search(FORMS, entry.msgid)] == []


def test_dutch_notation_in_english_would_be_seen() -> None:
    wrong = ["At most \u20ac 5.", "Costs 1.250.", "Enter 12,5.", "By 31-12-2026.", "At 14.30.", "It is 12 %."]
    assert in_dutch_notation(wrong) == wrong
    assert in_dutch_notation(["At most \u20ac1,250.50 by 31 December 2026 at 14:30, or 12.5%."]) == []
