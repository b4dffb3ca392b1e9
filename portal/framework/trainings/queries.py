"""Reads of the trainings of the region: one by its id, and those that fit words and filters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import catalogue, has_region
from portal.framework.trainings.models import RegionTraining, TeachingForm, TrainingPrice, TrainingWord
from schemes.basics.values import Text
from schemes.facts.distances import centres_on, kilometres_from
from schemes.facts.references import MunicipalityVersion, version_on

SECTOR = "training_sector"
"""The fact whose values are the sectors of trainings."""
MOST_WORDS = 8
"""So many words of a search are looked at."""
LONGEST_WORD = 40
FAR_KM = 100_000
"""What counts as the distance to a place of which it is not known where it lies: further than all others."""
FORGIVES_FROM = 5
"""From this number of letters on a word may have one mistake."""


@dataclass(frozen=True)
class TrainingSearch:
    """What somebody looks for; what is None or empty does not matter. An amount is in cents."""

    words: str = ""
    level: int | None = None
    form: TeachingForm | None = None
    evening: bool = False
    sector: str | None = None
    shortage: bool = False
    up_to_cents: int | None = None
    municipality: str | None = None
    km: Mapping[str, int] = field(default_factory=dict)
    """How far municipalities are from where somebody lives (`distances_from`): the nearest come first. Empty while not known."""
    within_km: int | None = None
    """At most so far, or online; counts only with `km`."""
    retired: bool = False
    """Those that are not given any more, instead of those that are."""


def trainings_found(session: Session, *, search: TrainingSearch, limit: int, offset: int = 0) -> list[RegionTraining]:
    """The trainings that fit, the nearest first when it is known from where, and then by name."""
    near = [_distance(search.km)] if search.km else []
    rows = select(RegionTraining).where(*_fitting(search))
    rows = rows.order_by(*near, RegionTraining.name, RegionTraining.provider_name, RegionTraining.id)
    return list(session.scalars(rows.limit(limit).offset(offset)))


def number_found(session: Session, *, search: TrainingSearch) -> int:
    """How many trainings fit."""
    return session.scalar(select(func.count(RegionTraining.id)).where(*_fitting(search))) or 0


def training_by_public_id(session: Session, *, public_id: str, retired: bool = False) -> RegionTraining | None:
    """The training with this public id; None when there is none, or when it is not given any more and `retired` is not asked."""
    found = session.scalar(select(RegionTraining).where(RegionTraining.public_id == public_id))
    return found if found is None or retired or found.retired_at is None else None


def trainings_by_reference(session: Session, *, references: Sequence[str]) -> dict[str, RegionTraining]:
    """The trainings with these references, also those that are not given any more."""
    found: dict[str, RegionTraining] = {}
    for first in range(0, len(references), 500):
        some = select(RegionTraining).where(RegionTraining.reference.in_(references[first : first + 500]))
        found |= {training.reference: training for training in session.scalars(some)}
    return found


def trainings_called(session: Session, *, called: Sequence[tuple[str | None, str | None]]) -> list[int | None]:
    """Per name and provider the id of the one training that is called exactly so, but for capitals; None for no or several."""
    wanted = [((name or "").lower(), (provider or "").lower()) for name, provider in called]
    names = sorted({name for name, provider in wanted if name and provider})
    found: dict[tuple[str, str], list[int]] = {}
    for first in range(0, len(names), 500):
        some = func.lower(RegionTraining.name).in_(names[first : first + 500])
        rows = select(RegionTraining.id, RegionTraining.name, RegionTraining.provider_name)
        for row in session.execute(rows.where(RegionTraining.retired_at.is_(None), some)):
            found.setdefault((row.name.lower(), row.provider_name.lower()), []).append(row.id)
    return [one[0] if len(one := found.get(key, [])) == 1 else None for key in wanted]


def every_training(session: Session) -> list[RegionTraining]:
    """All trainings, by reference, also those that are not given any more."""
    return list(session.scalars(select(RegionTraining).order_by(RegionTraining.reference)))


def sectors(session: Session) -> dict[str, Text]:
    """The sectors of this region with their names; none when the region does not have the fact."""
    fact = catalogue(session).facts.get(SECTOR) if has_region(session) else None
    return {option.key: option.label for option in fact.values} if fact is not None else {}


def municipality_names(session: Session, *, on: date) -> dict[str, str]:
    """The names of all municipalities by their CBS code, those of this region first."""
    if not has_region(session):
        return {}
    known, names = catalogue(session), dict[str, str]()
    for name in sorted(known.references):
        version = version_on(known.references[name], on)
        if isinstance(version, MunicipalityVersion):
            names |= {item.code: item.name for item in version.items if item.code not in names}
    own = sorted((code for code in known.region.municipalities if code in names), key=names.__getitem__)
    return {code: names[code] for code in [*own, *sorted(names.keys() - set(own), key=names.__getitem__)]}


def own_municipalities(session: Session, *, on: date) -> dict[str, str]:
    """The names of the municipalities of this region by their CBS code, by name."""
    if not has_region(session):
        return {}
    names, own = municipality_names(session, on=on), set(catalogue(session).region.municipalities)
    return {code: name for code, name in names.items() if code in own}


def placed_municipalities(session: Session, *, on: date) -> dict[str, str]:
    """The names of all municipalities of which is known where they lie, by their CBS code, those of this region first."""
    if not has_region(session):
        return {}
    placed = centres_on(catalogue(session).references, on)
    return {code: name for code, name in municipality_names(session, on=on).items() if code in placed}


def distances_from(session: Session, *, home: str | None, on: date) -> dict[str, int]:
    """How far municipalities are from one, in kilometres by CBS code: itself, and those of which is known where they lie.

    As the crow flies between the centres of their main towns; where those come from stands in `schemes.facts.distances`.
    """
    if home is None or not has_region(session):
        return {}
    return {home: 0} | kilometres_from(home, centres_on(catalogue(session).references, on))


def municipalities_by_postcode(session: Session, *, on: date) -> dict[str, str]:
    """The name of the municipality by the four digits of a postcode, of postcodes that lie in one municipality only."""
    if not has_region(session):
        return {}
    found: dict[str, set[str]] = {}
    for reference in catalogue(session).references.values():
        version = version_on(reference, on)
        for item in version.items if isinstance(version, MunicipalityVersion) else ():
            for digits in item.postcodes:
                found.setdefault(digits, set()).add(item.name)
    return {digits: next(iter(names)) for digits, names in found.items() if len(names) == 1}


def plain_words(text: str) -> list[str]:
    """The words of a text in small letters and figures, without accents."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one if one.isalnum() else " " for one in letters if not unicodedata.combining(one))
    return [word[:LONGEST_WORD] for word in kept.split()]


