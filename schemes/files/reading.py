"""Read YAML or JSON from a stranger: bounded, exact, with line numbers, and never a traceback.

Only the plain core of YAML 1.2 is read: mappings, lists, texts, whole numbers, decimals, true, false and null. `yes`, `no`
and `on` are texts, dates stay texts, decimals are exact (Decimal). Anchors, aliases, tags and merge keys are refused, and so
are duplicate keys, deep nesting, large files, huge numbers, control characters and anything that is not UTF-8.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from schemes.basics.findings import BadFile, Finding
from schemes.basics.values import has_control_characters

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000
MAX_DIGITS = 18
PathKey = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)")
_WORDS = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds as plain data, with the line of each path where that is known."""

    data: Any
    file: str = ""
    lines: Mapping[PathKey, int] = field(default_factory=dict)

    def line(self, path: PathKey) -> int | None:
        """The line of a path, or of the nearest path above it; None when lines are not known."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Refused(Exception):
    def __init__(self, code: str, message: str, remedy: str, line: int | None = None, path: PathKey = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.line, self.path = code, message, remedy, line, path


def path_text(path: PathKey) -> str:
    """A path as people read it: coverage[0].share."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")[:200]


def read_yaml_or_json(path: str | Path) -> Document:
    """The content of a .yaml, .yml or .json file. Raises BadFile with one finding when it cannot be read."""
    name = str(path)
    try:
        return parse_text(_text_of(Path(path)), name, as_json=name.lower().endswith(".json"))
    except _Refused as refused:
        raise _bad_file(name, refused) from None


def parse_text(text: str, file: str = "", *, as_json: bool = False) -> Document:
    """The same for a text that is already at hand, such as an upload. Raises BadFile."""
    try:
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise _Refused("too_large", "The file is larger than 1 MB.", "Split it, or leave out what is not needed.")
        _refuse_control_characters(text)
        document = _from_json(text, file) if as_json else _from_yaml(text, file)
    except _Refused as refused:
        raise _bad_file(file, refused) from None
    return document


