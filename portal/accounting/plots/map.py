"""The map of the region as tiles: each municipality where it lies, with how many people there have a voucher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil, sqrt

from sqlalchemy.orm import Session

from portal.accounting.plots.figures import MunicipalityFigures, hidden_places, municipalities, people_of
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotName, few_words
from portal.framework.catalogue.queries import catalogue, has_region
from portal.framework.trainings.queries import municipality_names
from portal.people.actor import Actor
from portal.platform.i18n import gettext as _

Places = Mapping[str, tuple[int, int]]
"""Per municipality (CBS code) the row and the column of its tile."""


def tile_map(session: Session, actor: Actor, today: date) -> Plot:
    """The map: every municipality of the region, and one tile for who belongs to none of them."""
    places = _places(session, today)
    names = municipality_names(session, on=today)
    every = municipalities(session)
    few, found = hidden_places(every), {one.municipality or "": one for one in every}
    nobody = MunicipalityFigures(None, 0, 0, 0)
    own = [(names.get(code, code), found.get(code, nobody), place) for code, place in places.items()]
    own.sort(key=lambda one: one[0].casefold())
    others = [one for code, one in found.items() if code not in places]
    shown: list[tuple[str | int | None, ...]] = [
        (name, None, None, None) if one.municipality in few else (name, one.people, one.vouchers, one.cents)
        for name, one, _place in own
    ]
    at = [place for _name, _one, place in own]
    outside, kept = 0, False
    if others:
        outside = people_of(session, places=[one.municipality or "" for one in others])
        elsewhere = (
            outside,
            sum(one.vouchers for one in others),
            sum(one.cents for one in others),
        )
        kept = any((one.municipality or "") in few for one in others)
        shown.append((_("Elders of onbekend"), *((None, None, None) if kept else elsewhere)))
        at.append((1 + max((row for row, _column in at), default=0), min((column for _row, column in at), default=1)))
    columns = (
        PlotColumn(_("Gemeente")),
        PlotColumn(_("Personen"), Measure.COUNT),
        PlotColumn(_("Vouchers"), Measure.COUNT),
        PlotColumn(_("Besteed en gereserveerd"), Measure.CENTS),
    )
    hidden = frozenset(number for number, row in enumerate(shown) if row[1] is None)
    some = sum(1 for _name, one, _place in own if one.people)
    told = [(name, one.people) for name, one, _place in own if one.municipality not in few]
    sentence = map_sentence(told, None if kept else outside, some=some, all_of_them=len(own))
    if hidden:
        sentence = f"{sentence} {few_words()}"
    title = _("Waar mensen met een voucher bij horen")
    return Plot(PlotName.TILES, title, sentence, columns, tuple(shown), tuple(at), hidden)


def map_sentence(people: list[tuple[str, int]], elsewhere: int | None, *, some: int, all_of_them: int) -> str:
    """In how many municipalities somebody has a voucher, where most people do, and how many have one of none of them.

    `people` are those of which the number is shown, so is `elsewhere` when it is. Who has vouchers here and elsewhere is in both.
    """
    if not some:
        return _("Er is nog niemand uit een gemeente van de regio met een voucher.")
    place, most = max(people, key=lambda one: one[1], default=("", 0))
    if not most:
        return _(
            "In %(some)s van de %(all)s gemeenten van de regio heeft iemand een voucher.", some=some, all=all_of_them
        )
    if elsewhere is None:
        return _(
            "In %(some)s van de %(all)s gemeenten van de regio heeft iemand een voucher. De meeste personen (%(most)s) horen "
            "bij %(place)s.",
            some=some,
            all=all_of_them,
            most=most,
            place=place,
        )
    return _(
        "In %(some)s van de %(all)s gemeenten van de regio heeft iemand een voucher. De meeste personen (%(most)s) horen bij "
        "%(place)s, en bij elders of onbekend horen er %(elsewhere)s.",
        some=some,
        all=all_of_them,
        most=most,
        place=place,
        elsewhere=elsewhere,
    )


def _places(session: Session, today: date) -> Places:
    """Where the municipalities of the region stand: as the region says, else by name."""
    if not has_region(session):
        return {}
    region = catalogue(session).region
    if region.tiles:
        return {tile.municipality: (tile.row, tile.column) for tile in region.tiles}
    names = municipality_names(session, on=today)
    return in_a_grid(sorted(region.municipalities, key=lambda code: (str(names.get(code) or code).casefold(), code)))


def in_a_grid(codes: Iterable[str]) -> Places:
    """Places in rows of a square, in this order."""
    every = list(codes)
    width = max(1, ceil(sqrt(len(every))))
    return {code: (1 + number // width, 1 + number % width) for number, code in enumerate(every)}
