"""Municipalities and postcodes: a postcode suggests, a person confirms, and the known traps come out right."""

from __future__ import annotations

from collections import Counter

import pytest

from schemes.facts import complete_facts
from schemes.facts.distances import centres_on, kilometres_from
from schemes.facts.references import MunicipalityVersion, municipalities_for_postcode, municipality_on, version_on
from schemes.region.loading import LoadedRegion
from tests.catalogue.conftest import ON

TRAPS = {
    "7311": ["Apeldoorn"],
    "7411 AB": ["Deventer"],
    "7201": ["Zutphen"],
    "7240": [],
    "7241": ["Lochem"],
    "8181": ["Heerde"],
    "7221": ["Bronckhorst"],
    "7227": ["Bronckhorst"],
    "7233": ["Bronckhorst"],
    "7234": ["Bronckhorst"],
    "7251": ["Bronckhorst"],
    "7231": ["Zutphen"],
    "7211": ["Lochem"],
    "7245": ["Lochem"],
    "7371": ["Apeldoorn"],
    "7399": ["Brummen"],
    "7439": ["Voorst"],
    "7083": ["Oude IJsselstreek"],
    "8196": ["Olst-Wijhe"],
    "8198": ["Olst-Wijhe"],
    "3888": ["Apeldoorn"],
    "3886": ["Barneveld"],
    "7351": ["Apeldoorn", "Ede"],
    "7352": ["Ede"],
    "7381": ["Apeldoorn", "Voorst"],
    "7300": [],
    "7200": [],
    "7400": [],
    "9999": [],
    "1011": [],
}


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


SOURCE = {
    "GM0200": ("Apeldoorn", "gelderland", "3888 7311-7317 7321-7329 7331-7336 7339 7341 7345 7346 7348 7361 7364 7371"),
    "GM0213": ("Brummen", "gelderland", "6961 6964 6971 6974 6975 7399"),
    "GM0150": ("Deventer", "overijssel", "7411-7419 7421-7429 7431 7433-7435 7437"),
    "GM0232": ("Epe", "gelderland", "8161 8162 8166 8167 8171 8172"),
    "GM0246": ("Heerde", "gelderland", "8181 8191 8193 8194"),
    "GM0262": ("Lochem", "gelderland", "7211 7213-7218 7241 7242 7244 7245"),
    "GM0285": ("Voorst", "gelderland", "7381-7384 7391 7392 7395-7397 7439"),
    "GM0301": ("Zutphen", "gelderland", "7201-7207 7231 7232"),
}
"""The list of 2014 without its post-office boxes, as the source gives it."""
STRADDLING = {"7351": {"GM0200", "GM0228"}, "7381": {"GM0200", "GM0285"}}
"""Places on a border: offered for both, so that a person must choose."""
BOXES = {
    str(code)
    for code in (
        *range(7300, 7304),
        7320,
        7360,
        7370,
        6960,
        6970,
        7400,
        7401,
        7420,
        7430,
        8160,
        8170,
        8180,
        8190,
        7380,
        7390,
        7200,
        7230,
    )
}
OUTSIDE = {
    "Bronckhorst": ["7220", "7221", "7223", "7224", "7225", "7226", "7227", "7233", "7234", "7251", "7255"],
    "Olst-Wijhe": ["8196", "8198"],
    "Ede": ["7352"],
    "Barneveld": ["3886"],
}
"""Codes that lie between those of the region, or look like them, and are not of it."""


