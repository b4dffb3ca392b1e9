"""Municipalities and postcodes: a postcode suggests, a person confirms, and the known traps come out right."""

from __future__ import annotations

from collections import Counter

import pytest

from schemes.facts import complete_facts
from schemes.loading import LoadedRegion
from schemes.references import MunicipalityVersion, municipalities_for_postcode, municipality_on, version_on

from .conftest import ON

TRAPS = {
    "7311": ["Apeldoorn"], "7411 AB": ["Deventer"], "7201": ["Zutphen"], "7241": ["Lochem"], "8181": ["Heerde"],
    "7221": ["Bronckhorst"], "7227": ["Bronckhorst"], "7233": ["Bronckhorst"], "7234": ["Bronckhorst"], "7251": ["Bronckhorst"],
    "7231": ["Zutphen"], "7211": ["Lochem"], "7245": ["Lochem"], "7371": ["Apeldoorn"], "7399": ["Brummen"],
    "7439": ["Voorst"], "7083": ["Oude IJsselstreek"], "8196": ["Olst-Wijhe"], "8198": ["Olst-Wijhe"], "3888": ["Apeldoorn"],
    "3886": ["Barneveld"], "7351": ["Apeldoorn", "Ede"], "7352": ["Ede"], "7381": ["Apeldoorn", "Voorst"],
    "7300": [], "7200": [], "7400": [], "9999": [], "1011": [],
}  # fmt: skip


@pytest.mark.parametrize("postcode", TRAPS)
def test_a_postcode_suggests_the_municipality_people_expect(region: LoadedRegion, postcode: str) -> None:
    found = municipalities_for_postcode(region.references, postcode, ON)
    assert [municipality.name for municipality in found] == TRAPS[postcode]


def test_the_whole_country_is_there_with_its_provinces(region: LoadedRegion) -> None:
    version = version_on(region.references["municipalities"], ON)
    assert isinstance(version, MunicipalityVersion)
    provinces = Counter(item.province for item in version.items)
    assert sum(provinces.values()) == 342 and len(provinces) == 12
    assert (provinces["gelderland"], provinces["overijssel"]) == (51, 25)
    assert len({item.name for item in version.items}) == 342


@pytest.mark.parametrize(
    ("code", "province"),
    [("GM0150", "overijssel"), ("GM0200", "gelderland"), ("GM0246", "gelderland"), ("GM0363", "noord-holland")],
)
def test_the_province_follows_from_the_municipality(region: LoadedRegion, code: str, province: str) -> None:
    facts = complete_facts(
        {"residence_municipality": code, "employer_municipality": code}, region.facts, region.references, ON
    )
    assert facts["residence_province"] == facts["employer_province"] == province


def test_only_deventer_of_the_eight_lies_in_overijssel(region: LoadedRegion) -> None:
    found = [municipality_on(region.references, code, ON) for code in region.region.municipalities]
    assert len(found) == 8 and None not in found
    assert [place.name for place in found if place is not None and place.province == "overijssel"] == ["Deventer"]


def test_the_list_that_conditions_use_is_the_region(region: LoadedRegion) -> None:
    version = region.references["stedendriehoek_municipalities"].versions[-1]
    assert {item.value for item in version.items} == set(region.region.municipalities)  # type: ignore[union-attr]


def test_every_municipality_of_the_region_has_postcodes_and_none_is_a_box(region: LoadedRegion) -> None:
    boxes = {
        "7300",
        "7301",
        "7302",
        "7303",
        "7320",
        "7360",
        "7370",
        "6960",
        "6970",
        "7400",
        "7401",
        "7420",
        "7430",
        "8160",
    }
    boxes |= {"8170", "8180", "8190", "7380", "7390", "7200", "7230"}
    for code in region.region.municipalities:
        place = municipality_on(region.references, code, ON)
        assert place is not None and len(place.postcodes) >= 4
        assert not boxes & set(place.postcodes)
