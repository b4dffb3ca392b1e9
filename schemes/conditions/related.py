"""Conditions that look at more than one thing: earlier awards, time between two days, one fact against another."""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.money import Ratio
from schemes.basics.values import Dated, Items, Key, Model, Number, Slug, matches
from schemes.conditions.base import Condition, once_each, one_lower_one_upper
from schemes.facts.references import VALUE_PATTERN

_NUMBER_BOUNDS = ("at_least", "more_than"), ("at_most", "less_than")
Counted = Annotated[int, Field(ge=0, le=10**10, description="A number of awards, or their sum in whole euro cents.")]
Span = Annotated[int, Field(ge=0, le=40_000, description="A number of days, weeks, months or years.")]


class Awards(Condition):
    """Counted history: how many awards of a scheme were had before, or how much. Awards after the reference date do not count."""

    type: Literal["awards"]
    """Always awards for this condition."""
    schemes: Items[Slug] = Field(default=(), max_length=50)
    """The schemes whose awards count. Empty: the scheme of this definition itself."""
    period: Literal["ever", "calendar_year", "school_year", "before"] = "ever"
    """Which awards count: all of them; those of the calendar year or the school year (1 August to 31 July) of the reference
    date; or those of the last `months` months before it."""
    months: int | None = Field(default=None, ge=1, le=1200)
    """For period before: an award counts until the day before so many months have passed since it."""
    of: Literal["number", "amount"] = "number"
    """number: how many awards. amount: their sum in cents."""
    at_least: Dated[Counted] | None = None
    """So many or more."""
    at_most: Dated[Counted] | None = None
    """So many or fewer; 0: none."""
    per: Literal["person", "employer"] = "person"
    """In whose name this desk looks up awards of this scheme: the person, or the employer that asks for an employee."""

    @model_validator(mode="after")
    def _consistent(self) -> "Awards":
        one_lower_one_upper(self, ("at_least",), ("at_most",))
        if (self.period == "before") != (self.months is not None):
            raise PydanticCustomError("months_for_period", "months belongs to period: before, and is needed there")
        if self.per == "employer" and self.schemes:
            raise PydanticCustomError("per_own_scheme", "per: employer is only for awards of the scheme itself")
        once_each(self.schemes)
        return self


class Elapsed(Condition):
    """The time between two days. The borders are days: at_least 2 years holds from the day two years after the first day."""

    type: Literal["elapsed"]
    """Always elapsed for this condition."""
    from_fact: Key | None = Field(default=None, alias="from")
    """The first day: a fact of type date. Leave out for the reference date."""
    to_fact: Key | None = Field(default=None, alias="to")
    """The last day: a fact of type date. Leave out for the reference date."""
    unit: Literal["days", "weeks", "months", "years"]
    """What is counted."""
    at_least: Dated[Span] | None = None
    """The last day is this long after the first day, or later."""
    more_than: Dated[Span] | None = None
    """The last day is later than this long after the first day."""
    at_most: Dated[Span] | None = None
    """The last day is this long after the first day, or earlier."""
    less_than: Dated[Span] | None = None
    """The last day is earlier than this long after the first day."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The days that are facts."""
        return tuple(fact for fact in (self.from_fact, self.to_fact) if fact)

    @model_validator(mode="after")
    def _consistent(self) -> "Elapsed":
        one_lower_one_upper(self, *_NUMBER_BOUNDS)
        if self.from_fact == self.to_fact:
            raise PydanticCustomError("two_days_needed", "Give from, to or both, and not the same fact twice")
        return self


class Compare(Condition):
    """A fact (or several together) against (a share of) another fact, or against an amount or number that stands in a list."""

    type: Literal["compare"]
    """Always compare for this condition."""
    fact: Key
    """A fact of type number, money, year or date."""
    plus: Items[Key] = Field(default=(), max_length=20)
    """Facts of the same type that are added to it: the income of the partner. For number and money."""
    is_: Literal["at_least", "more_than", "at_most", "less_than", "equal"] = Field(alias="is")
    """How the fact must stand to the other. For days at_least is: on that day or later."""
    other: Key | None = None
    """The other fact, of the same type. With `each` a fact of type number."""
    list: Key | None = None
    """Instead of another fact: a reference list of kind numbers, such as the minimum wage."""
    by: Key | None = None
    """With a list that holds a number per value: the fact that says which."""
    share: Dated[Ratio] = Fraction(1)
    """The part of the other that counts: "60%", "2/3", "130%". Exact. For number and money."""
    each: Dated[Number] | None = None
    """So much for each unit of the other: an income of at most 1540000 cents for each tax part."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are compared, and the one that chooses in the list."""
        return tuple(fact for fact in (self.fact, *self.plus, self.other, self.by) if fact)

    @model_validator(mode="after")
    def _consistent(self) -> "Compare":
        if (self.other is None) == (self.list is None):
            raise PydanticCustomError("other_or_list", "Give other or list, one of the two")
        if self.by is not None and self.list is None:
            raise PydanticCustomError("by_without_list", "by belongs to list")
        if self.each is not None and (self.other is None or self.share != 1):
            raise PydanticCustomError("each_or_share", "each stands with other, and without share")
        once_each((self.fact, *self.plus))
        if self.other in (self.fact, *self.plus):
            raise PydanticCustomError("compares_itself", "A fact cannot be compared with itself")
        return self


