"""Several trainings of one employer: one mix over all of them, by hand, against trying everything, and as a file."""

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matching import explain, propose, violations
from matching.answering.answer import answer, prepare
from matching.answering.bundle import LIMIT_MS, Bundle, prepare_bundle
from matching.answering.bundle_answer import BundleAnswer, answer_bundle
from matching.problem import Problem
from matching.problem.parts import HolderCap, Part
from matching.what_if.alternatives import alternatives
from portal.commands.cli import main
from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.parsing import load, validate
from schemes.region.loading import LoadedRegion
from tests.benchmarks.bundles import dense_bundle, prepared_bundle
from tests.matching.building import line, offer, pays, problem
from tests.matching.oracle import best, small_problem
from tests.regions import known_region

EXAMPLE = Path("matching/examples/bundles/drie-opleidingen-in-deventer.yaml")
NAMES = ("own_money", "rest", "priced_money", "schemes")
ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
def region() -> LoadedRegion:
    return known_region("stedendriehoek")


def example(**changes: Any) -> Bundle:
    return validate(Bundle, {**load(Bundle, EXAMPLE).model_dump(mode="json"), **changes}, "bundle")


def solved(bundle: Bundle, region: LoadedRegion) -> BundleAnswer:
    found = answer_bundle(bundle, region, on=ON)
    assert found.proposal is not None and found.prepared.problem is not None
    assert found.proposal.status == "proven" and violations(found.prepared.problem, found.proposal.shares) == []
    return found


def parts(*names: str) -> tuple[Part, ...]:
    return tuple(Part(id=name) for name in names)


def test_the_example_comes_out_as_it_was_worked_out_by_hand(region: LoadedRegion) -> None:
    found = solved(load(Bundle, EXAMPLE), region)
    assert [(one.id, one.paid_cents, one.rest_cents) for one in found.trainings] == [
        ("medewerker-1", 170000, 170000),
        ("medewerker-2", 130000, 230000),
        ("medewerker-2-vervolg", 0, 240000),
    ]
    assert found.proposal is not None
    assert [found.proposal.value_of(name) for name in NAMES] == [640000, 640000, 90_000_000, 2]  # type: ignore[arg-type]


def test_each_training_by_itself_would_promise_more_than_there_is(region: LoadedRegion) -> None:
    alone = []
    for part in solved(load(Bundle, EXAMPLE), region).trainings:
        mix = answer(part.part.question, region, on=ON).proposal
        assert mix is not None
        alone.append(sum(share.cents for share in mix.shares))
    assert alone == [170000, 180000, 120000] and sum(alone) > 300000


def test_one_person_gets_the_cap_of_a_year_once_and_two_people_each(region: LoadedRegion) -> None:
    facts = {**load(Bundle, EXAMPLE).facts, "de_minimis_used_cents": 0}
    # 1.700 + min(2.500, 1.800 + 1.200) = 4.200, and as three people 1.700 + 1.800 + 1.200 = 4.700
    one = solved(example(facts=facts), region)
    assert sum(part.paid_cents for part in one.trainings) == 420000
    trainings = [{**one.model_dump(mode="json"), "person": None} for one in load(Bundle, EXAMPLE).trainings]
    assert (
        sum(part.paid_cents for part in solved(example(facts=facts, trainings=trainings), region).trainings) == 470000
    )


def test_what_the_person_had_this_year_counts_for_all_trainings_of_that_person(region: LoadedRegion) -> None:
    facts = {**load(Bundle, EXAMPLE).facts, "de_minimis_used_cents": 0}
    had = [{"scheme": "ontwikkelfonds-werkgever", "amount_cents": 100000, "awarded_on": "2026-03-01"}]
    trainings = [one.model_dump(mode="json") for one in load(Bundle, EXAMPLE).trainings]
    trainings[2]["had_before"] = had  # 2.500 - 1.000 = 1.500 for the two of employee 2
    assert (
        sum(part.paid_cents for part in solved(example(facts=facts, trainings=trainings), region).trainings) == 320000
    )


def per_training(region: LoadedRegion) -> LoadedRegion:
    """The region in which the fund pays at most € 2.500 a year for a training instead of for a person."""
    name = "ontwikkelfonds-werkgever"
    plain = region.schemes[name].model_dump(mode="json", by_alias=True)
    plain["caps"][1]["per"] = "training"
    return replace(region, schemes={**region.schemes, name: validate(SchemeDefinition, plain, name)})


