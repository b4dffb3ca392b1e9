"""The base of every class that is read from a file, and its small building blocks: texts, dates, slugs, dated values."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, Union

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    Strict,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from schemes.basics.descriptions import described

T = TypeVar("T")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class Model(BaseModel):
    """Frozen, refuses unknown keys, converts nothing silently. Construct it or load it; never change it.

    What reads and writes it is made when it is first used, so that who imports it does not wait for it.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
        defer_build=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /) -> dict[str, Any]:
        """The schema with the text that stands under each attribute, where the attribute has no description of its own."""
        found = handler(core_schema)
        shapes = handler.resolve_ref_schema(found).get("properties", {})
        for name, text in described(cls).items():
            field = cls.model_fields.get(name)
            if field is not None and field.description is None:
                shapes[field.alias or name]["description"] = text
        return found


def matches(pattern: str, text: str) -> bool:
    """Whether a whole text has a form. Digits are ASCII digits only."""
    return re.fullmatch(pattern, text, re.ASCII) is not None and not text.endswith("\n")


def has_control_characters(text: str) -> bool:
    """Whether a text holds control characters (tabs and line ends aside) or marks that reorder what is shown."""
    return _CONTROL.search(text) is not None


def _printable(text: str) -> str:
    if has_control_characters(text):
        raise PydanticCustomError("control_character", "The text holds a control character")
    if not text.strip():
        raise PydanticCustomError("blank_text", "The text is empty")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("more_than_one_line", "The text must be one line")
    return text


Line = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(_printable), AfterValidator(_one_line)
]
"""One line of text, 1 to 300 characters."""
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_printable)]
"""Text of 1 to 4000 characters; line ends allowed."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""A name for addresses and file names: small letters, digits and single hyphens."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
"""A name of a fact, value, list or group: small letters, digits and single underscores, starting with a letter."""
MunicipalityCode = Annotated[
    str, StringConstraints(pattern=r"^GM[0-9]{4}$"), Field(description="CBS code of a municipality, such as GM0200.")
]
WebAddress = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s<>\"']+$", max_length=500), AfterValidator(_printable)
]
Permille = Annotated[int, Field(ge=0, le=2000, description="Price per euro in thousandths, 0 to 2000: 700 is 0.70.")]

Items = Annotated[tuple[T, ...], Strict(False)]
"""A list in a file; a tuple in the code, so that nothing can change it."""


def _date(value: Any) -> date:
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("not_a_date", "This day does not exist in the calendar") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise PydanticCustomError("not_a_date", "A date is written as year-month-day, such as 2026-03-01")
    if not EARLIEST <= value <= LATEST:
        raise PydanticCustomError("date_out_of_range", "A date lies between 1900 and 2200")
    return value


Day = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema(
        {"type": "string", "format": "date", "examples": ["2026-03-01"], "description": "A date, YYYY-MM-DD."}
    ),
]
"""A calendar day, in files as YYYY-MM-DD."""


def exact_number(value: Any) -> int | Decimal:
    """A whole number or a number with at most two decimals, exact. Raises PydanticCustomError otherwise."""
    number = exact_decimal(value)
    if number != number.quantize(Decimal("0.01")):
        raise PydanticCustomError("too_many_decimals", "At most two decimals are allowed")
    return int(number) if number == number.to_integral_value() else number.normalize()


def exact_decimal(value: Any) -> Decimal:
    """A number of a file as it was written. Raises PydanticCustomError for what is no number, or is far too large."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise PydanticCustomError("not_a_number", "A number is needed here")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise PydanticCustomError("not_a_number", "A number is needed here") from None
    if not number.is_finite() or abs(number) > 10**11:
        raise PydanticCustomError("number_out_of_range", "The number is too large")
    return number


def plain_number(value: int | Decimal) -> int | float:
    """An exact number as JSON holds it: whole ones without a point."""
    return int(value) if value == int(value) else float(value)


Number = Annotated[
    int | Decimal,
    BeforeValidator(exact_number),
    PlainSerializer(plain_number, return_type=int | float, when_used="json"),
    WithJsonSchema({"type": "number", "multipleOf": 0.01, "description": "A number with at most two decimals."}),
]
"""An exact number with at most two decimals; a whole number is an int, anything else a Decimal."""


class Text(Model):
    """A text in Dutch and English."""

    nl: Paragraph
    """The text in Dutch, plain language (B1)."""
    en: Paragraph
    """The same text in English."""


class DatedValue(Model, Generic[T]):
    """A value that holds from a day on, until the next entry or until its own last day."""

    from_: Day = Field(alias="from")
    """First day on which the value holds."""
    until: Day | None = None
    """Last day on which the value holds. Leave out when it holds until the next entry."""
    value: T
    """The value itself."""
    source: Line | None = None
    """Where the value was read."""

    @model_validator(mode="after")
    def _in_order(self) -> "DatedValue[T]":
        if self.until is not None and self.until < self.from_:
            raise PydanticCustomError("dates_reversed", "The last day lies before the first day")
        return self


def _ascending(entries: tuple[DatedValue[T], ...]) -> tuple[DatedValue[T], ...]:
    for earlier, later in pairwise(entries):
        if later.from_ <= (earlier.until or earlier.from_):
            raise PydanticCustomError("periods_overlap", "Dated values stand in order of time and do not overlap")
    return entries


def _is_dated(value: Any) -> str:
    return "dated" if isinstance(value, list | tuple) else "plain"


if TYPE_CHECKING:
    Dated = Union[T, tuple[DatedValue[T], ...]]  # noqa: UP007  # an alias that begins with a type variable
else:

    class Dated:
        """A plain value, or a list of values that each hold from a day on: `Dated[Cents]`, `Dated[Share]`."""

        def __class_getitem__(cls, item: Any) -> Any:
            many = Annotated[
                tuple[DatedValue[item], ...],
                Strict(False),
                Field(min_length=1, max_length=200),
                AfterValidator(_ascending),
                Tag("dated"),
            ]
            return Annotated[Annotated[item, Tag("plain")] | many, Discriminator(_is_dated)]


def value_on(dated: T | Sequence[DatedValue[T]], on: date) -> T | None:
    """The value that holds on a day; None when no period holds that day. A plain value always holds."""
    if not isinstance(dated, tuple):
        return dated  # type: ignore[return-value]  # the plain branch of Dated
    holding: T | None = None
    for entry in dated:
        if entry.from_ <= on:
            holding = entry.value if entry.until is None or on <= entry.until else None
    return holding


MONTH_DAY = (
    r"^(0[13578]-(0[1-9]|[12][0-9]|3[01])|1[02]-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$"
)
MonthDay = Annotated[
    str,
    StringConstraints(pattern=MONTH_DAY),
    Field(description='A day of every year as month-day, in quotes: "09-01" is 1 September.'),
]
"""A day that every year has."""
