"""Which component of a form in Open Forms answers which question of the desk, as a file of the region says it.

Open Forms (Open Formulieren) sends what was filled in by its registration "Generic JSON": one object with ``values`` (by the keys
of the components that the form chose to send) and ``metadata`` (among them ``public_reference``), each beside a JSON schema.
What a value is says its component: a text, a number or an amount is a JSON number in euros, a checkbox is true or false, several
checkboxes are an object of true and false (or a list, when the form says so), a day is YYYY-MM-DD, and what was left empty is an
empty text or null. A key with a point lies one object deeper; an address (``addressNL``) is an object.

Sources, as read on 2 December 2026: open-formulieren/open-forms, docs/configuration/registration/generic-json.rst and
src/openforms/registrations/contrib/generic_json/plugin.py (``register_submission``, ``process_component``), and the recorded
requests beside its tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from portal.framework.catalogue.queries import Catalogue
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.intake.fields import municipalities_in
from schemes.basics.plain import plain
from schemes.basics.vocabulary import COST_CATEGORIES
from schemes.facts import FactDefinition, FactDefinitions
from schemes.files.parsing import validate_document
from schemes.files.reading import read_yaml_or_json

FORMAT = "ontwikkelloket/open-forms/1"
OURS = Path(__file__).with_name("open_forms.yaml")
"""The mapping that comes along, for who builds the form by it."""
TEXTS = frozenset(
    {"wish", "training.name", "training.provider", "employer.name", "employer.kvkNumber", "employer.contactName"}
    | {"contact.name", "contact.email", "contact.phone", "contact.street", "contact.houseNumber", "contact.postcode"}
    | {"contact.city"}
)
CHOICES = frozenset({"route", "language", "contact.way", "heardFrom", "employerContribution.kind"})
LISTS = frozenset({"goals", "contact.byMail"})
AMOUNTS = frozenset(
    {"employerContribution.amountCents", "borrowUpToCents", *(f"costs.{one}" for one in COST_CATEGORIES)}
)
FACT, COST = "facts.", "costs."


class MappedAnswer(BaseModel):
    """Where the answer to one question stands: the key of its component, or several keys whose texts go together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str | tuple[str, ...] = ()
    values: Mapping[str, str] = Field(default_factory=dict)
    """Our value per value of the component; one that is not here is taken as it is."""
    otherwise: str | None = None
    """What counts when nothing was filled in; without a key: always."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the components."""
        return (self.key,) if isinstance(self.key, str) else self.key


