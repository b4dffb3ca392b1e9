"""Conditions on one fact: the value is one of these, lies within bounds, stands in a list. The evaluation is in `evaluation`."""

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.values import Dated, Day, Items, Key, Model, MonthDay, Number
from schemes.conditions.base import Condition, Days, Years, once_each, one_lower_one_upper
from schemes.facts.references import Postcode4, Value


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
        one_lower_one_upper(self, ("at_least", "more_than"), ("at_most", "less_than"))
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
            one_lower_one_upper(self, ("days_after_reference_at_least",), ("days_after_reference_at_most",))
        else:
            one_lower_one_upper(self, ("on_or_after", "after"), ("on_or_before", "before"))
        return self


class AgeIs(Condition):
    """The age on the reference date (or another day), from the birth date, or from the birth year when that decides."""

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
    on_fact: Key | None = None
    """The age on the day of this fact, such as training_start, instead of on the reference date."""
    on_day: MonthDay | None = None
    """The age on this day of the year of the reference date: "12-31" is the age that is reached in that year."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The birth date and, when used, the birth year and the day on which the age counts."""
        return tuple(fact for fact in (self.birth_date, self.birth_year, self.on_fact) if fact)

    @model_validator(mode="after")
    def _bounds(self) -> "AgeIs":
        one_lower_one_upper(self, ("at_least",), ("at_most", "below", "below_state_pension"))
        if self.on_fact is not None and self.on_day is not None:
            raise PydanticCustomError("two_days", "The age counts on one day: on_fact or on_day, not both")
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


class PostcodeRange(Model):
    """Postcodes from one up to and including another."""

    from_: Postcode4 = Field(alias="from")
    """The first four digits, in quotes."""
    to: Postcode4
    """The last four digits, in quotes."""

    @model_validator(mode="after")
    def _in_order(self) -> "PostcodeRange":
        if self.to < self.from_:
            raise PydanticCustomError("range_reversed", "The range ends before it begins")
        return self


class PostcodeBetween(Condition):
    """The four digits of a postcode lie in one of these ranges."""

    type: Literal["postcode_between"]
    """Always postcode_between for this condition."""
    fact: Key
    """A fact of type postcode."""
    ranges: Items[PostcodeRange] = Field(min_length=1, max_length=200)
    """The ranges, of which one is enough. The borders themselves belong to it."""


class StartsWith(Condition):
    """The value begins with one of these: a sector of activity by its code, a department by its postcode."""

    type: Literal["starts_with"]
    """Always starts_with for this condition."""
    fact: Key
    """A fact of type text, choice, municipality or postcode."""
    prefixes: Items[Value] = Field(min_length=1, max_length=400)
    """The beginnings that are allowed, such as "85" for all codes 85.10, 85.20 and so on."""

    @model_validator(mode="after")
    def _once(self) -> "StartsWith":
        once_each(self.prefixes)
        return self
