"""What a scheme pays: covered costs, caps, rates, tiers, stacking. The inputs of the mix that come from a scheme."""

from datetime import date
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.money import Cents, Share
from schemes.basics.values import EARLIEST, Dated, Items, Key, Line, Model, Slug, Text, value_on
from schemes.basics.vocabulary import CostCategory

CapPer = Literal["award", "person", "employer", "training"]
CapPeriod = Literal["none", "calendar_year", "school_year", "from_first_award", "before_award"]


def days_of(*dated: Any) -> list[date]:
    """A day within each period in which none of these dated values changes; at least one day."""
    changes = {entry.from_ for value in dated if isinstance(value, tuple) for entry in value}
    return sorted(changes | {EARLIEST})


class Coverage(Model):
    """Which cost categories are covered, and for which share."""

    categories: Items[CostCategory] = Field(min_length=1, max_length=10)
    """The cost categories this share is for. A category stands in one coverage only."""
    share: Dated[Share] = Field(description='The share of each cost line that may be paid: "100%", "50%", "1/3".')
    article: Line | None = None
    """The article of the source."""


class Cap(Model):
    """The most that is paid: per award, or per person, employer or training, possibly within a period."""

    amount_cents: Dated[Cents]
    """The most, in cents."""
    per: CapPer
    """award: each award on its own. person, employer: all awards to that holder together. training: all awards for that training
    together, whoever has them. A training of the region's catalogue is known by its id, another one by its name."""
    period: CapPeriod = "none"
    """none: ever (or, for an award, that award). calendar_year and school_year (1 August to 31 July): within the one that
    holds the reference date. from_first_award: within `years` years from the first award. before_award: within the
    `years` years before the award."""
    years: int | None = Field(default=None, ge=1, le=20)
    """Length of the period in years. Only for from_first_award and before_award."""
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _consistent(self) -> "Cap":
        counts_years = self.period in ("from_first_award", "before_award")
        if counts_years != (self.years is not None):
            raise PydanticCustomError("years_for_period", "years belongs with from_first_award and before_award only")
        if self.per == "award" and self.period != "none":
            raise PydanticCustomError("award_has_no_period", "A cap per award has no period")
        return self