@pytest.mark.parametrize(
    ("trainings", "cents"),
    [
        (({"name": "Lassen"}, {"name": "lássen "}, {"name": "CNC"}), 370000),  # min(2.500, 1.700 + 1.800) + 1.200
        (({"id": "7", "name": "Lassen"}, {"id": "7", "name": "Lassen (mbo)"}, {"name": "CNC"}), 370000),
        (({"id": "7", "name": "Lassen"}, {"id": "8", "name": "Lassen"}, {"name": "CNC"}), 470000),
        (({"id": "7", "name": "Lassen"}, {"name": "Lassen"}, {"name": "CNC"}), 470000),
        ((None, None, None), 470000),
    ],
)
def test_the_cap_of_a_training_holds_over_the_employees_who_follow_it(
    region: LoadedRegion, trainings: tuple[dict[str, str] | None, ...], cents: int
) -> None:
    facts = {**load(Bundle, EXAMPLE).facts, "de_minimis_used_cents": 0}
    rows = [one.model_dump(mode="json") for one in load(Bundle, EXAMPLE).trainings]
    rows = [{**row, "person": None, "training": one} for row, one in zip(rows, trainings, strict=True)]
    found = solved(example(facts=facts, trainings=rows), per_training(region))
    assert sum(part.paid_cents for part in found.trainings) == cents


def test_what_somebody_else_had_counts_for_that_training_only(region: LoadedRegion) -> None:
    facts = {**load(Bundle, EXAMPLE).facts, "de_minimis_used_cents": 0}
    rows = [one.model_dump(mode="json") for one in load(Bundle, EXAMPLE).trainings]
    had = {"scheme": "ontwikkelfonds-werkgever", "amount_cents": 200000, "awarded_on": "2026-03-01"}
    rows[1]["had_before"] = [{**had, "counts_for": "training"}]
    found = solved(example(facts=facts, trainings=rows), per_training(region))
    assert [part.paid_cents for part in found.trainings] == [170000, 50000, 120000]
    rows[1]["had_before"] = [{**had, "counts_for": "holder"}]
    found = solved(example(facts=facts, trainings=rows), per_training(region))
    assert [part.paid_cents for part in found.trainings] == [170000, 180000, 120000], "it was for another training"


def test_a_bundle_of_one_training_is_the_same_as_its_question(region: LoadedRegion) -> None:
    for number in range(3):
        training = load(Bundle, EXAMPLE).trainings[number].model_dump(mode="json")
        bundle = example(trainings=[training])
        found, alone = solved(bundle, region), answer(bundle.question(bundle.trainings[0]), region, on=ON)
        assert alone.proposal is not None and found.proposal is not None
        cents = sorted((share.funding_line, share.cents) for share in alone.proposal.shares)
        assert sorted((share.funding_line, share.cents) for share in found.proposal.shares) == cents
        assert [one.value for one in found.proposal.passes[:4]] == [one.value for one in alone.proposal.passes[:4]]


def test_the_order_of_the_trainings_changes_no_cent(region: LoadedRegion) -> None:
    trainings = [one.model_dump(mode="json") for one in load(Bundle, EXAMPLE).trainings]
    found = {
        json.dumps([*map(str, solved(example(trainings=list(order)), region).proposal.shares)])  # type: ignore[union-attr]
        for order in (trainings, trainings[::-1], [trainings[1], trainings[0], trainings[2]])
    }
    assert len(found) == 1


def test_a_training_without_costs_says_who_could_pay_and_takes_nothing(region: LoadedRegion) -> None:
    trainings = [one.model_dump(mode="json") for one in load(Bundle, EXAMPLE).trainings]
    trainings[1]["costs"] = []
    found = solved(example(trainings=trainings), region)
    assert found.trainings[1].paid_cents == 0 and found.trainings[1].possible
    assert found.trainings[0].paid_cents == 170000 and not found.trainings[0].possible
    none = answer_bundle(example(trainings=[{**trainings[1], "costs": []}]), region, on=ON)
    assert none.proposal is None and none.explanation is None and none.trainings[0].possible


def test_4_a_cap_of_the_employer_holds_over_the_trainings() -> None:
    # two trainings of 1000, each fully covered; the employer gets at most 1500 - 300 had before = 1200
    lines = [line("a", 1000, part="p"), line("b", 1000, part="q")]
    offers = [offer("x", part="p", scheme="s"), offer("y", part="q", scheme="s")]
    cap = HolderCap(id="employer", offers=("x", "y"), amount_cents=150000, had_before_cents=30000)
    given = problem(lines, offers, route="employer", parts=parts("p", "q"), holder_caps=(cap,))
    assert violations(given, [pays("x", "a", 1000), pays("y", "b", 200)]) == []
    broken = violations(given, [pays("x", "a", 1000), pays("y", "b", 200.01)])
    assert [(one.constraint, one.code, one.cents) for one in broken] == [(4, "above_holder_cap", 1)]
    proposal = propose(given)
    assert sum(share.cents for share in proposal.shares) == 120000
    reasons = explain(given, proposal)
    assert {one.code for one in reasons.used} <= {"holder_cap", "costs_paid"}
    assert "holder_cap" in {one.code for one in reasons.used}


