"""What a plan chooses between: classes with choices, each with a profit and what it takes of every capacity.

A file of this kind (JSON, `"format": "ontwikkelloket/plan/1"`) is `ChoicePlan`, field by field; `loket schema plan` prints its
schema and `loket plan solve` solves it. In the literature this is the multiple-choice multi-dimensional knapsack problem.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.values import Model

LARGEST = 10**12
Amount = Annotated[int, Field(ge=0, le=LARGEST)]
Profit = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Weights = Annotated[tuple[Amount, ...], Strict(False), Field(max_length=1_000)]


class PlanChoice(Model):
    """One choice of a class."""

    profit: Profit
    """What choosing it is worth; a whole number (give decimals as many times ten as it takes, everywhere)."""
    weights: Weights
    """What it takes of each capacity, in their order."""


Choices = Annotated[tuple[PlanChoice, ...], Strict(False), Field(min_length=1, max_length=10_000)]


class ChoicePlan(Model):
    """Choose of every class one choice, within all capacities, for the highest profit together."""

    format: Literal["ontwikkelloket/plan/1"]
    choose: Literal["exactly_one", "at_most_one"] = "exactly_one"
    """Of every class exactly one choice, or at most one: then nothing, with profit 0, is always possible."""
    capacities: Annotated[tuple[Amount, ...], Strict(False), Field(max_length=1_000)]
    """How much there is of each thing that choices take."""
    classes: Annotated[tuple[Choices, ...], Strict(False), Field(min_length=1, max_length=1_000_000)]
    """Per class its choices. An answer names them by position, from 0."""

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        for number, choices in enumerate(self.classes):
            for position, choice in enumerate(choices):
                if len(choice.weights) != len(self.capacities):
                    at = f"classes[{number}][{position}].weights"
                    raise PydanticCustomError("weights_per_capacity", "One weight per capacity is needed", {"at": at})
        return self


Status = Literal["proven", "not_proven", "infeasible", "none_found"]
"""Proven: no choice is worth more. Infeasible: proven that nothing fits. None found: not in this time."""

PRICE_SCALE = 2**24
"""Prices in an answer are whole numbers of this part of a unit of profit per unit of capacity."""


class PlanAnswer(Model):
    """What comes out: the choices, and prices that prove how much better any other could be at most."""

    format: Literal["ontwikkelloket/plan-answer/1"] = "ontwikkelloket/plan-answer/1"
    status: Status
    picks: Annotated[tuple[int, ...], Strict(False)] = ()
    """Per class the position of its choice, -1 for none; empty when nothing was found."""
    value: int | None = None
    bound: int | None = None
    """No choice is worth more than this. Not below what `prices` prove, unless a search proved more."""
    price_scale: Literal[16777216] = 16777216
    prices: Annotated[tuple[int, ...], Strict(False)] = ()
    """Price per unit of each capacity, times `price_scale`: the certificate of the bound of the linear relaxation."""

    def gap_percent(self, bound: float) -> float | None:
        """How far the value is below a bound, as a percentage of that bound; None when there is no value."""
        if self.value is None:
            return None
        return 0.0 if bound <= self.value else (bound - self.value) / abs(bound) * 100


def picked(plan: ChoicePlan, picks: tuple[int, ...]) -> Iterator[PlanChoice]:
    """The choices that were picked, those that are none left out. Raises ``IndexError`` for a position that is not there."""
    for choices, position in zip(plan.classes, picks, strict=True):
        if position >= 0:
            yield choices[position]
