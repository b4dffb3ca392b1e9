"""Facts: what the desk may ask about a person, an employer or a training. Which facts exist is data (facts.yaml)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.findings import Finding
from schemes.basics.money import MAX_CENTS
from schemes.basics.values import (
    EARLIEST,
    LATEST,
    Items,
    Key,
    Model,
    Number,
    Text,
    exact_number,
    has_control_characters,
)
from schemes.facts.outcome import PAST_AWARDS, FactValue
from schemes.facts.references import References, municipality_on

FactType = Literal["yes_no", "number", "money", "date", "year", "choice", "choices", "text", "municipality", "postcode"]
KnownBy = Literal["resident", "employer", "advisor", "provider"]
UNKNOWN_WORDS = frozenset({"unknown", "onbekend"})


def _as_written(value: Any) -> Any:
    """A raw fact as JSON writes it: 29.5 and not "29.5"."""
    return float(value) if isinstance(value, Decimal) else value


RawFact = Annotated[
    Any,
    PlainSerializer(_as_written, when_used="json"),
    WithJsonSchema(
        {
            "description": "true, false, a number, a text, a date as YYYY-MM-DD, a list of values, or null (not known).",
            "anyOf": [
                {"type": ["boolean", "number", "string", "null"]},
                {"type": "array", "items": {"type": "string"}, "maxItems": 400},
            ],
        }
    ),
]
"""A fact as written; `parse_facts` reads it by its definition."""


class FactOption(Model):
    """One answer that may be chosen."""

    key: Key
    """The value as conditions and question files write it."""
    label: Text
    """How it is called on the screen."""
    hint: Text | None = None
    """A short explanation under the label."""


class Derivation(Model):
    """How a fact follows from another fact and a list, so that it is never asked."""

    from_: Key = Field(alias="from")
    """The fact it follows from: a fact of type municipality."""
    field: Literal["province"]
    """What is taken from the list of municipalities."""


class FactDefinition(Model):
    """One fact: its type, the question that asks it and why."""

    key: Key
    """Name of the fact, as conditions and question files write it. A money fact ends in _cents."""
    type: FactType
    """What kind of value it has. choice: one of `values`; choices: any number of `values`; money: whole euro cents;
    number: a whole number (or with up to two `decimals`); year: four digits; municipality: a CBS code such as GM0200;
    postcode: four digits, optionally followed by two letters."""
    question: Text
    """The question as it stands above the field."""
    why: Text
    """Why the desk asks this, in one or two plain sentences."""
    hint: Text | None = None
    """Help under the question."""
    values: Items[FactOption] = Field(default=(), max_length=400)
    """The answers that may be chosen. Only for choice and choices."""
    unit: Text | None = None
    """Unit shown behind the field, such as hours per week."""
    decimals: int = Field(default=0, ge=0, le=2)
    """Number of decimals that a number may have."""
    minimum: Number | None = None
    """Smallest value that is believable. For number, money and year."""
    maximum: Number | None = None
    """Largest value that is believable. For number, money and year."""
    past_only: bool = False
    """The value may not lie after the reference date. For date and year, such as a birth date."""
    sensitive: bool = False
    """The value says something about health, benefits or other things a person may wish to keep to themselves. It is
    asked only when a rule needs it."""
    who_knows: Items[KnownBy] = Field(default=("resident",), min_length=1)
    """Who can give the value."""
    asked_in: Literal["core", "extra"] = "extra"
    """core: has its own page in the intake. extra: is asked on a general page when a rule needs it."""
    derived: Derivation | None = None
    """When given, the fact is worked out and never asked."""

    @model_validator(mode="after")
    def _consistent(self) -> "FactDefinition":
        chooses = self.type in ("choice", "choices")
        if chooses and not self.values and self.derived is None:
            raise PydanticCustomError("values_missing", "A fact of this type needs its list of values")
        if self.values and not chooses:
            raise PydanticCustomError("values_not_allowed", "Only facts of type choice or choices have values")
        if self.key == PAST_AWARDS:
            raise PydanticCustomError("reserved_key", "The desk itself uses this key, for what was awarded before")
        if len({option.key for option in self.values}) != len(self.values):
            raise PydanticCustomError("duplicate_value", "A value stands twice in the list of values")
        if (self.type == "money") != self.key.endswith("_cents"):
            raise PydanticCustomError("money_key", "The key of a money fact, and only of a money fact, ends in _cents")
        if (self.minimum is not None or self.maximum is not None) and self.type not in ("number", "money", "year"):
            raise PydanticCustomError(
                "range_not_allowed", "Only number, money and year facts have a minimum or maximum"
            )
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise PydanticCustomError("range_reversed", "The minimum lies above the maximum")
        if self.past_only and self.type not in ("date", "year"):
            raise PydanticCustomError("past_only_not_allowed", "Only date and year facts can be past_only")
        if self.decimals and self.type != "number":
            raise PydanticCustomError("decimals_not_allowed", "Only number facts have decimals")
        return self

    def option(self, key: str) -> FactOption | None:
        """The answer with this key; None when there is none."""
        return next((option for option in self.values if option.key == key), None)


class FactsFile(Model):
    """facts.yaml: the facts that a region knows, on top of those of the regions it includes."""

    format: Literal["ontwikkelloket/facts/1"]
    """Always ontwikkelloket/facts/1."""
    facts: Items[FactDefinition] = Field(max_length=500)
    """The facts."""

    @model_validator(mode="after")
    def _unique(self) -> "FactsFile":
        keys = [fact.key for fact in self.facts]
        if len(set(keys)) != len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise PydanticCustomError("duplicate_fact", "The fact {fact} stands twice in this file", {"fact": twice})
        return self


FactDefinitions = Mapping[str, FactDefinition]


class FactProblem(ValueError):
    """A value that does not fit its fact. `code` and `params` are stable; `message_en` and `remedy_en` are English."""

    def __init__(self, code: str, message_en: str, remedy_en: str, **params: Any) -> None:
        super().__init__(message_en)
        self.code, self.message_en, self.remedy_en, self.params = code, message_en, remedy_en, params


@dataclass(frozen=True, slots=True)
class ParsedFacts:
    """Facts that were read: the known values, the keys that were said to be unknown, and what is wrong."""

    values: Mapping[str, FactValue]
    unknown: frozenset[str]
    findings: Sequence[Finding]


def parse_facts(
    raw: Mapping[str, Any], definitions: FactDefinitions, *, on: date, file: str = "", path: str = "facts"
) -> ParsedFacts:
    """Typed facts from plain data. null and "unknown" mean unknown. Everything that is wrong is a finding at its fact."""
    values: dict[str, FactValue] = {}
    unknown: set[str] = set()
    findings: list[Finding] = []
    for key, value in raw.items():
        definition = definitions.get(key) if isinstance(key, str) else None
        try:
            if definition is None:
                raise _unknown_fact(str(key), definitions)
            if definition.derived is not None:
                raise FactProblem(
                    "derived_fact",
                    "This fact is worked out from another one.",
                    f"Give {definition.derived.from_} instead.",
                    fact=key,
                    source=definition.derived.from_,
                )
            if value is None or (
                isinstance(value, str) and value in UNKNOWN_WORDS and definition.option(value) is None
            ):
                unknown.add(key)
            else:
                values[key] = parse_fact(definition, value, on=on)
        except FactProblem as problem:
            where = f"{path}.{key}" if path else str(key)
            findings.append(
                Finding(
                    file,
                    where[:200],
                    problem.code,
                    problem.message_en,
                    problem.remedy_en,
                    {"fact": str(key)[:80], **problem.params},
                )
            )
    birth, year = values.get("birth_date"), values.get("birth_year")
    if isinstance(birth, date) and year is not None and birth.year != year:
        message = f"The birth year {year} is not the year of the birth date {birth}."
        where = f"{path}.birth_year".removeprefix(".")
        findings.append(
            Finding(file, where, "birth_year_differs", message, "Correct one of the two.", {"fact": "birth_year"})
        )
    return ParsedFacts(values, frozenset(unknown), tuple(findings))


def _unknown_fact(key: str, definitions: FactDefinitions) -> FactProblem:
    near = get_close_matches(key[:80], definitions, n=1)
    return FactProblem(
        "unknown_fact",
        f"There is no fact {key[:80]!r}.",
        f"Did you mean {near[0]}?" if near else "Use a fact of facts.yaml, or add it there.",
        nearest=near[0] if near else None,
    )


def parse_fact(definition: FactDefinition, value: Any, *, on: date) -> FactValue:
    """One value, checked against its definition. Raises FactProblem."""
    return _READERS[definition.type](definition, value, on)


def _yes_no(definition: FactDefinition, value: Any, on: date) -> FactValue:
    words = {"yes": True, "no": False, "ja": True, "nee": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in words:
        return words[value]
    raise FactProblem("not_yes_or_no", "The answer must be yes or no.", "Write true, false, or unknown.")


def _in_range(
    definition: FactDefinition, number: int | Decimal, low: int | Decimal, high: int | Decimal
) -> int | Decimal:
    low = low if definition.minimum is None else max(low, definition.minimum)
    high = high if definition.maximum is None else min(high, definition.maximum)
    if not low <= number <= high:
        raise FactProblem(
            "out_of_range",
            f"The value must lie between {low} and {high}.",
            "Correct the value, or write unknown.",
            minimum=low,
            maximum=high,
        )
    return number


def _number(definition: FactDefinition, value: Any, on: date) -> FactValue:
    whole = definition.type in ("money", "year") or definition.decimals == 0
    try:
        number = exact_number(value)
    except PydanticCustomError as error:
        raise FactProblem(error.type, error.message() + ".", "Write a number without quotes.") from None
    if whole and not isinstance(number, int):
        raise FactProblem("not_a_whole_number", "This must be a whole number.", "Leave out the decimals.")
    if isinstance(number, Decimal) and number != number.quantize(Decimal(1).scaleb(-definition.decimals)):
        raise FactProblem(
            "too_many_decimals",
            f"At most {definition.decimals} decimals are allowed.",
            "Round the number.",
            decimals=definition.decimals,
        )
    if definition.type == "money":
        return _in_range(definition, number, 0, MAX_CENTS)
    if definition.type == "year":
        year = _in_range(definition, number, EARLIEST.year, LATEST.year)
        if definition.past_only and year > on.year:
            raise FactProblem(
                "in_the_future", "This year has not come yet.", f"Write a year up to {on.year}.", latest=on.year
            )
        return year
    return _in_range(definition, number, 0, 10**9)


def _day(definition: FactDefinition, value: Any, on: date) -> FactValue:
    day = value if type(value) is date else None
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
    if day is None:
        raise FactProblem(
            "not_a_date", "This is not a day in the calendar.", "Write year-month-day, such as 2026-03-01."
        )
    if not EARLIEST <= day <= LATEST:
        raise FactProblem(
            "out_of_range",
            "The date must lie between 1900 and 2200.",
            "Correct the year.",
            minimum=EARLIEST,
            maximum=LATEST,
        )
    if definition.past_only and day > on:
        raise FactProblem("in_the_future", "This day has not come yet.", f"Write a day up to {on}.", latest=on)
    return day


def _choice(definition: FactDefinition, value: Any, on: date) -> FactValue:
    if not isinstance(value, str) or definition.option(value) is None:
        allowed = [option.key for option in definition.values]
        near = get_close_matches(value[:80], allowed, n=1) if isinstance(value, str) else []
        raise FactProblem(
            "value_not_allowed",
            f"The value must be one of: {', '.join(allowed)}.",
            f"Did you mean {near[0]}?" if near else "Choose a value from the list, or write unknown.",
            allowed=allowed,
            nearest=near[0] if near else None,
        )
    return value


def _choices(definition: FactDefinition, value: Any, on: date) -> FactValue:
    if not isinstance(value, list | tuple) or len(value) > len(definition.values):
        raise FactProblem(
            "not_a_list", "This must be a list of values.", "Write the values as a list: [first, second]."
        )
    for item in value:
        _choice(definition, item, on)
    return tuple(option.key for option in definition.values if option.key in value)


def _text(definition: FactDefinition, value: Any, on: date) -> FactValue:
    if not isinstance(value, str) or not value.strip():
        raise FactProblem("not_a_text", "This must be a text.", "Write a text, or unknown.")
    if len(value) > 2000 or has_control_characters(value):
        raise FactProblem(
            "text_not_allowed", "The text is too long or holds control characters.", "Shorten or retype the text."
        )
    return value


def _municipality(definition: FactDefinition, value: Any, on: date) -> FactValue:
    if not isinstance(value, str) or not re.fullmatch(r"GM\d{4}", value, re.ASCII):
        raise FactProblem(
            "not_a_municipality", "This is not the CBS code of a municipality.", "Write GM and four digits: GM0200."
        )
    return value


def _postcode(definition: FactDefinition, value: Any, on: date) -> FactValue:
    text = str(value) if type(value) is int else value
    found = re.fullmatch(r"([1-9]\d{3})\s?([A-Za-z]{2})?", text.strip(), re.ASCII) if isinstance(text, str) else None
    if found is None or (found[2] or "").upper() in {"SA", "SD", "SS"}:
        raise FactProblem(
            "not_a_postcode", "This is not a Dutch postcode.", "Write it as 7411 AB or only the digits: 7411."
        )
    return f"{found[1]} {found[2].upper()}" if found[2] else found[1]


_READERS = {
    "yes_no": _yes_no,
    "number": _number,
    "money": _number,
    "year": _number,
    "date": _day,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
    "municipality": _municipality,
    "postcode": _postcode,
}


def complete_facts(
    facts: Mapping[str, FactValue], definitions: FactDefinitions, references: References, on: date
) -> dict[str, FactValue]:
    """The facts with those that follow from them: the province of a municipality, the year of a birth date."""
    complete = dict(facts)
    for definition in definitions.values():
        if definition.derived is None or definition.key in complete:
            continue
        source = complete.get(definition.derived.from_)
        found = municipality_on(references, source, on) if isinstance(source, str) else None
        if found is not None:
            complete[definition.key] = found.province
    return complete
