"""What somebody states about the money: costs, the employer's promise, and what was had before. In questions and in cases."""

from typing import Annotated, Literal

from pydantic import Field

from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Model, Slug
from schemes.basics.vocabulary import CostCategory

Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:\-]*$")]
"""Name of a line, offer, pledge, funding line or group: letters, digits and _ . : - (no spaces)."""

Bearer = Literal["resident", "employer"]


class Cost(Model):
    """One cost."""

    id: Id | None = Field(
        default=None, description="Name of the line in the answer. Absent: k1, k2, ... in this order."
    )
    category: CostCategory = Field(description="Kind of cost.")
    amount_cents: Cents = Field(description="What must be paid, VAT included, in cents: 125000 is € 1.250.")
    amount_without_vat_cents: Cents | None = Field(
        default=None, description="The same without VAT. Absent: there is no VAT on it."
    )
    vat_reclaimable: bool = Field(
        default=False,
        description="Whoever owes this cost can reclaim the VAT, so that only amount_without_vat_cents counts.",
    )
    due_on: Day | None = Field(default=None, description="Day on which it must be paid. Absent: the reference date.")
    bearer: Bearer | None = Field(
        default=None,
        description=(
            "Who owes it when nobody else pays. Absent: the employer in the employer route and for wage and guidance, "
            "otherwise the resident."
        ),
    )


class QuestionPledge(Model):
    """What the employer promises to pay in the individual route."""

    kind: Literal["fixed", "up_to"] = Field(
        description="fixed: paid anyway. up_to: at most this, only as far as needed after other money."
    )
    amount_cents: Cents = Field(description="The amount, in cents.")
    categories: Items[CostCategory] | None = Field(
        default=None, max_length=20, description="Only for these kinds of cost. Absent: all that the resident owes."
    )


class RoundPart(Model):
    """What the rounds of a scheme divided to whoever asks."""

    scheme: Slug = Field(description="The scheme, by slug.")
    amount_cents: Cents = Field(description="All that it may pay, in cents; 0 for who took part and got nothing.")


class HadBefore(Model):
    """An award of the same scheme that was had before."""

    scheme: Slug = Field(description="The scheme, by slug.")
    amount_cents: Cents = Field(description="What was awarded, in cents.")
    awarded_on: Day = Field(description="Day of the award.")
    counts_for: Literal["everything", "holder", "training"] = Field(
        default="everything",
        description=(
            "everything: it counts wherever awards are counted; also when it is not known for which training it was. "
            "holder: it was for another training, so it does not count for a cap per training. training: somebody else "
            "had it for this training, so it counts for a cap per training only."
        ),
    )
