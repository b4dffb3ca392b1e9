"""A scheme definition: whether it can be asked for on a day, what it promises, and what cannot stand together."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from schemes.basics import codes
from schemes.basics.findings import BadFile
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml, canonical, content_hash
from schemes.files.parsing import load_text, validate
from schemes.region.loading import LoadedRegion

TEXT = {"nl": "a", "en": "a"}
MINIMAL: dict[str, Any] = {
    "format": "ontwikkelloket/scheme/1",
    "scheme": "x",
    "version": 1,
    "title": TEXT,
    "summary": TEXT,
    "owner": "o",
    "administered": "elsewhere",
    "kind": "subsidy",
    "public_money": True,
    "routes": ["individual"],
    "applicant": {"who": "resident"},
    "payee": "resident",
    "state": "open",
    "sources": [{"title": "s", "confidence": "verified"}],
    "coverage": [{"categories": ["tuition"], "share": "1"}],
    "apply": {"how": TEXT},
    "review_on": "2027-01-01",
}
WINDOWS = [{"opens_on": "2026-02-01", "closes_on": "2026-03-31"}, {"opens_on": "2026-09-01", "closes_on": "2026-10-31"}]
VOUCHER = {"valid_days": 90, "partial_redemption": False, "keep_rest": False}
HERE = {"administered": "here", "kind": "voucher", "deciding_body": TEXT, "voucher": VOUCHER}
IN_ORDER = {"distribution": "order_of_receipt"}


def definition(**changes: Any) -> SchemeDefinition:
    return validate(SchemeDefinition, {**MINIMAL, **changes})


@pytest.mark.parametrize(
    ("changes", "on", "state", "code"),
    [
        ({}, "2026-03-01", "open", "open_always"),
        ({"windows": WINDOWS}, "2026-01-31", "not_yet_open", "opens_on"),
        ({"windows": WINDOWS}, "2026-02-01", "open", "open_until"),
        ({"windows": WINDOWS}, "2026-03-31", "open", "open_until"),
        ({"windows": WINDOWS}, "2026-04-01", "not_yet_open", "opens_on"),
        ({"windows": WINDOWS}, "2026-10-31", "open", "open_until"),
        ({"windows": WINDOWS}, "2026-11-01", "closed", "closed_since"),
        ({"windows": [{"opens_on": "2026-02-01"}]}, "2030-01-01", "open", "open_until"),
        ({"state": "not_yet_open"}, "2026-03-01", "not_yet_open", "not_yet_open"),
        ({"state": "not_yet_open", "windows": WINDOWS}, "2026-03-01", "open", "open_until"),
        ({"state": "closed"}, "2026-03-01", "closed", "closed"),
        ({"state": "closed", "windows": WINDOWS}, "2026-05-01", "closed", "closed_since"),
        ({"state": "unknown"}, "2026-03-01", "unknown", "state_unknown"),
        ({"state": "ended", "explanation_when_ended": TEXT}, "2026-03-01", "ended", "ended"),
        ({"state": "ended", "explanation_when_ended": TEXT, "ended_on": "2026-03-01"}, "2026-03-01", "ended", "ended"),
        (
            {"state": "ended", "explanation_when_ended": TEXT, "ended_on": "2026-03-01"},
            "2026-02-28",
            "open",
            "open_always",
        ),
    ],
)
def test_state_and_windows_decide_whether_a_scheme_can_be_asked_for(
    changes: dict[str, Any], on: str, state: str, code: str
) -> None:
    availability = definition(**changes).availability(date.fromisoformat(on))
    assert (availability.state, availability.code) == (state, code)
    assert set(availability.params) <= set(codes.AVAILABILITY[code])


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"state": "ended"}, "explanation_when_ended", "ended_explained"),
        ({"explanation_when_ended": TEXT}, "explanation_when_ended", "ended_explained"),
        ({"ended_on": "2026-01-01"}, "ended_on", "ended_on_without_ended"),
        ({"state": "unknown", "windows": WINDOWS}, "windows", "windows_of_unknown"),
        ({"windows": WINDOWS[::-1]}, "windows", "windows_overlap"),
        ({"windows": [{"opens_on": "2026-02-01"}, WINDOWS[1]]}, "windows", "windows_overlap"),
        ({"coverage": []}, "coverage", "coverage_missing"),
        ({"amount_known": False, "fixed_amount_cents": 5}, "fixed_amount_cents", "amount_unknown_but_given"),
        (
            {"fixed_amount_cents": 5, "caps": [{"amount_cents": 5, "per": "award"}]},
            "fixed_amount_cents",
            "fixed_and_cap",
        ),
        ({"fixed_amount_cents": 5, "minimum_cents": 5}, "fixed_amount_cents", "fixed_and_minimum"),
        (
            {"fixed_amount_cents": 5, "rate": {"amount_cents": 5, "unit": TEXT, "fact": "n"}},
            "fixed_amount_cents",
            "fixed_and_rate",
        ),
        ({"minimum_cents": 6, "caps": [{"amount_cents": 5, "per": "award"}]}, "minimum_cents", "minimum_above_cap"),
        ({"kind": "loan"}, "repayable", "loan_repayable"),
        ({"administered": "here"}, "deciding_body", "deciding_body_missing"),
        ({**HERE, "voucher": None}, "voucher", "voucher_rules"),
        ({"kind": "voucher", "voucher": VOUCHER}, "voucher", "voucher_rules"),
        ({**HERE, "amount_known": False}, "amount_known", "amount_unknown_here"),
        ({"kind": "employer_contribution"}, "public_money", "employer_money_public"),
        ({"state_aid": "de_minimis", "public_money": False}, "state_aid", "aid_without_public_money"),
        ({"state_aid": "de_minimis", "kind": "loan", "repayable": True}, "state_aid", "aid_of_loan"),
        ({"state_aid": "yes"}, "state_aid", "value_not_allowed"),
        ({"precedence": {"asks_first": ["x"]}}, "precedence", "asks_itself_first"),
        ({"exclusion": {"groups": [{"group": "g"}, {"group": "g"}]}}, "exclusion", "duplicate_group"),
        (
            {"conditions": [{"type": "yes", "fact": "a", "id": "i"}, {"type": "no", "fact": "b", "id": "i"}]},
            "conditions",
            "duplicate_id",
        ),
        ({"share_of_base": {"share": "1/2", "of": "eligible_cost", "less": ["y"]}}, "share_of_base", "less_for_base"),
        ({"share_of_base": {"share": "1/2", "of": "eligible_cost_less"}}, "share_of_base", "less_for_base"),
        ({"joint_caps": [{"name": "j", "schemes": ["y"]}]}, "joint_caps[0]", "amount_or_share"),
        ({"budget": {"distribution": "lottery", "complete_again_after": []}}, "budget", "complete_again_in_order"),
        ({"budget": {**IN_ORDER, "complete_again_after": ["higher_costs"] * 2}}, "budget", "duplicate_change"),
        (
            {"budget": {**IN_ORDER, "complete_again_after": ["wish"]}},
            "budget.complete_again_after[0]",
            "value_not_allowed",
        ),
        ({"caps": [{"amount_cents": 5, "per": "award", "period": "calendar_year"}]}, "caps[0]", "award_has_no_period"),
    ],
)
def test_what_cannot_stand_together_is_refused_at_its_key(changes: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(BadFile) as bad:
        definition(**changes)
    assert [(finding.path, finding.code) for finding in bad.value.findings] == [(path, code)]


@pytest.mark.parametrize(
    "changes",
    [
        HERE,
        {"kind": "loan", "repayable": True},
        {"state_aid": "de_minimis"},
        {"state_aid": "none", "public_money": False},
        {"kind": "employer_contribution", "public_money": False},
        {
            "fixed_amount_cents": 375_000,
            "caps": [{"amount_cents": 2_250_000, "per": "employer", "period": "calendar_year"}],
        },
        {"minimum_cents": 500, "caps": [{"amount_cents": 500, "per": "award"}]},
        {"amount_known": False, "coverage": [], "discretion": {"by": TEXT, "text": TEXT}},
        {"state": "ended", "explanation_when_ended": TEXT, "coverage": []},
        {
            "share_of_base": {
                "share": "1/2",
                "of": "eligible_cost_less",
                "less": ["employer", "sector_funds", "other-scheme"],
            }
        },
        {"joint_caps": [{"name": "j", "schemes": ["y"], "share": "80%"}]},
        {"coverage": [{"categories": ["tuition"], "share": [{"from": "2026-01-01", "value": "60%"}]}]},
    ],
)
def test_what_can_stand_together_loads(changes: dict[str, Any]) -> None:
    assert definition(**changes).scheme == "x"


def test_a_scheme_that_has_ended_carries_its_own_explanation_only_from_that_day() -> None:
    ended = definition(state="ended", explanation_when_ended={"nl": "Gestopt.", "en": "Ended."}, ended_on="2026-03-01")
    last, first = (ended.availability(date(2026, month, day)) for month, day in ((2, 28), (3, 1)))
    assert last.explanation is None
    assert first.explanation is not None and (first.explanation.nl, first.explanation.en) == ("Gestopt.", "Ended.")


def test_the_weakest_source_says_what_may_be_promised() -> None:
    sources = [{"title": "a", "confidence": "verified"}, {"title": "b", "confidence": "secondary"}]
    assert definition(sources=sources).confidence == "secondary"
    assert definition().confidence == "verified"


def test_discretion_a_third_party_or_an_unknown_amount_make_it_only_possible() -> None:
    assert not definition().only_possible
    assert definition(discretion={"by": TEXT, "text": TEXT}).only_possible
    assert definition(applicant={"who": "third_party", "third_party": TEXT}).only_possible
    assert definition(amount_known=False).only_possible
    assert definition(budget={"distribution": "pro_rata"}).only_possible
    assert not definition(budget={"distribution": "order_of_receipt"}).only_possible


def test_amounts_are_those_of_the_reference_date(veldrijk: LoadedRegion) -> None:
    voucher = veldrijk.schemes["leervoucher"]
    amounts = [value_on(voucher.caps[0].amount_cents, date(year, 12, 31)) for year in (2024, 2025, 2026)]
    assert amounts == [None, 200_000, 250_000]
    assert voucher.share_for("books", date(2026, 1, 1)) == Fraction(1, 2)
    assert voucher.share_for("travel", date(2026, 1, 1)) is None


def test_a_definition_names_the_facts_it_needs(veldrijk: LoadedRegion) -> None:
    assert veldrijk.schemes["metaalbijdrage"].facts_used() == (
        "contract_hours",
        "de_minimis_used_cents",
        "guidance_weeks",
    )


def test_a_definition_cannot_be_changed(veldrijk: LoadedRegion) -> None:
    with pytest.raises(ValueError, match="frozen"):
        veldrijk.schemes["leervoucher"].version = 2  # type: ignore[misc]


def test_a_definition_that_does_not_say_when_an_application_counts_again_is_what_it_was() -> None:
    silent = definition(budget=IN_ORDER)
    assert silent.complete_again_after == definition().complete_again_after == {"higher_costs", "another_training"}
    assert canonical(silent)["budget"] == IN_ORDER
    said = definition(budget={**IN_ORDER, "complete_again_after": ["higher_costs", "another_training"]})
    assert content_hash(said) == content_hash(silent), "both is what counts when nothing is said"


@pytest.mark.parametrize("changes", [[], ["higher_costs"], ["another_training"]])
def test_what_a_definition_says_of_it_is_kept_also_that_nothing_does(changes: list[str]) -> None:
    said = definition(budget={**IN_ORDER, "complete_again_after": changes})
    assert said.complete_again_after == set(changes)
    assert canonical(said)["budget"] == {**IN_ORDER, "complete_again_after": changes}
    assert load_text(SchemeDefinition, as_yaml(said)) == said
    assert content_hash(said) != content_hash(definition(budget=IN_ORDER))