def _row_value(value: Any) -> str | int:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
    if whole or (isinstance(value, str) and len(value) <= 60 and matches(VALUE_PATTERN, value)):
        return value  # type: ignore[no-any-return]  # one of the two, as just tested
    raise PydanticCustomError("not_a_row_value", "A value of a row is a whole number, or a value of the other fact")


RowValue = Annotated[
    str | int,
    BeforeValidator(_row_value),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": VALUE_PATTERN, "maxLength": 60}, {"type": "integer", "minimum": 0}],
            "description": "A value of the other fact: a key, a CBS code, yes or no, or a whole number.",
        }
    ),
]


class Row(Model):
    """The bounds that hold for some values of the other fact: at most one lower and one upper bound."""

    values: Items[RowValue] = Field(max_length=400)
    """The values of the other fact. Empty, only in the last row: every other value."""
    at_least: Dated[Number] | None = None
    """The value is this or more."""
    more_than: Dated[Number] | None = None
    """The value is more than this."""
    at_most: Dated[Number] | None = None
    """The value is this or less."""
    less_than: Dated[Number] | None = None
    """The value is less than this."""

    @model_validator(mode="after")
    def _bounds(self) -> "Row":
        one_lower_one_upper(self, *_NUMBER_BOUNDS)
        return self


class PerExtra(Model):
    """For larger numbers than the rows hold: the bounds grow with each unit."""

    above: int = Field(ge=0, le=10**6)
    """The value of a row; its bounds grow for every unit above it."""
    each: Dated[Number]
    """By how much they grow for each unit (in cents for a money fact)."""


class NumberBy(Condition):
    """The fact lies within bounds that depend on another fact: an income limit by size of the household."""

    type: Literal["number_by"]
    """Always number_by for this condition."""
    fact: Key
    """A fact of type number, money (bounds in cents) or year."""
    by: Key
    """The fact that chooses the row: choice, yes_no (values yes and no), number, year, municipality or text."""
    rows: Items[Row] = Field(min_length=1, max_length=200)
    """The bounds by value. A value without a row leaves the condition unknown."""
    per_extra: PerExtra | None = None
    """When `by` is a number: how the bounds go on above the last row."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The fact with the bounds and the fact that chooses."""
        return (self.fact, self.by)

    @model_validator(mode="after")
    def _consistent(self) -> "NumberBy":
        values = tuple(value for row in self.rows for value in row.values)
        once_each(values)
        if any(not row.values for row in self.rows[:-1]):
            raise PydanticCustomError("rest_row_last", "Only the last row may have no values")
        if self.fact == self.by:
            raise PydanticCustomError("compares_itself", "A fact cannot be compared with itself")
        if len({isinstance(value, int) for value in values}) > 1:
            raise PydanticCustomError("rows_mixed", "The rows name numbers or names, not both")
        if self.per_extra is not None:
            above = self.per_extra.above
            if above not in values or any(isinstance(value, int) and value > above for value in values):
                raise PydanticCustomError("per_extra_row", "above is the largest number that a row names")
        return self


class Total(Condition):
    """Several facts together lie within bounds: the incomes of two partners, hours less leave."""

    type: Literal["total"]
    """Always total for this condition."""
    plus: Items[Key] = Field(min_length=1, max_length=20)
    """The facts that are added: all of type number, or all of type money."""
    minus: Items[Key] = Field(default=(), max_length=20)
    """The facts of the same type that are taken off."""
    at_least: Dated[Number] | None = None
    """The total is this or more."""
    more_than: Dated[Number] | None = None
    """The total is more than this."""
    at_most: Dated[Number] | None = None
    """The total is this or less."""
    less_than: Dated[Number] | None = None
    """The total is less than this."""

    @property
    def facts(self) -> tuple[str, ...]:
        """All facts that are added or taken off."""
        return (*self.plus, *self.minus)

    @model_validator(mode="after")
    def _consistent(self) -> "Total":
        one_lower_one_upper(self, *_NUMBER_BOUNDS)
        once_each(self.facts)
        if len(self.facts) < 2:
            raise PydanticCustomError("two_facts_needed", "A total needs two facts or more; use number for one")
        return self
