"""The parts of a problem: cost lines, offers, pledges, funding lines, groups, caps and locks, each right by itself."""

from fractions import Fraction
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from matching.problem.money import AvailableFundingLine, FundingEarmark, Period, PledgedMoney
from matching.problem.parts import HolderCap, Part
from matching.problem.settings import MixSettings
from schemes.basics.costs import Bearer, Id
from schemes.basics.money import Cents, Share
from schemes.basics.values import Day, Items, Model, Permille
from schemes.basics.vocabulary import Administered, CostCategory, Route

__all__ = [
    "FORMAT",
    "AvailableFundingLine",
    "Circumstances",
    "CostLine",
    "ExclusionGroup",
    "FundingEarmark",
    "HolderCap",
    "LockedShare",
    "Locks",
    "Offer",
    "OfferCoFinancing",
    "OfferShareOfBase",
    "OfferTier",
    "OfferTiers",
    "OffersCap",
    "Part",
    "Period",
    "PledgedMoney",
    "ProblemFields",
]  # fmt: skip
FORMAT: Literal["ontwikkelloket/problem/1"] = "ontwikkelloket/problem/1"


class CostLine(Model):
    """One cost of the training, and who owes it when nobody else pays."""

    id: Id = Field(description="Unique among the cost lines.")
    category: CostCategory = Field(description="Kind of cost. Offers, pledges and earmarks look at it.")
    amount_cents: Cents = Field(
        description=(
            "What must be paid, in cents, VAT included; for a bearer who can reclaim VAT: without VAT. The shares of "
            "a line plus its rest are exactly this amount."
        )
    )
    amount_without_vat_cents: Cents | None = Field(
        default=None,
        description=(
            "The same cost without VAT, at most `amount_cents`. Only offers with `vat: excluding` look at it. "
            "Absent or null: the cost has no VAT, so it equals `amount_cents`."
        ),
    )
    bearer: Bearer | None = Field(
        default=None,
        description=(
            "Who owes this line when nobody else pays. Absent or null: `employer` in the employer route and for the "
            "categories wage and guidance, otherwise `resident`. In the employer route every line, and in every route "
            "wage and guidance, is the employer's: writing `resident` there is an error."
        ),
    )
    due_on: Day | None = Field(
        default=None,
        description=(
            "Day on which the line must be paid (YYYY-MM-DD). Only funding lines with `period_binds: "
            "award_and_due_date` look at it. Absent or null: due on the reference date."
        ),
    )
    part: Id | None = Field(
        default=None, description="Which part of a bundle it belongs to; null: the problem has none."
    )

    @property
    def without_vat_cents(self) -> int:
        """The amount without VAT, in cents; the whole amount when the line has no VAT."""
        return self.amount_cents if self.amount_without_vat_cents is None else self.amount_without_vat_cents


class OfferShareOfBase(Model):
    """Constraint 5: an offer pays at most a share of a base."""

    share: Share = Field(description='Exact fraction from 0 to 1, as text: "1/3", "50%".')
    of: Literal["eligible_cost", "eligible_cost_less"] = Field(
        default="eligible_cost",
        description=(
            "The base. `eligible_cost`: the sum of all cost lines whose category the offer covers (a share above 0), "
            "in full, on the offer's VAT basis. `eligible_cost_less`: the same, minus what the offers and pledges "
            "named in `less` pay on those lines in this mix. With `vat: excluding`, what they pay on a line is "
            "converted in proportion to that line's VAT and rounded up: ceil(paid * amount_without_vat / amount), per "
            "line, on their sum. The offer's total is at most floor(share * base)."
        ),
    )
    less: Items[Id] = Field(
        default=(),
        max_length=500,
        description="Ids of other offers and of pledges; only with `of: eligible_cost_less` (there at least one).",
    )


