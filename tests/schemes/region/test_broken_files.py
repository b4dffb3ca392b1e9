"""A good file, broken in many ways: each gives a readable finding at its place, none loads, none is a traceback."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical
from schemes.files.parsing import load, load_text, validate
from schemes.files.reading import read_yaml_or_json
from tests.schemes.conftest import VELDRIJK
from tests.schemes.depth import examples

GOOD = VELDRIJK / "schemes" / "leervoucher.yaml"
TEXT = GOOD.read_text()
DATA = read_yaml_or_json(GOOD).data


def test_the_good_file_loads() -> None:
    assert load(SchemeDefinition, GOOD).scheme == "leervoucher"


TITLE = "title: {nl: Leervoucher Veldrijk, en: Veldrijk learning voucher}"
BODY = "deciding_body: {nl: Het college van Veldstad, en: The executive of Veldstad}\n"
PART = "condition: {type: yes, fact: student_finance}"
DAYS = "days_after_reference_at_most"

# (old text, new text, path of the finding, code of the finding)
MUTATIONS: list[tuple[str, str, str, str]] = [
    ("kind: voucher", "kind: vouchr", "kind", "value_not_allowed"),
    ("version: 1", 'version: "1"', "version", "not_a_whole_number"),
    ("version: 1", "version: 0", "version", "too_small"),
    ("version: 1", "version: 1.5", "version", "not_a_whole_number"),
    ("version: 1", "version: true", "version", "not_a_whole_number"),
    ("version: 1", "version: 99999999999", "version", "too_large_number"),
    ("version: 1\n", "", "version", "missing_key"),
    ("version: 1\n", "version: 1\nversion: 2\n", "", "duplicate_key"),
    (TITLE, "title: Leervoucher", "title", "not_a_mapping"),
    (TITLE, "title: {nl: Leervoucher}", "title.en", "missing_key"),
    (TITLE, 'title: {nl: " ", en: x}', "title.nl", "blank_text"),
    (TITLE, 'title: {nl: "", en: x}', "title.nl", "blank_text"),
    (TITLE, "title: {nl: 5, en: x}", "title.nl", "not_a_text"),
    (TITLE, "title: {nl: x, en: y, de: z}", "title.de", "unknown_key"),
    ("scheme: leervoucher ", "scheme: Leer Voucher ", "scheme", "wrong_form"),
    ("scheme: leervoucher ", "scheme: ../etc ", "scheme", "wrong_form"),
    ("format: ontwikkelloket/scheme/1", "format: ontwikkelloket/scheme/2", "format", "value_not_allowed"),
    ("format: ontwikkelloket/scheme/1\n", "", "format", "missing_key"),
    ("administered: here", "administered: everywhere", "administered", "value_not_allowed"),
    ("public_money: true", "public_money: yes", "public_money", "not_true_or_false"),
    ("routes: [individual]", "routes: individual", "routes", "not_a_list"),
    ("routes: [individual]", "routes: []", "routes", "too_few_items"),
    ("routes: [individual]", "routes: [individual, individual]", "routes", "duplicate_route"),
    ("routes: [individual]", "routes: [personal]", "routes[0]", "value_not_allowed"),
    ("applicant: {who: resident}", "applicant: {who: third_party}", "applicant", "third_party_named"),
    ("applicant: {who: resident}", "applicant: resident", "applicant", "not_a_mapping"),
    ("payee: provider", "payee: school", "payee", "value_not_allowed"),
    ("state: open ", "state: ended ", "explanation_when_ended", "ended_explained"),
    ("state: open ", "state: unknown ", "windows", "windows_of_unknown"),
    ("opens_on: 2026-01-05", "opens_on: 5 januari 2026", "windows[0].opens_on", "not_a_date"),
    ("opens_on: 2026-01-05", "opens_on: 2026-02-30", "windows[0].opens_on", "not_a_date"),
    ("opens_on: 2026-01-05", "opens_on: 0001-01-01", "windows[0].opens_on", "date_out_of_range"),
    ("opens_on: 2026-01-05", "opens_on: 2026-07-05", "windows[0]", "dates_reversed"),
    ("opens_on: 2026-09-01", "opens_on: 2026-06-01", "windows", "windows_overlap"),
    ("opens_on: 2026-01-05", "opens: 2026-01-05", "windows[0].opens", "unknown_key"),
    ("confidence: verified\n", "confidence: sure\n", "sources[0].confidence", "value_not_allowed"),
    ("url: https://lokaleregelgeving.example/CVDR1", "url: javascript:alert(1)", "sources[0].url", "wrong_form"),
    ("type: age", "type: agee", "conditions[0]", "unknown_type"),
    ("{type: age, at_least: 18, ", "{at_least: 18, ", "conditions[0]", "missing_key"),
    ("at_least: 18", 'at_least: "18"', "conditions[0].at_least", "not_a_whole_number"),
    ("at_least: 18", "at_least: -1", "conditions[0].at_least", "too_small"),
    ("at_least: 18", "atleast: 18", "conditions[0].atleast", "unknown_key"),
    ("at_least: 18, below_state_pension: true", "article: x", "", "duplicate_key"),
    ("at_least: 18, below_state_pension: true", "id: x", "conditions[0]", "no_bound"),
    ("at_least: 18", "at_most: 18", "conditions[0]", "two_bounds"),
    ("fact: training_sector", "fact: Training sector", "conditions[3].conditions[0].fact", "wrong_form"),
    ("values: [other_job]", "values: other_job", "conditions[3].conditions[1].values", "not_a_list"),
    ("values: [other_job]", "values: []", "conditions[3].conditions[1].values", "too_few_items"),
    (PART, "condition: [{type: yes}]", "conditions[6].condition", "not_a_mapping"),
    (PART, "conditions: []", "conditions[6].condition", "missing_key"),
    (f"{DAYS}: 182", f"{DAYS}: 13 weeks", f"conditions[5].{DAYS}", "not_a_whole_number"),
    ('share: "100%"', "share: 0.5", "coverage[0].share", "not_a_share"),
    ('share: "100%"', 'share: "150%"', "coverage[0].share", "not_a_share"),
    ('share: "100%"', 'share: "1/0"', "coverage[0].share", "not_a_share"),
    ('share: "100%"', 'sharre: "100%"', "coverage[0].sharre", "unknown_key"),
    ("categories: [tuition, exam]", "categories: [tuition, exams]", "coverage[0].categories[1]", "value_not_allowed"),
    ("categories: [tuition, exam]", "categories: [tuition, books]", "coverage", "duplicate_category"),
    ("vat: including", "vat: none", "vat", "value_not_allowed"),
    ("value: 200000", "value: 2000.50", "caps[0].amount_cents[0].value", "not_a_whole_number"),
    ("value: 200000", "value: -200000", "caps[0].amount_cents[0].value", "too_small"),
    ("value: 200000", "value: € 2.000", "caps[0].amount_cents[0].value", "not_a_whole_number"),
    ("value: 200000", "value: 200000000000", "caps[0].amount_cents[0].value", "too_large_number"),
    ("value: 200000, ", "", "caps[0].amount_cents[0].value", "missing_key"),
    ("from: 2025-01-01", "from: 2026-06-01", "caps[0].amount_cents", "periods_overlap"),
    ("from: 2025-01-01", "since: 2025-01-01", "caps[0].amount_cents[0].since", "unknown_key"),
    ("per: award", "per: year", "caps[0].per", "value_not_allowed"),
    ("years: 3", "years: 0", "caps[1].years", "too_small"),
    (", years: 3", "", "caps[1]", "years_for_period"),
    ("minimum_cents: 10000", "minimum_cents: 999999", "minimum_cents", "minimum_above_cap"),
    ("minimum_cents: 10000", "minimum: 10000", "minimum", "unknown_key"),
    ("minimum_cents: 10000", "fixed_amount_cents: 10000", "fixed_amount_cents", "fixed_and_cap"),
    ("scope: training", "scope: person", "exclusion.groups[0].scope", "value_not_allowed"),
    ("rounding_unit_cents: 100", "rounding_unit_cents: 0", "rounding_unit_cents", "too_small"),
    ("rounding_unit_cents: 100", "price_permille: 2001", "price_permille", "too_large_number"),
    ("voucher: {valid_days: 180, partial_redemption: true, keep_rest: true}\n", "", "voucher", "voucher_rules"),
    ("partial_redemption: true", "partial_redemption: false", "voucher", "rest_needs_parts"),
    (BODY, "", "deciding_body", "deciding_body_missing"),
    ("review_on: 2026-12-01", "review_on: soon", "review_on", "not_a_date"),
    ("review_on: 2026-12-01\n", "", "review_on", "missing_key"),
    ("decision_weeks: 6", "decision_weeks: 6 weeks", "decision_weeks", "not_a_whole_number"),
    ("kind: voucher", "kind: loan", "repayable", "loan_repayable"),
    ("voucher: {valid_days: 180", "vouchers: {valid_days: 180", "vouchers", "unknown_key"),
    ("coverage:", "covrage:", "covrage", "unknown_key"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "path", "code"), MUTATIONS, ids=[f"{n}-{m[3]}" for n, m in enumerate(MUTATIONS)]
)
def test_a_broken_file_gives_a_readable_finding_at_its_place(old: str, new: str, path: str, code: str) -> None:
    assert old in TEXT
    with pytest.raises(BadFile) as bad:
        load_text(SchemeDefinition, TEXT.replace(old, new, 1), "leervoucher.yaml")
    found = {(finding.path, finding.code): finding for finding in bad.value.findings}
    assert (path if code != "duplicate_key" else next(iter(found))[0], code) in found
    for finding in bad.value.findings:
        assert finding.file == "leervoucher.yaml"
        assert finding.line is not None
        assert finding.message_en.endswith(".")
        assert finding.remedy_en.endswith((".", "?"))
        assert "\n" not in str(finding)


def test_there_are_enough_of_them() -> None:
    assert len(MUTATIONS) >= 60


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ("kind: voucher", "kind: vouchr", "voucher"),
        ("minimum_cents:", "minimum_cent:", "minimum_cents"),
        ("type: in_list", "type: inlist", "in_list"),
        ("at_least: 18", "atleast: 18", "at_least"),
        ("opens_on: 2026-01-05", "open_on: 2026-01-05", "opens_on"),
        ("from: 2025-01-01", "fron: 2025-01-01", "from"),
        ("categories: [tuition", "categories: [tution", "tuition"),
        ("valid_days", "valid_day", "valid_days"),
    ],
)
def test_the_nearest_known_name_is_suggested(old: str, new: str, nearest: str) -> None:
    with pytest.raises(BadFile) as bad:
        load_text(SchemeDefinition, TEXT.replace(old, new, 1))
    assert any(f.params.get("nearest") == nearest and f"Did you mean {nearest}?" in str(f) for f in bad.value.findings)


def test_all_faults_are_reported_together_in_the_order_of_the_file() -> None:
    broken = (
        TEXT.replace("version: 1", "version: x")
        .replace("vat: including", "vat: none")
        .replace("per: award", "per: year")
    )
    with pytest.raises(BadFile) as bad:
        load_text(SchemeDefinition, broken)
    assert [finding.path for finding in bad.value.findings] == ["version", "vat", "caps[0].per"]


def test_hundreds_of_faults_stay_readable() -> None:
    data = copy.deepcopy(DATA) | {"conditions": [{"type": "x"}] * 100, **{f"unknown_{n}": 1 for n in range(50)}}
    with pytest.raises(BadFile) as bad:
        validate(SchemeDefinition, data)
    assert len(bad.value.findings) == 101
    assert bad.value.findings[-1].code == "more_findings"


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in children for found in _paths(value, (*path, key)))]


def _changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    data = copy.deepcopy(DATA)
    holder = data
    for part in path[:-1]:
        holder = holder[part]
    change(holder, path[-1])
    return data


ALL_PATHS = _paths(DATA)[1:]
WRONG = [None, True, -1, 10**15, 1.5, "", " ", "\x07", "x" * 5000, [], {}, [[]], {"x": 1}, "unknown", "\ud800"]


@examples(100)
@given(st.sampled_from(ALL_PATHS), st.sampled_from(WRONG))
def test_any_value_put_anywhere_loads_or_is_a_finding_and_never_a_traceback(path: tuple[Any, ...], wrong: Any) -> None:
    data = _changed(path, lambda holder, key: holder.__setitem__(key, wrong))
    try:
        validate(SchemeDefinition, data, "x.yaml")
    except BadFile as bad:
        assert all(str(finding).startswith("x.yaml") for finding in bad.findings)


@pytest.mark.parametrize("path", [p for p in ALL_PATHS if isinstance(p[-1], str)], ids=str)
def test_a_key_with_a_slip_of_the_pen_is_refused_everywhere(path: tuple[Any, ...]) -> None:
    def rename(holder: Any, key: Any) -> None:
        holder[key + "x"] = holder.pop(key)

    with pytest.raises(BadFile) as bad:
        validate(SchemeDefinition, _changed(path, rename))
    assert any(finding.code in ("unknown_key", "missing_key") for finding in bad.value.findings)


def test_every_file_of_the_region_survives_being_written_out_again(tmp_path: Path) -> None:
    definition = load(SchemeDefinition, GOOD)
    path = tmp_path / "leervoucher.yaml"
    path.write_text(yaml.safe_dump(canonical(definition), allow_unicode=True))
    assert load(SchemeDefinition, path) == definition
