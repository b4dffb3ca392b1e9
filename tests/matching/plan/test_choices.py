"""Plans of choices: the checker by itself, the search beside trying everything, and a bound that its prices prove."""

import itertools
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from matching.plan.check import choice_faults, claim_faults, loads_of, priced_bound, value_of
from matching.plan.choices import PRICE_SCALE, ChoicePlan, PlanAnswer, PlanChoice
from matching.plan.choosing import choose
from portal.commands.cli import main
from tests.benchmarks.plans import knapsack
from tests.matching.depth import one_in


def a_plan(**changes: object) -> ChoicePlan:
    """Two classes of two choices and one capacity of ten."""
    two = (PlanChoice(profit=5, weights=(4,)), PlanChoice(profit=9, weights=(7,)))
    fields: dict[str, object] = {"format": "ontwikkelloket/plan/1", "capacities": (10,), "classes": (two, two)}
    return ChoicePlan.model_validate({**fields, **changes})


def small(seed: int) -> ChoicePlan:
    """A plan of a few classes, of which some cannot be solved."""
    dice = random.Random(seed)
    dimensions = dice.randint(0, 3)
    classes = tuple(
        tuple(
            PlanChoice(profit=dice.randint(-3, 30), weights=tuple(dice.randint(0, 9) for _ in range(dimensions)))
            for _ in range(dice.randint(1, 4))
        )
        for _ in range(dice.randint(1, 5))
    )
    return ChoicePlan(
        format="ontwikkelloket/plan/1",
        choose=dice.choice(("exactly_one", "at_most_one")),
        capacities=tuple(dice.randint(3, 5 * len(classes)) for _ in range(dimensions)),
        classes=classes,
    )


def best_by_trying(plan: ChoicePlan) -> int | None:
    """The highest value of all choices that fit; None when none do."""
    lowest = -1 if plan.choose == "at_most_one" else 0
    tried = itertools.product(*(range(lowest, len(choices)) for choices in plan.classes))
    return max((value_of(plan, picks) for picks in tried if not choice_faults(plan, picks)), default=None)


def test_the_checker_names_what_is_wrong_and_where() -> None:
    plan = a_plan()
    assert choice_faults(plan, (0, 0)) == [] and loads_of(plan, (0, 0)) == [8] and value_of(plan, (0, 0)) == 10
    assert [(one.code, one.found, one.allowed) for one in choice_faults(plan, (0, 1))] == [("capacity", 11, 10)]
    assert choice_faults(plan, (0,))[0].code == "number_of_classes"
    assert [(one.code, one.place) for one in choice_faults(plan, (0, 2))] == [("no_such_choice", 1)]
    assert choice_faults(plan, (0, -1))[0].code == "no_such_choice"
    assert choice_faults(a_plan(choose="at_most_one"), (1, -1)) == []


def test_any_prices_prove_a_bound_and_an_answer_that_claims_more_is_found_out() -> None:
    plan = a_plan()
    assert priced_bound(plan, (PRICE_SCALE,), PRICE_SCALE) == 10 + 2 * 2
    assert priced_bound(plan, (0,), PRICE_SCALE) == 18
    right = PlanAnswer(status="not_proven", picks=(0, 0), value=10, bound=14, prices=(PRICE_SCALE,))
    assert claim_faults(plan, right) == []
    for wrong, code in (
        ({"value": 11}, "value"),
        ({"bound": 15}, "bound"),
        ({"bound": 9}, "bound_below_value"),
        ({"prices": (-1,)}, "prices"),
        ({"status": "proven"}, "status"),
        ({"picks": (1, 1)}, "capacity"),
        ({"picks": ()}, "value_without_choices"),
    ):
        assert code in [one.code for one in claim_faults(plan, right.model_copy(update=wrong))], wrong


@pytest.mark.parametrize("seed", one_in(4, range(60)))
def test_small_plans_are_solved_to_the_value_that_trying_everything_finds(seed: int) -> None:
    plan = small(seed)
    answer, best = choose(plan, seconds=5, workers=1), best_by_trying(plan)
    assert answer.status == ("infeasible" if best is None else "proven") and answer.value == best
    assert claim_faults(plan, answer) == []


def test_a_larger_plan_stays_close_to_its_linear_relaxation_and_more_room_never_serves_less() -> None:
    plan = knapsack(3, classes=15, choices=5, dimensions=3)
    answer = choose(plan, seconds=1)
    assert claim_faults(plan, answer) == [] and answer.value is not None
    gap = answer.gap_percent(float(priced_bound(plan, answer.prices, answer.price_scale)))
    assert gap is not None and gap < 3
    roomier = plan.model_copy(update={"capacities": tuple(most + 5 for most in plan.capacities)})
    more = choose(roomier, seconds=1)
    assert more.value is not None
    assert answer.status != "proven" or more.status != "proven" or more.value >= answer.value


def test_the_command_solves_checks_and_refuses(tmp_path: Path) -> None:
    file, answer = tmp_path / "plan.json", tmp_path / "answer.json"
    file.write_text(a_plan().model_dump_json())
    solved = CliRunner().invoke(main, ["plan", "solve", str(file), "--seconds", "2"])
    assert solved.exit_code == 0, solved.output
    said = json.loads(solved.stdout)
    assert (said["status"], said["value"], said["loads"]) == ("proven", 10, [8])
    answer.write_text(solved.stdout)
    assert CliRunner().invoke(main, ["plan", "check", str(file), str(answer)]).exit_code == 0
    answer.write_text(json.dumps(said | {"value": 11, "bound": 11}))
    wrong = CliRunner().invoke(main, ["plan", "check", str(file), str(answer)])
    assert wrong.exit_code == 1 and "value" in wrong.stdout
    file.write_text(
        '{"format": "ontwikkelloket/plan/1", "capacities": [1], "classes": [[{"profit": 1, "weights": []}]]}'
    )
    bad = CliRunner().invoke(main, ["plan", "solve", str(file)])
    assert bad.exit_code == 2 and "classes[0][0].weights" in bad.stderr
    file.write_text("{")
    assert CliRunner().invoke(main, ["plan", "solve", str(file)]).exit_code == 2
    schema = json.loads(CliRunner().invoke(main, ["schema", "plan"]).stdout)
    assert set(schema["required"]) == {"format", "capacities", "classes"}
