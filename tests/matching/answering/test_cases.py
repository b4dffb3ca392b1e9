"""Cases say in sentences what a scheme must do; running them finds a definition that does something else."""

import json
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pytest

from matching.answering.cases import CaseResult, alone_cents, run_case, run_cases
from matching.offers.question import Question
from matching.solver.solve import best_shares
from schemes.basics.costs import Cost
from schemes.basics.values import DatedValue
from schemes.definition import SchemeDefinition
from schemes.region.cases import Expectation
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

VELDRIJK = Path(__file__).parents[2] / "schemes" / "regions" / "veldrijk"


@pytest.fixture(scope="module")
def region() -> LoadedRegion:
    return known_region(VELDRIJK)


def results(region: LoadedRegion, definition: SchemeDefinition | None = None) -> list[CaseResult]:
    return run_cases(region.cases["leervoucher"], definition or region.schemes["leervoucher"], region)


def changed(region: LoadedRegion, **changes: object) -> SchemeDefinition:
    return region.schemes["leervoucher"].model_copy(update=changes)


def test_every_case_of_the_example_comes_out(region: LoadedRegion) -> None:
    found = results(region)
    assert len(found) == 9
    assert [one.name for one in found if not one.passed] == []


def test_a_lower_cap_makes_the_case_of_one_cent_over_fail(region: LoadedRegion) -> None:
    caps = tuple(
        cap.model_copy(update={"amount_cents": 249_900}) if cap.per == "award" else cap
        for cap in region.schemes["leervoucher"].caps
    )
    failed = [one for one in results(region, changed(region, caps=caps)) if not one.passed]
    assert [one.name for one in failed] == ["Een cent boven € 2.500 betaalt iemand zelf"]
    assert failed[0].differences == {"amount_cents": (250_000, 249_900)}


def test_a_rule_that_is_left_out_makes_its_cases_fail(region: LoadedRegion) -> None:
    kept = tuple(one for one in region.schemes["leervoucher"].conditions if one.id != "no_student_finance")
    failed = [one.name for one in results(region, changed(region, conditions=kept)) if not one.passed]
    assert failed == ["Wie studiefinanciering krijgt, krijgt geen voucher"]


def test_a_wrong_reason_fails_although_the_verdict_is_right(region: LoadedRegion) -> None:
    one = next(result for result in results(region) if result.expected.get("reason") == "age")
    assert CaseResult(one.name, {"verdict": "not_eligible", "reason": "in_list"}, one.found).passed is False
    assert CaseResult(one.name, {"verdict": "not_eligible", "reason": "age_at_least"}, one.found).passed is True


def test_a_case_can_say_that_no_amount_is_known(region: LoadedRegion) -> None:
    file = region.cases["leervoucher"]
    costs = file.cases[0].model_copy(update={"expect": Expectation(amount_known=False)})
    known = run_case(file, costs, changed(region), region)
    assert known.found["amount_known"] is True and not known.passed
    later = changed(region, minimum_cents=(DatedValue[int].model_validate({"from": "2099-01-01", "value": 2_500}),))
    unknown = run_case(file, costs, later, region)
    assert unknown.found["amount_cents"] is None and unknown.passed


def test_results_are_plain_data(region: LoadedRegion) -> None:
    plain = [one.as_dict() for one in results(region)]
    assert json.loads(json.dumps(plain, default=str))[0]["passed"] is True


def test_what_a_scheme_alone_pays_has_no_budget_in_sight(region: LoadedRegion) -> None:
    question = Question(
        format="ontwikkelloket/question/1",
        facts={**region.cases["leervoucher"].given.facts},
        costs=region.cases["leervoucher"].given.costs,
    )
    assert alone_cents(region.schemes["leervoucher"], question, region, date(2026, 3, 1)) == 200_000
    assert alone_cents(region.schemes["oude-cheque"], question, region, date(2026, 3, 1)) == 0


def test_the_same_money_is_solved_once_and_what_differs_anew(
    region: LoadedRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = Mock(side_effect=best_shares)
    monkeypatch.setattr("matching.solver.solve.best_shares", solver)
    file = region.cases["leervoucher"]
    case = next(one for one in file.cases if one.expect.amount_cents)
    definition = region.schemes["leervoucher"]
    lower = changed(region, caps=tuple(cap.model_copy(update={"amount_cents": 70_000}) for cap in definition.caps))

    def paid(costs: int, scheme: SchemeDefinition) -> object:
        asked = case.model_copy(update={"costs": (Cost(category="tuition", amount_cents=costs),)})
        return run_case(file, asked, scheme, region, with_amount=True).found["amount_cents"]

    assert (paid(76_500, definition), paid(76_500, definition), solver.call_count) == (76_500, 76_500, 1)
    assert (paid(76_600, definition), solver.call_count) == (76_600, 2), "another cost"
    assert (paid(76_500, lower), solver.call_count) == (70_000, 3), "another definition"
