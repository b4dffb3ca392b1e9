"""What several trainings of one employer share in one problem: the parts of a bundle, and caps that hold over them."""

from pydantic import Field

from schemes.basics.costs import Id
from schemes.basics.money import Cents
from schemes.basics.values import Items, Model


class Part(Model):
    """One training of one person in a bundle: what earmarks look at for its lines. The route is the problem's."""

    id: Id = Field(description="Unique among the parts.")
    municipality: Id | None = Field(default=None, description="As in circumstances.")
    province: Id | None = Field(default=None, description="As in circumstances.")
    sector: Id | None = Field(default=None, description="As in circumstances.")


class HolderCap(Model):
    """Constraint 4 over several offers: what one scheme pays at most to one holder, such as an employer."""

    id: Id = Field(description="Unique among the holder caps.")
    offers: Items[Id] = Field(min_length=1, max_length=1000, description="Ids of offers.")
    amount_cents: Cents = Field(description="The offers together pay at most this, minus `had_before_cents`.")
    had_before_cents: int = Field(default=0, ge=0, description="What the holder had within the period of the cap.")
