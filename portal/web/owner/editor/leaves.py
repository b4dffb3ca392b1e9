"""One field: a value of a document as the text that people see, and what they typed as a value again.

What cannot be read stays the text that was typed, so that nothing is lost and the check of the definition says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.web.forms import typed as reading
from portal.web.owner.editor.tree import NOTHING, Node
from schemes.basics.money import parse_share, share_text
from schemes.facts import FactDefinition
from schemes.facts.references import MunicipalityList
from schemes.region.crosscheck import FACT_TYPES

AROUND = ("fact", "by", "of")
"""Keys of a group that say what the values beside them are: the fact, and whether a sum is meant."""
BOUNDS = frozenset({"at_least", "more_than", "at_most", "less_than", "each", "above"})
FACT_KEYS = frozenset(
    {
        "plus",
        "minus",
        "fact",
        "other",
        "by",
        "from",
        "to",
        "from_fact",
        "to_fact",
        "on_fact",
        "birth_date",
        "birth_year",
        "times",
    }
)
SCHEME_KEYS = frozenset({"schemes", "asks_first", "less", "scheme"})
_REMOVED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_RATIO = re.compile(
    r"(?P<percent>[0-9]{1,5}([.,][0-9]{1,4})?)\s?%|(?P<above>[0-9]{1,9})(/(?P<below>0|[1-9][0-9]{0,8}))?"
)
_NUMBER = re.compile(r"[-\u2212+]?[0-9]{1,12}([.,][0-9]{1,6})?")

Around = Mapping[str, str]

_KIND_OF_FACT = {
    "municipality": "place",
    "yes_no": "yes_no",
    "money": "cents",
    "number": "number",
    "year": "whole",
    "date": "date",
}
_FITTING: Mapping[str, tuple[str, ...]] = {
    **{f"{kind.__name__}.fact": types for kind, types in FACT_TYPES.items()},
    "birth_date": ("date",),
    "birth_year": ("year",),
    "on_fact": ("date",),
    "from": ("date",),
    "to": ("date",),
    "plus": ("number", "money"),
    "minus": ("number", "money"),
    "times": ("number",),
    "Rate.fact": ("number",),
    "Reduction.fact": ("money",),
    "NumberBy.fact": ("number", "money", "year"),
}
"""Types of the facts that fit a field; a key that is not here takes any fact."""


@dataclass(frozen=True)
class Known:
    """What a region knows and a form offers: facts, lists, schemes and organisations with how they are called."""

    facts: Mapping[str, FactDefinition] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)
    schemes: Mapping[str, Any] = field(default_factory=dict)
    """Titles by slug."""
    organisations: Mapping[str, Any] = field(default_factory=dict)
    """Names by id."""

    def fact_type(self, key: str | None) -> str:
        """The type of a fact; an empty text when there is no such fact."""
        known = self.facts.get(key or "")
        return known.type if known is not None else ""

    def offered(self, source: str, types: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """What may be chosen from a source, with labels; of facts those of the given types."""
        if source == "facts":
            fitting = (item for item in self.facts.items() if not types or item[1].type in types)
            return [(key, localized(fact.question)) for key, fact in fitting]
        if source == "lists":
            return [(key, localized(known.title)) for key, known in self.lists.items()]
        titles = self.schemes if source == "schemes" else self.organisations
        return [(key, localized(title)) for key, title in titles.items()]

    def answers(self, fact: str) -> list[tuple[str, str]]:
        """The values of a fact with labels; empty when any value may be typed."""
        known = self.facts.get(fact)
        if known is None:
            return []
        if known.type == "yes_no":
            return [("yes", _("Ja")), ("no", _("Nee"))]
        if known.values:
            return [(option.key, localized(option.label)) for option in known.values]
        return []

    @cached_property
    def places(self) -> dict[str, str]:
        """Every municipality of the lists: names by code, in the order of the names."""
        found: dict[str, str] = {}
        for known in self.lists.values():
            if isinstance(known, MunicipalityList):
                found |= {item.code: item.name for version in known.versions for item in version.items}
        return dict(sorted(found.items(), key=lambda item: item[1]))

    @cached_property
    def place_codes(self) -> dict[str, str]:
        """Codes by the name in small letters."""
        return {name.lower(): code for code, name in self.places.items()}

    def display(self, kind: str, value: Any) -> str:
        """A value as the text in its field; a municipality by its name."""
        text = display(kind, value)
        return self.places.get(text, text) if kind == "place" else text

    def parse(self, kind: str, text: str) -> Any:
        """What was typed as a value; a municipality may be named or given by its code."""
        found = parse(kind, text)
        return self.place_codes.get(found.lower(), found) if kind == "place" and isinstance(found, str) else found


def source_of(node: Node) -> str | None:
    """Where the names of a field come from: facts, lists, schemes or organisations; None when it is free."""
    if node.kind != "name":
        return None
    if node.key in FACT_KEYS:
        return "facts"
    if node.key == "list":
        return "lists"
    if node.key == "owner":
        return "organisations"
    own_name = node.key == "scheme" and node.owner in ("SchemeDefinition", "CasesFile")
    return "schemes" if node.key in SCHEME_KEYS and not own_name else None


def fitting(node: Node) -> tuple[str, ...]:
    """The types of facts that a field can name; empty: any."""
    return _FITTING.get(f"{node.owner}.{node.key}", _FITTING.get(node.key, ()))


def followed(node: Node, around: Around) -> str | None:
    """The fact whose answers a field holds: the values of a condition, the answer in a case."""
    if node.kind == "fact":
        return around.get("answer")
    if node.key == "values":
        return around.get("by") or around.get("fact")
    return None


def surroundings(keys: Iterable[str], around: Around, first: Callable[[str], str]) -> Around:
    """What the values of a group depend on; `first` gives the (first) value of a key as text."""
    found = dict(around)
    for key in keys:
        if key in AROUND:
            found[key] = first(key)
        elif key == "plus":
            found["fact"] = first(key)
    return found


def kind_of(node: Node, around: Around, known: Known) -> str:
    """The kind of a leaf where it stands: a bound on a money fact is an amount of money, an answer is as its fact."""
    fact = followed(node, around)
    if fact is not None and node.key == "values":
        numbers = node.kind == "value" and known.fact_type(fact) in ("number", "year")
        return "whole" if numbers else "place" if known.fact_type(fact) == "municipality" else "line"
    if fact is not None:
        types = {
            "municipality": "place",
            "yes_no": "yes_no",
            "money": "cents",
            "number": "number",
            "year": "whole",
            "date": "date",
        }
        return types.get(known.fact_type(fact), "value" if node.kind == "value" else "line")
    if node.key in BOUNDS and node.kind in ("number", "whole"):
        if around.get("of") == "amount":
            return "cents"
        about = around.get("by") if node.key == "above" else around.get("fact")
        if known.fact_type(about) == "money":
            return "cents"
    return node.kind


def display(kind: str, value: Any) -> str:
    """A value as the text in its field."""
    if value is NOTHING or value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "cents" and isinstance(value, int) and value >= 0:
        return euros(value)
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",") if kind == "number" else str(value)
    if isinstance(value, date):
        value = value.isoformat()
    if kind == "date":
        with suppress(ValueError):
            return f"{date.fromisoformat(str(value)):%d-%m-%Y}"
    if kind in ("share", "ratio"):
        with suppress(ValueError):
            return share_in_words(share_of(str(value)))
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def euros(cents: int) -> str:
    """Cents as people type an amount: 2.500 or 2.500,50."""
    whole = f"{cents // 100:,}".replace(",", ".")
    return whole if cents % 100 == 0 else f"{whole},{cents % 100:02d}"


def share_of(text: str) -> Fraction:
    """A share that may be more than one: 130%, 3/2. Raises ValueError."""
    found = _RATIO.fullmatch(text.strip())
    if found is None or found["below"] == "0":
        raise ValueError(text)
    if found["percent"]:
        return Fraction(found["percent"].replace(",", ".")) / 100
    return Fraction(int(found["above"]), int(found["below"] or 1))


def share_in_words(share: Fraction) -> str:
    """A share as a percentage, or as a fraction when it has no end as a percentage."""
    permyriad = share * 1_000_000
    if permyriad.denominator != 1:
        return share_text(share)
    whole, rest = divmod(int(permyriad), 10_000)
    return f"{whole},{rest:04d}".rstrip("0").rstrip(",") + "%"


def parse(kind: str, text: str) -> Any:
    """What was typed as a value; the text itself when it cannot be read, and NOTHING when the field is empty."""
    text = readable(text)
    if not text.strip():
        return NOTHING
    plain = text.strip()
    if kind == "paragraph":
        return text.rstrip()
    with suppress(ValueError):
        if kind == "cents":
            return reading.euros(plain)
        if kind == "whole":
            return reading.whole_number(plain)
        if kind == "date":
            return reading.day(plain).isoformat()
        if kind == "share":
            return share_text(parse_share(plain))
        if kind == "ratio":
            return share_text(share_of(plain))
        if kind == "number":
            return _number(plain)
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(plain, plain)
    return plain


def _number(text: str) -> int | float:
    with suppress(ValueError):
        return reading.whole_number(text)
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = float(text.replace(",", ".").replace("\u2212", "-"))
    return int(number) if number.is_integer() else number


def readable(text: str) -> str:
    """What was sent, without characters that no keyboard types; line ends as ``\\n``."""
    return _REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
