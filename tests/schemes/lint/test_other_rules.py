"""Money that nobody can reach, schemes that are always beaten, texts without translation and rules without source."""

from __future__ import annotations

from typing import Any

import pytest

from schemes.lint import RULES
from schemes.region.loading import LoadedRegion
from tests.schemes.lint.conftest import Lint, group, here, rule, scheme

DUTCH = "Dit is een hele zin."
APART = {"exclusion": group("voucher")}


def money(**earmark: Any) -> dict[str, Any]:
    line = {
        "id": "geld",
        "funder": "provincie-a",
        "title": {"nl": "Geld", "en": "Money"},
        "amount_cents": 10_000_000,
        "earmark": earmark,
        "period": {"from": "2026-01-01", "to": "2026-12-31"},
    }
    funder = {"id": "provincie-a", "name": {"nl": "Provincie A", "en": "Province A"}}
    return {"format": "ontwikkelloket/funding/1", "funders": [funder], "funding_lines": [line]}


LOCAL = rule("one_of", fact="residence_municipality", values=["GM9901"])
CARE = rule("one_of", fact="training_sector", values=["care"])


@pytest.mark.parametrize(
    ("reached", "unreached"),
    [
        ({"municipalities": ["GM9901"]}, {"municipalities": ["GM9902"]}),
        ({"provinces": ["gelderland"]}, {"provinces": ["overijssel"]}),
        ({"sectors": ["care"]}, {"sectors": ["technology"]}),
        ({"categories": ["tuition"]}, {"categories": ["travel"]}),
        ({"routes": ["individual"]}, {"routes": ["employer"]}),
        ({"schemes": ["bijdrage"]}, {"schemes": ["anders"]}),
    ],
)
def test_money_that_no_case_can_reach_is_doubtful(
    reached: dict[str, Any], unreached: dict[str, Any], linted: Lint
) -> None:
    """The voucher is for training in care of people who live in GM9901, in Gelderland."""
    voucher = here(conditions=[LOCAL, CARE])
    assert linted(voucher, funding=money(**reached)) == []
    assert [one.code for one in linted(voucher, funding=money(**unreached))] == [
        "budget_unreachable",
        "scheme_without_money",
    ]


@pytest.mark.parametrize(("opens", "found"), [("2026-12-31", 0), ("2027-01-01", 2)])
def test_money_of_a_year_in_which_the_scheme_is_closed_is_doubtful(opens: str, found: int, linted: Lint) -> None:
    later = here(state="not_yet_open", windows=[{"opens_on": opens, "closes_on": "2027-12-31"}])
    assert len(linted(later, funding=money())) == found


def test_a_collection_without_money_is_left_alone(linted: Lint) -> None:
    assert linted(here()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"fixed_amount_cents": 50_050, "rounding_unit_cents": 100}, [("fixed_not_whole", "fixed_amount_cents")]),
        ({"fixed_amount_cents": 50_000, "rounding_unit_cents": 100}, []),
        ({"fixed_amount_cents": 4_999}, [("fixed_too_small", "fixed_amount_cents")]),
        ({"fixed_amount_cents": 5_000}, []),
        (
            {
                "fixed_amount_cents": [
                    {"from": "2025-01-01", "until": "2026-06-30", "value": 50_000},
                    {"from": "2026-07-01", "value": 50_050},
                ],
                "rounding_unit_cents": 100,
            },
            [("fixed_not_whole", "fixed_amount_cents")],
        ),
        (
            {
                "fixed_amount_cents": 50_000,
                "rounding_unit_cents": 100,
                "variants": [{"id": "v", "when": rule("age", at_least=21), "fixed_amount_cents": 50_050}],
            },
            [("fixed_not_whole", "variants[0].fixed_amount_cents")],
        ),
    ],
)
def test_a_fixed_amount_that_is_never_paid_is_doubtful(
    changes: dict[str, Any], expected: list[tuple[str, str]], linted: Lint
) -> None:
    found = [one for one in linted(scheme("vast", **changes)) if one.code.startswith("fixed_")]
    assert [(one.code, one.path) for one in found] == expected
    assert all("€ 500.50 is never paid" in one.message_en for one in found if one.code == "fixed_not_whole")


def test_a_scheme_that_is_always_beaten_is_named(linted: Lint) -> None:
    """Both pay half of tuition, the second for more people, and only one may be used."""
    narrow = scheme("smal", conditions=[rule("age", at_least=21)], **APART)
    found = linted(narrow, scheme("breed", **APART), code="scheme_beaten")
    assert [(one.file, one.params["other"]) for one in found] == [("smal.yaml", "breed")]