def test_2_an_offer_pays_no_line_of_another_training() -> None:
    lines = [line("a", 1000, part="p"), line("b", 1000, part="q")]
    given = problem(lines, [offer("x", part="p")], route="employer", parts=parts("p", "q"))
    assert violations(given, [pays("x", "a", 1000)]) == []
    assert [one.code for one in violations(given, [pays("x", "b", 10)])] == ["above_coverage", "below_smallest_share"]
    assert {share.line for share in propose(given).shares} == {"a"}


@pytest.mark.parametrize("seed", range(25))
def test_two_trainings_that_share_money_are_divided_as_trying_everything_divides_them(seed: int) -> None:
    given = together(seed)
    expected = best(given, 1)
    assert expected is not None, "few enough divisions to try them all"
    proposal = propose(given, outlook=False)
    assert proposal.status == "proven" and violations(given, proposal.shares) == []
    assert {name: proposal.value_of(name) for name in NAMES} == expected  # type: ignore[arg-type]


def together(seed: int) -> Problem:
    """A small problem of two lines, cut into two trainings with a cap over offers of both."""
    r = random.Random(f"together/{seed}")
    base = next(
        one for n in range(1000) if len((one := small_problem(seed * 1000 + n, 1)).lines) == 2 and not one.pledges
    )
    lines = tuple(one.model_copy(update={"part": f"p{n}", "bearer": None}) for n, one in enumerate(base.lines))
    part_of = {one.id: f"p{r.randint(0, 1)}" for one in base.offers}
    offers = tuple(_cut(one, part_of) for one in base.offers)
    caps = (HolderCap(id="h", offers=tuple(part_of), amount_cents=r.randint(1, 8)),)
    joint = tuple(cap for cap in base.joint_caps if len({part_of[name] for name in cap.offers}) == 1)
    changed = {
        "lines": lines,
        "offers": offers,
        "parts": parts("p0", "p1"),
        "holder_caps": caps,
        "joint_caps": joint,
        "circumstances": base.circumstances.model_copy(update={"route": "employer"}),
    }
    return Problem.model_validate({**dict(base), **changed})


def _cut(one: Any, part_of: dict[str, str]) -> Any:
    own = part_of[one.id]
    changed: dict[str, Any] = {"part": own, "asks_first": tuple(n for n in one.asks_first if part_of[n] == own)}
    for key in ("share_of_base", "tiers"):
        rule = getattr(one, key)
        if rule is not None and any(part_of.get(name) != own for name in rule.less):
            changed[key] = None
    return one.model_copy(update=changed)


def test_a_dense_bundle_keeps_every_rule_and_one_mix_beats_one_after_another() -> None:
    given = dense_bundle(1, people=3, offers=6)
    proposal = propose(given, outlook=False)
    assert proposal.status == "proven" and violations(given, proposal.shares) == []
    assert any(
        violations(given, [share.model_copy(update={"cents": share.cents + 10**6})]) for share in proposal.shares
    )


def test_twenty_trainings_that_fight_over_every_budget_are_proven() -> None:
    given = limited(dense_bundle(5, people=20, offers=8), LIMIT_MS)
    proposal = propose(given, outlook=False)
    assert proposal.status == "proven" and violations(given, proposal.shares) == []
    assert proposal.deterministic_ms <= LIMIT_MS


def test_past_the_budget_a_bundle_says_how_far_it_may_be_off_and_goes_on_with_the_other_passes() -> None:
    given = dense_bundle(2, people=20, offers=8)
    short, best = propose(limited(given, 60), outlook=False), propose(given, outlook=False)
    assert (short.status, best.status) == ("not_proven", "proven")
    assert short.deterministic_ms <= 90, "a run looks at its budget now and then"
    assert violations(given, short.shares) == []
    assert [one.name for one in short.passes] == [one.name for one in best.passes]
    assert all(0 <= one.bound <= one.value and (one.gap > 0) == (one.status == "not_proven") for one in short.passes)
    assert short.passes[0].bound <= best.passes[0].value <= short.passes[0].value
    assert propose(limited(given, 60), outlook=False) == short, "deterministic time, not a clock"


