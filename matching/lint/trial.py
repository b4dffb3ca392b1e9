"""Try schemes on a made-up question: what they pay when there is enough money and all that is possible comes true."""

from collections.abc import Sequence
from datetime import date

from matching.offers import Rules, make_ready
from matching.offers.question import Question
from matching.problem import AvailableFundingLine, Problem
from schemes.basics.costs import Cost, QuestionPledge
from schemes.basics.money import MAX_CENTS
from schemes.basics.vocabulary import CostCategory, Route
from schemes.conditions import Any_, AnyCondition
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.outcome import FactValue
from schemes.lint import LintSubject
from schemes.proof.cells import Cells, opposite, together

_UNITS = 10
"""Of a fact that counts units: so many, when that many are believable."""
Facts = dict[str, FactValue]


def somebody(
    subject: LintSubject, conditions: Sequence[AnyCondition], on: date, known: Sequence[AnyCondition] = ()
) -> Facts | None:
    """The facts of somebody who meets all these conditions on a day, with what the `known` conditions look at filled in too.

    None when nobody was found. A condition on a quantity between facts (time between two days) leaves those facts out.
    """
    either = [Any_.model_construct(type="any", conditions=(one, opposite(one))) for one in known]
    whole = together([*conditions, *either])
    found = Cells([whole], subject.region.facts, subject.region.references, on).possible(whole)
    if not whole.parts:
        return {}
    return dict(found.examples["met"]) if "met" in found.examples else None


def with_amount_facts(subject: LintSubject, definition: SchemeDefinition, facts: Facts) -> Facts:
    """The facts with a value for every fact that the amounts look at: many units, and no money that is taken off."""
    complete = dict(facts)
    for _, key, type_ in definition.amount_facts():
        fact = subject.region.facts.get(key)
        if key not in complete and fact is not None:
            complete[key] = 0 if type_ == "money" else _units(fact)
    return complete


def _units(fact: FactDefinition) -> int:
    most = _UNITS if fact.maximum is None else min(_UNITS, int(fact.maximum))
    return most if fact.minimum is None else max(most, int(fact.minimum))


def always_open(definition: SchemeDefinition) -> SchemeDefinition:
    """The definition as if one could ask for it on any day."""
    return definition.model_copy(update={"state": "open", "windows": (), "ended_on": None})


def problem_of(
    subject: LintSubject,
    definitions: Sequence[SchemeDefinition],
    facts: Facts,
    costs: Sequence[Cost],
    route: Route,
    on: date,
    *,
    pledge: bool = True,
) -> Problem:
    """The problem of somebody with these facts and costs, with only these schemes, all of them open and certain.

    With `pledge` the employer pays what a scheme asks of them; a loan is taken as far as needed then, and none without.
    """
    opened = tuple(always_open(definition) for definition in definitions)
    total = min(MAX_CENTS, sum(cost.amount_cents for cost in costs))
    needed = pledge and route == "individual" and any(one.co_financing for one in opened)
    question = Question(
        format="ontwikkelloket/question/1",
        route=route,
        costs=tuple(costs),
        borrow_up_to_cents=total if pledge else 0,
        pledge=QuestionPledge(kind="up_to", amount_cents=total) if needed else None,
    )
    enough = AvailableFundingLine(id="enough", funder="enough", available_cents=MAX_CENTS)
    problem = make_ready(question, Rules(on, subject.region, opened), [enough], facts=facts).problem
    return problem.model_copy(
        update={"offers": tuple(offer.model_copy(update={"certainty": "firm"}) for offer in problem.offers)}
    )


def paid_cents(subject: LintSubject, definition: SchemeDefinition, facts: Facts, cost: Cost, on: date) -> int:
    """What one scheme alone pays of one cost, in whole euro cents; 0 when it cannot be had."""
    from matching.solver.solve import propose

    route = definition.routes[0]
    problem = problem_of(subject, [definition], facts, [cost], route, on)
    if not problem.offers or not problem.offers[0].amount_known:
        return 0
    return sum(share.cents for share in propose(problem, outlook=False).shares if share.offer == problem.offers[0].id)


def best_category(definition: SchemeDefinition, on: date) -> CostCategory | None:
    """The cost category of which the scheme pays the largest share on a day; None when it covers nothing."""
    forms = [definition, *(variant.applied_to(definition) for variant in definition.variants)]
    shares = {
        category: share
        for form in reversed(forms)
        for coverage in form.coverage
        for category in coverage.categories
        if (share := form.share_for(category, on))
    }
    return max(shares, key=lambda one: shares[one], default=None)


def euros(cents: int) -> str:
    """An amount in an English sentence."""
    return f"€ {cents // 100:,}.{cents % 100:02d}"