def codes(ranges: str) -> set[str]:
    """The codes of a list such as 7311-7317 7321."""
    found: set[str] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        found |= {str(code) for code in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("code", SOURCE)
def test_a_municipality_of_the_region_has_the_name_province_and_postcodes_of_the_source(
    region: LoadedRegion, code: str
) -> None:
    name, province, ranges = SOURCE[code]
    place = municipality_on(region.references, code, ON)
    assert place is not None and (place.name, place.province) == (name, province)
    extra = {postcode for postcode, both in STRADDLING.items() if code in both}
    assert set(place.postcodes) == codes(ranges) | extra


def test_the_region_is_these_eight_and_no_others(region: LoadedRegion) -> None:
    assert set(region.region.municipalities) == set(SOURCE)


@pytest.mark.parametrize("postcode", sorted(BOXES))
def test_a_box_never_suggests_where_somebody_lives(region: LoadedRegion, postcode: str) -> None:
    assert not municipalities_for_postcode(region.references, postcode, ON)


@pytest.mark.parametrize(("postcode", "both"), STRADDLING.items())
def test_a_postcode_on_a_border_suggests_both_and_decides_nothing(
    region: LoadedRegion, postcode: str, both: set[str]
) -> None:
    found = {place.code for place in municipalities_for_postcode(region.references, postcode, ON)}
    assert found == both
    facts = complete_facts({"residence_postcode": postcode}, region.facts, region.references, ON)
    assert "residence_municipality" not in facts and "residence_province" not in facts


@pytest.mark.parametrize(
    ("postcode", "name"), [(postcode, name) for name, listed in OUTSIDE.items() for postcode in listed]
)
def test_a_code_between_those_of_the_region_is_not_taken_for_one(
    region: LoadedRegion, postcode: str, name: str
) -> None:
    found = [place.name for place in municipalities_for_postcode(region.references, postcode, ON)]
    assert name in found or found == []
    assert not set(found) & {place[0] for place in SOURCE.values()}


def test_no_scheme_decides_on_a_postcode(region: LoadedRegion) -> None:
    """A postcode only suggests; the municipality that somebody confirms is what counts."""
    for slug, scheme in region.schemes.items():
        assert "residence_postcode" not in scheme.facts_used(), slug


@pytest.mark.parametrize(
    ("name", "size", "inside", "outside"),
    [
        ("achterhoek_municipalities", 8, "Bronckhorst", "Lochem"),
        ("regio_zwolle_municipalities", 22, "Heerde", "Epe"),
        ("twente_municipalities", 14, "Rijssen-Holten", "Deventer"),
    ],
)
def test_the_lists_of_the_neighbours_hold_real_municipalities(
    region: LoadedRegion, name: str, size: int, inside: str, outside: str
) -> None:
    names = {}
    for item in region.references[name].versions[-1].items:  # type: ignore[union-attr]
        place = municipality_on(region.references, item.value, ON)
        assert place is not None and item.label is not None and item.label.nl == place.name, item
        names[place.name] = place.code
    assert len(names) == size and inside in names and outside not in names


def test_only_heerde_lies_in_two_regions(region: LoadedRegion) -> None:
    own = set(region.region.municipalities)
    others = [
        item.value
        for name in ("achterhoek_municipalities", "regio_zwolle_municipalities", "twente_municipalities")
        for item in region.references[name].versions[-1].items  # type: ignore[union-attr]
    ]
    assert own & set(others) == {"GM0246"} and len(others) == len(set(others))


def test_it_is_known_of_every_municipality_where_it_lies(region: LoadedRegion) -> None:
    version = version_on(region.references["municipalities"], ON)
    assert isinstance(version, MunicipalityVersion)
    centres = centres_on(region.references, ON)
    assert centres.keys() == {item.code for item in version.items}


def test_distances_are_what_people_expect(region: LoadedRegion) -> None:
    """As the crow flies, by the map: Apeldoorn to Deventer 14 km, Deventer to Zutphen 13 km, Groningen to Maastricht 270 km."""
    centres = centres_on(region.references, ON)
    apeldoorn, deventer = kilometres_from("GM0200", centres), kilometres_from("GM0150", centres)
    own = region.region.municipalities
    assert [apeldoorn[code] for code in own] == [14, 0, 18, 15, 20, 31, 10, 18]
    assert (deventer["GM0301"], deventer["GM0285"], deventer["GM0262"]) == (13, 5, 20)
    assert kilometres_from("GM0014", centres)["GM0935"] == 270
    assert max(apeldoorn.values()) < 200, "nobody in this country lives further"