class Rate(Model):
    """An amount per unit: per week of guidance, per month, per child. Counted by a fact, or a number that is always the same."""

    amount_cents: Dated[Cents]
    """Amount per unit, in cents."""
    unit: Text
    """The unit: week, half-year, month, diploma."""
    fact: Key | None = None
    """The number fact that holds the count of units. Either this or `units`."""
    units: int | None = Field(default=None, ge=1, le=100_000)
    """The number of units when it is the same for everybody: six months. Either this or `fact`."""
    max_units: int | None = Field(default=None, ge=1, le=100_000)
    """At most this many units are counted."""
    above_units: int = Field(default=0, ge=0, le=100_000)
    """The first so many units pay nothing: 2 when the amount is for the third child and further."""
    rounds: Literal["exact", "up", "down"] = "exact"
    """exact: a part of a unit pays a part. up: a unit that has begun counts whole. down: only complete units count."""
    times: Key | None = None
    """A second number fact that multiplies: per month and per child."""
    plus_cents: Dated[Cents] | None = None
    """An amount that comes on top once, whatever the count."""
    pays: Literal["up_to", "exactly"] = "up_to"
    """up_to: a limit on what is paid. exactly: that amount, all of it or nothing, like a fixed amount."""
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _counted(self) -> "Rate":
        if (self.fact is None) == (self.units is None):
            raise PydanticCustomError("fact_or_units", "Give either fact or units")
        most = self.max_units or self.units
        if most is not None and self.above_units >= most:
            raise PydanticCustomError("no_unit_left", "above_units leaves no unit that pays")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that the amount depends on."""
        return tuple(fact for fact in (self.fact, self.times) if fact is not None)


class Reduction(Model):
    """What is paid at most becomes less when an amount, such as the income, is higher."""

    fact: Key
    """The money fact that is looked at: income, savings, what was received elsewhere."""
    above_cents: Dated[Cents]
    """Nothing is taken off up to this amount, in cents."""
    share: Dated[Share] = Field(description="Which part of what the fact is above that is taken off: 1/2, 100%.")
    article: Line | None = None
    """The article of the source."""


class Tier(Model):
    """One step of the cost and the share that is paid of it."""

    up_to_cents: Dated[Cents] | None = None
    """The cost up to which this share holds, in cents, counted from the first euro. Only the last step may leave it out."""
    share: Dated[Share] = Field(description="The share of the cost within this step.")


class Tiers(Model):
    """A share that differs by step of the cost, all lines together: 100% up to € 1.000, half of what lies above."""

    steps: Items[Tier] = Field(min_length=1, max_length=20)
    """The steps in order of the cost. Above a last step that ends nothing is paid."""
    of: Literal["eligible_cost", "eligible_cost_less"] = "eligible_cost"
    """eligible_cost: the covered cost lines together. eligible_cost_less: those minus what `less` pays on them."""
    less: Items[Slug | Literal["employer", "sector_funds"]] = Field(default=(), max_length=50)
    """Whose payments are taken off: slugs of schemes, "employer" or "sector_funds". Only with eligible_cost_less."""
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _consistent(self) -> "Tiers":
        if (self.of == "eligible_cost_less") != bool(self.less):
            raise PydanticCustomError("less_for_base", "less belongs with eligible_cost_less, and is needed there")
        if any(step.up_to_cents is None for step in self.steps[:-1]):
            raise PydanticCustomError("tiers_in_order", "Only the last step may have no end")
        for day in days_of(*(value for step in self.steps for value in (step.up_to_cents, step.share))):
            ends = [value_on(step.up_to_cents, day) for step in self.steps if step.up_to_cents is not None]
            if any(a is not None and b is not None and b <= a for a, b in pairwise(ends)):
                raise PydanticCustomError("tiers_in_order", "The steps stand in order of the cost")
            shares = [value_on(step.share, day) for step in self.steps]
            rising = any(a is not None and b is not None and a < b for a, b in pairwise(shares))
            if rising and self.of == "eligible_cost_less":
                raise PydanticCustomError("tiers_rise", "With eligible_cost_less the shares may not rise")
        return self


class ShareOfBase(Model):
    """A share of all eligible costs together, possibly after what others pay."""

    share: Dated[Share] = Field(description="The share of the base.")
    of: Literal["eligible_cost", "eligible_cost_less"]
    """eligible_cost: the covered cost lines together. eligible_cost_less: those minus what `less` pays on them."""
    less: Items[Slug | Literal["employer", "sector_funds"]] = Field(default=(), max_length=50)
    """Whose payments are taken off: slugs of schemes, "employer" or "sector_funds". Only with eligible_cost_less."""
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _consistent(self) -> "ShareOfBase":
        if (self.of == "eligible_cost_less") != bool(self.less):
            raise PydanticCustomError("less_for_base", "less belongs with eligible_cost_less, and is needed there")
        return self


class CoFinancing(Model):
    """The employer must pay a part too."""

    share: Dated[Share] = Field(description="The employer's part as a share.")
    of: Literal["eligible_cost", "own_amount"]
    """eligible_cost: share of the covered costs. own_amount: share of what this scheme itself pays ("100%" is as much)."""
    counts_sector_fund: bool = False
    """Money of a sector fund counts as the employer's part."""
    article: Line | None = None
    """The article of the source."""


class GroupRule(Model):
    """At most so many schemes of a group are used together."""

    group: Key
    """Name of the group. All schemes that name the same group are in it."""
    at_most: int = Field(default=1, ge=1, le=50)
    """How many schemes of the group may be used together."""
    scope: Literal["training", "line"] = "training"
    """training: for the whole training. line: on the same cost line."""
    article: Line | None = None
    """The article of the source."""


class Exclusion(Model):
    """With which other money this scheme cannot be combined."""

    groups: Items[GroupRule] = Field(default=(), max_length=20)
    """The groups this scheme is in."""
    no_other_public_money: bool = False
    """No other public money for the same training."""


class JointCap(Model):
    """Several schemes together pay at most an amount, or a share of the cost."""

    name: Key
    """Name of the joint cap. Schemes that share it name it alike."""
    schemes: Items[Slug] = Field(min_length=1, max_length=50)
    """The other schemes that count towards it."""
    amount_cents: Dated[Cents] | None = None
    """The most, in cents. Either this or `share`."""
    share: Dated[Share] | None = Field(
        default=None, description="The most as a share of the cost. Either this or amount_cents."
    )
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _one(self) -> "JointCap":
        if (self.amount_cents is None) == (self.share is None):
            raise PydanticCustomError("amount_or_share", "Give either amount_cents or share")
        return self


class Precedence(Model):
    """Other schemes that come first (voorliggend)."""

    asks_first: Items[Slug] = Field(min_length=1, max_length=50)
    """These schemes pay first; this one pays what they do not."""
    article: Line | None = None
    """The article of the source."""
