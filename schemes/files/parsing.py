"""From a file to a typed value. Everything that is wrong is reported at once, each with its path, line and remedy."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemes.basics.findings import BadFile, Finding
from schemes.basics.values import MONTH_DAY
from schemes.files.reading import Document, PathKey, parse_text, path_text, read_yaml_or_json

T = TypeVar("T")

MAX_FINDINGS = 100
_QUOTED = re.compile(r"'([^']*)'")

# A pattern -> what it asks for, in words.
FORMS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens, such as werk-voucher",
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "small letters, digits and single underscores, such as birth_year",
    "^GM[0-9]{4}$": "GM and four digits, such as GM0200",
    MONTH_DAY: 'a day of the year as month-day in quotes, such as "09-01"',
    "^[1-9][0-9]{3}$": 'the four digits of a postcode in quotes, such as "7411"',
}

# What pydantic says -> (our code, what is wrong, remedy). {found}, {limit}, {expected}, {key} are filled in.
FAULTS: dict[str, tuple[str, str, str]] = {
    "missing": ("missing_key", "The key {key} is needed here.", "Add it."),
    "extra_forbidden": ("unknown_key", "There is no key {key} here.", "{nearest}"),
    "literal_error": ("value_not_allowed", "{found} is not possible here; it must be {expected}.", "{nearest}"),
    "union_tag_invalid": ("unknown_type", "There is no {discriminator} {found}; it must be {expected}.", "{nearest}"),
    "union_tag_not_found": (
        "missing_key",
        "The key {discriminator} is needed here.",
        "Add it; it says which kind this is.",
    ),
    "int_type": ("not_a_whole_number", "{found} is not a whole number.", "Write a whole number without quotes."),
    "int_from_float": (
        "not_a_whole_number",
        "{found} is not a whole number.",
        "Write a whole number; amounts are in cents.",
    ),
    "bool_type": ("not_true_or_false", "{found} is not true or false.", "Write true or false, without quotes."),
    "string_type": ("not_a_text", "{found} is not a text.", "Write a text; put numbers in quotes."),
    "string_unicode": ("control_character", "The text holds a character that does not exist.", "Retype the text."),
    "string_pattern_mismatch": ("wrong_form", "{found} does not have the right form ({pattern}).", "Correct it."),
    "string_too_short": ("blank_text", "The text is empty.", "Write a text, or leave the key out."),
    "string_too_long": ("text_too_long", "The text is longer than {limit} characters.", "Shorten it."),
    "model_type": ("not_a_mapping", "{found} is not a group of keys.", "Write key: value pairs here."),
    "model_attributes_type": ("not_a_mapping", "{found} is not a group of keys.", "Write key: value pairs here."),
    "dict_type": ("not_a_mapping", "{found} is not a group of keys.", "Write key: value pairs here."),
    "tuple_type": ("not_a_list", "{found} is not a list.", "Write a list: each item on its own line after a hyphen."),
    "list_type": ("not_a_list", "{found} is not a list.", "Write a list: each item on its own line after a hyphen."),
    "greater_than_equal": ("too_small", "{found} is too small; the least is {limit}.", "Correct the number."),
    "greater_than": ("too_small", "{found} is too small; it must be more than {limit}.", "Correct the number."),
    "less_than_equal": ("too_large_number", "{found} is too large; the most is {limit}.", "Correct the number."),
    "less_than": ("too_large_number", "{found} is too large; it must be less than {limit}.", "Correct the number."),
    "int_parsing_size": ("too_large_number", "The number is far too large.", "Correct the number."),
    "too_short": (
        "too_few_items",
        "The list is too short; at least {limit} needed.",
        "Add an item, or leave the key out.",
    ),
    "too_long": ("too_many_items", "The list is too long; at most {limit} allowed.", "Shorten the list."),
    "blank_text": ("blank_text", "The text is empty.", "Write a text, or leave the key out."),
    "control_character": ("control_character", "The text holds a control character.", "Retype the text."),
    "more_than_one_line": ("more_than_one_line", "The text must be one line.", "Put it on one line."),
    "not_a_date": ("not_a_date", "{found} is not a day in the calendar.", "Write year-month-day, such as 2026-03-01."),
    "outside_the_netherlands": (
        "outside_the_netherlands",
        "{found} degrees lies outside the Netherlands.",
        "Write degrees north (50.7 to 53.6) under latitude and degrees east (3.3 to 7.3) under longitude.",
    ),
    "not_a_share": (
        "not_a_share",
        "{found} is not a share between 0 and 1.",
        'Write a text such as "1/3", "50%" or "12,5%".',
    ),
    "not_a_ratio": ("not_a_ratio", "{found} is not a share.", 'Write a text such as "2/3", "60%" or "130%".'),
    "not_a_row_value": (
        "not_a_row_value",
        "{found} is not a value of the other fact.",
        "Write a whole number, or a value as the other fact has it (yes and no for an answer).",
    ),
}


def load(model: type[T], path: str | Path) -> T:
    """The content of a YAML or JSON file as a typed value. Raises BadFile with everything that was found."""
    return validate_document(model, read_yaml_or_json(path))


def load_text(model: type[T], text: str, file: str = "", *, as_json: bool = False) -> T:
    """The same for a text that is already at hand, such as an upload or a form field. Raises BadFile."""
    return validate_document(model, parse_text(text, file, as_json=as_json))


def validate(model: type[T], data: Any, file: str = "") -> T:
    """Plain data (of JSON or a database column) as a typed value. Raises BadFile."""
    return validate_document(model, Document(data, file))


def validate_document(model: type[T], document: Document) -> T:
    """The data of a document as a typed value. Raises BadFile."""
    if not isinstance(document.data, dict):
        raise BadFile([_wrong_top_level(document)])
    try:
        adapter: TypeAdapter[T] = _adapter(model)
        return adapter.validate_python(document.data)
    except ValidationError as error:
        raise BadFile(findings_of(error, model, document)) from None


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(model: Any) -> TypeAdapter[Any]:
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


def _wrong_top_level(document: Document) -> Finding:
    kinds = {list: "a list", str: "a text", bool: "a truth value", type(None): "nothing"}
    return Finding(
        document.file,
        "",
        "wrong_top_level",
        f"The file holds {kinds.get(type(document.data), 'a number')}, but it must hold keys with values.",
        "Start with the line format: ... and write key: value pairs.",
        line=1 if document.lines else None,
    )


def findings_of(error: ValidationError, model: Any, document: Document) -> list[Finding]:
    """The errors of pydantic as findings, in the order of the file."""
    findings: list[Finding] = []
    for item in error.errors(include_url=False):
        if item["type"] in ("too_short", "too_long") and _length_is_right(item):
            continue
        finding = _finding(item, model, document)
        if finding not in findings:
            findings.append(finding)
    findings.sort(key=lambda finding: finding.line or 0)
    if len(findings) > MAX_FINDINGS:
        rest = len(findings) - MAX_FINDINGS
        more = Finding(document.file, "", "more_findings", f"And {rest} more.", "Correct these first.", {"count": rest})
        findings = [*findings[:MAX_FINDINGS], more]
    return findings


def _length_is_right(item: Mapping[str, Any]) -> bool:
    """Whether a length error only follows from errors in the items (pydantic then counts the good ones)."""
    given, context = item["input"], item.get("ctx", {})
    size = len(given) if isinstance(given, list | tuple) else 0
    return bool(context.get("min_length", 0) <= size <= context.get("max_length", size))


def _finding(item: Mapping[str, Any], model: Any, document: Document) -> Finding:
    kind, context = str(item["type"]), dict(item.get("ctx", {}))
    path = _path(item["loc"], document.data, kind)
    path = (*path, *_parts(str(context.pop("at")))) if "at" in context else path
    code, message, remedy = FAULTS.get(kind, (kind, str(item["msg"]).rstrip(".") + ".", "Correct this."))
    words = _words(item, context, path)
    allowed = _known_keys(model, item["loc"]) if kind == "extra_forbidden" else words.pop("allowed")
    wanted = (
        words["key"] if kind == "extra_forbidden" else item["input"] if kind == "literal_error" else context.get("tag")
    )
    near = get_close_matches(str(wanted)[:80], allowed, n=1) if isinstance(wanted, str) else []
    words["nearest"] = nearest_remedy(near[0] if near else None, allowed)
    params: dict[str, Any] = {k: v for k, v in context.items() if isinstance(v, int | str | bool) and k != "error"}
    params |= {"found": words["found"], "nearest": near[0] if near else None}
    if kind in ("missing", "extra_forbidden"):
        params["key"] = words["key"]
    if allowed and (not near or kind != "extra_forbidden"):
        params["allowed"] = list(allowed)
    return Finding(
        document.file,
        path_text(path),
        code,
        message.format_map(words),
        remedy.format_map(words),
        params,
        document.line(path),
    )


def _parts(text: str) -> PathKey:
    """The keys and positions of a path text such as variants[0].caps."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", text))


