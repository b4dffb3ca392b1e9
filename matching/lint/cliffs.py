"""Cliffs: where one euro or one day makes the largest difference in what a scheme pays. Found by working out the amounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from matching.lint.trial import Facts, best_category, euros, paid_cents, somebody, with_amount_facts
from schemes.basics.costs import Cost
from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.definition.variants import REPLACED
from schemes.evaluation import evaluate
from schemes.lint import LintSubject
from schemes.lint.walking import changes
from schemes.proof.cells import atoms_of, opposite
from schemes.proof.edges import edges

_EURO = 100
_STEPS = {"money": "euro", "date": "day"}
"""The facts that can differ by very little: one euro, one day. A number of hours or days at school is no such thing."""
_COSTS = (250_000, 2_500_000)
"""Costs on which variants and days are compared, in cents."""


@dataclass(frozen=True, slots=True)
class _Cliff:
    """One step and what it costs: from what is paid on the good side to what is paid on the other. `params` say where."""

    code: str
    path: str
    where: str
    high_cents: int
    low_cents: int
    params: dict[str, Any]

    @property
    def loss_cents(self) -> int:
        """What the step costs."""
        return self.high_cents - self.low_cents


def about_cliffs(subject: LintSubject) -> Iterator[Finding]:
    """The worst cliff of each scheme, when it is more than the smallest share the region pays at all."""
    for definition in subject.living():
        if not definition.amount_known:
            continue
        found = [
            *_cost_cliffs(subject, definition),
            *_fact_cliffs(subject, definition),
            *_day_cliffs(subject, definition),
        ]
        worst = max(found, key=lambda cliff: cliff.loss_cents, default=None)
        if worst is not None and worst.loss_cents > subject.region.region.settings.smallest_share_cents:
            yield _said(subject, definition, worst)


def _said(subject: LintSubject, definition: SchemeDefinition, cliff: _Cliff) -> Finding:
    message = (
        f"{cliff.where} makes a difference of {euros(cliff.loss_cents)}: {euros(cliff.high_cents)} on one side and "
        f"{euros(cliff.low_cents)} on the other."
    )
    remedy = "Leave it when the source says so; otherwise let the amount rise or fall gradually."
    return subject.finding(
        definition,
        cliff.path,
        cliff.code,
        message,
        remedy,
        loss_cents=cliff.loss_cents,
        high_cents=cliff.high_cents,
        low_cents=cliff.low_cents,
        **cliff.params,
    )


# -- one euro of cost ------------------------------------------------------------------------------------------------------


def _cost_cliffs(subject: LintSubject, definition: SchemeDefinition) -> Iterator[_Cliff]:
    """The lowest cost, in whole euros, of which anything is paid: of the definition itself and of each variant."""
    day = subject.days(definition)[0]
    for path, resolved, facts in _forms(subject, definition, day):
        starts = _starts(resolved, day)
        category = best_category(resolved, day)
        if not starts or category is None:
            continue
        key, amount = starts[0]

        def pays(euros: int, of: SchemeDefinition = resolved, facts: Facts = facts, category: Any = category) -> int:
            return paid_cents(subject, of, facts, Cost(category=category, amount_cents=euros * _EURO), day)

        low, high = 0, amount // 2 + 1000
        if not pays(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if pays(middle) else (middle, high)
        where = f"At a cost of {euros(high * _EURO)} one euro"
        yield _Cliff("cliff_in_cost", f"{path}{key}", where, pays(high), 0, {"cost_cents": high * _EURO})


def _starts(definition: SchemeDefinition, on: date) -> list[tuple[str, int]]:
    """What keeps small amounts from being paid: the key, and the amount in cents."""
    found = [
        (key, value_on(dated, on))
        for key in ("fixed_amount_cents", "minimum_cents")
        if (dated := getattr(definition, key))
    ]
    rate = definition.rate
    if rate is not None and rate.pays == "exactly":
        found.append(("rate", value_on(rate.amount_cents, on)))
    return [(key, amount) for key, amount in found if amount]


def _forms(
    subject: LintSubject, definition: SchemeDefinition, on: date
) -> Iterator[tuple[str, SchemeDefinition, Facts]]:
    """The definition without variants and each variant applied, with the path of its keys and somebody who gets it."""
    earlier: list[AnyCondition] = []
    for position, variant in enumerate(definition.variants):
        own = any(getattr(variant, key) is not None for key in REPLACED)
        facts = somebody(subject, [*definition.conditions, *earlier, variant.when], on) if own else None
        if facts is not None:
            resolved = variant.applied_to(definition)
            yield f"variants[{position}].", resolved, with_amount_facts(subject, resolved, facts)
        earlier.append(opposite(variant.when))
    facts = somebody(subject, [*definition.conditions, *earlier], on)
    if facts is not None:
        plain = definition.model_copy(update={"variants": ()})
        yield "", plain, with_amount_facts(subject, plain, facts)


# -- one euro or one day of a fact ---------------------------------------------------------------------------------------


def _fact_cliffs(subject: LintSubject, definition: SchemeDefinition) -> Iterator[_Cliff]:
    """The edges of the variants in amounts and days; and of the conditions in amounts, where a scheme ends."""
    day = subject.days(definition)[0]
    whens = [variant.when for variant in definition.variants]
    for position, when in enumerate(whens):
        if pairs := _neighbours(subject, when, ("money", "date"), day):
            facts = somebody(subject, [*definition.conditions, when], day, known=whens)
            yield from _compared(subject, definition, f"variants[{position}].when", facts, pairs, day)
    for position, condition in enumerate(definition.conditions):
        if pairs := _neighbours(subject, condition, ("money",), day):
            facts = somebody(subject, definition.conditions, day, known=whens)
            yield from _compared(subject, definition, f"conditions[{position}]", facts, pairs, day)


def _neighbours(
    subject: LintSubject, condition: AnyCondition, types: tuple[str, ...], on: date
) -> list[tuple[str, Any, Any]]:
    """Of the facts of these types that a condition looks at: values one euro or one day apart, with an edge between them."""
    found: dict[tuple[str, Any, Any], None] = {}
    for atom in atoms_of(condition):
        for key, values in (edges(atom, on, subject.region.references) or {}).items():
            fact = subject.region.facts.get(key)
            if fact is None or fact.type not in types:
                continue
            for value in sorted(values):
                middle = value if fact.type == "date" else ceil(value)
                step = timedelta(days=1) if fact.type == "date" else _EURO
                found.update({(key, middle - step, middle): None, (key, middle, middle + step): None})
    return [(key, one, other) for key, one, other in found if isinstance(one, date) or one >= 0]


def _compared(
    subject: LintSubject,
    definition: SchemeDefinition,
    path: str,
    facts: Facts | None,
    pairs: list[tuple[str, Any, Any]],
    on: date,
) -> Iterator[_Cliff]:
    """What is paid on both sides of each edge at which a condition or a variant really turns."""
    category = best_category(definition, on)
    if facts is None or category is None:
        return
    for key, *values in pairs:
        sides = [{**facts, key: value} for value in values]
        if _turned(subject, definition, sides[0], on) == _turned(subject, definition, sides[1], on):
            continue
        step = _STEPS[subject.region.facts[key].type]
        for amount in _COSTS:
            cost = Cost(category=category, amount_cents=amount)
            one, other = (_paid(subject, definition, side, cost, on) for side in sides)
            if step == "euro" or (one and other):  # where a scheme begins or ends by a day is its border, no cliff
                where, params = f"Around {key} {values[1]} one {step}", {"fact": key, "value": values[1]}
                yield _Cliff("cliff_in_fact", path, where, max(one, other), min(one, other), params)


def _turned(subject: LintSubject, definition: SchemeDefinition, facts: Facts, on: date) -> list[str]:
    """What every condition and every variant says about somebody."""
    asked = [*definition.conditions, *(variant.when for variant in definition.variants)]
    references = subject.region.references
    return [evaluate(condition, facts, on, references, definition.scheme).status for condition in asked]


def _paid(subject: LintSubject, definition: SchemeDefinition, facts: Facts, cost: Cost, on: date) -> int:
    return paid_cents(subject, definition, with_amount_facts(subject, definition, facts), cost, on)


# -- one day later -----------------------------------------------------------------------------------------------------------


def _day_cliffs(subject: LintSubject, definition: SchemeDefinition) -> Iterator[_Cliff]:
    """Amounts that fall from one day to the next, on a day to come on which one can ask."""
    dated = definition.model_copy(update={"conditions": (), "budget": None})
    periods = subject.periods(definition)
    for day in sorted(changes(dated)):
        if day <= subject.on or not any(
            first < day and (day <= last or not definition.windows) for first, last in periods
        ):
            continue
        before = day - timedelta(days=1)
        facts = somebody(subject, definition.conditions, before, known=[one.when for one in definition.variants])
        category = best_category(definition, before)
        if facts is None or category is None:
            continue
        plain = definition.model_copy(update={"conditions": ()})
        for amount in _COSTS:
            cost = Cost(category=category, amount_cents=amount)
            one, other = _paid(subject, plain, facts, cost, before), _paid(subject, plain, facts, cost, day)
            if other < one:
                yield _Cliff(
                    "cliff_in_time", "", f"Asking on {day} instead of the day before", one, other, {"day": day}
                )
