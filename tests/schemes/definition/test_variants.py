"""Other amounts for other people: which variant holds, what is not known yet, and what cannot stand together."""

from datetime import date
from typing import Any

import pytest

from schemes.basics.findings import BadFile
from schemes.definition.resolving import facts_for_amount, resolve
from schemes.files.canonical import content_hash
from tests.schemes.definition.test_definitions import TEXT, definition

ON = date(2026, 3, 1)
LEVEL = {"type": "one_of", "fact": "level"}
CAP = [{"per": "award", "amount_cents": 50_000}]


def variant(name: str, level: str, cents: int, **more: Any) -> dict[str, Any]:
    caps = [{"per": "award", "amount_cents": cents}]
    return {"id": name, "when": {**LEVEL, "values": [level]}, "caps": caps, **more}


LEVELS = definition(caps=CAP, variants=[variant("low", "mbo2", 100_000), variant("high", "mbo4", 80_000)])


def resolved(**facts: Any) -> tuple[str | None, bool, tuple[str, ...], int]:
    found = resolve(LEVELS, facts, ON, {})
    return found.variant, found.certain, found.missing, found.definition.caps[0].amount_cents  # type: ignore[return-value]


def test_the_first_variant_whose_condition_holds_replaces_amounts() -> None:
    assert resolved(level="mbo2") == ("low", True, (), 100_000)
    assert resolved(level="mbo4") == ("high", True, (), 80_000)


def test_who_fits_no_variant_gets_the_amounts_of_the_definition() -> None:
    assert resolved(level="hbo") == (None, True, (), 50_000)


def test_of_two_variants_that_hold_the_first_counts() -> None:
    both = definition(variants=[variant("a", "mbo2", 10_000), variant("b", "mbo2", 90_000)])
    assert resolve(both, {"level": "mbo2"}, ON, {}).variant == "a"


def test_what_is_not_known_names_the_fact_and_takes_what_could_pay_most() -> None:
    assert resolved() == ("low", False, ("level",), 100_000)


def test_a_variant_after_one_that_certainly_holds_is_not_asked_about() -> None:
    first = {"id": "a", "when": {"type": "yes", "fact": "first"}, "caps": CAP}
    two = definition(variants=[first, variant("b", "mbo2", 90_000)])
    assert resolve(two, {"first": True}, ON, {}).missing == ()
    assert resolve(two, {"first": False}, ON, {}).missing == ("level",)


def test_what_a_variant_does_not_name_stays_as_it_is() -> None:
    scheme = definition(caps=CAP, minimum_cents=5_000, variants=[variant("low", "mbo2", 100_000)])
    assert resolve(scheme, {"level": "mbo2"}, ON, {}).definition.minimum_cents == 5_000


def test_an_empty_list_takes_all_caps_away() -> None:
    free = definition(caps=CAP, variants=[variant("free", "mbo2", 0) | {"caps": []}])
    assert resolve(free, {"level": "mbo2"}, ON, {}).definition.caps == ()
    assert resolve(free, {}, ON, {}).variant == "free", "no limit could pay most"


def test_a_definition_without_variants_is_certain() -> None:
    found = resolve(definition(), {}, ON, {})
    assert (found.variant, found.certain, found.missing) == (None, True, ())


def test_facts_of_variants_and_of_their_amounts_are_facts_of_the_definition() -> None:
    rate = {"amount_cents": 10_000, "unit": TEXT, "fact": "weeks", "times": "children"}
    reduction = {"fact": "income_cents", "above_cents": 3_000_000, "share": "1/2"}
    scheme = definition(variants=[variant("low", "mbo2", 1) | {"rate": rate, "reduction": reduction}])
    assert scheme.facts_used() == ("level", "weeks", "children", "income_cents")
    assert [path for path, _ in scheme.walk_conditions()] == ["variants[0].when"]
    assert [path for path, _, _ in scheme.amount_facts()] == [
        "variants[0].rate.fact",
        "variants[0].rate.times",
        "variants[0].reduction.fact",
    ]
    found = resolve(scheme, {"level": "mbo2", "weeks": 3}, ON, {})
    assert facts_for_amount(found.candidates, {"level": "mbo2", "weeks": 3}) == ("children", "income_cents")
    other = resolve(scheme, {"level": "hbo"}, ON, {})
    assert facts_for_amount(other.candidates, {"level": "hbo"}) == (), "another variant's facts are not needed"


