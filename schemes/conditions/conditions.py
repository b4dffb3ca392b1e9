"""The closed set of conditions of the scheme language: what may be asked of the facts. The evaluation is in `evaluation`.

Conditions on one fact stand in `conditions_facts`, those that look at more in `conditions_related`; groups stand here. Import
all of them from this module.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.values import Items, Model
from schemes.conditions.base import Condition, Days, Years
from schemes.conditions.on_facts import (
    AgeIs,
    AnyOf,
    DateIs,
    InList,
    No,
    NumberIs,
    OneOf,
    PostcodeBetween,
    PostcodeRange,
    StartsAfterReference,
    StartsWith,
    Yes,
)
from schemes.conditions.related import Awards, Compare, Elapsed, NumberBy, PerExtra, Row, Total

__all__ = [
    "CONDITION_TYPES",
    "AgeIs",
    "All",
    "AnyCondition",
    "AnyOf",
    "Any_",
    "AtLeastN",
    "Awards",
    "Compare",
    "Condition",
    "DateIs",
    "Days",
    "Elapsed",
    "InList",
    "No",
    "Not",
    "NumberBy",
    "NumberIs",
    "OneOf",
    "PerExtra",
    "Points",
    "PointsItem",
    "PostcodeBetween",
    "PostcodeRange",
    "Row",
    "StartsAfterReference",
    "StartsWith",
    "Total",
    "Years",
    "Yes",
    "type_name",
]


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


class PointsItem(Model):
    """A condition and what it is worth."""

    when: "AnyCondition"
    """The condition."""
    points: int = Field(ge=1, le=10_000)
    """The points when it holds."""


class Points(Condition):
    """The conditions that hold give enough points together."""

    type: Literal["points"]
    """Always points for this condition."""
    items: Items[PointsItem] = Field(min_length=1, max_length=100)
    """The conditions with their points."""
    at_least: int = Field(ge=1, le=1_000_000)
    """The points that are needed."""

    @property
    def parts(self) -> tuple["AnyCondition", ...]:
        """The conditions."""
        return tuple(item.when for item in self.items)

    @property
    def placed_parts(self) -> tuple[tuple[str, "AnyCondition"], ...]:
        """The conditions, each with its path below this one."""
        return tuple((f"items[{i}].when", item.when) for i, item in enumerate(self.items))

    @model_validator(mode="after")
    def _possible(self) -> "Points":
        if self.at_least > sum(item.points for item in self.items):
            raise PydanticCustomError("never_true", "More points are needed than can be had")
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

    @property
    def placed_parts(self) -> tuple[tuple[str, "AnyCondition"], ...]:
        """The one part with its path below this one."""
        return (("condition", self.condition),)


AnyCondition = Annotated[
    OneOf
    | AnyOf
    | NumberIs
    | DateIs
    | AgeIs
    | Yes
    | No
    | InList
    | StartsAfterReference
    | PostcodeBetween
    | StartsWith
    | Awards
    | Elapsed
    | Compare
    | NumberBy
    | Total
    | All
    | Any_
    | AtLeastN
    | Points
    | Not,
    Field(discriminator="type"),
]
"""Any condition; `type` says which."""

CONDITION_TYPES: tuple[type[Condition], ...] = (
    OneOf,
    AnyOf,
    NumberIs,
    DateIs,
    AgeIs,
    Yes,
    No,
    InList,
    StartsAfterReference,
    PostcodeBetween,
    StartsWith,
    Awards,
    Elapsed,
    Compare,
    NumberBy,
    Total,
    All,
    Any_,
    AtLeastN,
    Points,
    Not,
)


def type_name(condition: type[Condition]) -> str:
    """The word that files write after `type:` for a class of condition."""
    return str(condition.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]