def _words(item: Mapping[str, Any], context: Mapping[str, Any], path: PathKey) -> dict[str, Any]:
    expected = str(context.get("expected", context.get("expected_tags", "")))
    limits = [context[name] for name in ("ge", "gt", "le", "lt", "max_length", "min_length") if name in context]
    if item["type"] == "too_short" and "min_length" in context:
        limits = [context["min_length"]]
    found = str(context["tag"]) if "tag" in context else item["input"]
    return {
        "found": shown(found),
        "expected": expected.replace("'", ""),
        "allowed": _QUOTED.findall(expected),
        "limit": limits[0] if limits else "",
        "key": str(item["loc"][-1]) if item["loc"] else "",
        "pattern": FORMS.get(str(context.get("pattern", "")), context.get("pattern", "")),
        "discriminator": str(context.get("discriminator", "type")).strip("'"),
    }


def nearest_remedy(near: str | None, allowed: Sequence[str]) -> str:
    """A remedy that names the nearest known name, else all of them (unless they are many)."""
    if near is not None:
        return f"Did you mean {near}?"
    return f"Use one of: {', '.join(allowed)}." if 0 < len(allowed) <= 40 else "Correct it, or leave it out."


def shown(value: Any) -> str:
    """A value as a message shows it: short, on one line."""
    if isinstance(value, dict):
        return "A group of keys"
    if isinstance(value, list | tuple):
        return "A list"
    if value is None:
        return "Nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= 60 else text[:57] + "..."
    return repr(text) if isinstance(value, str) else text


