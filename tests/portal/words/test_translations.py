"""The desk is complete in English: every sentence of code and templates, with the same placeholders and the same markup."""

from __future__ import annotations

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
