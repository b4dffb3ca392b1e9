"""Windows, dated values, lists and ages: what falls in between, what is missing, and what is out of date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.schemes.lint.conftest import ON, Lint, group, rule, scheme


def windows(*days: str) -> list[dict[str, Any]]:
    return [{"opens_on": opens, "closes_on": closes} for opens, closes in zip(days[::2], days[1::2], strict=True)]


def cap(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    values = [{"value": 100_000, "source": "Regeling", **entry} for entry in entries]
    return [{"per": "award", "amount_cents": values, "article": "artikel 4"}]


@pytest.mark.parametrize(("opens", "found"), [("2026-07-01", 0), ("2026-07-02", 1), ("2026-07-03", 0)])
def test_one_day_between_two_windows_is_doubtful(opens: str, found: int, linted: Lint) -> None:
    halves = windows("2026-01-01", "2026-06-30", opens, "2026-12-31")
    assert [one.params["day"] for one in linted(scheme(windows=halves))] == [date(2026, 7, 1)] * found


@pytest.mark.parametrize(("until", "found"), [("2026-06-30", 0), ("2026-06-29", 1)])
def test_days_without_a_value_between_two_values_are_doubtful(until: str, found: int, linted: Lint) -> None:
    values = cap({"from": "2026-01-01", "until": until}, {"from": "2026-07-01"})
    gaps = linted(scheme(caps=values))
    assert [(one.code, one.path, one.params["first"]) for one in gaps] == [
        ("dated_gap", "caps[0].amount_cents[1].from", date(2026, 6, 30))
    ] * found


@pytest.mark.parametrize(("start", "found"), [("2026-03-01", 0), ("2026-03-02", 1)])
def test_an_amount_that_begins_after_one_can_ask_is_doubtful(start: str, found: int, linted: Lint) -> None:
    missing = linted(scheme(caps=cap({"from": start})))
    assert [(one.code, one.params["day"]) for one in missing] == [("value_missing", ON)] * found


@pytest.mark.parametrize(("until", "found"), [("2026-12-31", 0), ("2026-12-30", 1)])
def test_an_amount_that_ends_before_the_window_is_doubtful(until: str, found: int, linted: Lint) -> None:
    values = cap({"from": "2026-01-01", "until": until})
    missing = linted(scheme(caps=values, windows=windows("2026-01-01", "2026-12-31")))
    assert [one.code for one in missing] == ["value_missing"] * found


def test_a_scheme_that_nobody_can_ask_for_misses_no_value(linted: Lint) -> None:
    assert linted(scheme(caps=cap({"from": "2027-01-01"}), state="closed")) == []


@pytest.mark.parametrize(("closes", "found"), [("2027-12-31", 0), ("2028-01-01", 1)])
def test_a_list_that_ends_before_the_window_is_doubtful(closes: str, found: int, linted: Lint) -> None:
    """The list of sectors holds until the end of 2027."""
    sectors = [rule("in_list", fact="training_sector", list="shortage_sectors")]
    missing = linted(scheme(conditions=sectors, windows=windows("2026-01-01", closes)))
    assert [(one.code, one.params["day"]) for one in missing] == [("list_missing", date(2028, 1, 1))] * found


@pytest.mark.parametrize(("review", "found"), [("2026-03-01", 0), ("2026-02-28", 1)])
def test_a_definition_past_its_review_is_stale(review: str, found: int, linted: Lint) -> None:
    assert [one.code for one in linted(scheme(review_on=review))] == ["review_passed"] * found


@pytest.mark.parametrize(("closes", "found"), [("2026-03-01", 0), ("2026-02-28", 1)])
def test_a_last_window_that_has_closed_is_stale(closes: str, found: int, linted: Lint) -> None:
    past = windows("2026-01-01", closes)
    assert [one.code for one in linted(scheme(windows=past))] == ["windows_passed"] * found
    assert linted(scheme(windows=past, state="closed")) == []


def ages(name: str, low: int, below: int | None = None, **more: Any) -> dict[str, Any]:
    bounds = {"at_least": low} if below is None else {"at_least": low, "below": below}
    return scheme(name, conditions=[rule("age", **bounds), *more.pop("also", [])], exclusion=group("voucher"), **more)


@pytest.mark.parametrize(("start", "between"), [(27, []), (28, ["27"]), (30, ["27-29"])])
def test_ages_that_fall_between_two_sister_schemes_are_doubtful(start: int, between: list[str], linted: Lint) -> None:
    found = linted(ages("jong", 18, 27), ages("ouder", start), code="ages_gap")
    assert [one.params["ages"] for one in found] == between


def test_a_third_sister_may_fill_the_gap(linted: Lint) -> None:
    pair = ages("jong", 18, 27), ages("ouder", 30)
    assert linted(*pair, ages("midden", 25, 35), code="ages_gap") == []


def test_ages_in_two_sister_schemes_of_which_one_may_be_used_are_doubtful(linted: Lint) -> None:
    found = linted(ages("jong", 18, 27), ages("ouder", 26), code="ages_overlap")
    assert [one.params["ages"] for one in found] == ["26"]
    assert linted(ages("jong", 18, 27), ages("ouder", 27), code="ages_overlap") == []


def test_schemes_for_other_people_or_of_other_owners_are_no_sisters(linted: Lint) -> None:
    employed = rule("one_of", fact="work_situation", values=["employee"])
    seeking = rule("one_of", fact="work_situation", values=["job_seeker"])
    found = linted(ages("jong", 18, 27, also=[employed]), ages("ouder", 30, also=[seeking]), code="ages_gap")
    assert found == []
    assert linted(ages("jong", 18, 27), ages("ouder", 30, owner="metaalfonds"), code="ages_gap") == []


def test_ages_that_fall_between_two_variants_are_doubtful(linted: Lint) -> None:
    def variants(start: int) -> list[dict[str, Any]]:
        whens = [{"type": "age", "below": 27}, {"type": "age", "at_least": start}]
        more = [{"per": "award", "amount_cents": 100_000, "article": "artikel 4"}]
        return [{"id": f"v{n}", "when": when, "caps": more, "article": "artikel 5"} for n, when in enumerate(whens)]

    found = linted(scheme(variants=variants(28)))
    assert [(one.code, one.path, one.params["ages"]) for one in found] == [("ages_gap", "variants[0].when", "27")]
    assert linted(scheme(variants=variants(27))) == []