def test_other_mixes_of_a_bundle_leave_a_scheme_out_for_everybody_and_keep_every_rule() -> None:
    # Each training costs € 1.000. A pays all of it and B half. Best: A twice. Without A: B twice, so € 1.000 more.
    lines = [line("a", 1000, part="p"), line("b", 1000, part="q")]
    offers = [
        offer(f"{scheme}-{part}", share, part=part, scheme=scheme)
        for part in "pq"
        for scheme, share in (("all", "1"), ("half", "1/2"))
    ]
    asked = problem(lines, offers, route="employer", parts=parts("p", "q"))
    mix = propose(asked)
    assert mix.value_of("own_money") == 0
    found = alternatives(asked, mix)
    assert [(one.own_difference_cents, one.offers) for one in found] == [(100_000, ("half-p", "half-q"))]
    assert all(violations(asked, one.proposal.shares) == [] for one in found)


def test_the_hard_way_is_taken_only_for_what_is_hard() -> None:
    hard = propose(limited(dense_bundle(1, people=20, offers=8), 900), outlook=False)
    easy = propose(dense_bundle(1, people=3, offers=6), outlook=False)
    assert "second.threads" in hard.parameters and "second.threads" not in easy.parameters
    assert hard.passes[0].gap <= hard.passes[0].value * 0.005


def limited(given: Problem, limit_ms: int) -> Problem:
    settings = given.settings.model_copy(update={"deterministic_limit_ms": limit_ms})
    return given.model_copy(update={"settings": settings})


def test_a_generated_bundle_over_the_catalogue_is_proven() -> None:
    made = prepared_bundle(1, 6, budget=300_000)
    assert made.problem is not None
    proposal = propose(made.problem, outlook=False)
    assert proposal.status == "proven" and violations(made.problem, proposal.shares) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"trainings": []}, "trainings"),
        ({"trainings": [{"id": "a"}, {"id": "a"}]}, "trainings[1].id"),
        (
            {
                "trainings": [
                    {"id": "a", "costs": [{"category": "tuition", "amount_cents": 10, "amount_without_vat_cents": 11}]}
                ]
            },
            "trainings[0].costs[0].amount_without_vat_cents",
        ),
        ({"trainings": [{"id": "a b"}]}, "trainings[0].id"),
        ({"trainings": [{"id": "a", "name": "Jan"}]}, "trainings[0].name"),
        (
            {"trainings": [{"id": "a", "costs": [{"category": "tuition", "amount_cents": 10, "bearer": "resident"}]}]},
            "trainings[0].costs[0].bearer",
        ),
        ({"had_before": [{"scheme": "x", "amount_cents": 1, "awarded_on": "2027-01-01"}]}, "had_before[0].awarded_on"),
        ({"borrow_up_to_cents": -1}, "borrow_up_to_cents"),
    ],
)
def test_a_wrong_bundle_is_refused_at_its_own_place(change: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFile) as refused:
        example(**change)
    assert path in {finding.path for finding in refused.value.findings}


def test_a_fact_that_does_not_fit_is_refused(region: LoadedRegion) -> None:
    bundle = example(trainings=[{"id": "a", "facts": {"training_start": "later"}}])
    with pytest.raises(BadFile):
        prepare_bundle(
            bundle, lambda one: prepare(one, region, on=ON), region.schemes.values(), region.references, on=ON
        )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_command_answers_a_bundle_and_its_answer_is_verified_without_a_solver(
    tmp_path: Path, language: str
) -> None:
    text = CliRunner().invoke(main, ["match", str(EXAMPLE), "--lang", language], catch_exceptions=False)
    assert text.exit_code == 0 and "CNC programmeren" in text.stdout and "1" in text.stdout
    made = CliRunner().invoke(main, ["match", str(EXAMPLE), "--json", "--lang", language], catch_exceptions=False)
    stored = tmp_path / "answer.json"
    stored.write_text(made.stdout, encoding="utf-8")
    for subject in (EXAMPLE, stored):
        verified = CliRunner().invoke(main, ["verify", str(subject), str(stored)], catch_exceptions=False)
        assert verified.exit_code == 0, verified.output
    data = json.loads(made.stdout)
    data["proposal"]["shares"][0]["cents"] += 1
    stored.write_text(json.dumps(data), encoding="utf-8")
    assert CliRunner().invoke(main, ["verify", str(EXAMPLE), str(stored)]).exit_code == 1


def test_a_bundle_without_costs_has_no_mix_to_verify(tmp_path: Path) -> None:
    written, mix = tmp_path / "bundle.json", tmp_path / "mix.json"
    written.write_text(json.dumps({"format": "ontwikkelloket/bundle/1", "trainings": [{"id": "a"}]}), encoding="utf-8")
    mix.write_text(json.dumps({"format": "ontwikkelloket/mix/1", "shares": []}), encoding="utf-8")
    refused = CliRunner().invoke(main, ["verify", str(written), str(mix)])
    assert refused.exit_code == 2 and "Traceback" not in refused.output
    assert CliRunner().invoke(main, ["match", str(written)]).exit_code == 0