def test_the_order_of_variants_is_part_of_what_a_definition_says() -> None:
    a, b = variant("a", "mbo2", 10_000), variant("b", "mbo4", 90_000)
    assert content_hash(definition(variants=[a, b])) != content_hash(definition(variants=[b, a]))


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"variants": [variant("a", "x", 1), variant("a", "y", 1)]}, "variants", "duplicate_id"),
        ({"variants": [{"id": "a", "when": {**LEVEL, "values": ["x"]}}]}, "variants[0]", "variant_without_amounts"),
        (
            {"variants": [variant("a", "x", 5) | {"minimum_cents": 6}]},
            "variants[0].minimum_cents",
            "minimum_above_cap",
        ),
        ({"minimum_cents": 6, "variants": [variant("a", "x", 5)]}, "variants[0]", "minimum_above_cap"),
        (
            {"variants": [variant("a", "x", 5) | {"fixed_amount_cents": 5}]},
            "variants[0].fixed_amount_cents",
            "fixed_and_cap",
        ),
        (
            {"variants": [variant("a", "x", 5) | {"coverage": [{"categories": ["exam", "exam"], "share": "1"}]}]},
            "variants[0].coverage",
            "duplicate_category",
        ),
        ({"amount_known": False, "variants": [variant("a", "x", 5)]}, "variants", "amount_unknown_but_given"),
        ({"reduction": {"fact": "i_cents", "above_cents": 1, "share": "1"}}, "reduction", "reduction_of_nothing"),
        ({"fixed_amount_cents": 5, "tiers": {"steps": [{"share": "1"}]}}, "fixed_amount_cents", "fixed_and_tiers"),
        ({"rate": {"amount_cents": 5, "unit": TEXT}}, "rate", "fact_or_units"),
        ({"rate": {"amount_cents": 5, "unit": TEXT, "fact": "n", "units": 3}}, "rate", "fact_or_units"),
        ({"rate": {"amount_cents": 5, "unit": TEXT, "units": 3, "above_units": 3}}, "rate", "no_unit_left"),
        ({"tiers": {"steps": [{"share": "1"}, {"share": "1/2"}]}}, "tiers", "tiers_in_order"),
        (
            {"tiers": {"steps": [{"up_to_cents": 9, "share": "1"}, {"up_to_cents": 9, "share": "0"}]}},
            "tiers",
            "tiers_in_order",
        ),
        ({"tiers": {"steps": [{"share": "1"}], "less": ["employer"]}}, "tiers", "less_for_base"),
        (
            {
                "tiers": {
                    "steps": [{"up_to_cents": 9, "share": "1/2"}, {"share": "1"}],
                    "of": "eligible_cost_less",
                    "less": ["employer"],
                }
            },
            "tiers",
            "tiers_rise",
        ),
        (
            {"administered": "here", "deciding_body": TEXT, "price_permille": 500},
            "price_permille",
            "price_of_scheme_here",
        ),
    ],
)
def test_amounts_that_cannot_stand_together_are_refused_at_their_place(
    changes: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(BadFile) as bad:
        definition(**changes)
    assert [(one.path, one.code) for one in bad.value.findings] == [(path, code)]


@pytest.mark.parametrize(
    "changes",
    [
        {"tiers": {"steps": [{"up_to_cents": 100_000, "share": "100%"}, {"share": "50%"}]}},
        {"tiers": {"steps": [{"up_to_cents": 25_000, "share": "0"}, {"share": "80%"}]}},
        {"rate": {"amount_cents": 20_000, "unit": TEXT, "units": 6}},
        {"rate": {"amount_cents": 20_000, "unit": TEXT, "fact": "children", "above_units": 2, "pays": "exactly"}},
        {"reduction": {"fact": "i_cents", "above_cents": 1, "share": "1"}, "fixed_amount_cents": 9},
        {"price_permille": 500},
        {"variants": [variant("a", "x", 5), variant("b", "y", 5, title=TEXT, article="artikel 3")]},
    ],
)
def test_amounts_that_can_stand_together_load(changes: dict[str, Any]) -> None:
    assert definition(**changes).scheme == "x"
