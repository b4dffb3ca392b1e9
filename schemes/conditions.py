"""The closed set of conditions of the scheme language: what may be asked of the facts. The evaluation is in `evaluation`."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.references import Value
from schemes.values import Dated, Day, Items, Key, Line, Model, Number, Text

Years = Annotated[int, Field(ge=0, le=120, description="An age in whole years.")]
Days = Annotated[
    int, Field(ge=-36500, le=36500, description="A number of days; negative is before the reference date.")
]


class Condition(Model):
    """What every condition may carry."""

    id: Key | None = None
    """Name of this condition within the scheme, for cases and messages."""
    article: Line | None = None
    """The article of the source that asks this."""
    text: Text | None = None
    """The condition in words, when the generated sentence says too little."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The conditions inside this one."""
        return ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts this condition looks at, without those of its parts."""
        fact = getattr(self, "fact", None)
        return (fact,) if fact else ()


class OneOf(Condition):
    """The fact has one of these values."""

    type: Literal["one_of"]
    """Always one_of for this condition."""
    fact: Key
    """A fact of type choice, municipality, postcode or text."""
    values: Items[Value] = Field(min_length=1, max_length=400)
    """The values that are allowed."""


class AnyOf(Condition):
    """At least one of the chosen values of the fact is in this list."""

    type: Literal["any_of"]
    """Always any_of for this condition."""
    fact: Key
    """A fact of type choices."""
    values: Items[Value] = Field(min_length=1, max_length=400)
    """The values of which one is enough."""


def _one_lower_one_upper(model: Any, lower: tuple[str, ...], upper: tuple[str, ...]) -> None:
    low = [name for name in lower if getattr(model, name) not in (None, False)]
    high = [name for name in upper if getattr(model, name) not in (None, False)]
    if not low and not high:
        raise PydanticCustomError(
            "no_bound", "The condition has no bound; give one of {names}", {"names": ", ".join(lower + upper)}
        )
    for given in (low, high):
        if len(given) > 1:
            raise PydanticCustomError(
                "two_bounds", "The bounds {names} cannot stand together; keep one", {"names": " and ".join(given)}
            )
    if low and high:
        bottom, top = getattr(model, low[0]), getattr(model, high[0])
        plain = not isinstance(bottom, bool | tuple) and not isinstance(top, bool | tuple)
        strict = low[0] in ("more_than", "after") or high[0] in ("less_than", "below", "before")
        if plain and (bottom > top or (strict and bottom >= top)):
            raise PydanticCustomError("never_true", "No value can satisfy both bounds")


class NumberIs(Condition):
    """The fact lies within bounds: at most one lower and one upper bound."""

    type: Literal["number"]
    """Always number for this condition."""
    fact: Key
    """A fact of type number, money (bounds in cents) or year."""
    at_least: Dated[Number] | None = None
    """The value is this or more."""
    more_than: Dated[Number] | None = None
    """The value is more than this."""
    at_most: Dated[Number] | None = None
    """The value is this or less."""
    less_than: Dated[Number] | None = None
    """The value is less than this."""

    @model_validator(mode="after")
    def _bounds(self) -> "NumberIs":
        _one_lower_one_upper(self, ("at_least", "more_than"), ("at_most", "less_than"))
        return self


class DateIs(Condition):
    """The fact is a day within bounds: fixed days, or a number of days from the reference date."""

    type: Literal["date"]
    """Always date for this condition."""
    fact: Key
    """A fact of type date."""
    on_or_after: Dated[Day] | None = None
    """The day is this day or later."""
    after: Dated[Day] | None = None
    """The day is later than this day."""
    on_or_before: Dated[Day] | None = None
    """The day is this day or earlier."""
    before: Dated[Day] | None = None
    """The day is earlier than this day."""
    days_after_reference_at_least: Dated[Days] | None = None
    """The day lies at least this many days after the reference date."""
    days_after_reference_at_most: Dated[Days] | None = None
    """The day lies at most this many days after the reference date: 91 is 13 weeks."""

    @model_validator(mode="after")
    def _bounds(self) -> "DateIs":
        fixed = any(getattr(self, name) is not None for name in ("on_or_after", "after", "on_or_before", "before"))
        counted = self.days_after_reference_at_least is not None or self.days_after_reference_at_most is not None
        if fixed and counted:
            raise PydanticCustomError(
                "mixed_bounds", "Fixed days and days from the reference date do not stand in one condition; use two"
            )
        if counted:
            _one_lower_one_upper(self, ("days_after_reference_at_least",), ("days_after_reference_at_most",))
        else:
            _one_lower_one_upper(self, ("on_or_after", "after"), ("on_or_before", "before"))
        return self


class AgeIs(Condition):
    """The age on the reference date, from the birth date, or from the birth year when that decides."""

    type: Literal["age"]
    """Always age for this condition."""
    at_least: Dated[Years] | None = None
    """This age or older: 18 holds from the 18th birthday on."""
    at_most: Dated[Years] | None = None
    """This age or younger: 67 holds until the day before the 68th birthday."""
    below: Dated[Years] | None = None
    """Younger than this age: 57 holds until the day before the 57th birthday."""
    below_state_pension: bool = False
    """Has not reached the state pension age, taken from the reference list state_pension_age."""
    birth_date: Key = "birth_date"
    """The fact that holds the birth date."""
    birth_year: Key | None = "birth_year"
    """The fact that holds the birth year."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The birth date and, when used, the birth year."""
        return (self.birth_date, self.birth_year) if self.birth_year else (self.birth_date,)

    @model_validator(mode="after")
    def _bounds(self) -> "AgeIs":
        _one_lower_one_upper(self, ("at_least",), ("at_most", "below", "below_state_pension"))
        return self


