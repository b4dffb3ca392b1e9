"""funding.yaml: who brings the money, under which agreement, for what and when."""

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Key, Line, Model, MunicipalityCode, Permille, Slug, Text
from schemes.basics.vocabulary import CostCategory, OrganisationKind, Province, Route


class FunderEntry(Model):
    """A body that brings money."""

    id: Slug
    """Name of the funder for references."""
    name: Text
    """Name for people."""
    kind: OrganisationKind = "other"
    """What kind of body it is."""


class AgreementEntry(Model):
    """An agreement with a funder."""

    id: Slug
    """Name of the agreement for references."""
    funder: Slug
    """The funder, by id."""
    title: Text
    """Title."""
    reference: Line | None = None
    """Number or place of the agreement."""
    signed_on: Day | None = None
    """Day of signing."""


class Earmark(Model):
    """What the money may be used for. An empty list sets no limit; several lists all hold."""

    schemes: Items[Slug] = Field(default=(), max_length=200)
    """Only these schemes."""
    routes: Items[Route] = Field(default=(), max_length=2)
    """Only these routes."""
    municipalities: Items[MunicipalityCode] = Field(default=(), max_length=400)
    """Only these municipalities: of residence in the individual route, of establishment in the employer route."""
    provinces: Items[Province] = Field(default=(), max_length=12)
    """Only these provinces, in the same way."""
    sectors: Items[Key] = Field(default=(), max_length=50)
    """Only training for these sectors: values of the fact training_sector."""
    categories: Items[CostCategory] = Field(default=(), max_length=10)
    """Only these cost categories."""


class FundingPeriod(Model):
    """The days for which the money is meant."""

    from_: Day = Field(alias="from")
    """First day."""
    to: Day
    """Last day."""

    @model_validator(mode="after")
    def _in_order(self) -> "FundingPeriod":
        if self.to < self.from_:
            raise PydanticCustomError("dates_reversed", "The last day lies before the first day")
        return self


class FundingLineDefinition(Model):
    """Money of one funder under one agreement for one period."""

    id: Slug
    """Name of the funding line for references."""
    funder: Slug
    """The funder, by id."""
    agreement: Slug | None = None
    """The agreement, by id."""
    title: Text
    """Title."""
    amount_cents: Cents
    """The budget, in cents."""
    earmark: Earmark = Earmark()
    """What it may be used for."""
    period: FundingPeriod
    """The days for which it is meant."""
    period_binds: Literal["award_date", "award_and_due_date"] = "award_date"
    """award_date: the award falls in the period. award_and_due_date: the cost line is also due in it."""
    price_permille: Permille | None = None
    """What a euro of this line counts for when money is used sparingly. Leave out for the region's default."""
    assumption: Text | None = None
    """What was filled in without a source. Shown as an assumption."""


class FundingFile(Model):
    """The funders, agreements and funding lines of a region."""

    format: Literal["ontwikkelloket/funding/1"]
    """Always ontwikkelloket/funding/1."""
    funders: Items[FunderEntry] = Field(max_length=200)
    """The funders."""
    agreements: Items[AgreementEntry] = Field(default=(), max_length=500)
    """The agreements."""
    funding_lines: Items[FundingLineDefinition] = Field(max_length=1000)
    """The funding lines."""

    @model_validator(mode="after")
    def _consistent(self) -> "FundingFile":
        for kind, ids in (
            ("funder", [f.id for f in self.funders]),
            ("agreement", [a.id for a in self.agreements]),
            ("funding line", [line.id for line in self.funding_lines]),
        ):
            for name in ids:
                if ids.count(name) > 1:
                    raise PydanticCustomError(
                        "duplicate_id", "The {kind} {name} stands twice", {"kind": kind, "name": name}
                    )
        return self
