"""Filling in a form on a finished page with what was typed in it before, whatever the form is made of.

It works on the page as it is sent, so that no form can be forgotten. What was typed and has no place on the page any more is
given back, for the page to say. Hidden fields stay as the page has them: they say how things stand now.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape, unescape

_TAG = re.compile(r"<(/?)(form|input|textarea|select|option|button|details)\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([^\s=/"]+)(?:="([^"]*)")?')
_TICKED = frozenset({"checkbox", "radio"})
_NEVER_FILLED = frozenset({"hidden", "file", "password", "submit", "image", "reset"})


@dataclass(frozen=True)
class FilledAgain:
    """A page with the form filled in, and what has no place on it, by field."""

    html: str
    missing: list[tuple[str, str]]


@dataclass
class _Control:
    tag: str
    attributes: dict[str, str | None]
    start: int
    end: int
    until: int = 0
    """Where the text in it ends: of a text area."""
    options: list[_Control] = field(default_factory=list)

    @property
    def name(self) -> str:
        return unescape(self.attributes.get("name") or "")

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        return unescape(self.attributes.get("value") or ("on" if self.kind in _TICKED else ""))


@dataclass
class _FormFound:
    attributes: dict[str, str | None]
    inside: list[_Control]
    """The folded parts of the page in which it stands."""
    controls: list[_Control] = field(default_factory=list)


def fill_again(html: str, *, page: str, action: str, fields: Sequence[tuple[str, str]]) -> FilledAgain:
    """Fill in the form of `page` that is sent to `action`. Of several such forms the one that fits best."""
    form = _best(_PageRead(html).forms, page.partition("?")[0], action.partition("?")[0], fields)
    left: dict[str, list[str]] = defaultdict(list)
    for name, value in fields:
        left[name].append(value)
    changes: list[tuple[int, int, str]] = []
    if form is not None:
        for control in form.controls:
            changes += _filled(control, left)
        changes += [(one.start, one.end, _written(one, {"open": None})) for one in form.inside]
    missing = [(name, value) for name, values in left.items() for value in values if value.strip()]
    return FilledAgain(_changed(html, changes), missing)


# Reading the page --------------------------------------------------------------------------------------------------------


class _PageRead:
    """The forms of a page, read from its tags one by one."""

    def __init__(self, html: str) -> None:
        self.forms: list[_FormFound] = []
        self._here: _FormFound | None = None
        self._folded: list[_Control] = []
        self._choosing: _Control | None = None
        self._loose: list[_Control] = []
        for match in _TAG.finditer(html):
            tag = match[2].lower()
            if match[1]:
                self._ended(tag)
            else:
                self._began(_Control(tag, _attributes(match[3]), match.start(), match.end()), html)
        by_id = {form.attributes["id"]: form for form in self.forms if "id" in form.attributes}
        for control in self._loose:
            form = by_id.get(control.attributes["form"])
            if form is not None:
                form.controls.append(control)

    def _ended(self, tag: str) -> None:
        if tag == "form":
            self._here = None
        elif tag == "details" and self._folded:
            self._folded.pop()
        elif tag == "select":
            self._choosing = None

    def _began(self, one: _Control, html: str) -> None:
        if one.tag == "form":
            self._here = _FormFound(one.attributes, list(self._folded))
            self.forms.append(self._here)
        elif one.tag == "details":
            self._folded.append(one)
        elif one.tag == "option":
            if self._choosing is not None:
                self._choosing.options.append(one)
        else:
            self._control(one, html)

    def _control(self, one: _Control, html: str) -> None:
        if one.tag == "textarea":
            one.until = html.find("</textarea", one.end)
        elif one.tag == "select":
            self._choosing = one
        if one.attributes.get("form"):
            self._loose.append(one)
        elif self._here is not None:
            self._here.controls.append(one)


def _attributes(text: str) -> dict[str, str | None]:
    return {match[1].lower(): match[2] for match in _ATTRIBUTE.finditer(text)}


def _best(forms: Sequence[_FormFound], page: str, action: str, fields: Sequence[tuple[str, str]]) -> _FormFound | None:
    def fits(form: _FormFound) -> bool:
        sent_to = unescape(form.attributes.get("action") or page).partition("?")[0]
        return (form.attributes.get("method") or "").lower() == "post" and sent_to == action

    names, pairs = {name for name, _value in fields}, set(fields)

    def score(form: _FormFound) -> tuple[int, int]:
        same = sum((one.name, one.value) in pairs for one in form.controls if one.kind == "hidden")
        return same, len(names & {one.name for one in form.controls})

    return max(filter(fits, forms), key=score, default=None)


# Filling in --------------------------------------------------------------------------------------------------------------


def _filled(control: _Control, left: dict[str, list[str]]) -> list[tuple[int, int, str]]:
    """What has to change for one control; takes what it holds out of `left`."""
    values = left.get(control.name)
    if not control.name or "disabled" in control.attributes:
        return []
    if control.kind in _TICKED:
        ticked = bool(values) and control.value in (values or [])
        if ticked and values:
            values.remove(control.value)
        return [(control.start, control.end, _written(control, {"checked": None} if ticked else {}, "checked"))]
    if values is None:
        return []
    if control.tag == "button":
        values[:] = [value for value in values if value != control.value]
        return []
    if control.kind in _NEVER_FILLED:
        if control.kind != "file":
            values.clear()
        return []
    if control.tag == "select":
        return _chosen(control, values)
    if not values:
        return []
    text = values.pop(0)
    if control.tag == "textarea":
        first = "\n" if text[:1] in "\r\n" else ""
        return [(control.end, max(control.end, control.until), first + escape(text, quote=False))]
    return [(control.start, control.end, _written(control, {"value": escape(text)}, "value"))]


def _chosen(control: _Control, values: list[str]) -> list[tuple[int, int, str]]:
    wanted = Counter(values if "multiple" in control.attributes else values[:1])
    changes = []
    for option in control.options:
        chosen = wanted[option.value] > 0
        if chosen:
            wanted[option.value] -= 1
            values.remove(option.value)
        changes.append((option.start, option.end, _written(option, {"selected": None} if chosen else {}, "selected")))
    return changes if any(text.endswith(" selected>") for _start, _end, text in changes) else []


def _written(control: _Control, new: dict[str, str | None], instead_of: str = "") -> str:
    """The tag as it is written, with `new` attributes."""
    kept = {name: value for name, value in control.attributes.items() if name != instead_of and name not in new}
    parts = [name if value is None else f'{name}="{value}"' for name, value in {**kept, **new}.items()]
    return f"<{' '.join([control.tag, *parts])}>"


def _changed(html: str, changes: Sequence[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, text in sorted(changes):
        parts += [html[at:start], text]
        at = end
    return "".join([*parts, html[at:]])
