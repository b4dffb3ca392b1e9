"""A whole question as a program sends it: what the pages of the intake ask, with the names of the interface."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from flask import Response
from pydantic import Field
from pydantic.alias_generators import to_camel

from portal.cases.contents import MOST_CENTS_PER_LINE, MOST_LINES
from portal.cases.pledges.actions import Contribution
from portal.cases.questions.models import CostInput, Route
from portal.web.api.blueprint import Body, Words
from portal.web.api.reading import pointer_of
from portal.web.edge.programs import InputError, problem
from portal.web.intake.whole import Path, WholeQuestion, WrongAnswer
from schemes.basics.values import Items, Key
from schemes.basics.vocabulary import CostCategory

LONGEST_NAME, LONGEST_TITLE, LONGEST_WISH = 100, 200, 2000


class SentContactBody(Body):
    """How the person wants to be reached. The chosen way says which of the others are needed."""

    name: Words = Field(min_length=1, max_length=LONGEST_NAME, description="The name of who asks.")
    way: Literal["email", "phone", "post"] = Field(description="How the person wants an answer.")
    email: Words | None = Field(default=None, max_length=LONGEST_TITLE)
    by_mail: Items[Literal["decision", "voucher"]] = Field(
        default=(), max_length=2, description="What else may go by e-mail, as the person agreed per kind (Awb 2:8)."
    )
    phone: Words | None = Field(default=None, max_length=LONGEST_TITLE)
    street: Words | None = Field(default=None, max_length=LONGEST_NAME)
    house_number: Words | None = Field(default=None, max_length=20, description="With its addition: 12 a.")
    postcode: Words | None = Field(default=None, max_length=LONGEST_TITLE)
    city: Words | None = Field(default=None, max_length=LONGEST_NAME)


class SentTrainingBody(Body):
    """The training, by its name."""

    name: Words = Field(min_length=1, max_length=LONGEST_TITLE)
    provider: Words | None = Field(default=None, max_length=LONGEST_TITLE, description="Who gives it.")


class SentCostBody(Body):
    """One cost."""

    category: CostCategory = Field(description="Kind of cost.")
    amount_cents: int = Field(ge=1, le=MOST_CENTS_PER_LINE, description="What must be paid, VAT included, in cents.")
    amount_without_vat_cents: int | None = Field(
        default=None, ge=1, le=MOST_CENTS_PER_LINE, description="The same without VAT, for who reclaims it."
    )
    description: Words | None = Field(default=None, max_length=LONGEST_TITLE)


class SentEmployerBody(Body):
    """The organisation that asks, for one employee."""

    name: Words = Field(min_length=1, max_length=LONGEST_TITLE)
    kvk_number: Words = Field(min_length=1, max_length=40, description="The number in the trade register: 8 digits.")
    contact_name: Words | None = Field(default=None, max_length=LONGEST_NAME)


class SentContributionBody(Body):
    """What the employer of a resident is expected to pay."""

    kind: Literal["fixed", "up_to"] = Field(description="fixed: paid anyway. up_to: at most this, if needed.")
    amount_cents: int = Field(ge=1, le=MOST_CENTS_PER_LINE, description="The amount, in cents.")


class WholeQuestionBody(Body):
    """What somebody wants to learn, about whom, what it costs, and how to reach who asks."""

    route: Literal["individual", "employer"] = Field(
        default="individual", description="employer: an employer asks, for one employee."
    )
    language: Literal["nl", "en"] = Field(default="nl", description="The language of the messages to who asks.")
    wish: Words | None = Field(default=None, max_length=LONGEST_WISH, description="In own words; or goals, or both.")
    goals: Items[Key] = Field(default=(), max_length=20, description="Values of the fact `goals`.")
    facts: dict[str, Any] = Field(
        default={}, description="What is known, by the keys of `GET /facts`. Absent or null: not asked."
    )
    training: SentTrainingBody | None = Field(default=None, description="Absent: not known yet.")
    costs: Items[SentCostBody] = Field(default=(), max_length=MOST_LINES)
    employer: SentEmployerBody | None = Field(default=None, description="In the employer route.")
    employer_contribution: SentContributionBody | None = Field(default=None, description="In the individual route.")
    borrow_up_to_cents: int = Field(default=0, ge=0, le=MOST_CENTS_PER_LINE, description="0: nothing.")
    contact: SentContactBody
    heard_from: (
        Literal["flyer", "website", "municipality", "uwv", "employer", "acquaintance", "social_media", "otherwise"]
        | None
    ) = Field(default=None, description="How the person heard of the desk.")

    def whole(self) -> WholeQuestion:
        """As the intake takes it."""
        contact = _typed(self.contact.model_dump()) | ({"heard_from": self.heard_from} if self.heard_from else {})
        money = self.employer_contribution
        return WholeQuestion(
            route=Route(self.route),
            language=self.language,
            wish=self.wish,
            goals=self.goals,
            facts=self.facts,
            training={} if self.training is None else _typed(self.training.model_dump()),
            costs=[CostInput(**one.model_dump()) for one in self.costs],
            company=None if self.employer is None else _typed(self.employer.model_dump()),
            contribution=None if money is None else Contribution(money.kind, money.amount_cents),
            borrow_up_to_cents=self.borrow_up_to_cents,
            contact=contact,
        )


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def as_sent(path: Path) -> Path:
    """Where an answer stands in the body: the names of the interface, and facts by their own."""
    if path[:1] == ("facts",):
        return path
    return tuple(to_camel(part) if isinstance(part, str) else part for part in path)


def wrong_answers(found: Iterable[WrongAnswer]) -> Response:
    """The problem of answers that are not taken, each at its place in the body."""
    errors = [InputError("body", pointer_of(as_sent(one.path)), one.code, str(one.message)) for one in found]
    return problem(400, code="bad_input", errors=errors)
