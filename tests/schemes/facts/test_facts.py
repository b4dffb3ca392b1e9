"""Facts are read strictly, each fault at its own fact, and unknown stays unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.facts import FactDefinition, FactProblem, complete_facts, parse_fact, parse_facts
from schemes.facts.references import municipalities_for_postcode
from schemes.files.parsing import validate
from schemes.region.loading import LoadedRegion
from tests.schemes.conftest import ON

TEXT = {"nl": "a", "en": "a"}


def fact(**fields: Any) -> FactDefinition:
    fields = {"key": "x", "question": TEXT, "why": TEXT, **fields}
    if fields["type"] in ("choice", "choices"):
        fields.setdefault("values", [{"key": "a", "label": TEXT}, {"key": "b", "label": TEXT}])
    if fields["type"] == "money":
        fields["key"] = "x_cents"
    return FactDefinition.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "raw", "expected"),
    [
        ({"type": "yes_no"}, True, True),
        ({"type": "yes_no"}, "no", False),
        ({"type": "yes_no"}, "ja", True),
        ({"type": "number"}, 0, 0),
        ({"type": "number", "decimals": 1}, Decimal("36.5"), Decimal("36.5")),
        ({"type": "number", "decimals": 1}, 36.5, Decimal("36.5")),
        ({"type": "number", "decimals": 1}, Decimal("36.0"), 36),
        ({"type": "money"}, 30_000_000, 30_000_000),
        ({"type": "year", "past_only": True}, 2026, 2026),
        ({"type": "date", "past_only": True}, "2026-03-01", date(2026, 3, 1)),
        ({"type": "date"}, date(2030, 1, 1), date(2030, 1, 1)),
        ({"type": "choice"}, "b", "b"),
        ({"type": "choices"}, ["b", "a"], ("a", "b")),
        ({"type": "choices"}, [], ()),
        ({"type": "text"}, "Lassen", "Lassen"),
        ({"type": "municipality"}, "GM0200", "GM0200"),
        ({"type": "postcode"}, "7411ab", "7411 AB"),
        ({"type": "postcode"}, 7411, "7411"),
    ],
)
def test_a_value_that_fits_its_fact_is_read(fields: dict[str, Any], raw: Any, expected: Any) -> None:
    assert parse_fact(fact(**fields), raw, on=ON) == expected


@pytest.mark.parametrize(
    ("fields", "raw", "code"),
    [
        ({"type": "yes_no"}, 1, "not_yes_or_no"),
        ({"type": "yes_no"}, "perhaps", "not_yes_or_no"),
        ({"type": "number"}, "5", "not_a_number"),
        ({"type": "number"}, True, "not_a_number"),
        ({"type": "number"}, 1.5, "not_a_whole_number"),
        ({"type": "number", "decimals": 1}, 1.25, "too_many_decimals"),
        ({"type": "number", "decimals": 2}, 1.255, "too_many_decimals"),
        ({"type": "number"}, float("nan"), "number_out_of_range"),
        ({"type": "number"}, float("inf"), "number_out_of_range"),
        ({"type": "number"}, 10**30, "number_out_of_range"),
        ({"type": "number"}, -1, "out_of_range"),
        ({"type": "number", "maximum": 60}, 61, "out_of_range"),
        ({"type": "money"}, -1, "out_of_range"),
        ({"type": "money"}, 10**11 + 1, "number_out_of_range"),
        ({"type": "year", "past_only": True}, 2027, "in_the_future"),
        ({"type": "year"}, 1899, "out_of_range"),
        ({"type": "year"}, "1990", "not_a_number"),
        ({"type": "date", "past_only": True}, "2026-03-02", "in_the_future"),
        ({"type": "date"}, "2026-02-30", "not_a_date"),
        ({"type": "date"}, "01-03-2026", "not_a_date"),
        ({"type": "date"}, 20260301, "not_a_date"),
        ({"type": "date"}, "2026-03-01T00:00:00", "not_a_date"),
        ({"type": "date"}, "0001-01-01", "out_of_range"),
        ({"type": "choice"}, "c", "value_not_allowed"),
        ({"type": "choice"}, ["a"], "value_not_allowed"),
        ({"type": "choices"}, "a", "not_a_list"),
        ({"type": "choices"}, ["a", "b", "a"], "not_a_list"),
        ({"type": "choices"}, ["z"], "value_not_allowed"),
        ({"type": "text"}, "", "not_a_text"),
        ({"type": "text"}, "a\x07", "text_not_allowed"),
        ({"type": "text"}, "x" * 2001, "text_not_allowed"),
        ({"type": "municipality"}, "Deventer", "not_a_municipality"),
        ({"type": "municipality"}, "GM02000", "not_a_municipality"),
        ({"type": "postcode"}, "0411 AB", "not_a_postcode"),
        ({"type": "postcode"}, "7411 SS", "not_a_postcode"),
        ({"type": "postcode"}, "٧٤١١", "not_a_postcode"),
    ],
)
def test_a_value_that_does_not_fit_its_fact_is_refused_with_a_code(fields: dict[str, Any], raw: Any, code: str) -> None:
    with pytest.raises(FactProblem) as problem:
        parse_fact(fact(**fields), raw, on=ON)
    assert problem.value.code == code
    assert problem.value.message_en
    assert problem.value.remedy_en


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    raw=anything,
    kind=st.sampled_from(["yes_no", "number", "money", "date", "year", "choice", "choices", "text", "postcode"]),
)
def test_anything_at_all_is_a_value_or_a_problem(raw: Any, kind: str) -> None:
    definition = fact(type=kind)
    parsed = parse_facts({definition.key: raw}, {definition.key: definition}, on=ON)
    assert len(parsed.values) + len(parsed.unknown) + len(parsed.findings) == 1


def test_all_faults_are_reported_at_once_each_at_its_fact_with_the_nearest_name(veldrijk: LoadedRegion) -> None:
    raw: dict[str, Any] = {
        "birth_yeer": 1990,
        "work_situation": "employe",
        "training_start": None,
        "student_finance": "unknown",
    }
    raw["goals"] = ["other_job"]
    parsed = parse_facts(raw, veldrijk.facts, on=ON, file="vraag.yaml")
    assert [(f.path, f.code, f.params["nearest"]) for f in parsed.findings] == [
        ("facts.birth_yeer", "unknown_fact", "birth_year"),
        ("facts.work_situation", "value_not_allowed", "employee"),
    ]
    assert (
        str(parsed.findings[0])
        == "vraag.yaml: facts.birth_yeer: There is no fact 'birth_yeer'. Did you mean birth_year?"
    )
    assert parsed.unknown == {"training_start", "student_finance"}
    assert parsed.values == {"goals": ("other_job",)}


def test_a_birth_year_that_contradicts_the_birth_date_is_reported(veldrijk: LoadedRegion) -> None:
    agree = parse_facts({"birth_year": 1990, "birth_date": "1990-05-01"}, veldrijk.facts, on=ON)
    differ = parse_facts({"birth_year": 1991, "birth_date": "1990-05-01"}, veldrijk.facts, on=ON)
    assert (len(agree.findings), [f.code for f in differ.findings]) == (0, ["birth_year_differs"])


def test_a_province_follows_from_the_municipality_and_cannot_be_given(veldrijk: LoadedRegion) -> None:
    complete = complete_facts({"residence_municipality": "GM9902"}, veldrijk.facts, veldrijk.references, ON)
    assert complete["residence_province"] == "overijssel"
    assert "residence_province" not in complete_facts({}, veldrijk.facts, veldrijk.references, ON)
    elsewhere = complete_facts({"residence_municipality": "GM0001"}, veldrijk.facts, veldrijk.references, ON)
    assert "residence_province" not in elsewhere
    parsed = parse_facts({"residence_province": "gelderland"}, veldrijk.facts, on=ON)
    assert [f.code for f in parsed.findings] == ["derived_fact"]


def test_a_postcode_suggests_a_municipality_and_nothing_when_it_is_not_known(veldrijk: LoadedRegion) -> None:
    assert [m.name for m in municipalities_for_postcode(veldrijk.references, "9992 AB", ON)] == ["Rijkdorp"]
    assert municipalities_for_postcode(veldrijk.references, "1234", ON) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "choice", "values": []}, "values_missing"),
        ({"type": "yes_no", "values": [{"key": "a", "label": TEXT}]}, "values_not_allowed"),
        ({"type": "choice", "values": [{"key": "a", "label": TEXT}] * 2}, "duplicate_value"),
        ({"type": "money", "key": "amount"}, "money_key"),
        ({"type": "number", "key": "amount_cents"}, "money_key"),
        ({"type": "date", "minimum": 3}, "range_not_allowed"),
        ({"type": "number", "minimum": 3, "maximum": 2}, "range_reversed"),
        ({"type": "number", "past_only": True}, "past_only_not_allowed"),
        ({"type": "year", "decimals": 1}, "decimals_not_allowed"),
        ({"type": "euro"}, "value_not_allowed"),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(BadFile) as bad:
        validate(FactDefinition, {"key": "x", "question": TEXT, "why": TEXT, **fields})
    assert [finding.code for finding in bad.value.findings] == [code]
