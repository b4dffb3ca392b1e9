"""Every number that steers a mix and is no fact of a scheme: prices, smallest share, order of passes, limits.

`Settings` travels inside a problem, so that a stored answer can be computed again. `SOLVER_PARAMETERS` is the one place
where parameters of CP-SAT are written down; matching/README.md says why each has its value.
"""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.values import Items, Model, Permille

PassName = Literal["own_money", "rest", "priced_money", "schemes", "canonical"]
"""The five passes of the objective. The first and the last are fixed; a region may reorder the other three."""

MovablePass = Literal["rest", "priced_money", "schemes"]


class ElsewherePrices(Model):
    """Price per euro of an offer that is administered elsewhere and has no price of its own."""

    public: Permille = Field(
        default=500,
        description=(
            "Offers elsewhere that are not a sector fund (public money, loans). Thousandths of a euro per euro."
        ),
    )
    sector_fund: Permille = Field(
        default=200, description="Offers elsewhere with `sector_fund: true`. Thousandths of a euro per euro."
    )


class FundingPrices(Model):
    """Price per euro of a funding line that has no `price_permille` of its own."""

    narrow: Permille = Field(
        default=300,
        description="When the earmark admits exactly one scheme or exactly one route: such money has few other uses.",
    )
    wide: Permille = Field(default=700, description="In every other case: such money could help many others.")
    ending_discount: Permille = Field(
        default=200,
        description="Subtracted (never below 0) when the period ends within `ending_days` after the reference date.",
    )
    ending_days: int = Field(
        default=180,
        ge=0,
        le=3660,
        description="A period ends soon when 0 <= last day minus reference date <= this number of days.",
    )


class Settings(Model):
    """Settings of the region that a mix depends on. Every field has a default."""

    smallest_share_cents: int = Field(
        default=2500,
        ge=0,
        le=10**11,
        description=(
            "The smallest amount for which somebody is sent to apply: an offer that is used pays at least this much "
            "IN TOTAL, over all cost lines together (the larger of this and the offer's own `minimum_cents` holds). "
            "It is not a limit per cost line or per funding line, and it does not hold for pledges. Cents. 0 switches "
            "it off."
        ),
    )
    employer_price_permille: Permille = Field(
        default=1000, description="Price per euro of an `up_to` pledge. A `fixed` pledge always has price 0."
    )
    elsewhere_price_permille: ElsewherePrices = Field(
        default_factory=ElsewherePrices, description="Default prices of offers elsewhere."
    )
    funding_price_permille: FundingPrices = Field(
        default_factory=FundingPrices, description="Default prices of funding lines."
    )
    pass_order: Items[MovablePass] = Field(
        default=("rest", "priced_money", "schemes"),
        description=(
            "Order of passes 2, 3 and 4; each of the three exactly once. Pass 1 (`own_money`) and pass 5 "
            "(`canonical`) are fixed. Every pass is solved to proven optimality, with the values of all earlier "
            "passes held."
        ),
        json_schema_extra={"minItems": 3, "maxItems": 3, "uniqueItems": True},
    )
    deterministic_limit_ms: int = Field(
        default=30_000,
        ge=0,
        le=3_600_000,
        description=(
            "Budget of the solver for one problem, all passes together, in thousandths of CP-SAT's deterministic time "
            "(about a second per 1000, but the same on every machine). When it is used up the best mix found is "
            "returned as not_proven."
        ),
    )

    @model_validator(mode="after")
    def _each_pass_once(self) -> Self:
        if sorted(self.pass_order) != ["priced_money", "rest", "schemes"]:
            raise PydanticCustomError(
                "pass_order", "pass_order names each of rest, priced_money and schemes exactly once"
            )
        return self

    @property
    def passes(self) -> tuple[PassName, ...]:
        """The five passes in the order in which they are solved."""
        return ("own_money", *self.pass_order, "canonical")


SOLVER_PARAMETERS: dict[str, int | bool] = {
    "num_workers": 1,
    "linearization_level": 2,
    "cp_model_presolve": False,
    "random_seed": 0,
}
