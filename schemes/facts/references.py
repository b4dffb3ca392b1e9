"""Reference lists: municipalities, where they lie, shortage sectors, ages that the law changes. Each dated, with its source."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.keeping import KeptFew
from schemes.basics.values import (
    Day,
    Items,
    Key,
    Line,
    Model,
    MunicipalityCode,
    Number,
    Text,
    exact_decimal,
    plain_number,
)
from schemes.basics.vocabulary import Confidence, Province

Postcode4 = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
VALUE_PATTERN = r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"
Value = Annotated[str, StringConstraints(pattern=VALUE_PATTERN, max_length=60)]
"""A value in a list: letters, digits, and single dots, hyphens or underscores between them."""


class Municipality(Model):
    """A municipality with the postcodes that suggest it. A postcode only suggests: the person confirms."""

    code: MunicipalityCode
    name: Line
    """Official name."""
    province: Province
    """The province it lies in."""
    postcodes: Items[Postcode4] = ()
    """The four digits of postcodes where people live in this municipality. PO boxes are not a residence."""

    @property
    def value(self) -> str:
        """What a fact or a condition compares with: the CBS code."""
        return self.code


def _degrees(lowest: str, highest: str, value: Any) -> Decimal:
    number = exact_decimal(value)
    if not Decimal(lowest) <= number <= Decimal(highest):
        limits = {"lowest": lowest, "highest": highest}
        message = "A place in the Netherlands lies between {lowest} and {highest} degrees"
        raise PydanticCustomError("outside_the_netherlands", message, limits)
    if number != number.quantize(Decimal("0.001")):
        raise PydanticCustomError("too_many_decimals", "At most three decimals are allowed")
    return number.quantize(Decimal("0.001"))


def _degrees_schema(lowest: str, highest: str) -> WithJsonSchema:
    told = f"Degrees between {lowest} and {highest}, with at most three decimals."
    limits = {"minimum": float(lowest), "maximum": float(highest)}
    return WithJsonSchema({"type": "number", "description": told} | limits)


_AS_NUMBER = PlainSerializer(plain_number, return_type=int | float, when_used="json")
Latitude = Annotated[
    Decimal, BeforeValidator(partial(_degrees, "50.7", "53.6")), _AS_NUMBER, _degrees_schema("50.7", "53.6")
]
"""Degrees north of a place in the Netherlands in Europe; the third decimal is about a hundred metres."""
Longitude = Annotated[
    Decimal, BeforeValidator(partial(_degrees, "3.3", "7.3")), _AS_NUMBER, _degrees_schema("3.3", "7.3")
]
"""Degrees east of a place in the Netherlands in Europe; the third decimal is about seventy metres."""


class Centre(Model):
    """Where a municipality lies: the centre of its main town. Distances between municipalities are between these."""

    code: MunicipalityCode
    town: Line
    """The town that is meant: the one with the name of the municipality, else its largest one or that of the town hall."""
    latitude: Latitude
    """How far north, in degrees."""
    longitude: Longitude
    """How far east, in degrees."""

    @property
    def value(self) -> str:
        """The CBS code, which stands once in a version."""
        return self.code


class ListItem(Model):
    """One value of a list."""

    value: Value
    """The value a fact is compared with."""
    label: Text | None = None
    """How people call it, when the fact itself has no label for it."""


class AgeItem(Model):
    """An age in years and months, such as the state pension age."""

    years: int = Field(ge=0, le=120)
    """Whole years."""
    months: int = Field(default=0, ge=0, le=11)
    """Months on top of the years."""


class _Version(Model):
    from_: Day = Field(alias="from")
    """First day on which this version of the list is valid."""
    until: Day | None = None
    """Last day on which it is valid. Leave out when it holds until the next version."""
    source: Line
    """Where this version was read."""
    as_of: Day | None = None
    """The day on which the source was read or published."""
    confidence: Confidence = "unknown"
    """How sure the source is."""
    note: Line | None = None
    """Anything a reader of the list should know."""


class MunicipalityVersion(_Version):
    """The municipalities that are valid from a day on."""

    items: Items[Municipality] = Field(min_length=1, max_length=500)
    """The municipalities."""

    @cached_property
    def values(self) -> frozenset[str]:
        """The codes."""
        return frozenset(item.code for item in self.items)


class CentreVersion(_Version):
    """Where municipalities lie from a day on."""

    items: Items[Centre] = Field(min_length=1, max_length=500)
    """The centres."""


class ValueVersion(_Version):
    """The values that are valid from a day on."""

    items: Items[ListItem] = Field(max_length=5000)
    """The values."""

    @cached_property
    def values(self) -> frozenset[str]:
        """The values without their labels."""
        return frozenset(item.value for item in self.items)


class AgeVersion(_Version):
    """The age that is valid from a day on."""

    age: AgeItem
    """The age."""


class NumberItem(Model):
    """The number that holds for one value."""

    value: Value
    """The value of the fact that chooses: a key, a CBS code, yes or no, or digits in quotes."""
    number: Number
    """The number; an amount of money in cents."""


class NumberVersion(_Version):
    """A number, or a number per value, that is valid from a day on."""

    number: Number | None = None
    """The number; an amount of money in cents."""
    items: Items[NumberItem] = Field(default=(), max_length=5000)
    """Instead of one number: a number per value, such as the amount by kind of household."""

    @model_validator(mode="after")
    def _one_or_many(self) -> "NumberVersion":
        if (self.number is None) == (not self.items):
            raise PydanticCustomError("number_or_items", "Give number or items, one of the two")
        return self

    @cached_property
    def numbers(self) -> Mapping[str, int | Decimal]:
        """The number per value."""
        return {item.value: item.number for item in self.items}


class _List(Model):
    format: Literal["ontwikkelloket/reference/1"]
    """Always ontwikkelloket/reference/1."""
    list: Key
    """Name of the list: what a condition of type in_list names. The file has the same name."""
    title: Text
    """Title for people."""

    @model_validator(mode="after")
    def _in_order(self) -> "_List":
        versions: tuple[_Version, ...] = getattr(self, "versions", ())
        for earlier, later in pairwise(versions):
            if later.from_ <= (earlier.until or earlier.from_):
                raise PydanticCustomError("periods_overlap", "Versions stand in order of time and do not overlap")
        for version in versions:
            values = [item.value for item in getattr(version, "items", ())]
            if len(set(values)) != len(values):
                raise PydanticCustomError("duplicate_value", "A value stands twice in one version of the list")
        return self


class MunicipalityList(_List):
    """A dated list of municipalities."""

    kind: Literal["municipalities"]
    """Always municipalities for this kind of list."""
    versions: Items[MunicipalityVersion] = Field(min_length=1, max_length=100)
    """Versions in order of time."""


class CentreList(_List):
    """A dated list of where municipalities lie."""

    kind: Literal["centres"]
    """Always centres for this kind of list."""
    versions: Items[CentreVersion] = Field(min_length=1, max_length=100)
    """Versions in order of time."""


class ValueList(_List):
    """A dated list of values, for example shortage sectors or recognised providers."""

    kind: Literal["values"]
    """Always values for this kind of list."""
    versions: Items[ValueVersion] = Field(min_length=1, max_length=100)
    """Versions in order of time."""


class AgeList(_List):
    """An age that the law changes over time."""

    kind: Literal["age"]
    """Always age for this kind of list."""
    versions: Items[AgeVersion] = Field(min_length=1, max_length=100)
    """Versions in order of time."""


class NumberList(_List):
    """A number or an amount that the law changes over time: the minimum wage, the social minimum by kind of household."""

    kind: Literal["numbers"]
    """Always numbers for this kind of list."""
    versions: Items[NumberVersion] = Field(min_length=1, max_length=200)
    """Versions in order of time."""


AnyList = MunicipalityList | CentreList | ValueList | AgeList | NumberList
AnyVersion = MunicipalityVersion | CentreVersion | ValueVersion | AgeVersion | NumberVersion
Version = TypeVar("Version", bound=AnyVersion)
ReferenceList = Annotated[AnyList, Field(discriminator="kind")]
References = Mapping[str, AnyList]
"""The lists of a region by name."""


class ReferenceFile(Model):
    """Carrier for the JSON Schema of a reference list."""

    list: ReferenceList


def version_on(reference: AnyList, on: date) -> AnyVersion | None:
    """The version of a list that is valid on a day; None when there is none."""
    versions: tuple[AnyVersion, ...] = reference.versions
    return valid_on(versions, on)


def valid_on(versions: Sequence[Version], on: date) -> Version | None:
    """Of versions from old to new the one that is valid on a day; None when there is none."""
    for version in reversed(versions):
        if version.from_ <= on:
            return version if version.until is None or on <= version.until else None
    return None


def values_on(reference: AnyList, on: date) -> frozenset[str] | None:
    """The values of a list on a day; None when no version is valid (or the list holds ages or numbers)."""
    version = version_on(reference, on)
    return version.values if isinstance(version, MunicipalityVersion | ValueVersion) else None


def municipality_on(references: References, code: str, on: date) -> Municipality | None:
    """The municipality with this CBS code, from any list that is valid on the day."""
    key = (id(references), on)
    kept = _MUNICIPALITIES.get(key) or _MUNICIPALITIES.keep(key, (references, _municipalities(references, on)))
    return kept[1].get(code)


_MUNICIPALITIES: KeptFew[tuple[int, date], tuple[References, dict[str, Municipality]]] = KeptFew(64)
"""By code, of the very lists, which never change; what is kept holds on to them, so that no others take their identity."""


def _municipalities(references: References, on: date) -> dict[str, Municipality]:
    found: dict[str, Municipality] = {}
    for name in sorted(references):
        version = version_on(references[name], on)
        if isinstance(version, MunicipalityVersion):
            for item in version.items:
                found.setdefault(item.code, item)
    return found


def municipalities_for_postcode(references: References, postcode: str, on: date) -> list[Municipality]:
    """The municipalities that the first four digits of a postcode suggest, by name; empty when none is known."""
    digits = postcode.strip()[:4]
    found = {}
    for reference in references.values():
        version = version_on(reference, on)
        if isinstance(version, MunicipalityVersion):
            found.update({item.code: item for item in version.items if digits in item.postcodes})
    return sorted(found.values(), key=lambda item: item.name)
