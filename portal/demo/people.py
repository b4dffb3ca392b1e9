"""Invented people and addresses: first names as they are heard in the region, surnames that nobody has, streets that are nowhere.

Postcodes are right for their municipality (four digits); e-mail goes to example.nl, telephone numbers are not in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")

FIRST_NAMES = (
    "Sanne",
    "Daan",
    "Fatima",
    "Bram",
    "Lotte",
    "Mohamed",
    "Iris",
    "Thijs",
    "Aylin",
    "Joost",
    "Marieke",
    "Ruben",
    "Samira",
    "Gerrit",
    "Esmee",
    "Kees",
    "Zofia",
    "Niels",
    "Femke",
    "Yusuf",
    "Anouk",
    "Henk",
    "Nadia",
    "Wouter",
    "Ilse",
    "Marek",
    "Hanneke",
    "Tom",
    "Rachida",
    "Johan",
    "Eline",
    "Piotr",
    "Mirjam",
    "Sjoerd",
    "Chantal",
    "Erik",
    "Tessa",
    "Omar",
    "Wilma",
    "Bas",
    "Shanti",
    "Jeroen",
    "Carolien",
    "Dennis",
    "Naomi",
    "Willem",
    "Annelies",
    "Rick",
    "Leyla",
    "Arjan",
    "Petra",
    "Koen",
    "Svetlana",
    "Martijn",
    "Roos",
    "Ahmed",
    "Jolanda",
    "Stefan",
    "Merel",
    "Frank",
)
SURNAMES = (
    "van Voorbeeld",
    "Verzonneveld",
    "Proefstra",
    "Fictema",
    "Modelink",
    "Schetsmans",
    "Maquettink",
    "Oefenhof",
    "van der Proef",
    "Testerink",
    "ter Demo",
    "Verzinnema",
    "Schijnhuizen",
    "Blauwdruksma",
    "Simulaars",
    "van Schets",
    "Bedachtstra",
    "Pseudonk",
    "Sjablonius",
    "Probeersma",
    "de Verzonne",
    "Invulstra",
    "Naamloos",
    "Fabelink",
    "Voorlopink",
    "Denkbeeldema",
    "van Nergens",
    "Plekhouders",
)
STREETS = (
    "Verzonnenlaan",
    "Voorbeeldstraat",
    "Proefhof",
    "Modelweg",
    "Schetspad",
    "Fantasieplein",
    "Oefenkade",
    "Demostraat",
    "Bedachtsingel",
    "Fabelpad",
)


@dataclass(frozen=True)
class Town:
    """A town in a municipality, with one of its postcodes (four digits)."""

    municipality: str
    town: str
    digits: str


REGION_PLACES = (
    Town("GM0200", "Apeldoorn", "7311"),
    Town("GM0150", "Deventer", "7411"),
    Town("GM0301", "Zutphen", "7201"),
    Town("GM0262", "Lochem", "7241"),
    Town("GM0232", "Epe", "8161"),
    Town("GM0285", "Twello", "7391"),
    Town("GM0213", "Brummen", "6971"),
    Town("GM0246", "Heerde", "8181"),
    Town("GM0200", "Apeldoorn", "7331"),
    Town("GM0150", "Deventer", "7415"),
    Town("GM0200", "Apeldoorn", "7321"),
    Town("GM0150", "Deventer", "7422"),
    Town("GM0301", "Warnsveld", "7231"),
    Town("GM0200", "Beekbergen", "7361"),
    Town("GM0150", "Bathmen", "7437"),
    Town("GM0262", "Gorssel", "7213"),
    Town("GM0232", "Vaassen", "8171"),
    Town("GM0213", "Eerbeek", "6961"),
    Town("GM0285", "Terwolde", "7396"),
    Town("GM0246", "Wapenveld", "8191"),
)
"""Every municipality of the region, larger ones more often."""

OUTSIDE_PLACES = (Town("GM1876", "Hengelo (Gld)", "7255"), Town("GM0222", "Doetinchem", "7001"))
"""Just across the border of the region."""


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    birth_date: date
    place: Town
    street: str
    house_number: str
    postcode: str
    phone: str

    @property
    def email(self) -> str:
        """An address at example.nl, which is nobody's."""
        return f"{email_name(self.name)}@example.nl"


def email_name(name: str) -> str:
    """A name as it stands before the @: letters and one point."""
    first, _, rest = name.partition(" ")
    return f"{first}.{rest.replace(' ', '')}".lower()


class Deck(Generic[Item]):
    """A shuffled stack of cards, dealt out one by one and shuffled again when it is empty: everything has its turn."""

    def __init__(self, items: Sequence[Item], random: Random) -> None:
        self._items, self._random = tuple(items), random
        self._left: list[Item] = []

    def deal(self) -> Item:
        """The next card."""
        if not self._left:
            self._left = list(self._items)
            self._random.shuffle(self._left)
        return self._left.pop()

    def deal_where(self, fits: Sequence[Item]) -> Item:
        """The next card that is one of `fits`; the cards passed over stay on the stack."""
        for at in range(len(self._left) - 1, -1, -1):
            if self._left[at] in fits:
                return self._left.pop(at)
        fresh = [item for item in self._items if item in fits]
        self._random.shuffle(fresh)
        chosen = fresh.pop()
        self._left = fresh + self._left
        return chosen


def people(random: Random, *, today: date) -> Iterator[Person]:
    """People of working age in the region, no two with the same name until all names were used."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES]
    random.shuffle(names)
    places = Deck(REGION_PLACES, random)
    number = 0
    while True:
        yield person(random, names[number % len(names)], places.deal(), number, today)
        number += 1


def person(random: Random, name: str, place: Town, number: int, today: date) -> Person:
    """Somebody of 20 to 62 with an address in `place`."""
    age = random.choice((20, 23, 25, 26, 28, 29, 31, 33, 34, 36, 38, 39, 41, 43, 44, 46, 48, 51, 53, 55, 58, 60, 62))
    birth_date = date(today.year - age - 1, random.randint(1, 12), random.randint(1, 28))
    house_number = str(random.randint(2, 140)) + random.choice(("", "", "", "", "a", "b"))
    postcode = f"{place.digits} X{random.choice('ABCDEFGHJKLMNPQRSTVWXYZ')}"
    return Person(
        name, birth_date, place, random.choice(STREETS), house_number, postcode, f"+3161234{number % 10000:04d}"
    )
