"""Rules that can never or always be true, rules that add nothing, and variants that nobody gets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schemes.lint.conftest import Lint, rule, scheme

CAPS = [{"per": "award", "amount_cents": 100_000, "article": "artikel 4"}]


def test_a_sound_scheme_has_no_findings(linted: Lint) -> None:
    assert linted(scheme()) == []


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (rule("number", fact="contract_hours", at_least=60.1), rule("number", fact="contract_hours", at_least=60)),
        (rule("date", fact="birth_date", after="2026-03-01"), rule("date", fact="birth_date", after="2026-02-28")),
        (
            rule(
                "all",
                conditions=[{"type": "yes", "fact": "student_finance"}, {"type": "no", "fact": "student_finance"}],
            ),
            rule("any", conditions=[{"type": "yes", "fact": "student_finance"}, {"type": "age", "below": 30}]),
        ),
        (
            rule("all", conditions=[{"type": "age", "at_least": 27}, {"type": "age", "below": 27}]),
            rule("all", conditions=[{"type": "age", "at_least": 27}, {"type": "age", "at_most": 27}]),
        ),
        (
            rule("not", condition={"type": "number", "fact": "contract_hours", "at_least": 0}),
            rule("not", condition={"type": "number", "fact": "contract_hours", "more_than": 0}),
        ),
    ],
)
def test_a_rule_that_nobody_can_meet_is_an_error(bad: dict[str, Any], good: dict[str, Any], linted: Lint) -> None:
    found = linted(scheme(conditions=[bad]))
    assert [(one.code, one.severity, one.path) for one in found] == [("rule_never_true", "error", "conditions[0]")]
    assert linted(scheme(conditions=[good])) == []


def test_a_dead_part_of_a_choice_is_found_at_its_own_place(linted: Lint) -> None:
    dead = {"type": "number", "fact": "contract_hours", "more_than": 60}
    found = linted(scheme(conditions=[rule("any", conditions=[{"type": "age", "at_least": 18}, dead])]))
    assert [(one.code, one.path) for one in found] == [("rule_never_true", "conditions[0].conditions[1]")]


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (rule("number", fact="contract_hours", at_least=0), rule("number", fact="contract_hours", at_least=0.1)),
        (
            rule(
                "any",
                conditions=[{"type": "yes", "fact": "student_finance"}, {"type": "no", "fact": "student_finance"}],
            ),
            rule("any", conditions=[{"type": "yes", "fact": "student_finance"}]),
        ),
        (
            rule("one_of", fact="work_situation", values=["employee", "self_employed", "job_seeker"]),
            rule("one_of", fact="work_situation", values=["employee", "self_employed"]),
        ),
    ],
)
def test_a_rule_that_everybody_meets_is_a_warning(bad: dict[str, Any], good: dict[str, Any], linted: Lint) -> None:
    found = linted(scheme(conditions=[bad]))
    assert [(one.code, one.severity, one.path) for one in found] == [("rule_always_true", "warning", "conditions[0]")]
    assert linted(scheme(conditions=[good])) == []


def test_rules_that_clash_are_named_and_only_those(linted: Lint) -> None:
    conditions = [
        rule("one_of", fact="work_situation", values=["employee"], id="employed"),
        rule("age", at_least=30, id="older"),
        rule("one_of", fact="training_sector", values=["care"], id="sector"),
        rule("age", below=30, id="younger"),
    ]
    found = linted(scheme(conditions=conditions))
    assert [(one.code, one.severity, one.params["rules"]) for one in found] == [
        ("rules_contradict", "error", "older, younger")
    ]
    conditions[3] = rule("age", below=31, id="younger")
    assert linted(scheme(conditions=conditions)) == []


def test_three_rules_that_clash_only_together_are_found(linted: Lint) -> None:
    """Any two of them leave somebody."""
    conditions = [
        rule("one_of", fact="work_situation", values=["employee", "self_employed"]),
        rule("one_of", fact="work_situation", values=["self_employed", "job_seeker"]),
        rule("one_of", fact="work_situation", values=["employee", "job_seeker"]),
    ]
    assert [one.code for one in linted(scheme(conditions=conditions))] == ["rules_contradict"]
    assert linted(scheme(conditions=conditions[:2])) == []


def test_a_rule_that_follows_from_the_others_adds_nothing(linted: Lint) -> None:
    wide, narrow = rule("age", at_least=18), rule("age", at_least=21, below=65)
    found = linted(scheme(conditions=[wide, narrow]))
    assert [(one.code, one.path) for one in found] == [("rule_adds_nothing", "conditions[0]")]
    assert linted(scheme(conditions=[rule("age", at_least=18), rule("age", below=65)])) == []


def test_of_two_equal_rules_one_is_named(linted: Lint) -> None:
    twice = [rule("age", at_least=18), rule("age", at_least=18)]
    assert [one.path for one in linted(scheme(conditions=twice), code="rule_adds_nothing")] == ["conditions[0]"]


def test_a_rule_that_held_in_the_window_only_is_no_mistake(linted: Lint) -> None:
    """On the day of linting the last start day has passed; in the window it had not."""
    before = [rule("starts_after_reference"), rule("date", fact="training_start", on_or_before="2026-02-01")]
    window = [{"opens_on": "2026-01-01", "closes_on": "2026-01-31"}]
    assert linted(scheme(conditions=before, windows=window), code="rules_contradict") == []
    assert len(linted(scheme(conditions=before), code="rules_contradict")) == 1


def test_rules_that_hold_on_some_days_in_the_middle_only_are_no_mistake(linted: Lint) -> None:
    """Start in May, and 10 to 20 days after asking: one can ask from 11 April to 21 May, not on the first or last day."""
    conditions = [
        rule("date", fact="training_start", on_or_after="2026-05-01", on_or_before="2026-05-31"),
        rule("date", fact="training_start", days_after_reference_at_least=10, days_after_reference_at_most=20),
    ]
    for windows in ([{"opens_on": "2026-01-01", "closes_on": "2026-12-31"}], []):
        assert linted(scheme(conditions=conditions, windows=windows)) == []
        closed = [*conditions, rule("date", fact="training_start", before="2026-05-01")]
        assert [one.code for one in linted(scheme(conditions=closed, windows=windows))] == ["rules_contradict"]


def test_a_list_that_will_hold_the_value_later_makes_no_mistake(linted: Lint) -> None:
    """Care stands in the list of shortage sectors from July on; transport is no answer at all."""
    conditions = [
        rule("in_list", fact="training_sector", list="shortage_sectors"),
        rule("one_of", fact="training_sector", values=["care"]),
    ]
    assert linted(scheme(conditions=conditions), code="rules_contradict") == []
    conditions[1] = rule("one_of", fact="training_sector", values=["other"])
    assert len(linted(scheme(conditions=conditions), code="rules_contradict")) == 1


def test_a_variant_that_nobody_gets_is_an_error(linted: Lint) -> None:
    adults = [rule("age", at_least=18)]

    def variants(*whens: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"id": f"v{n}", "when": when, "caps": CAPS, "article": "artikel 5"} for n, when in enumerate(whens)]

    young, younger = {"type": "age", "below": 27}, {"type": "age", "below": 21}
    found = linted(scheme(conditions=adults, variants=variants(young, younger)))
    assert [(one.code, one.severity, one.path) for one in found] == [
        ("variant_never_used", "error", "variants[1].when")
    ]
    assert linted(scheme(conditions=adults, variants=variants(younger, young))) == []
    found = linted(scheme(conditions=adults, variants=variants({"type": "age", "below": 18})))
    assert [one.code for one in found] == ["variant_never_used"]