class OfferTier(Model):
    """One step of constraint 8."""

    up_to_cents: Cents | None = Field(
        default=None,
        description="The base up to which this share holds, from the first euro; only the last may be null.",
    )
    share: Share = Field(description='Exact fraction from 0 to 1, as text: "1/3", "50%".')


class OfferTiers(Model):
    """Constraint 8: an offer pays at most a share of its base that differs by step: all up to an amount, less above."""

    steps: Items[OfferTier] = Field(
        min_length=1,
        max_length=20,
        description=(
            "In order of the base. The offer's total is at most floor(the sum over the steps of share * the part of the "
            "base within that step), not rounded per step; above a last step with an end nothing is paid."
        ),
    )
    of: Literal["eligible_cost", "eligible_cost_less"] = Field(
        default="eligible_cost",
        description=(
            "The base, as in share_of_base. With `eligible_cost_less` the shares may not rise from step to step."
        ),
    )
    less: Items[Id] = Field(
        default=(),
        max_length=500,
        description="Ids of other offers and of pledges; only with `of: eligible_cost_less` (there at least one).",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ends = [step.up_to_cents for step in self.steps]
        known = [end for end in ends if end is not None]
        if None in ends[:-1] or any(later <= earlier for earlier, later in pairwise(known)):
            raise PydanticCustomError("tiers_in_order", "The steps stand in order, and only the last may have no end")
        rise = any(later.share > earlier.share for earlier, later in pairwise(self.steps))
        if rise and self.of == "eligible_cost_less":
            raise PydanticCustomError("tiers_rise", "With eligible_cost_less the shares may not rise")
        return self


class OfferCoFinancing(Model):
    """Constraint 9: an offer may only be used when the employer pays enough of the same cost."""

    share: Share = Field(default=Fraction(1), description='Exact fraction from 0 to 1, as text: "50%". Default 1.')
    of: Literal["eligible_cost", "own_amount"] = Field(
        description=(
            "`eligible_cost`: the employer's contribution is at least ceil(share * eligible cost of the offer), the "
            "eligible cost being the full sum of the lines whose category the offer covers, on the offer's VAT basis. "
            "`own_amount`: it is at least ceil(share * what this offer pays). The employer's contribution is counted "
            "on the lines that the offer covers, in euros paid: shares of pledges, plus the rest of employer-borne "
            "lines, plus what other offers with `sector_fund: true` pay there when `counts_sector_fund`."
        )
    )
    counts_sector_fund: bool = Field(
        default=False, description="Whether money of other offers that are a sector fund counts as the employer's own."
    )


class Offer(Model):
    """What one scheme can pay for this question. All its limits hold together."""

    id: Id = Field(description="Unique among offers and pledges together.")
    scheme: Id = Field(description="Slug of the scheme. Earmarks look at it; pass 4 counts different schemes per part.")
    part: Id | None = Field(
        default=None,
        description="Of a bundle: the part it is for. It covers only lines of that part, and knows only its earmarks.",
    )
    version: int | None = Field(
        default=None, ge=1, le=10**6, description="Version of the scheme definition, for the record. Changes nothing."
    )
    variant: Id | None = Field(
        default=None, description="Which variant of the definition gave the amounts, for the record. Changes nothing."
    )
    administered: Administered = Field(
        description=(
            "`here`: the money comes from funding lines of this problem and every cent is assigned to one. "
            "`elsewhere`: another body pays; no funding line is involved."
        )
    )
    certainty: Literal["firm", "possible"] = Field(
        default="firm",
        description=(
            "`firm`: may be in the mix. `possible`: something is not known or not decided yet; it is never in the "
            "mix, not even by a lock, but counts in `best_if_possible`."
        ),
    )
    amount_known: bool = Field(
        default=True,
        description="false: nobody knows how much it pays. Never in the mix and not counted in `best_if_possible`.",
    )
    public_money: bool = Field(
        default=True, description="Whether this is public money, for `no_other_public_money`. Pledges never are."
    )
    sector_fund: bool = Field(
        default=False, description="Whether this is a sector training fund (price default; may count in co-financing)."
    )
    repayable: bool = Field(
        default=False,
        description=(
            "A loan: in pass 1 it counts as the asker's own money, and all repayable offers together pay at most "
            "`borrow_up_to_cents`."
        ),
    )
    de_minimis: bool = Field(
        default=False,
        description="What it pays is de-minimis aid to the asker; see `de_minimis_room_cents` of the problem.",
    )
    coverage: dict[CostCategory, Share] = Field(
        description=(
            "Per category the largest share of a line it may pay. A category that is absent, or has share 0, is not "
            "covered. Per LINE: at most floor(share * the line's amount on the offer's VAT basis); there is no "
            "pooling between lines. In the individual route nothing is paid of lines that the employer bears."
        )
    )
    vat: Literal["including", "excluding"] = Field(
        default="including",
        description=(
            "VAT basis of coverage, share_of_base and co_financing: `amount_cents` or `amount_without_vat_cents`."
        ),
    )
    cap_cents: Cents | None = Field(
        default=None,
        description="At most this much in total, minus `had_before_cents`. Absent or null: no cap.",
    )
    had_before_cents: Cents = Field(
        default=0,
        description="Already awarded within the cap's period; the room left is max(0, cap_cents - had_before_cents).",
    )
    minimum_cents: Cents = Field(
        default=0, description="When used, it pays at least this in total; when that cannot be, it is not used."
    )
    fixed_amount_cents: Cents | None = Field(
        default=None,
        description=(
            "When used, it pays exactly this in total: all of it or nothing. One below the minimum or the smallest share, or "
            "that is no multiple of the rounding unit, is never paid."
        ),
    )
    rounding_unit_cents: int = Field(
        default=1, ge=1, le=10**8, description="Its total is a multiple of this: 100 for whole euros. Not per line."
    )
    share_of_base: OfferShareOfBase | None = Field(default=None, description="Limit as a share of a base; null: none.")
    tiers: OfferTiers | None = Field(
        default=None, description="Limit as a share that differs by step of a base; null: none."
    )
    co_financing: OfferCoFinancing | None = Field(
        default=None, description="Required contribution of the employer; null: none."
    )
    no_other_public_money: bool = Field(
        default=False,
        description=(
            "When this offer is used, no other offer with `public_money: true` may be used anywhere in the mix, also "
            "not on other lines and also not a loan. In a bundle: no other offer of the same part."
        ),
    )
    asks_first: Items[Id] = Field(
        default=(),
        max_length=500,
        description=(
            "Offers that come first (constraint 12): where this one pays on a line, each of them pays its line limit "
            "there, or its own limit in total, or all that its funding lines hold (what others take from them is no "
            "excuse, unless this one asks those first too), or a used offer excludes it. One that may not be used at all "
            "blocks nobody."
        ),
    )
    price_permille: Permille | None = Field(
        default=None,
        description=(
            "Price per euro in pass 3; only for offers elsewhere (here the funding line has the price). Absent or "
            "null: settings.elsewhere_price_permille (500, or 200 for a sector fund)."
        ),
    )


class ExclusionGroup(Model):
    """Constraint 10: at most so many of these offers may be used."""

    id: Id = Field(description="Unique among the groups.")
    offers: Items[Id] = Field(max_length=500, description="Ids of offers.")
    at_most: int = Field(default=1, ge=0, le=500, description="How many of them may be used; 0: none, ever.")
    scope: Literal["training", "line"] = Field(
        default="training",
        description="`training`: in the whole mix. `line`: on one cost line (different lines may use different ones).",
    )


ROUND_PART = "round.part."
"""What the id of a cap begins with that a round divided; the id of a joint cap has one dot."""


class OffersCap(Model):
    """Constraint 11: several offers together pay at most an amount, or at most a share of the cost."""

    id: Id = Field(description="Unique among the joint caps.")
    offers: Items[Id] = Field(min_length=1, max_length=500, description="Ids of offers.")
    amount_cents: Cents | None = Field(default=None, description="At most this together. Either this or `share`.")
    share: Share | None = Field(
        default=None,
        description=(
            "At most floor(share * cost) together, the cost being the sum of `amount_cents` of every line that at "
            "least one of these offers covers. Either this or `amount_cents`."
        ),
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.amount_cents is None) == (self.share is None):
            raise PydanticCustomError("amount_or_share", "Give either amount_cents or share")
        return self

    @property
    def of_round(self) -> bool:
        """Whether it is not a rule of schemes, but what a round divided to whoever asks."""
        return self.id.startswith(ROUND_PART)


class LockedShare(Model):
    """An amount an advisor has fixed."""

    line: Id = Field(description="Cost line.")
    offer: Id = Field(description="Offer or pledge.")
    funding_line: Id | None = Field(
        default=None,
        description="Null: the total of this offer on this line. Otherwise: the part from this funding line.",
    )
    cents: Cents = Field(description="Exactly this many cents; 0: nothing.")


class Locks(Model):
    """Constraint 17: what an advisor has decided beforehand."""

    shares: Items[LockedShare] = Field(default=(), max_length=2000, description="Fixed amounts.")
    forbidden: Items[Id] = Field(default=(), max_length=500, description="Offers and `up_to` pledges that pay nothing.")


class Circumstances(Model):
    """What earmarks of funding lines look at."""

    route: Route = Field(
        description="`individual`: the resident asks. `employer`: the employer asks and owes every line."
    )
    municipality: Id | None = Field(
        default=None, description="CBS code; residence, or establishment in the employer route."
    )
    province: Id | None = Field(default=None, description="Province, in small letters.")
    sector: Id | None = Field(default=None, description="Sector of the training.")


class ProblemFields(Model):
    """What a problem holds; whether it fits together is for `Problem` to say."""

    format: Literal["ontwikkelloket/problem/1"] = Field(description="Always ontwikkelloket/problem/1.")
    reference_date: Day = Field(description="Peildatum, and the date on which awards would be made (YYYY-MM-DD).")
    circumstances: Circumstances = Field(description="Route, place and sector.")
    lines: Items[CostLine] = Field(default=(), max_length=2000, description="The costs.")
    offers: Items[Offer] = Field(default=(), max_length=10_000, description="What schemes could pay.")
    pledges: Items[PledgedMoney] = Field(default=(), max_length=2, description="Money of the employer.")
    funding_lines: Items[AvailableFundingLine] = Field(
        default=(), max_length=500, description="Money that offers `here` are paid from."
    )
    exclusion_groups: Items[ExclusionGroup] = Field(
        default=(), max_length=5000, description="Offers that exclude each other."
    )
    joint_caps: Items[OffersCap] = Field(default=(), max_length=5000, description="Limits on several offers together.")
    parts: Items[Part] = Field(
        default=(),
        max_length=500,
        description=(
            "Of a bundle: its trainings. Then each line and each offer names its part, there are no pledges, and budgets, "
            "the room for aid, holder caps and groups are shared by all parts."
        ),
    )
    holder_caps: Items[HolderCap] = Field(
        default=(), max_length=5000, description="Caps of a person or an employer over several parts."
    )
    borrow_up_to_cents: Cents = Field(
        default=0, description="The most the asker wants to borrow, over all repayable offers. 0: no loan in the mix."
    )
    de_minimis_room_cents: Cents | None = Field(
        default=None,
        description=(
            "The asker's remaining room for state aid: all offers with `de_minimis: true` together pay at most this. "
            "Absent or null: not known or not asked, so no limit; 0: nothing more."
        ),
    )
    locks: Locks = Field(default_factory=Locks, description="What an advisor has fixed.")
    settings: MixSettings = Field(default_factory=MixSettings, description="Settings of the region.")
