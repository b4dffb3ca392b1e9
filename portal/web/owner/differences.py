"""What differs between two versions of a definition, in words: old beside new, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from portal.platform.i18n import format_date, format_euros, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.web.owner.editor.labels import key_label
from portal.web.owner.editor.words import choice_label
from portal.words.definition_words import rule_lines
from portal.words.names import Names
from schemes.basics.values import DatedValue, Text
from schemes.conditions import Condition
from schemes.definition import SchemeDefinition
from schemes.definition.diff import Change, ChangeKind, changes
from schemes.evaluation import describe


@dataclass(frozen=True)
class Difference:
    """One row of the comparison: what it is about, and the words of both versions (a list of lines; empty when absent)."""

    label: str
    kind: ChangeKind
    old: list[str]
    new: list[str]


def differences(old: SchemeDefinition, new: SchemeDefinition, on: date, names: Names) -> list[Difference]:
    """Every difference in words. A change that reads the same in words is shown as it is written in the file."""
    return [_difference(change, on, names) for change in changes(old, new)]


def key_lines(definition: SchemeDefinition, keys: Iterable[str], on: date, names: Names) -> Iterator[str]:
    """What some keys of one definition say, in the words of a comparison; keys that are not filled in say nothing."""
    filled = dict(_filled(definition))
    for key in keys:
        if key in filled:
            yield f"{key_label(key)}: " + "; ".join(line.strip() for line in _lines(key, filled[key], on, names))


def _difference(change: Change, on: date, names: Names) -> Difference:
    def words(value: Any) -> list[str]:
        return list(_lines(change.key, value, on, names))

    before, after = words(change.old), words(change.new)
    if before == after:
        plain = change.as_dict()
        before, after = [str(plain["old"])], [str(plain["new"])]
    return Difference(key_label(change.key), change.kind, before, after)


def _lines(key: str, value: Any, on: date, names: Names) -> Iterator[str]:
    if value is None or value == ():
        return
    if isinstance(value, Condition):
        yield from _condition(value, on, names)
    elif isinstance(value, tuple) and not any(isinstance(item, DatedValue) for item in value):
        for item in value:
            yield from _lines(key, item, on, names)
    elif isinstance(value, BaseModel) and not isinstance(value, Text):
        for name, part in _filled(value):
            shown = list(_lines(name, part, on, names)) or [_("geen")]
            if len(shown) > 1:
                yield f"{key_label(name)}:"
                yield from (f"  {line}" for line in shown)
            elif shown:
                yield f"{key_label(name)}: {shown[0]}"
    else:
        yield _short(key, value)


def _filled(value: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, field in type(value).model_fields.items():
        part = getattr(value, name)
        if part != field.default and part is not None and (part != () or field.default):
            yield name, part


def _condition(condition: Condition, on: date, names: Names) -> Iterator[str]:
    rule = describe(condition, on, names.lists)  # type: ignore[arg-type]
    for line in rule_lines(rule, names):
        yield "  " * line.depth + line.text + (f" ({line.article})" if line.article else "")
    for name in ("id", "text"):
        part = getattr(condition, name)
        if name == "id" and part:
            yield f"{key_label('id')}: {part}"
    for dated in _dated_parts(condition):
        yield "  " + dated


def _dated_parts(condition: Condition) -> Iterator[str]:
    """Bounds that change over time: the sentence holds only the one of the day."""
    for name, part in _filled(condition):
        if isinstance(part, tuple) and part and isinstance(part[0], DatedValue):
            yield f"{key_label(name)}: {_short(name, part)}"


def _short(key: str, value: Any) -> str:
    """One value as a piece of text."""
    if isinstance(value, tuple):
        return "; ".join(_short(key, entry) for entry in value)
    if isinstance(value, DatedValue):
        since = _("%(value)s vanaf %(day)s", value=_short(key, value.value), day=format_date(value.from_))
        return since + (f" ({value.source})" if getattr(value, "source", None) else "")
    if isinstance(value, Text):
        return localized(value) if value.nl == value.en else f"{value.nl} / {value.en}"
    shown: dict[type, Callable[[Any], str]] = {
        bool: lambda yes: _("ja") if yes else _("nee"),
        date: format_date,
        Fraction: format_percent,
    }
    if type(value) in shown:
        return shown[type(value)](value)
    if isinstance(value, int) and key.endswith("_cents"):
        return format_euros(value)
    return choice_label(key, str(value))
