"""A question as a program sends it: the same as a question file, with the names of the interface."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from matching.offers.question import Question
from portal.framework.catalogue.queries import has_region, region_in_force
from portal.web.api.blueprint import Body, OneLine
from portal.web.edge import found
from schemes.basics.costs import Bearer, Id
from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Key, Slug
from schemes.basics.vocabulary import CostCategory, Route
from schemes.files.parsing import validate_document
from schemes.files.reading import Document
from schemes.region.loading import LoadedRegion

FORMAT = "ontwikkelloket/question/1"


class CostBody(Body):
    """One cost."""

    id: Id | None = Field(default=None, description="Name of the line in the answer. Absent: k1, k2, ...")
    category: CostCategory = Field(description="Kind of cost.")
    amount_cents: Cents = Field(description="What must be paid, VAT included, in cents: 125000 is € 1.250.")
    amount_without_vat_cents: Cents | None = Field(default=None, description="The same without VAT. Absent: no VAT.")
    vat_reclaimable: bool = Field(default=False, description="Whoever owes this cost can reclaim the VAT.")
    due_on: Day | None = Field(default=None, description="When it must be paid. Absent: the reference date.")
    bearer: Bearer | None = Field(default=None, description="Who owes it when nobody else pays.")


class PledgeBody(Body):
    """What the employer promises to pay in the individual route."""

    kind: Literal["fixed", "up_to"] = Field(description="fixed: paid anyway. up_to: at most this, if needed.")
    amount_cents: Cents = Field(description="The amount, in cents.")
    categories: Items[CostCategory] | None = Field(default=None, max_length=20, description="Only for these costs.")


class HadBeforeBody(Body):
    """An award of a scheme that was had before."""

    scheme: Slug
    """The scheme, by slug."""
    amount_cents: Cents
    """What was awarded, in cents."""
    awarded_on: Day
    """Day of the award."""
    counts_for: Literal["everything", "holder", "training"] = "everything"
    """holder: for another training. training: somebody else had it for this training."""


class TrainingBody(Body):
    """The training, as far as it is known."""

    id: Id | None = None
    """Its id in the catalogue of the region."""
    name: OneLine | None = None
    provider: OneLine | None = None


class QuestionBody(Body):
    """What somebody wants to learn, about whom, and what it costs. No names, no addresses: nothing of it is kept."""

    route: Route = Field(default="individual", description="employer: an employer asks, for one employee.")
    reference_date: Day | None = Field(default=None, description="The day on which all rules are read. Absent: today.")
    goals: Items[Key] = Field(default=(), max_length=20, description="Values of the fact `goals`.")
    facts: dict[str, Any] = Field(
        default={}, description="What is known, by the keys of `GET /facts`. Absent or null: not known."
    )
    training: TrainingBody | None = None
    costs: Items[CostBody] = Field(default=(), max_length=40, description="Empty: which schemes could pay up to what.")
    pledge: PledgeBody | None = None
    borrow_up_to_cents: Cents = Field(default=0, description="The most somebody wants to borrow.")
    had_before: Items[HadBeforeBody] = Field(default=(), max_length=100, description="Awards that were had before.")

    def question(self) -> Question:
        """The question that this is. Raises ``BadFile`` with everything that contradicts itself."""
        plain: dict[str, Any] = self.model_dump(exclude={"goals"}, exclude_none=True)
        plain |= {"format": FORMAT, "wish": {"goals": self.goals}}
        return validate_document(Question, Document(plain))


def region_on(session: Session, day: date) -> LoadedRegion:
    """The region as it holds on a day, without cases and budgets; a 404 when there is none."""
    return found(region_in_force(session, on=day) if has_region(session) else None)