def capped(cents: int) -> list[dict[str, Any]]:
    return [{"per": "award", "amount_cents": cents, "article": "artikel 4"}]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({}, {"coverage": [{"categories": ["tuition"], "share": "49%", "article": "artikel 3"}]}),
        ({}, {"coverage": [{"categories": ["exam"], "share": "100%", "article": "artikel 3"}]}),
        ({}, {"conditions": [rule("age", at_least=22)]}),
        ({}, {"caps": capped(100_000)}),
        ({"caps": capped(100_001)}, {"caps": capped(100_000)}),
        ({}, {"minimum_cents": [{"from": "2020-01-01", "value": 1, "source": "Regeling"}]}),
        ({}, {"vat": "excluding"}),
        ({}, {"kind": "loan", "repayable": True}),
        ({}, {"windows": [{"opens_on": "2026-01-01", "closes_on": "2026-12-31"}]}),
        ({}, {"routes": ["employer"], "applicant": {"who": "employer"}}),
        ({}, {"rounding_unit_cents": 100}),
        ({}, {"discretion": {"by": {"nl": "UWV", "en": "UWV"}, "text": {"nl": "Weegt.", "en": "Weighs."}}}),
        ({}, {"share_of_base": {"share": "1/3", "of": "eligible_cost", "article": "artikel 5"}}),
        ({"exclusion": {}}, {"exclusion": {}}),
    ],
)
def test_a_scheme_that_has_something_of_its_own_is_not_beaten(
    worse: dict[str, Any], better: dict[str, Any], linted: Lint
) -> None:
    """Each time in one thing the broad scheme is less good, or both may be used."""
    narrow = scheme("smal", **{"conditions": [rule("age", at_least=21)], **APART, **worse})
    found = linted(narrow, scheme("breed", **{**APART, **better}), code="scheme_beaten")
    assert [one for one in found if one.file == "smal.yaml"] == []


def test_equal_limits_still_beat(linted: Lint) -> None:
    """The control of the caps above: one cent more room is enough."""
    narrow = scheme("smal", conditions=[rule("age", at_least=21)], caps=capped(100_000), **APART)
    assert len(linted(narrow, scheme("breed", caps=capped(100_000), **APART), code="scheme_beaten")) == 1


def test_of_two_equal_schemes_one_is_named(linted: Lint) -> None:
    found = linted(scheme("een", **APART), scheme("twee", **APART), code="scheme_beaten")
    assert len(found) == 1


def test_english_that_is_dutch_is_doubtful(linted: Lint) -> None:
    found = linted(scheme(summary={"nl": DUTCH, "en": DUTCH}))
    assert [(one.code, one.path) for one in found] == [("translation_missing", "summary.en")]
    assert linted(scheme(summary={"nl": DUTCH, "en": "This is a whole sentence."})) == []


def test_a_name_may_be_the_same_in_both_languages(linted: Lint) -> None:
    assert linted(scheme(title={"nl": "Regio Deal 2026", "en": "Regio Deal 2026"})) == []


def test_a_text_of_the_region_needs_its_english(linted: Lint, veldrijk: LoadedRegion) -> None:
    assert [one.code for one in linted(scheme(), texts={"about.nl": "Over ons"})] == ["translation_missing"]
    assert linted(scheme(), texts={"about.nl": "Over ons", "about.en": "About us"}) == []


def test_rules_and_amounts_without_source_are_named_together(linted: Lint) -> None:
    bare = scheme(
        conditions=[{"type": "age", "at_least": 18}],
        coverage=[{"categories": ["tuition"], "share": "50%"}],
        caps=[{"per": "award", "amount_cents": 100_000}],
        minimum_cents=5000,
    )
    found = linted(bare)
    assert [(one.code, one.params["places"]) for one in found] == [
        ("source_missing", "conditions[0], coverage[0], caps[0], minimum_cents")
    ]


@pytest.mark.parametrize(
    "sourced",
    [
        {"conditions": [{"type": "all", "conditions": [rule("age", at_least=18), rule("age", below=65)]}]},
        {"minimum_cents": [{"from": "2020-01-01", "value": 5000, "source": "Regeling 2020"}]},
    ],
)
def test_an_article_on_every_part_or_a_source_on_every_value_will_do(sourced: dict[str, Any], linted: Lint) -> None:
    assert linted(scheme(**sourced)) == []


def test_errors_come_first_and_every_code_is_known(linted: Lint) -> None:
    found = linted(scheme(conditions=[{"type": "number", "fact": "contract_hours", "more_than": 60}]))
    assert [one.severity for one in found] == ["error", "warning"]
    assert all(RULES[one.code] == one.severity for one in found)


def test_a_scheme_that_is_not_there_is_refused(linted: Lint) -> None:
    with pytest.raises(KeyError):
        linted(scheme(), only="anders")