class FormMapping(BaseModel):
    """The whole file. The questions have the names of ``POST /api/v1/questions``; facts those of ``GET /api/v1/facts``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["ontwikkelloket/open-forms/1"]
    answers: Mapping[str, MappedAnswer] = Field(min_length=1)

    @field_validator("answers")
    @classmethod
    def _known(cls, answers: Mapping[str, MappedAnswer]) -> Mapping[str, MappedAnswer]:
        for name in answers:
            if not (name in TEXTS | CHOICES | LISTS | AMOUNTS or name.startswith(FACT)):
                message = "There is no question {name} to answer"
                raise PydanticCustomError("unknown_question", message, {"name": name[:80]})
        return answers

    def unknown_facts(self, facts: FactDefinitions) -> list[str]:
        """The facts in the file that a region does not ask, or works out itself."""
        named = [name.removeprefix(FACT) for name in self.answers if name.startswith(FACT)]
        return [name for name in named if name not in facts or facts[name].derived is not None]


@lru_cache(maxsize=2)
def form_mapping(path: Path) -> FormMapping:
    """The mapping in a file (YAML), read once. Raises ``BadFile`` with all that is wrong with it."""
    return validate_document(FormMapping, read_yaml_or_json(path))


class OddAnswer(ValueError):
    """A value of a component cannot be the answer to its question; says why in words for the person."""

    def __init__(self, message: LazyString) -> None:
        super().__init__("an answer of another kind")
        self.message = message


@dataclass
class Translated:
    """What came of a form: the body of ``POST /api/v1/questions`` as plain data, and from which component each part of it is."""

    body: dict[str, Any] = field(default_factory=dict)
    keys: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    odd: list[tuple[str, LazyString]] = field(default_factory=list)
    """Keys of components with a value that cannot be the answer, and why."""

    def key_of(self, path: tuple[str | int, ...]) -> str | None:
        """The key of the component from which a part of the body is, or the one nearest to it."""
        inside = (key for known, key in self.keys.items() if known[: len(path)] == path)
        if path and (key := next(inside, None)) is not None:
            return key
        return self.key_of(path[:-1]) if path else None

    def put(self, path: tuple[str, ...], value: Any, key: str) -> None:
        """Add a part to the body."""
        place = self.body
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
        self.keys[path] = key


def translated(values: Mapping[str, Any], mapping: FormMapping, known: Catalogue, on: date) -> Translated:
    """What a form sent as a question to this desk. What the mapping does not name is not looked at and kept nowhere."""
    made = Translated()
    for name, answer in mapping.answers.items():
        path = tuple(name.split("."))
        key = answer.keys[0] if answer.keys else ""
        made.keys[path] = key  # what is missing is said at its component as well
        if name.startswith(FACT) and path[1] not in known.facts:
            continue
        try:
            said = _said(values, answer)
            given = said if said is not None else answer.otherwise
            value = None if given is None else _value(name, given, known, on)
        except OddAnswer as odd:
            made.odd.append((key, odd.message))
            continue
        if value is None:
            continue
        if name.startswith(COST):
            lines = made.body.setdefault("costs", [])
            made.keys[("costs", len(lines))] = key
            lines.append({"category": path[1], "amountCents": value})
        else:
            made.put(path, value, key)
    return made


def _said(values: Mapping[str, Any], answer: MappedAnswer) -> Any:
    """What was filled in, in our words; None for nothing."""
    found = [one for one in (_at(values, key) for key in answer.keys) if one is not None]
    if len(answer.keys) > 1:
        return " ".join(_text(one) for one in found) or None
    if not found:
        return None
    if isinstance(found[0], list):
        return [answer.values.get(_text(one), _text(one)) for one in found[0]]
    asked = "true" if found[0] is True else "false" if found[0] is False else str(found[0])
    return answer.values.get(asked, found[0])


def _at(values: Mapping[str, Any], key: str) -> Any:
    """The value of a component: of several checkboxes those that are ticked; None for what was left empty."""
    place: Any = values
    if key in values:
        place = values[key]
    else:
        for part in key.split("."):
            place = place.get(part) if isinstance(place, Mapping) else None
    if isinstance(place, Mapping):
        if not all(isinstance(one, bool) for one in place.values()):
            raise OddAnswer(_l("Hier hoort één antwoord."))
        place = [name for name, ticked in place.items() if ticked]
    if isinstance(place, str):
        place = place.strip()
    return None if place is None or place in ("", []) else place


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise OddAnswer(_l("Hier hoort een tekst."))
    return str(value)


def _value(name: str, given: Any, known: Catalogue, on: date) -> Any:
    """What was filled in, as the body has it for this question."""
    if name in AMOUNTS:
        return _cents(given) or None
    if name in LISTS:
        return given if isinstance(given, list) else [_text(given)]
    if name.startswith(FACT):
        return _fact(known.facts[name.removeprefix(FACT)], given, known, on)
    return _text(given)


def _fact(definition: FactDefinition, given: Any, known: Catalogue, on: date) -> Any:
    kind = definition.type
    if isinstance(given, str) and given == "unknown":
        return given
    if kind == "yes_no" and isinstance(given, bool):
        return given
    if kind == "choices":
        return given if isinstance(given, list) else [_text(given)]
    if kind == "money":
        return _cents(given)
    if kind in ("number", "year"):
        return _number(given)
    if kind == "municipality":
        named = {plain(one.name): one.code for one in municipalities_in(known.references, on)}
        return named.get(plain(_text(given)), _text(given))
    return _text(given)


def _number(given: Any) -> Any:
    """A number, also one that was typed as text; a whole one is an int."""
    try:
        number = Decimal(_text(given).replace(",", "."))
    except InvalidOperation:
        raise OddAnswer(_l("Vul een getal in.")) from None
    if not number.is_finite() or abs(number) > 10**11:
        raise OddAnswer(_l("Dit getal is te groot."))
    return int(number) if number == number.to_integral_value() else float(number)


def _cents(given: Any) -> int:
    """An amount in euros, as Open Forms has it, in whole cents."""
    number = Decimal(str(_number(given))) * 100
    if number != number.to_integral_value():
        raise OddAnswer(_l("Vul een bedrag in met hoogstens twee cijfers achter de komma."))
    return int(number)
