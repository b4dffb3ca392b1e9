"""How far municipalities lie apart: as the crow flies between the centres of their main towns, in whole kilometres.

The coordinates come from the lists of kind ``centres`` of a region. Those of the catalogue
(`nl/reference/municipality_centres.yaml`) are from GeoNames (geonames.org, CC BY 4.0), of July 2026: the centre of the town that
gives a municipality its name, else of its largest town or the one with the town hall, each checked to lie in that municipality. A
region that adds municipalities, or knows it better, gives a list of its own; of two lists the first one by name counts.

A distance says nothing of roads or of where in a municipality somebody lives: it is always said to be about so much.
"""

from collections.abc import Mapping
from datetime import date
from math import asin, cos, radians, sin, sqrt

from schemes.facts.references import Centre, CentreVersion, References, version_on

EARTH_RADIUS_KM = 6371
"""The mean radius of the earth."""


def centres_on(references: References, on: date) -> dict[str, Centre]:
    """Where municipalities lie on a day, by CBS code; none when the region does not say."""
    found: dict[str, Centre] = {}
    for name in sorted(references):
        version = version_on(references[name], on)
        if isinstance(version, CentreVersion):
            found = {item.code: item for item in version.items} | found
    return found


def kilometres(one: Centre, other: Centre) -> int:
    """The great-circle distance between two centres, in whole kilometres; two different ones lie at least 1 km apart."""
    if (one.latitude, one.longitude) == (other.latitude, other.longitude):
        return 0
    north, other_north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(east / 2) ** 2
    return max(1, round(2 * EARTH_RADIUS_KM * asin(sqrt(half))))


def kilometres_from(code: str, centres: Mapping[str, Centre]) -> dict[str, int]:
    """How far every municipality lies from one, by CBS code; none when it is not known where that one lies."""
    home = centres.get(code)
    return {} if home is None else {one: kilometres(home, centre) for one, centre in centres.items()}
