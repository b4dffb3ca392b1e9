"""Other amounts for other people: the first variant whose condition holds replaces amounts of the definition."""

from typing import Any, TypeVar

from pydantic import Field

from schemes.basics.money import Cents
from schemes.basics.values import Dated, Items, Key, Line, Model, Text
from schemes.conditions import AnyCondition
from schemes.definition.amounts import Cap, CoFinancing, Coverage, Rate, Reduction, ShareOfBase, Tiers

Definition = TypeVar("Definition", bound=Model)


class Variant(Model):
    """Amounts that hold instead of those of the definition when `when` holds. What is left out stays as it is."""

    id: Key
    """Name of the variant, unique in the definition."""
    title: Text | None = None
    """Name for people: level 4, a household of three."""
    when: AnyCondition
    """For whom this variant is. Use `all`, `any` or `not` for more than one rule."""
    coverage: Items[Coverage] | None = Field(default=None, min_length=1, max_length=10)
    """Instead of the coverage of the definition."""
    caps: Items[Cap] | None = Field(default=None, max_length=20)
    """Instead of all caps of the definition. An empty list: no cap."""
    minimum_cents: Dated[Cents] | None = None
    """Instead of the minimum of the definition; 0: no minimum."""
    fixed_amount_cents: Dated[Cents] | None = None
    """Instead of the fixed amount of the definition."""
    rate: Rate | None = None
    """Instead of the rate of the definition."""
    reduction: Reduction | None = None
    """Instead of the reduction of the definition."""
    tiers: Tiers | None = None
    """Instead of the tiers of the definition."""
    share_of_base: ShareOfBase | None = None
    """Instead of the share of a base of the definition."""
    co_financing: CoFinancing | None = None
    """Instead of the co-financing of the definition."""
    article: Line | None = None
    """The article of the source."""

    def replaces(self) -> dict[str, Any]:
        """The keys that this variant replaces, with their values."""
        return {name: value for name in REPLACED if (value := getattr(self, name)) is not None}

    def applied_to(self, definition: Definition) -> Definition:
        """The definition with the amounts of this variant, and without variants."""
        return definition.model_copy(update={**self.replaces(), "variants": ()})


REPLACED = (
    "coverage",
    "caps",
    "minimum_cents",
    "fixed_amount_cents",
    "rate",
    "reduction",
    "tiers",
    "share_of_base",
    "co_financing",
)
"""The keys of a definition that a variant may replace."""
