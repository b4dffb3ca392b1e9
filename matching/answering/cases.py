"""Run the cases of a scheme: what its definition says about the examples its owner wrote."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.offers.eligibility import Verdict
from matching.offers.question import Question
from matching.problem import AvailableFundingLine, Problem
from schemes.basics.money import MAX_CENTS
from schemes.definition import SchemeDefinition
from schemes.region.cases import Case, CasesFile, Given
from schemes.region.loading import LoadedRegion


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with what was expected and what was found, by the keys of `expect`."""

    name: str
    expected: dict[str, Any]
    found: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether everything that was expected came out."""
        return all(_agrees(key, value, self.found) for key, value in self.expected.items())

    @property
    def differences(self) -> dict[str, tuple[Any, Any]]:
        """What was expected and what was found, for what did not come out."""
        return {
            key: (value, self.found.get(key))
            for key, value in self.expected.items()
            if not _agrees(key, value, self.found)
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        found = {key: value if not isinstance(value, tuple) else list(value) for key, value in self.found.items()}
        return {"name": self.name, "passed": self.passed, "expected": self.expected, "found": found}


def _agrees(key: str, value: Any, found: dict[str, Any]) -> bool:
    given = found.get(key)
    return value in given if isinstance(given, tuple) else bool(value == given)


def run_cases(file: CasesFile, definition: SchemeDefinition, region: LoadedRegion) -> list[CaseResult]:
    """Every case of a file, in its order, against one definition; the region gives facts, lists and settings.

    Raises BadFile when a case has facts that do not fit their definitions.
    """
    return [run_case(file, case, definition, region) for case in file.cases]


def run_case(
    file: CasesFile, case: Case, definition: SchemeDefinition, region: LoadedRegion, *, with_amount: bool = False
) -> CaseResult:
    """One case against one definition. `with_amount`: find the amount whenever there are costs, also when none is expected."""
    given = file.merged(case)
    on = given.on
    if on is None:
        raise ValueError(f"case {case.name!r} has no day")
    question = question_of(given, definition)
    alone = prepare_alone(question, definition, region, on)
    problem = alone.problem
    found = _found(alone.verdicts[0], problem)
    if {"amount_cents", "amount_known"} & set(case.expect.as_dict()):
        found["amount_cents"] = _paid(problem)
        found["amount_known"] = found["amount_cents"] is not None
    elif with_amount and given.costs:
        found["amount_cents"] = _paid(problem)
    return CaseResult(case.name, case.expect.as_dict(), found)


def question_of(given: Given, definition: SchemeDefinition) -> Question:
    """The question that a case asks. A loan is asked for as far as needed unless the case says how much."""
    costs = given.costs or ()
    borrow = given.borrow_up_to_cents
    if borrow is None:
        borrow = min(MAX_CENTS, sum(cost.amount_cents for cost in costs)) if definition.repayable else 0
    return Question(
        format="ontwikkelloket/question/1",
        route=given.route or definition.routes[0],
        reference_date=given.on,
        facts=given.facts,
        costs=costs,
        pledge=given.pledge,
        borrow_up_to_cents=borrow,
        had_before=given.had_before or (),
    )


def prepare_alone(question: Question, definition: SchemeDefinition, region: LoadedRegion, on: date) -> Prepared:
    """A question made ready with one scheme and enough money. Raises BadFile when facts do not fit their definitions."""
    enough = AvailableFundingLine(id="enough", funder="enough", available_cents=MAX_CENTS)
    only = replace(region, schemes={definition.scheme: definition})
    return prepare(question, only, on=on, funding_lines=[enough])


def alone_cents(definition: SchemeDefinition, question: Question, region: LoadedRegion, on: date) -> int | None:
    """What one scheme alone pays in the best mix, in cents, with enough money and what is only possible as certain.

    0 when the scheme plays no part; None when its amount is not known. Raises BadFile for facts that do not fit.
    """
    return _paid(prepare_alone(question, definition, region, on).problem)


def _found(verdict: Verdict, problem: Problem) -> dict[str, Any]:
    status = verdict.status if verdict.route_fits else "not_eligible"
    reasons: tuple[str, ...] = () if verdict.route_fits else ("route",)
    if verdict.route_fits and verdict.status != "eligible":
        deciding = [one for one in verdict.outcomes.walk() if one.status == verdict.outcomes.status][1:]
        first = verdict.reason
        near = [one for one in deciding if first is not None and (one is first or first in list(one.walk()))]
        reasons = tuple(dict.fromkeys(name for one in near for name in (one.id, one.type, one.code) if name))
    certainty = problem.offers[0].certainty if problem.offers else "none"
    return {
        "verdict": status,
        "reason": reasons,
        "certainty": certainty,
        "availability": (verdict.availability.state, verdict.availability.code),
    }


def _paid(problem: Problem) -> int | None:
    if not problem.offers:
        return 0
    offer = problem.offers[0]
    if not offer.amount_known:
        return None
    if not problem.lines:
        return 0
    certain = problem.model_copy(update={"offers": (offer.model_copy(update={"certainty": "firm"}),)})
    return _paid_in_best_mix(certain.model_dump_json())


@lru_cache(maxsize=2000)
def _paid_in_best_mix(problem: str) -> int:
    """What the one offer of a problem, as JSON, pays. Solved once per content: there is nothing else that it depends on."""
    from matching.solver.solve import best_shares

    alone = Problem.model_validate_json(problem)
    return sum(share.cents for share in best_shares(alone) if share.offer == alone.offers[0].id)
