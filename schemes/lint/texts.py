"""Texts that are not translated, and amounts and rules of which nobody can see where they come from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemes.basics.findings import Finding
from schemes.basics.values import DatedValue, Text
from schemes.definition import SchemeDefinition
from schemes.lint.subject import LintSubject
from schemes.lint.walking import walk

_FEWEST_WORDS = 4
"""A text of fewer words may be a name, which is the same in both languages."""
_AMOUNTS = (
    "coverage",
    "caps",
    "minimum_cents",
    "fixed_amount_cents",
    "rate",
    "reduction",
    "tiers",
    "share_of_base",
    "co_financing",
    "joint_caps",
    "budget",
)


def about_texts(subject: LintSubject) -> Iterator[Finding]:
    """Findings about translations and sources."""
    for definition in subject.schemes():
        for path, text in _untranslated(definition):
            yield subject.finding(definition, path, *_UNTRANSLATED, text=text)
    for definition in subject.living():
        yield from _unsourced(subject, definition)
    if subject.only is None:
        yield from _texts_of_region(subject)


_UNTRANSLATED = (
    "translation_missing",
    "The English is the same as the Dutch.",
    "Write the text in English.",
)


def _untranslated(part: Any) -> Iterator[tuple[str, str]]:
    for path, text in walk(part):
        if isinstance(text, Text) and text.nl.strip() == text.en.strip() and len(text.nl.split()) >= _FEWEST_WORDS:
            yield f"{path}.en", text.nl


def _texts_of_region(subject: LintSubject) -> Iterator[Finding]:
    """Facts, lists, money and texts of the region itself."""
    region = subject.region
    for key, fact in sorted(region.facts.items()):
        file = region.files.get(f"fact:{key}", "facts.yaml")
        for path, text in _untranslated(fact):
            yield subject.finding_in(file, f"{key}.{path}", *_UNTRANSLATED, text=text)
    for path, text in _untranslated(region.funding):
        yield subject.finding_in(str(region.path / "funding.yaml"), path, *_UNTRANSLATED, text=text)
    for path, text in _untranslated(region.region):
        yield subject.finding_in(str(region.path / "region.yaml"), path, *_UNTRANSLATED, text=text)
    for name in sorted(region.texts):
        stem, _, language = name.rpartition(".")
        if language == "nl" and f"{stem}.en" not in region.texts:
            file = str(Path(region.path) / "texts" / f"{name}.md")
            message, remedy = f"There is no {stem}.en.md beside this text.", "Add the text in English."
            yield subject.finding_in(file, "", "translation_missing", message, remedy, text=stem)


def _unsourced(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    """Rules and amounts without article or source: one finding per scheme, with all places."""
    places = list(dict.fromkeys(_without_source(definition)))
    if places:
        shown = ", ".join(places)
        message = f"Nobody can see where this comes from: {shown}."
        remedy = (
            "Add the article; of a single amount: write it as a dated value with its source. Call an assumption one."
        )
        yield subject.finding(definition, places[0], "source_missing", message, remedy, places=shown, count=len(places))


def _without_source(definition: SchemeDefinition) -> Iterator[str]:
    for position, condition in enumerate(definition.conditions):
        if not _has_article(condition):
            yield f"conditions[{position}]"
    for position, variant in enumerate(definition.variants):
        if variant.article is None and not _has_article(variant.when):
            yield f"variants[{position}]"
    for key in _AMOUNTS:
        value = getattr(definition, key)
        if value in (None, ()):
            continue
        parts = (
            enumerate(value) if isinstance(value, tuple) and not isinstance(value[0], DatedValue) else [(None, value)]
        )
        for place, part in parts:
            if not _has_source(part):
                yield key if place is None else f"{key}[{place}]"


def _has_article(condition: Any) -> bool:
    """Whether a condition, or each of its parts, has an article."""
    return condition.article is not None or (bool(condition.parts) and all(map(_has_article, condition.parts)))


def _has_source(part: Any) -> bool:
    """Whether an amount has an article, or every dated value in it a source. A plain number can carry neither."""
    if isinstance(part, tuple):
        return all(entry.source is not None for entry in part)
    if not isinstance(part, BaseModel):
        return False
    values = [entry for _, entry in walk(part) if isinstance(entry, DatedValue)]
    return getattr(part, "article", None) is not None or (bool(values) and all(entry.source for entry in values))
