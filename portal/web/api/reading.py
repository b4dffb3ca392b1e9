"""Reading what a program sends: strict JSON, and everything that is wrong with it at once, each with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from flask import Response, request
from pydantic import ValidationError

from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.programs import InputError, problem
from portal.words.findings import finding_text
from schemes.basics.findings import Finding

MOST_DEPTH = 40
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class UnreadableJson(ValueError):
    """This is no JSON that says one thing only."""


def wrong_body() -> Response | None:
    """What is wrong with the body before it is taken apart; None when it is a JSON object."""
    if request.mimetype != "application/json":
        return problem(415)
    try:
        data = parsed(request.get_data(cache=True))
        request.json_module = ExactJson  # what is taken apart later is read in the same way
    except UnreadableJson as error:
        return problem(400, code="unreadable_json", errors=[InputError("body", "", "unreadable_json", str(error))])
    if not isinstance(data, dict):
        said = _("Stuur een JSON-object.")
        return problem(400, code="not_an_object", errors=[InputError("body", "", "not_an_object", said)])
    return None


def parsed(raw: bytes, **_more: Any) -> Any:
    """JSON as one value. Raises `UnreadableJson` for what others may read otherwise: double names, NaN, stray signs."""
    try:
        data = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_number
        )
    except UnreadableJson:
        raise
    except (ValueError, RecursionError):
        raise UnreadableJson(_("Dit is geen JSON in UTF-8.")) from None
    _look_through(data, 0)
    return data


class ExactJson:
    """JSON as it comes in, for who reads the body again."""

    loads = staticmethod(parsed)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson(_("Een naam staat er twee keer in."))
    return found


def _number(text: str) -> int | float:
    """In JSON 12.0 and 12 are the same number (JSON Schema 2020-12, 4.2.2), so a whole number of cents may be written so."""
    number = float(text)
    if abs(number) > 2**53:
        raise UnreadableJson(_("Een getal is te groot."))
    return int(number) if number.is_integer() else number


def _no_constant(name: str) -> Any:
    raise UnreadableJson(_("%(name)s is geen getal.", name=name))


def _look_through(data: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise UnreadableJson(_("Er staat te veel in elkaar."))
    if isinstance(data, str) and _UNREADABLE.search(data):
        raise UnreadableJson(_("Er staat een stuurteken in een tekst."))
    if isinstance(data, int) and not isinstance(data, bool) and abs(data) > 2**53:
        raise UnreadableJson(_("Een getal is te groot."))
    parts: Iterable[Any] = ()
    if isinstance(data, dict):
        parts = (*data.keys(), *data.values())
    elif isinstance(data, list):
        parts = data
    for part in parts:
        _look_through(part, depth + 1)


# What is wrong with it ---------------------------------------------------------------------------------------------------

KINDS: dict[str, LazyString] = {
    "missing": _l("Dit ontbreekt."),
    "extra_forbidden": _l("Dit kennen wij niet."),
    "string_type": _l("Hier hoort een tekst."),
    "int_type": _l("Hier hoort een heel getal."),
    "bool_type": _l("Hier hoort true of false."),
    "dict_type": _l("Hier hoort een object."),
    "list_type": _l("Hier hoort een lijst."),
    "tuple_type": _l("Hier hoort een lijst."),
    "model_type": _l("Hier hoort een object."),
    "literal_error": _l("Deze waarde kennen wij niet."),
    "enum": _l("Deze waarde kennen wij niet."),
    "not_a_date": _l("Schrijf een dag als jjjj-mm-dd."),
    "date_out_of_range": _l("Een dag ligt tussen 1900 en 2200."),
    "date_from_datetime_parsing": _l("Schrijf een dag als jjjj-mm-dd."),
    "date_type": _l("Schrijf een dag als jjjj-mm-dd."),
    "string_pattern_mismatch": _l("Deze tekst heeft een andere vorm dan hoort."),
    "string_too_long": _l("Deze tekst is te lang."),
    "string_too_short": _l("Deze tekst is te kort."),
    "too_long": _l("Dit zijn er te veel."),
    "too_short": _l("Dit zijn er te weinig."),
    "greater_than_equal": _l("Dit getal is te klein."),
    "less_than_equal": _l("Dit getal is te groot."),
    "int_parsing": _l("Hier hoort een heel getal."),
}
"""What pydantic finds, by its own names."""
OTHERWISE = _l("Dit klopt niet.")


def bad_input(error: ValidationError) -> Response:
    """The problem of input that does not fit the description of its operation."""
    place = "body" if request.method == "POST" else "query"
    found = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        said = str(KINDS.get(item["type"], OTHERWISE))
        found.append(InputError(place, pointer_of(item["loc"]), item["type"], said))
    return problem(400, code="bad_input", errors=found)


def pointer_of(parts: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def bad_findings(findings: Iterable[Finding], under: str = "") -> Response:
    """The problem of input that contradicts itself or the region, as the checks of files say it."""
    found = [InputError("body", under + _pointer(one.path), one.code, finding_text(one)) for one in findings]
    return problem(400, code="bad_input", errors=found)


def _pointer(path: str) -> str:
    """The path of a finding (`costs[0].amount_cents`) as a pointer with the names of the interface."""
    from pydantic.alias_generators import to_camel

    parts = re.findall(r"[^.\[\]]+", path)
    in_facts = bool(parts) and parts[0] == "facts"
    return pointer_of(part if in_facts or part.isdigit() else to_camel(part) for part in parts)
