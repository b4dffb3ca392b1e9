"""What must happen to the answer when the question is changed in a way of which the effect is known."""

import random
from collections.abc import Callable
from typing import Any

from matching import propose, violations
from matching.problem import CostLine, Problem
from matching.problem.proposal import Proposal
from matching.problem.settings import MixSettings
from tests.benchmarks.hard import hard
from tests.matching.building import offer
from tests.matching.depth import PROOF
from tests.matching.solver.test_solve import shuffled

NAMES = ("own_money", "rest", "priced_money", "schemes")
SEEDS = range(200 if PROOF else 16)


def given_of(seed: int) -> Problem:
    made = hard(60_000 + seed, lines=2, offers=4)
    return made.model_copy(update={"settings": made.settings.model_copy(update={"deterministic_limit_ms": 500})})


def solved(given: Problem) -> Proposal:
    mix = propose(given, outlook=False)
    assert violations(given, mix.shares) == []
    return mix


def values(mix: Proposal) -> list[int]:
    return [mix.value_of(name) for name in NAMES]  # type: ignore[arg-type]


def asking_nobody_first(given: Problem) -> Problem:
    return given.model_copy(update={"offers": tuple(one.model_copy(update={"asks_first": ()}) for one in given.offers)})


def exact(given: Problem) -> Problem:
    """The same with amounts and shares of which every half and tenth is a whole number of cents, and nothing that rounds."""
    lines = tuple(
        line.model_copy(
            update={"amount_cents": 6_000 * max(1, line.amount_cents // 6_000), "amount_without_vat_cents": None}
        )
        for line in given.lines
    )
    offers = tuple(
        one.model_copy(
            update={
                "coverage": {name: (share if share == 1 else "1/2") for name, share in one.coverage.items()},
                "share_of_base": None,
                "tiers": None,
                "co_financing": None,
                **{
                    name: None if cents is None else cents // 6_000 * 6_000
                    for name in ("cap_cents", "fixed_amount_cents")
                    for cents in (getattr(one, name),)
                },
            }
        )
        for one in given.offers
    )
    made = {
        **dict(given),
        "lines": lines,
        "offers": tuple(one.model_dump() for one in offers),
        "funding_lines": tuple(
            one.model_copy(update={"available_cents": one.available_cents // 6_000 * 6_000})
            for one in given.funding_lines
        ),
        "joint_caps": tuple(
            cap
            if cap.amount_cents is None
            else cap.model_copy(update={"amount_cents": cap.amount_cents // 6_000 * 6_000})
            for cap in given.joint_caps
        ),
        "pledges": (),
        "borrow_up_to_cents": given.borrow_up_to_cents // 6_000 * 6_000,
        "de_minimis_room_cents": None,
    }
    return Problem.model_validate(made)


AMOUNTS = frozenset(
    {
        "amount_cents",
        "amount_without_vat_cents",
        "cap_cents",
        "had_before_cents",
        "minimum_cents",
        "fixed_amount_cents",
        "rounding_unit_cents",
        "up_to_cents",
        "available_cents",
        "borrow_up_to_cents",
        "de_minimis_room_cents",
        "smallest_share_cents",
    }
)


def times(data: Any, factor: int, key: str = "") -> Any:
    """Every amount of a problem as plain data, times a factor."""
    if isinstance(data, dict):
        return {name: times(value, factor, name) for name, value in data.items()}
    if isinstance(data, list):
        return [times(one, factor) for one in data]
    return data * factor if key in AMOUNTS and isinstance(data, int) else data


def renamed(given: Problem, name: Callable[[str], str]) -> Problem:
    """The problem with another name for every line, offer, pledge and funding line, wherever it is named."""
    known = {one.id for part in (given.lines, given.offers, given.pledges, given.funding_lines) for one in part}

    def of(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: of(value) for key, value in data.items()}
        if isinstance(data, list):
            return [of(one) for one in data]
        return name(data) if isinstance(data, str) and data in known else data

    return Problem.model_validate(of(given.model_dump(mode="json")))


def test_more_money_never_hurts_without_precedence() -> None:
    helped = 0
    for seed in SEEDS:
        given = asking_nobody_first(given_of(seed))
        r = random.Random(seed)
        more = tuple(
            one.model_copy(update={"available_cents": one.available_cents + r.choice([0, 1, 10_000, 10**7])})
            for one in given.funding_lines
        )
        before, after = solved(given), solved(given.model_copy(update={"funding_lines": more}))
        assert after.passes[0].bound <= before.passes[0].value, seed
        helped += after.passes[0].value < before.passes[0].value
    assert helped


def test_the_order_of_everything_changes_no_cent() -> None:
    for seed in SEEDS:
        given = given_of(seed)
        assert solved(shuffled(given, seed)).shares == solved(given).shares, seed


def test_other_names_change_no_value_and_names_in_the_same_order_no_cent() -> None:
    for seed in SEEDS:
        given = given_of(seed)
        first = solved(given)
        after = solved(renamed(given, lambda name: f"z{name}"))
        moved = [(f"z{one.line}", f"z{one.offer}", one.cents) for one in first.shares]
        assert [(one.line, one.offer, one.cents) for one in after.shares] == moved, seed
        turned = solved(renamed(given, lambda name: f"{name[0]}{99 - int(name[1:] or 0)}"))
        assert turned.status == first.status == "proven"
        assert values(turned) == values(first), seed


def test_ten_times_every_amount_is_ten_times_the_answer_where_nothing_is_rounded() -> None:
    for seed in SEEDS:
        given = exact(given_of(seed))
        tenfold = Problem.model_validate(times(given.model_dump(mode="json"), 10))
        small, large = values(solved(given)), values(solved(tenfold))
        assert large == [10 * one for one in small[:3]] + small[3:], seed


def test_ten_times_every_amount_is_never_more_than_ten_times_the_own_money_without_precedence() -> None:
    for seed in SEEDS:
        given = asking_nobody_first(given_of(seed))
        tenfold = Problem.model_validate(times(given.model_dump(mode="json"), 10))
        assert solved(tenfold).passes[0].bound <= 10 * solved(given).passes[0].value, seed


def test_an_offer_that_can_never_pay_changes_no_value_whoever_asks_it_first() -> None:
    useless: tuple[dict[str, Any], ...] = (
        {"coverage": {"childcare": 1}},
        {"coverage": {"tuition": 1}, "cap_cents": 0},
        {"coverage": {"tuition": 1}, "certainty": "possible"},
        {"coverage": {"tuition": 1}, "fixed_amount_cents": 50_050, "rounding_unit_cents": 100},
    )
    for seed in SEEDS:
        given = given_of(seed)
        extra = dict(useless[seed % len(useless)])
        more = offer("a-useless", extra.pop("coverage"), **extra)
        asking = tuple(one.model_copy(update={"asks_first": (*one.asks_first, "a-useless")}) for one in given.offers)
        first, after = solved(given), solved(given.model_copy(update={"offers": (*asking, more)}))
        assert after.status == first.status == "proven"
        assert values(after) == values(first), seed


def test_a_cost_in_two_halves_is_the_same_cost_without_precedence_and_never_dearer_with_it() -> None:
    for seed in SEEDS:
        given = exact(given_of(seed)).model_copy(update={"exclusion_groups": ()})
        halves: list[CostLine] = []
        for line in given.lines:
            half = line.model_copy(update={"amount_cents": line.amount_cents // 2})
            halves += [half, half.model_copy(update={"id": f"{line.id}b"})]
        plain = asking_nobody_first(given)
        whole, apart = values(solved(plain)), values(solved(plain.model_copy(update={"lines": tuple(halves)})))
        assert whole == apart, seed
        assert (
            solved(given.model_copy(update={"lines": tuple(halves)})).passes[0].bound <= solved(given).passes[0].value
        )


def test_the_amounts_that_are_multiplied_are_all_there_are() -> None:
    names = set()

    def walk(data: Any) -> None:
        if isinstance(data, dict):
            names.update(key for key in data if key.endswith("_cents"))
            for value in data.values():
                walk(value)
        elif isinstance(data, list):
            for one in data:
                walk(one)

    for seed in range(30):
        walk(hard(seed, lines=3, offers=5).model_dump(mode="json"))
    assert names <= AMOUNTS and "fixed_amount_cents" in names
    assert MixSettings().smallest_share_cents