def _path(loc: Iterable[int | str], data: Any, kind: str) -> PathKey:
    """The path in the file: the location of pydantic without the names of union branches."""
    parts = tuple(loc)
    path: list[str | int] = []
    here = data
    for number, part in enumerate(parts):
        in_mapping = isinstance(here, dict) and part in here
        in_list = isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
        if in_mapping or in_list:
            here = here[part]
        elif not (number == len(parts) - 1 and kind == "missing"):
            continue
        path.append(part)
    return tuple(path)


# -- which keys a place in a file knows ------------------------------------------------------------------------------------


def _known_keys(model: Any, loc: Iterable[int | str]) -> list[str]:
    """The keys that are possible beside the key at a location."""
    types = _branches(model)
    for part in tuple(loc)[:-1]:
        types = _descend(types, part)
    return sorted({field.alias or name for kind in types if _is_model(kind) for name, field in _fields(kind).items()})


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a class with their types, also of one that was only used as a part of others so far."""
    kind.model_rebuild()
    return kind.model_fields


def _branches(annotation: Any) -> list[Any]:
    """A type without Annotated, as the list of its union branches."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _branches(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [kind for branch in get_args(annotation) for kind in _branches(branch)]
    return [annotation]


def _descend(types: list[Any], part: int | str) -> list[Any]:
    found: list[Any] = []
    if isinstance(part, int):
        for kind in types:
            if get_origin(kind) in (tuple, list):
                found += _branches(get_args(kind)[0])
        return found
    for kind in types:
        if _is_model(kind):
            for name, field in _fields(kind).items():
                if part == (field.alias or name):
                    found += _branches(field.annotation)
    return found or [kind for kind in types if _is_tagged(kind, part)] or types


def _is_tagged(kind: Any, tag: str) -> bool:
    """Whether a model is the branch of a union that goes by this name."""
    if not _is_model(kind):
        return False
    for name in ("type", "kind"):
        field = _fields(kind).get(name)
        if field is not None and get_origin(field.annotation) is Literal and get_args(field.annotation) == (tag,):
            return True
    return False
