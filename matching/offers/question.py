"""A development question as a file: what somebody wants to learn, about whom, and what it costs. No names, no addresses.

A question file (YAML or JSON, `format: ontwikkelloket/question/1`) is this class; `loket schema question` prints its schema
and `loket match` answers it.
"""

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from matching.problem.crossrefs import EMPLOYER_CATEGORIES, Wrong, raise_all
from schemes.basics.costs import Cost, HadBefore, Id, QuestionPledge, RoundPart
from schemes.basics.money import Cents
from schemes.basics.plain import plain
from schemes.basics.values import Day, Items, Key, Line, Model, Paragraph
from schemes.basics.vocabulary import Route
from schemes.facts import RawFact


class Wish(Model):
    """What somebody wants to learn or reach."""

    text: Paragraph | None = Field(default=None, description="In the person's own words.")
    goals: Items[Key] = Field(
        default=(), max_length=20, description="Goals, as values of the fact `goals`; the same as writing facts.goals."
    )


class Training(Model):
    """The training, as far as it is known. What rules look at stands in `facts` (training_sector, training_start, ...)."""

    id: Id | None = Field(
        default=None,
        description="Its id in the catalogue of the region: the same id is the same training, whatever its name.",
    )
    name: Line | None = Field(default=None, description="Name of the training.")
    provider: Line | None = Field(default=None, description="Name of the training provider.")

    @property
    def key(self) -> str | None:
        """By what it is compared with others: its id, else its name without capitals and accents. None: not known."""
        if self.id is not None:
            return f"id.{self.id}"
        return f"name.{plain(self.name)}" if self.name and plain(self.name) else None


class Question(Model):
    """One development question."""

    format: Literal["ontwikkelloket/question/1"] = Field(description="Always ontwikkelloket/question/1.")
    route: Route = Field(
        default="individual",
        description="individual: somebody asks for their own training. employer: an employer asks, for one employee.",
    )
    reference_date: Day | None = Field(
        default=None, description="Peildatum: the day on which all rules are read. Absent: today, or the option --on."
    )
    wish: Wish = Field(default=Wish(), description="What somebody wants.")
    facts: dict[Key, RawFact] = Field(
        default={},
        max_length=500,
        description=(
            "What is known, by the keys of the region's facts.yaml. A fact that is absent, null or unknown is not "
            "known: it never counts as no."
        ),
    )
    training: Training | None = Field(default=None, description="Null or absent: not known yet.")
    costs: Items[Cost] = Field(
        default=(), max_length=100, description="The costs. Empty: no mix, but which schemes could pay up to what."
    )
    pledge: QuestionPledge | None = Field(
        default=None, description="The employer's promise; only in the individual route."
    )
    borrow_up_to_cents: Cents = Field(
        default=0, description="The most somebody wants to borrow. 0: loans are shown as an option outside the mix."
    )
    had_before: Items[HadBefore] = Field(default=(), max_length=200, description="Awards that were had before.")
    divided: Items[RoundPart] = Field(
        default=(),
        max_length=100,
        description=(
            "What rounds divided, of schemes whose money is not divided in the order of receipt. A scheme that is not among "
            "them is only possible; one that is pays at most this."
        ),
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        raise_all("Question", question_errors(self))
        return self

    def line_ids(self) -> list[str]:
        """The names of the cost lines, in the order of the file."""
        return [cost.id or f"k{n}" for n, cost in enumerate(self.costs, start=1)]

    def raw_facts(self) -> dict[str, Any]:
        """The facts as written, with the goals of the wish when the facts name none."""
        goals: dict[str, Any] = {"goals": list(self.wish.goals)} if self.wish.goals else {}
        return {**goals, **self.facts}


def question_errors(question: Question) -> Iterator[Wrong]:
    """Everything that is wrong between the parts of a question."""
    names = question.line_ids()
    for n, cost in enumerate(question.costs):
        place = ("costs", n)
        if names[n] in names[:n]:
            yield (*place, "id"), "duplicate_id", "The id {value} is used twice", {"value": names[n]}
        without = cost.amount_without_vat_cents
        if without is not None and without > cost.amount_cents:
            message = "The amount without VAT is more than the amount"
            yield (*place, "amount_without_vat_cents"), "without_vat_is_more", message, {"value": without}
        if cost.vat_reclaimable and without is None:
            message = "With vat_reclaimable the amount without VAT is needed"
            yield (*place, "vat_reclaimable"), "without_vat_is_missing", message, {"value": True}
        if cost.bearer == "resident" and question.route == "employer":
            message = "In the employer route every cost is the employer's"
            yield (*place, "bearer"), "bearer_in_employer_route", message, {"value": "resident"}
        elif cost.bearer == "resident" and cost.category in EMPLOYER_CATEGORIES:
            message = "A cost of category {category} is always the employer's"
            yield (*place, "bearer"), "bearer_of_category", message, {"value": "resident", "category": cost.category}
    if question.pledge is not None and question.route == "employer":
        message = "In the employer route the employer pays the rest; a pledge is for the individual route"
        yield ("pledge",), "pledge_in_employer_route", message, {}
    divided = [one.scheme for one in question.divided]
    for n, name in enumerate(divided):
        if name in divided[:n]:
            yield ("divided", n, "scheme"), "duplicate_id", "The id {value} is used twice", {"value": name}
    for n, entry in enumerate(question.had_before):
        if question.reference_date is not None and entry.awarded_on > question.reference_date:
            message = "An award of before lies after the reference date"
            yield ("had_before", n, "awarded_on"), "award_after_reference", message, {"value": str(entry.awarded_on)}
