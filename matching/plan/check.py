"""The checker of a plan: plain arithmetic on whole numbers, with no solver and no numpy in sight.

`choice_faults` says what is wrong with the choices, `claim_faults` also whether the value and the bound are what they are said
to be. The bound of the linear relaxation is proven by prices: whatever they are, as long as none is negative, no choice is worth
more than what all capacities cost together, plus for every class the most that one choice is worth after paying these prices.
"""

from dataclasses import dataclass
from fractions import Fraction

from matching.plan.choices import ChoicePlan, PlanAnswer, picked


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing that is wrong with an answer: a stable code, where, what there is and what there may be."""

    code: str
    place: int | None = None
    found: int | None = None
    allowed: int | None = None


def choice_faults(plan: ChoicePlan, picks: tuple[int, ...]) -> list[PlanFault]:
    """What is wrong with these choices; empty when they are allowed."""
    if len(picks) != len(plan.classes):
        return [PlanFault("number_of_classes", found=len(picks), allowed=len(plan.classes))]
    lowest = -1 if plan.choose == "at_most_one" else 0
    wrong = [
        PlanFault("no_such_choice", number, position, len(choices) - 1)
        for number, (choices, position) in enumerate(zip(plan.classes, picks, strict=True))
        if not lowest <= position < len(choices)
    ]
    if wrong:
        return wrong
    loads = loads_of(plan, picks)
    return [
        PlanFault("capacity", number, load, most)
        for number, (load, most) in enumerate(zip(loads, plan.capacities, strict=True))
        if load > most
    ]


def loads_of(plan: ChoicePlan, picks: tuple[int, ...]) -> list[int]:
    """What the choices take of each capacity together."""
    loads = [0] * len(plan.capacities)
    for choice in picked(plan, picks):
        for number, weight in enumerate(choice.weights):
            loads[number] += weight
    return loads


def value_of(plan: ChoicePlan, picks: tuple[int, ...]) -> int:
    """What the choices are worth together."""
    return sum(choice.profit for choice in picked(plan, picks))


def priced_bound(plan: ChoicePlan, prices: tuple[int, ...], scale: int) -> Fraction:
    """The bound that these prices prove. Raises ``ValueError`` for a negative price, or not one price per capacity."""
    if len(prices) != len(plan.capacities) or any(price < 0 for price in prices):
        raise ValueError("one price per capacity, none negative")
    total = sum(price * most for price, most in zip(prices, plan.capacities, strict=True))
    for choices in plan.classes:
        worth = [
            scale * choice.profit - sum(price * weight for price, weight in zip(prices, choice.weights, strict=True))
            for choice in choices
        ]
        total += max(worth) if plan.choose == "exactly_one" else max(0, *worth)
    return Fraction(total, scale)


def claim_faults(plan: ChoicePlan, answer: PlanAnswer) -> list[PlanFault]:
    """What is wrong with an answer as a whole: its choices, its value, its bound and what it says about its proof.

    A bound below that of its prices was proven by a search, which only solving again can confirm; a bound above it is a fault.
    """
    faults = choice_faults(plan, answer.picks) if answer.picks else []
    if faults:
        return faults
    if (answer.value is None) != (not answer.picks):
        return [PlanFault("value_without_choices", found=answer.value)]
    if answer.value is not None and answer.value != value_of(plan, answer.picks):
        faults.append(PlanFault("value", found=answer.value, allowed=value_of(plan, answer.picks)))
    if answer.bound is not None:
        if answer.value is not None and answer.bound < answer.value:
            faults.append(PlanFault("bound_below_value", found=answer.bound, allowed=answer.value))
        try:
            most = priced_bound(plan, answer.prices, answer.price_scale)
        except ValueError:
            faults.append(PlanFault("prices"))
        else:
            if answer.bound > most:
                faults.append(PlanFault("bound", found=answer.bound, allowed=most.__floor__()))
    if (answer.status == "proven") != (answer.value is not None and answer.bound == answer.value):
        faults.append(PlanFault("status"))
    return faults