class Yes(Condition):
    """The answer is yes."""

    type: Literal["yes"]
    """Always yes for this condition."""
    fact: Key
    """A fact of type yes_no."""


class No(Condition):
    """The answer is no."""

    type: Literal["no"]
    """Always no for this condition."""
    fact: Key
    """A fact of type yes_no."""


class InList(Condition):
    """The fact stands in a reference list, in the version that is valid on the reference date."""

    type: Literal["in_list"]
    """Always in_list for this condition."""
    fact: Key
    """A fact of type choice, choices (one is enough), municipality, postcode (first four digits) or text."""
    list: Key
    """Name of the reference list."""


class StartsAfterReference(Condition):
    """The training starts after the reference date: ask first, start later."""

    type: Literal["starts_after_reference"]
    """Always starts_after_reference for this condition."""
    fact: Key = "training_start"
    """A fact of type date."""
    same_day: bool = False
    """Starting on the reference date itself is also allowed."""


class All(Condition):
    """All parts hold."""

    type: Literal["all"]
    """Always all for this condition."""
    conditions: "Items[AnyCondition]" = Field(min_length=1, max_length=100)
    """The parts."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The parts."""
        return self.conditions


class Any_(Condition):
    """At least one part holds."""

    type: Literal["any"]
    """Always any for this condition."""
    conditions: "Items[AnyCondition]" = Field(min_length=1, max_length=100)
    """The parts."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The parts."""
        return self.conditions


class AtLeastN(Condition):
    """At least n of the parts hold."""

    type: Literal["at_least_n"]
    """Always at_least_n for this condition."""
    n: int = Field(ge=1, le=100)
    """How many parts must hold."""
    conditions: "Items[AnyCondition]" = Field(min_length=1, max_length=100)
    """The parts."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The parts."""
        return self.conditions

    @model_validator(mode="after")
    def _possible(self) -> "AtLeastN":
        if self.n > len(self.conditions):
            raise PydanticCustomError("never_true", "More parts are needed than there are")
        return self


class Not(Condition):
    """The part does not hold."""

    type: Literal["not"]
    """Always not for this condition."""
    condition: "AnyCondition"
    """The part that must not hold."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The one part."""
        return (self.condition,)


AnyCondition = Annotated[
    OneOf | AnyOf | NumberIs | DateIs | AgeIs | Yes | No | InList | StartsAfterReference | All | Any_ | AtLeastN | Not,
    Field(discriminator="type"),
]
"""Any condition; `type` says which."""

for _grouping in (All, Any_, AtLeastN, Not):
    _grouping.model_rebuild()

CONDITION_TYPES: tuple[type[Condition], ...] = (
    OneOf, AnyOf, NumberIs, DateIs, AgeIs, Yes, No, InList, StartsAfterReference, All, Any_, AtLeastN, Not,
)  # fmt: skip


def type_name(condition: type[Condition]) -> str:
    """The word that files write after `type:` for a class of condition."""
    return str(condition.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]
