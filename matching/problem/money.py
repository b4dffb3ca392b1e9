"""Where the money of a mix comes from besides schemes elsewhere: what the employer promises, and funding lines."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.costs import Id
from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Model, Permille
from schemes.basics.vocabulary import CostCategory, Route


class PledgedMoney(Model):
    """Money of the employer for lines that the resident owes (constraint 16)."""

    id: Id = Field(description="Unique among offers and pledges together.")
    kind: Literal["fixed", "up_to"] = Field(
        description=(
            "`fixed`: paid anyway, price 0, and used in full: exactly min(amount, sum of the lines it may pay). "
            "`up_to`: only as needed, at most the amount, price settings.employer_price_permille. At most one of each "
            "kind."
        )
    )
    amount_cents: Cents = Field(description="The most the employer pays, in cents.")
    categories: Items[CostCategory] | None = Field(
        default=None,
        max_length=20,
        description="Only lines of these categories. Absent or null: all. Never a line that the employer owes.",
    )


class FundingEarmark(Model):
    """What a funding line may be used for. A list that is not empty must hold the case; an empty one restricts nothing."""

    schemes: Items[Id] = Field(default=(), max_length=500, description="Slugs of schemes.")
    routes: Items[Route] = Field(default=(), max_length=2, description="Routes.")
    municipalities: Items[Id] = Field(
        default=(), max_length=500, description="CBS codes (GM0200); a case without municipality is not admitted."
    )
    provinces: Items[Id] = Field(
        default=(), max_length=20, description="Provinces (gelderland); a case without province is not admitted."
    )
    sectors: Items[Id] = Field(
        default=(), max_length=100, description="Sectors of training; a case without sector is not admitted."
    )
    categories: Items[CostCategory] = Field(
        default=(), max_length=20, description="Cost categories: only lines of these."
    )


class Period(Model):
    """A period of days, first and last day included; an absent end is open."""

    from_: Day | None = Field(default=None, alias="from", description="First day (YYYY-MM-DD). Absent: no first day.")
    to: Day | None = Field(default=None, description="Last day, included. Absent: no last day.")

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise PydanticCustomError("dates_reversed", "The last day lies before the first day")
        return self


class AvailableFundingLine(Model):
    """Money of one funder under one agreement for one period."""

    id: Id = Field(description="Unique among the funding lines.")
    funder: Id = Field(description="Who the money comes from. For the record.")
    available_cents: Cents = Field(description="What is still available: the mix takes at most this.")
    earmark: FundingEarmark = Field(default_factory=FundingEarmark, description="What it may be used for.")
    period: Period = Field(default_factory=Period, description="When it may be used: contains the reference date.")
    period_binds: Literal["award_date", "award_and_due_date"] = Field(
        default="award_date",
        description=(
            "`award_date`: the period must contain the award date, which is the problem's reference date. "
            "`award_and_due_date`: and also the due date of each line it pays."
        ),
    )
    price_permille: Permille | None = Field(
        default=None,
        description=(
            "Price per euro in pass 3, 0 to 2000. Absent or null: 300 when the earmark lists exactly one scheme or "
            "exactly one route, otherwise 700; minus 200 when the period ends 0 to 180 days after the reference date "
            "(settings.funding_price_permille). A price that is written is used as it is, without the discount."
        ),
    )