def spellings(word: str) -> set[str]:
    """A word, and from `FORGIVES_FROM` letters on the same with one letter left out.

    Two words that differ by one letter too many, too few or wrong, or by two that changed places, share a spelling.
    """
    if len(word) < FORGIVES_FROM:
        return {word}
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def label_texts(labels: Mapping[str, Text], key: str | None) -> list[str]:
    """The names of a sector in both languages; none for one that the region does not have (any more)."""
    label = labels.get(key) if key is not None else None
    return [label.nl, label.en] if label is not None else []


# For who does not know yet ---------------------------------------------------------------------------------------------


SAYS_NOTHING = frozenset(
    plain_words(
        "alle allemaal anders baan beter beroep daar daarna deze doen door eens elke even gaan gaat geen geld goed "
        "graag haar halen hebben heel hele iets iemand jaar kunnen later leren leuk maar maken meer meest mensen mijn "
        "moet naar nieuw nieuwe niet nodig omdat onze opleiding over soms straks studie veel verder volgen voor "
        "vooral vroeger want weer werk werken weten wilde willen worden wordt zelf ziet zijn zonder"
    )
)
"""Words of a wish that say nothing of what somebody wants to learn; shorter ones are not looked at."""


def words_of_wish(wish: str) -> list[str]:
    """The words of a wish that trainings can be looked for with."""
    said = [word for word in dict.fromkeys(plain_words(wish)) if len(word) > 3 and word not in SAYS_NOTHING]
    return said[:MOST_WORDS]


