"""The rules of the linter that need amounts: cliffs, and precedence that costs people money. And the shipped catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from matching.lint import lint_region
from portal.platform.i18n import use_locale
from portal.words.findings import finding_text
from portal.words.lint_nl import LINT
from schemes.basics.findings import Finding
from schemes.definition import SchemeDefinition
from schemes.lint import RULES
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion
from tests.regions import known_region

ON = date(2026, 3, 1)
VELDRIJK = Path(__file__).parents[2] / "schemes" / "regions" / "veldrijk"


@pytest.fixture(scope="module")
def veldrijk() -> LoadedRegion:
    return known_region(VELDRIJK)


def scheme(name: str = "bijdrage", **changes: Any) -> dict[str, Any]:
    """All of tuition, for everybody."""
    base: dict[str, Any] = {
        "format": "ontwikkelloket/scheme/1",
        "scheme": name,
        "version": 1,
        "title": {"nl": "Bijdrage", "en": "Contribution"},
        "summary": {"nl": "Een bijdrage.", "en": "A contribution."},
        "owner": "regio-veldrijk",
        "administered": "elsewhere",
        "kind": "subsidy",
        "public_money": True,
        "routes": ["individual"],
        "applicant": {"who": "resident"},
        "payee": "resident",
        "state": "open",
        "sources": [{"title": "Regeling", "confidence": "verified"}],
        "coverage": [{"categories": ["tuition"], "share": "100%", "article": "artikel 3"}],
        "apply": {"how": {"nl": "Vraag aan op de site.", "en": "Apply on the site."}},
        "review_on": date(2027, 1, 15),
    }
    return {**base, **changes}


def linted(veldrijk: LoadedRegion, *schemes: dict[str, Any], prefix: str = "", on: date = ON) -> list[Finding]:
    parsed = [SchemeDefinition.model_validate(one) for one in schemes]
    region = replace(veldrijk, schemes={one.scheme: one for one in parsed}, funding=EMPTY_FUNDING, files={})
    found = list(lint_region(region, on=on))
    for one in found:
        assert places(LINT[one.code][0]) <= set(one.params), f"{one.code}: the Dutch has a place without a value"
    return [one for one in found if one.code.startswith(prefix)]


def places(sentence: str) -> set[str]:
    """The names between braces."""
    return {name for _before, name, _form, _how in Formatter().parse(sentence) if name}


def cap(cents: Any) -> list[dict[str, Any]]:
    return [{"per": "award", "amount_cents": cents, "article": "artikel 4"}]


def figures(finding: Finding, *names: str) -> tuple[Any, ...]:
    return tuple(finding.params[name] for name in names)


# -- cliffs ----------------------------------------------------------------------------------------------------------------


def test_a_minimum_is_a_cliff_with_its_figures(veldrijk: LoadedRegion) -> None:
    """Half of the cost, at least € 500: of € 999 nothing is paid, of € 1.000 € 500."""
    half = [{"categories": ["tuition"], "share": "50%", "article": "artikel 3"}]
    (found,) = linted(veldrijk, scheme(coverage=half, minimum_cents=50_000), prefix="cliff")
    assert (found.code, found.path, found.severity) == ("cliff_in_cost", "minimum_cents", "warning")
    assert figures(found, "cost_cents", "high_cents", "low_cents", "loss_cents") == (100_000, 50_000, 0, 50_000)
    assert linted(veldrijk, scheme(coverage=half), prefix="cliff") == []


def test_a_fixed_amount_is_a_cliff(veldrijk: LoadedRegion) -> None:
    """€ 750 or nothing, and at most the cost."""
    (found,) = linted(veldrijk, scheme(fixed_amount_cents=75_000), prefix="cliff")
    assert figures(found, "cost_cents", "high_cents", "low_cents") == (75_000, 75_000, 0)


@pytest.mark.parametrize(("minimum", "found"), [(5_000, 0), (5_100, 1)])
def test_what_the_region_never_pays_at_all_is_no_cliff(minimum: int, found: int, veldrijk: LoadedRegion) -> None:
    """The smallest share of the region is € 50."""
    assert len(linted(veldrijk, scheme(minimum_cents=minimum), prefix="cliff")) == found


def test_an_income_limit_is_a_cliff_of_one_euro(veldrijk: LoadedRegion) -> None:
    """With a cap of € 2.000: who received € 300.000 of aid gets nothing, who received one euro less € 2.000."""
    limit = [{"type": "number", "fact": "de_minimis_used_cents", "less_than": 30_000_000, "article": "artikel 2"}]
    (found,) = linted(veldrijk, scheme(conditions=limit, caps=cap(200_000)), prefix="cliff")
    assert (found.code, found.path) == ("cliff_in_fact", "conditions[0]")
    assert figures(found, "fact", "high_cents", "low_cents") == ("de_minimis_used_cents", 200_000, 0)


def variant(cents: int) -> list[dict[str, Any]]:
    young = {"type": "age", "below": 27}
    return [{"id": "young", "when": young, "caps": cap(cents), "article": "artikel 5"}]


def test_a_variant_by_age_is_a_cliff_of_one_day(veldrijk: LoadedRegion) -> None:
    """Below 27 at most € 2.000, from the 27th birthday on at most € 500."""
    (found,) = linted(veldrijk, scheme(caps=cap(50_000), variants=variant(200_000)), prefix="cliff")
    assert (found.code, found.path) == ("cliff_in_fact", "variants[0].when")
    assert figures(found, "fact", "value", "loss_cents") == ("birth_date", date(1999, 3, 2), 150_000)
    assert linted(veldrijk, scheme(caps=cap(50_000), variants=variant(50_000)), prefix="cliff") == []


def test_an_age_limit_alone_is_a_border_and_no_cliff(veldrijk: LoadedRegion) -> None:
    adults = [{"type": "age", "at_least": 18, "article": "artikel 2"}]
    assert linted(veldrijk, scheme(conditions=adults, caps=cap(200_000)), prefix="cliff") == []


def test_an_amount_that_falls_is_a_cliff_of_one_day(veldrijk: LoadedRegion) -> None:
    def dated(later: int) -> list[dict[str, Any]]:
        return cap(
            [
                {"from": "2026-01-01", "value": 200_000, "source": "Regeling"},
                {"from": "2026-07-01", "value": later, "source": "Regeling"},
            ]
        )

    (found,) = linted(veldrijk, scheme(caps=dated(150_000)), prefix="cliff")
    assert (found.code, *figures(found, "day", "high_cents", "low_cents")) == (
        "cliff_in_time",
        date(2026, 7, 1),
        200_000,
        150_000,
    )
    assert linted(veldrijk, scheme(caps=dated(250_000)), prefix="cliff") == []
    assert linted(veldrijk, scheme(caps=dated(150_000)), prefix="cliff", on=date(2026, 7, 1)) == []


def test_only_the_worst_cliff_of_a_scheme_is_named(veldrijk: LoadedRegion) -> None:
    both = scheme(caps=cap(60_000), minimum_cents=10_000, variants=variant(200_000))
    (found,) = linted(veldrijk, both, prefix="cliff")
    assert found.params["loss_cents"] == 140_000


# -- precedence --------------------------------------------------------------------------------------------------------------

FIRST = {"asks_first": ["eerst"], "article": "artikel 6"}


def test_a_first_scheme_that_leaves_no_room_for_a_fixed_amount_costs_money(veldrijk: LoadedRegion) -> None:
    """`later` pays € 1.000 or nothing. When `eerst` pays € 50 (the smallest share) of € 1.000, `later` does not fit."""
    fixed = scheme("later", fixed_amount_cents=100_000, precedence=FIRST)
    (found,) = linted(veldrijk, scheme("eerst", caps=cap(30_000)), fixed, prefix="precedence_costs")
    assert (found.path, found.severity) == ("precedence.asks_first[0]", "warning")
    assert figures(found, "first", "others", "cost_cents", "first_cents", "without_cents", "with_cents") == (
        "eerst",
        "later",
        100_000,
        5_000,
        0,
        95_000,
    )
    loose = scheme("later", caps=cap(100_000), precedence=FIRST)
    assert linted(veldrijk, scheme("eerst", caps=cap(30_000)), loose, prefix="precedence_costs") == []


def test_a_fixed_amount_that_fits_nowhere_near_the_usual_costs_is_tried_where_it_fits(veldrijk: LoadedRegion) -> None:
    """€ 20.000 or nothing: at the usual costs of € 1.000 and € 5.000 it plays no part."""
    large = scheme("later", fixed_amount_cents=2_000_000, precedence=FIRST)
    (found,) = linted(veldrijk, scheme("eerst", caps=cap(30_000)), large, prefix="precedence_costs_money")
    assert figures(found, "cost_cents", "without_cents", "with_cents") == (2_000_000, 0, 1_995_000)


def test_a_first_scheme_that_waits_for_the_employer_costs_money(veldrijk: LoadedRegion) -> None:
    """`eerst` pays only when the employer pays as much. Nobody does, and `later` has to wait for it."""
    share = {"share": "100%", "of": "own_amount", "article": "artikel 5"}
    later = scheme("later", precedence=FIRST)
    (found,) = linted(veldrijk, scheme("eerst", co_financing=share), later, prefix="precedence_costs")
    assert figures(found, "cost_cents", "without_cents", "with_cents") == (500_000, 0, 500_000)
    assert linted(veldrijk, scheme("eerst"), later, prefix="precedence_costs") == []


def test_schemes_for_different_people_cost_nobody_money(veldrijk: LoadedRegion) -> None:
    def aged(**bounds: int) -> list[dict[str, Any]]:
        return [{"type": "age", "article": "artikel 2", **bounds}]

    first = scheme("eerst", caps=cap(30_000), conditions=aged(below=27))
    fixed = scheme("later", fixed_amount_cents=100_000, precedence=FIRST, conditions=aged(at_least=27))
    assert linted(veldrijk, first, fixed, prefix="precedence_costs") == []


# -- all together --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nl", "stedendriehoek"])
def test_the_shipped_catalogue_has_no_errors(name: str) -> None:
    """How long the linter takes is a figure of the benchmarks (`lint_catalogue_s`)."""
    found = lint_region(known_region(name), on=date(2026, 12, 1))
    assert [str(one) for one in found if one.severity == "error"] == []
    assert {one.severity for one in found} <= {"warning"}


def test_the_catalogue_with_one_rule_turned_round_has_an_error() -> None:
    """The control: an adult of below 18."""
    region = known_region("stedendriehoek")
    fund = region.schemes["ontwikkelfonds-individueel"]
    plain = fund.model_dump(mode="json", exclude_none=True)
    plain["conditions"].append({"type": "age", "below": 18, "article": "artikel 2"})
    changed = SchemeDefinition.model_validate(plain)
    spoiled = replace(region, schemes={**region.schemes, fund.scheme: changed})
    found = lint_region(spoiled, fund.scheme, on=date(2026, 12, 1))
    assert [one.code for one in found if one.severity == "error"] == ["rules_contradict"]
    assert {one.file for one in found} == {region.files[f"scheme:{fund.scheme}"]}


def test_a_finding_names_the_line_of_its_file(veldrijk: LoadedRegion) -> None:
    found = [one for one in lint_region(veldrijk, "metaalbijdrage", on=ON) if one.code == "source_missing"]
    text = (VELDRIJK / "schemes" / "metaalbijdrage.yaml").read_text(encoding="utf-8").splitlines()
    assert "de_minimis_used_cents" in text[(found[0].line or 0) - 1]


def test_a_draft_that_differs_from_its_file_gets_no_lines(veldrijk: LoadedRegion) -> None:
    changed = veldrijk.schemes["metaalbijdrage"].model_copy(update={"decision_weeks": 3})
    draft = replace(veldrijk, schemes={**veldrijk.schemes, changed.scheme: changed})
    assert {one.line for one in lint_region(draft, "metaalbijdrage", on=ON)} == {None}


def test_every_rule_has_dutch_and_no_dutch_is_left_over() -> None:
    assert set(LINT) == set(RULES)


def test_findings_are_said_in_the_language_of_the_reader(veldrijk: LoadedRegion) -> None:
    (found,) = linted(veldrijk, scheme(fixed_amount_cents=75_000), prefix="cliff")
    assert "Bij kosten van € 750 is het bedrag € 750" in finding_text(found).replace("\u00a0", " ")
    with use_locale("en"):
        assert "makes a difference of € 750.00" in finding_text(found)


def test_strange_parameters_do_no_harm() -> None:
    for code in RULES:
        for params in ({}, {"rule": "{x} %s", "nearest": 3, "loss_cents": "veel", "day": None}):
            assert finding_text(Finding("f.yaml", "a", code, "Wrong.", "Do it.", params))
