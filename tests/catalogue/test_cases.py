"""The cases of every scheme, worked out by hand from its source, against its definition.

A case that fails says that the hand or the definition is wrong: look in the source which of the two. The control goes the
other way: every number of a definition is moved by the smallest step and every value of a list is left out: a case must notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest

from matching.answering.cases import run_case, run_cases
from schemes.definition import SchemeDefinition
from schemes.region.cases import Case, CasesFile, Given
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

REGION = known_region("stedendriehoek")
SLUGS = sorted(REGION.schemes)
AT_LEAST = 5
MAX_WORDS = 20

MONEY = {"amount_cents", "minimum_cents", "fixed_amount_cents", "up_to_cents", "above_cents", "plus_cents"}
NUMBERS = {
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "below",
    "max_units",
    "months",
    "days_after_reference_at_least",
    "days_after_reference_at_most",
}
DAYS = {"from", "until", "opens_on", "closes_on", "ended_on", "on_or_after", "on_or_before", "after", "before"}
RULES = {"conditions", "windows", "ended_on", "state_since"}
AMOUNTS = {
    "coverage",
    "caps",
    "minimum_cents",
    "fixed_amount_cents",
    "rate",
    "reduction",
    "tiers",
    "share_of_base",
    "co_financing",
    "variants",
}
LISTS = {"values", "categories"}

Path = tuple[str | int, ...]
_TOGETHER = "another amount starts on that same day, so that the day before still no amount is known"
_SAME = "the rate and the cap say the same: 40 weeks of € 67,50 is € 2.700"
_NOT_OPEN = "the window opens on that same day, so that the day before nothing is paid"
_SAME_AMOUNT = "the rate of who works full-time and the cap per person are the same € 10.056"
_SAME_CAP = "the cap per person of the same amount holds too"
_HALF = "the employer's part binds long before this share does"
UNNOTICED: dict[tuple[str, str], str] = {
    ("ontwikkelfonds-individueel", "caps.0.amount_cents 250000 -> 250001"): _SAME_CAP,
    ("ontwikkelfonds-werkgever", "caps.0.amount_cents 250000 -> 250001"): _SAME_CAP,
    ("ontwikkelfonds-werkgever", "coverage.0.share 1 -> 99/100"): _HALF,
    ("werk-naar-werk-voucher", "coverage.0.share 1 -> 99/100"): _HALF,
    ("wij-techniek-osr", "rate.amount_cents.0.from 2023-01-01 -> 2022-12-31"): _TOGETHER,
    ("wij-techniek-osr", "rate.plus_cents.0.from 2023-01-01 -> 2022-12-31"): _TOGETHER,
    ("slim-leerrijke-werkomgeving", "minimum_cents.0.from 2026-04-07 -> 2026-04-06"): _NOT_OPEN,
    ("groepshulpen-kinderopvang", "variants.0.rate.amount_cents 1005600 -> 1005601"): _SAME_AMOUNT,
    ("praktijkleren", "rate.max_units 40 -> 41"): _SAME,
    ("praktijkleren-derde-leerweg", "rate.max_units 40 -> 41"): _SAME,
    ("praktijkleren-derde-leerweg", "caps.0.amount_cents 270000 -> 270001"): _SAME,
}
"""Numbers that no case can notice, each with the reason. Add one only when there is nothing that a case could show."""


def cases_of(slug: str) -> CasesFile:
    assert slug in REGION.cases, f"write cases/{slug}.yaml"
    return REGION.cases[slug]


def numbers(value: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """Every number and day of a plain definition that decides something: its path, the key it belongs to, the value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, (*path, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from numbers(item, (*path, n))
    else:
        key = next((part for part in reversed(path) if isinstance(part, str) and part != "value"), "")
        if key in MONEY | NUMBERS | DAYS | {"share"}:
            yield path, key, value


def lists(value: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Every list of values or cost categories of a plain definition with more than one entry: its path and the list."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in LISTS and isinstance(item, list) and len(item) > 1:
                yield (*path, key), item
            else:
                yield from lists(item, (*path, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from lists(item, (*path, n))


def moved(key: str, value: Any) -> list[Any]:
    """The value one smallest step less and one step more: a cent, a year, a day, a hundredth of a share."""
    if key in DAYS:
        day = date.fromisoformat(value)
        return [(day + timedelta(days=step)).isoformat() for step in (-1, 1)]
    if key == "share":
        share = Fraction(str(value))
        return [str(share * Fraction(99, 100))]
    return [step for step in (value - 1, value + 1) if step >= 0]


def edits(plain: dict[str, Any], keys: set[str]) -> Iterator[tuple[str, Path, Any]]:
    """Every smallest change: in words, where, and what it becomes: a number moved, or one entry of a list left out."""
    for top in sorted(keys & set(plain)):
        for path, key, value in numbers(plain[top], (top,)):
            for other in moved(key, value):
                yield f"{dotted(path)} {value} -> {other}", path, other
        for path, entries in lists(plain[top], (top,)):
            for entry in entries:
                yield f"{dotted(path)} without {entry}", path, [one for one in entries if one != entry]


def dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def mutants(definition: SchemeDefinition) -> Iterator[tuple[str, SchemeDefinition]]:
    """The definition with one smallest change, for every number and every list; of a closed scheme no amount is paid."""
    plain = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name, path, other in edits(plain, RULES if definition.state == "closed" else RULES | AMOUNTS):
        changed = deepcopy(plain)
        place: Any = changed
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = other
        yield name, SchemeDefinition.model_validate(changed)


def differing_keys(a: Given, b: Given) -> set[str]:
    """In what two cases differ: facts by key, everything else as a whole."""
    keys = {key for key in Given.model_fields if key != "facts" and getattr(a, key) != getattr(b, key)}
    facts = {key for key in {*a.facts, *b.facts} if a.facts.get(key) != b.facts.get(key)}
    return keys | {f"facts.{key}" for key in facts}


def is_border_pair(file: CasesFile, a: Case, b: Case) -> bool:
    """Whether two cases differ in one thing and expect another verdict, another state or another amount."""
    first, second = a.expect.as_dict(), b.expect.as_dict()
    other = any(
        key in first and key in second and first[key] != second[key]
        for key in ("verdict", "availability", "amount_cents")
    )
    return other and len(differing_keys(file.merged(a), file.merged(b))) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_every_case_comes_out_as_the_hand_says(slug: str) -> None:
    results = run_cases(cases_of(slug), REGION.schemes[slug], REGION)
    assert {result.name: result.differences for result in results if not result.passed} == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_scheme_has_at_least_five_cases_with_their_own_names(slug: str) -> None:
    names = [case.name for case in cases_of(slug).cases]
    assert len(names) >= AT_LEAST and len(set(names)) == len(names)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_scheme_has_a_pair_of_cases_on_both_sides_of_a_border(slug: str) -> None:
    file = cases_of(slug)
    assert any(is_border_pair(file, a, b) for a, b in combinations(file.cases, 2))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_scheme_that_asks_something_has_a_case_in_which_it_is_not_known(slug: str) -> None:
    if REGION.schemes[slug].conditions:
        assert any(case.expect.verdict == "unknown" for case in cases_of(slug).cases)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_name_is_one_short_plain_sentence(slug: str) -> None:
    for case in cases_of(slug).cases:
        assert len(case.name.split()) <= MAX_WORDS, case.name
        assert case.name[0].isupper() and case.name[-1] not in ".!", case.name


def test_every_ended_scheme_has_a_case_that_says_so() -> None:
    for slug, scheme in REGION.schemes.items():
        if scheme.state == "ended":
            assert any(case.expect.availability == "ended" for case in cases_of(slug).cases), slug


def noticed(file: CasesFile, definition: SchemeDefinition, region: LoadedRegion) -> bool:
    """Whether a case fails."""
    return any(not run_case(file, case, definition, region).passed for case in file.cases)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_case_notices_every_number_that_is_moved_and_every_value_that_is_left_out(slug: str) -> None:
    file = cases_of(slug)
    silent = [name for name, other in mutants(REGION.schemes[slug]) if not noticed(file, other, REGION)]
    assert [name for name in silent if (slug, name) not in UNNOTICED] == []


def test_practical_learning_closes_at_five_in_the_afternoon_of_the_last_day() -> None:
    scheme, last = REGION.schemes["praktijkleren"], date(2026, 9, 17)
    assert scheme.availability(last, time(17, 0)).state == "open"
    assert scheme.availability(last, time(17, 1)).state == "closed"
    assert scheme.availability(last - timedelta(days=1), time(23, 59)).state == "open"


def test_what_is_said_to_go_unnoticed_does_go_unnoticed() -> None:
    for slug, name in UNNOTICED:
        other = dict(mutants(REGION.schemes[slug]))[name]
        assert not noticed(cases_of(slug), other, REGION), (slug, name)