def trainings_for_wish(session: Session, *, wish: str, km: Mapping[str, int], limit: int) -> list[RegionTraining]:
    """Trainings in which words of a wish come back, those with most of them first.

    Among equals first those for an occupation that is short of people, then the nearest by `distances_from`; online is near.
    """
    parts = [RegionTraining.search_text.contains(_stem(word), autoescape=True) for word in words_of_wish(wish)]
    if not parts:
        return []
    hits = sum((case((part, 1), else_=0) for part in parts[1:]), start=case((parts[0], 1), else_=0))
    rows = select(RegionTraining).where(RegionTraining.retired_at.is_(None), or_(*parts))
    rows = rows.order_by(
        hits.desc(), RegionTraining.shortage.desc(), _distance(km), RegionTraining.name, RegionTraining.id
    )
    return list(session.scalars(rows.limit(limit)))


def sectors_in_need(session: Session) -> list[tuple[str, int]]:
    """The sectors with trainings for occupations that are short of people, with how many there are, most first."""
    number = func.count(RegionTraining.id)
    rows = session.execute(
        select(RegionTraining.sector, number)
        .where(
            RegionTraining.retired_at.is_(None), RegionTraining.shortage.is_(True), RegionTraining.sector.is_not(None)
        )
        .group_by(RegionTraining.sector)
        .order_by(number.desc(), RegionTraining.sector)
    )
    return [(str(row[0]), int(row[1])) for row in rows]


def _stem(word: str) -> str:
    """The beginning of a word, which related words share: of "technicus" and "techniek", of "lasser" and "lassen"."""
    return word[: max(FORGIVES_FROM, len(word) - 3)]


def _distance(km: Mapping[str, int]) -> ColumnElement[int]:
    """How far a training is: online is nearest, and a place of which that is not known is furthest."""
    known = case(dict(km), value=RegionTraining.municipality, else_=FAR_KM) if km else literal(FAR_KM)
    return case((RegionTraining.municipality.is_(None), 0), else_=known)


def _fitting(search: TrainingSearch) -> list[ColumnElement[bool]]:
    gone = RegionTraining.retired_at
    fits: list[ColumnElement[bool]] = [gone.is_not(None) if search.retired else gone.is_(None)]
    fits += [_has_word(word) for word in dict.fromkeys(plain_words(search.words)[:MOST_WORDS])]
    for column, wanted in (
        (RegionTraining.level, search.level),
        (RegionTraining.sector, search.sector),
        (RegionTraining.municipality, search.municipality),
    ):
        if wanted is not None:
            fits.append(column == wanted)
    if search.form is not None:
        fits.append(RegionTraining.form == search.form)
    if search.evening:
        fits.append(RegionTraining.evening.is_(True))
    if search.shortage:
        fits.append(RegionTraining.shortage.is_(True))
    if search.within_km is not None and search.km:
        near = [code for code, km in search.km.items() if km <= search.within_km]
        fits.append(or_(RegionTraining.municipality.is_(None), RegionTraining.municipality.in_(near)))
    if search.up_to_cents is not None:
        costs = select(func.sum(TrainingPrice.amount_cents)).where(TrainingPrice.training_id == RegionTraining.id)
        fits.append(costs.scalar_subquery() <= search.up_to_cents)
    return fits


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether a training has a word, part of a word, or a word with one mistake in it."""
    near = select(TrainingWord.training_id).where(TrainingWord.spelling.in_(sorted(spellings(word))))
    return or_(RegionTraining.search_text.contains(word, autoescape=True), RegionTraining.id.in_(near))