def _bad_file(file: str, refused: _Refused) -> BadFile:
    where = path_text(refused.path)
    return BadFile([Finding(file, where, refused.code, refused.message, refused.remedy, line=refused.line)])


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise _Refused("is_a_folder", "This is a folder, not a file.", "Name a file inside it.")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _Refused("file_missing", "This file does not exist.", "Check the name and the folder.") from None
    except (OSError, ValueError):
        raise _Refused("file_unreadable", "This file cannot be read.", "Check its name and its permissions.") from None
    if len(content) > MAX_BYTES:
        raise _Refused("too_large", "The file is larger than 1 MB.", "Split it, or leave out what is not needed.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Refused("not_utf8", "The file is not plain text in UTF-8.", "Save it as UTF-8.", line) from None


def _refuse_control_characters(text: str) -> None:
    if "\r" not in text and not has_control_characters(text) and not _SURROGATE.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if has_control_characters(line.rstrip("\r")) or _SURROGATE.search(line):
            raise _Refused("control_character", "The file holds a control character.", "Retype this line.", number)


# -- JSON ----------------------------------------------------------------------------------------------------------------


def _from_json(text: str, file: str) -> Document:
    if not text.strip():
        raise _Refused("empty_file", "The file is empty.", "Fill it, or leave it out.")
    try:
        data = json.loads(
            text, object_pairs_hook=_pairs, parse_int=_integer, parse_float=_decimal, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise _Refused("not_json", f"This is not JSON: {error.msg}.", "Correct this line.", error.lineno) from None
    except RecursionError:
        raise _Refused("too_deep", f"The file is nested deeper than {MAX_DEPTH} levels.", "Make it flatter.") from None
    _bound_plain(data)
    return Document(data, file)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused("duplicate_key", f"The key {key[:80]!r} stands twice in one object.", "Keep one of them.")
        found[key] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise _Refused("not_a_number", f"{name} is not a number.", "Write a number, or null when it is unknown.")


def _integer(text: str) -> int:
    if len(text.lstrip("+-")) > MAX_DIGITS:
        raise _Refused("number_out_of_range", "The number is far too large.", "Correct the number.")
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > 2 * MAX_DIGITS or (number and abs(number.adjusted()) > MAX_DIGITS):
        raise _Refused("number_out_of_range", "The number is far too large or too small.", "Correct the number.")
    return number


def _bound_plain(data: Any) -> None:
    """Refuse what JSON escapes can still smuggle in: depth, size, control characters and lone surrogates."""
    pending: list[tuple[Any, PathKey]] = [(data, ())]
    nodes = 0
    while pending:
        value, path = pending.pop()
        nodes += 1
        if len(path) > MAX_DEPTH:
            raise _Refused("too_deep", f"The file is nested deeper than {MAX_DEPTH} levels.", "Make it flatter.")
        if nodes > MAX_NODES:
            raise _Refused("too_large", "The file holds too many values.", "Split it.")
        if isinstance(value, dict):
            for key in value:
                _bound_text(key, path)
            pending.extend((item, (*path, key)) for key, item in value.items())
        elif isinstance(value, list):
            pending.extend((item, (*path, i)) for i, item in enumerate(value))
        elif isinstance(value, str):
            _bound_text(value, path)


def _bound_text(text: str, path: PathKey, line: int | None = None) -> None:
    if has_control_characters(text) or _SURROGATE.search(text):
        raise _Refused("control_character", "The text holds a control character.", "Retype the text.", line, path)


# -- YAML ----------------------------------------------------------------------------------------------------------------


def _from_yaml(text: str, file: str) -> Document:
    builder = _Builder()
    try:
        next_event = yaml.CSafeLoader(text).get_event
        while (event := next_event()) is not None:
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", None) or "it cannot be read").rstrip(".")
        raise _Refused(
            "not_yaml",
            f"This is not YAML: {said[:200]}.",
            "Check indentation (spaces, no tabs); put texts with : # ? , or [ in quotes.",
            None if mark is None else mark.line + 1,
        ) from None
    if builder.documents == 0:
        raise _Refused("empty_file", "The file is empty.", "Fill it, or leave it out.")
    return Document(builder.root, file, builder.lines)


_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class _Builder:
    """Builds plain data from YAML events with an explicit stack, so that no nesting can exhaust the interpreter."""

    def __init__(self) -> None:
        self.root: Any = None
        self.documents = 0
        self.lines: dict[PathKey, int] = {}
        self.stack: list[tuple[Any, PathKey]] = []
        self.keys: list[str | None] = []
        self.nodes = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, _STARTS):
            self._open(event)
        elif isinstance(event, _ENDS):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._refuse("alias", "References (*name) are not used here.", "Write the value out in full.", event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(
                    "several_documents", "The file holds several documents (---).", "Make separate files.", event
                )

    def _refuse(self, code: str, message: str, remedy: str, event: Any) -> None:
        raise _Refused(code, message, remedy, event.start_mark.line + 1, self.stack[-1][1] if self.stack else ())

    def _check(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse("too_large", "The file holds too many values.", "Split it.", event)
        if event.anchor is not None:
            self._refuse("alias", "Anchors (&name) are not used here.", "Leave the anchor out.", event)
        if event.tag is not None:
            self._refuse("tag", "Tags (!name) are not used here.", "Leave the tag out.", event)

    def _open(self, event: Any) -> None:
        self._check(event)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse("too_deep", f"The file is nested deeper than {MAX_DEPTH} levels.", "Make it flatter.", event)
        holder: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys[-1] is None:
            self._refuse("key_not_text", "A key must be a plain word.", "Write key: value.", event)
        path = self._place(holder, event)
        self.stack.append((holder, path))
        self.keys.append(None)

    def _scalar(self, event: Any) -> None:
        self._check(event)
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys[-1] is None:
            holder, path = self.stack[-1]
            key = event.value
            if event.style == '"':
                _bound_text(key, path, event.start_mark.line + 1)
            if key in holder:
                self._refuse("duplicate_key", f"The key {key[:80]!r} stands twice.", "Keep one of them.", event)
            if key == "<<" and event.implicit[0]:
                self._refuse("alias", "Merge keys (<<) are not used here.", "Write the values out in full.", event)
            self.keys[-1] = key
            return
        plain = event.style is None or event.style == ""
        try:
            if event.style == '"':  # only there an escape can write what the text itself does not hold
                _bound_text(event.value, ())
            self._place(_scalar_value(event.value) if plain else event.value, event)
        except _Refused as refused:
            path = self.stack[-1][1] if self.stack else ()
            raise _Refused(refused.code, refused.message, refused.remedy, event.start_mark.line + 1, path) from None

    def _place(self, value: Any, event: Any) -> PathKey:
        """Put a value where it belongs; returns its path."""
        path: PathKey = ()
        if not self.stack:
            self.root = value
        else:
            holder, above = self.stack[-1]
            if isinstance(holder, dict):
                key = self.keys[-1] or ""
                self.keys[-1] = None
                holder[key], path = value, (*above, key)
            else:
                path = (*above, len(holder))
                holder.append(value)
        self.lines[path] = event.start_mark.line + 1
        return path


def _scalar_value(text: str) -> Any:
    """A plain scalar by the core rules of YAML 1.2."""
    if text in _NOTHING:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    if _SPECIAL.fullmatch(text):
        return _refuse_constant(text)
    return text


def reads_as_text(text: str) -> bool:
    """Whether a text that stands in a file without quotes is read as that text, not as a number, truth value or nothing."""
    try:
        return isinstance(_scalar_value(text), str)
    except _Refused:
        return False
