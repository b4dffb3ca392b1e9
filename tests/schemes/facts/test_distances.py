"""Distances between municipalities, and what a list of centres must say."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.facts.distances import centres_on, kilometres, kilometres_from
from schemes.facts.references import Centre, ReferenceList
from schemes.files.canonical import canonical_json
from schemes.files.parsing import load_text
from schemes.region.loading import load_region
from tests.schemes.region.conftest import findings_of

ON = date(2026, 3, 2)
LIST = """format: ontwikkelloket/reference/1
list: centres
kind: centres
title: {nl: Waar, en: Where}
versions:
  - from: 2023-01-01
    source: Kaart
    items:
      - {code: GM0001, town: Stad, latitude: 52.000, longitude: 6.000}
"""


def at(code: str, latitude: float, longitude: float) -> Centre:
    return Centre.model_validate({"code": code, "town": "Stad", "latitude": latitude, "longitude": longitude})


def test_a_degree_north_is_111_km_and_a_degree_east_is_less() -> None:
    """2 pi 6371 km / 360 is 111.2 km; at 52 degrees north times the cosine, 0.6157, it is 68.5 km."""
    here = at("GM0001", 52, 6)
    assert kilometres(here, at("GM0002", 53, 6)) == 111
    assert kilometres(here, at("GM0002", 52, 7)) == 68
    assert kilometres(here, here) == 0
    assert kilometres(here, at("GM0002", 52.001, 6)) == 1, "two places are never nothing apart"


PLACES = st.builds(
    at,
    st.just("GM0001"),
    st.integers(50_700, 53_600).map(lambda thousandths: thousandths / 1000),
    st.integers(3_300, 7_300).map(lambda thousandths: thousandths / 1000),
)


@given(PLACES, PLACES, PLACES)
def test_there_and_back_are_as_far_and_a_detour_is_never_shorter(one: Centre, two: Centre, three: Centre) -> None:
    assert kilometres(one, two) == kilometres(two, one)
    assert kilometres(one, three) <= kilometres(one, two) + kilometres(two, three) + 2, "each is rounded"


def test_from_a_municipality_that_lies_nowhere_nothing_is_known() -> None:
    centres = {one.code: one for one in (at("GM0001", 52, 6), at("GM0002", 52.162, 6))}
    assert kilometres_from("GM0001", centres) == {"GM0001": 0, "GM0002": 18}
    assert kilometres_from("GM0003", centres) == {}


def test_of_two_lists_the_first_by_name_counts_and_one_that_is_over_does_not() -> None:
    first = load_text(ReferenceList, LIST.replace("list: centres", "list: a_own").replace("52.000", "52.500"))  # type: ignore[arg-type]
    second = load_text(ReferenceList, LIST)  # type: ignore[arg-type]
    found = centres_on({"centres": second, "a_own": first}, ON)  # type: ignore[dict-item]
    assert [str(one.latitude) for one in found.values()] == ["52.500"]
    assert centres_on({"centres": second}, date(2022, 12, 31)) == {}  # type: ignore[dict-item]


ITEM = "versions[0].items[0]"


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("latitude: 52.000, ", "", f"{ITEM}.latitude", "missing_key"),
        (", longitude: 6.000", "", f"{ITEM}.longitude", "missing_key"),
        ("latitude: 52.000", "latitude: 5.969", f"{ITEM}.latitude", "outside_the_netherlands"),
        ("longitude: 6.000", "longitude: 52.210", f"{ITEM}.longitude", "outside_the_netherlands"),
        ("longitude: 6.000", "longitude: -68.93", f"{ITEM}.longitude", "outside_the_netherlands"),
        ("latitude: 52.000", "latitude: 53.601", f"{ITEM}.latitude", "outside_the_netherlands"),
        ("latitude: 52.000", "latitude: 52.0001", f"{ITEM}.latitude", "too_many_decimals"),
        ("latitude: 52.000", 'latitude: "52.000"', f"{ITEM}.latitude", "not_a_number"),
        ("latitude: 52.000", "latitude: .nan", f"{ITEM}.latitude", None),
        ("town: Stad, ", "", f"{ITEM}.town", "missing_key"),
        ("code: GM0001", "code: Stad", f"{ITEM}.code", "wrong_form"),
    ],
)
def test_a_place_that_is_missing_or_abroad_is_refused(old: str, new: str, path: str, code: str | None) -> None:
    assert load_text(ReferenceList, LIST)  # type: ignore[arg-type]
    with pytest.raises(BadFile) as bad:
        load_text(ReferenceList, LIST.replace(old, new), "centres.yaml")  # type: ignore[arg-type]
    [found] = bad.value.findings
    assert (found.file, found.message_en != "", found.remedy_en != "") == ("centres.yaml", True, True)
    assert code is None or (found.path, found.code) == (path, code)


def test_a_municipality_that_stands_twice_is_refused() -> None:
    item = LIST.splitlines()[-1]
    with pytest.raises(BadFile) as bad:
        load_text(ReferenceList, f"{LIST}{item}\n")  # type: ignore[arg-type]
    assert [one.code for one in bad.value.findings] == ["duplicate_value"]


def test_a_region_that_says_where_places_lie_says_it_of_all_its_own(tmp_path: Path) -> None:
    """Its twin without such a list loads, and says no distances."""
    folder = tmp_path / "klein"
    (folder / "reference").mkdir(parents=True)
    (folder / "region.yaml").write_text(
        "format: ontwikkelloket/region/1\nregion: klein\nname: {nl: Klein, en: Small}\nmunicipalities: [GM0001, GM0002]\n"
    )
    assert centres_on(load_region(folder).references, ON) == {}
    (folder / "reference" / "centres.yaml").write_text(LIST)
    [found] = findings_of(folder)
    assert (Path(found.file).name, found.path, found.code) == ("region.yaml", "municipalities[1]", "centre_missing")
    assert found.line == 4 and "GM0002" in found.message_en and "centres" in found.remedy_en


def test_a_list_read_back_from_what_was_written_is_the_same() -> None:
    """Also a whole number of degrees, which is written without a point."""
    read = load_text(ReferenceList, LIST)  # type: ignore[arg-type]
    written = canonical_json(read)  # type: ignore[arg-type]
    assert '"latitude":52,"longitude":6' in written
    again = load_text(ReferenceList, written, as_json=True)  # type: ignore[arg-type]
    assert again == read and canonical_json(again) == written  # type: ignore[arg-type]
