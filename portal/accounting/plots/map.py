"""The map of the region as tiles: each municipality where it lies, with how many people there have a voucher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil, sqrt

from sqlalchemy.orm import Session

from portal.accounting.plots.figures import MunicipalityFigures, municipalities
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotName
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
    found = {one.municipality or "": one for one in municipalities(session)}
    nobody = MunicipalityFigures(None, 0, 0, 0)
    own = [(names.get(code, code), found.get(code, nobody), place) for code, place in places.items()]
    own.sort(key=lambda one: one[0].casefold())
    others = [one for code, one in found.items() if code not in places]
    shown = [*((name, one.people, one.vouchers, one.cents) for name, one, _place in own)]
    at = [place for _name, _one, place in own]
    if others:
        elsewhere = (
            sum(one.people for one in others),
            sum(one.vouchers for one in others),
            sum(one.cents for one in others),
        )
        shown.append((_("Elders of onbekend"), *elsewhere))
        at.append((1 + max((row for row, _column in at), default=0), min((column for _row, column in at), default=1)))
    columns = (
        PlotColumn(_("Gemeente")),
        PlotColumn(_("Personen"), Measure.COUNT),
        PlotColumn(_("Vouchers"), Measure.COUNT),
        PlotColumn(_("Besteed en gereserveerd"), Measure.CENTS),
    )
    sentence = map_sentence([(name, one.people) for name, one, _place in own], sum(one.people for one in others))
    return Plot(PlotName.TILES, _("Waar mensen met een voucher bij horen"), sentence, columns, tuple(shown), tuple(at))


def map_sentence(people: list[tuple[str, int]], elsewhere: int) -> str:
    """In how many municipalities somebody has a voucher, where most people do, and how many belong to none of them."""
    some = [one for one in people if one[1]]
    if not some:
        return _("Er is nog niemand uit een gemeente van de regio met een voucher.")
    place, most = max(some, key=lambda one: one[1])
    return _(
        "In %(some)s van de %(all)s gemeenten van de regio heeft iemand een voucher. De meeste personen (%(most)s) horen bij "
        "%(place)s, en %(elsewhere)s horen bij geen van deze gemeenten.",
        some=len(some),
        all=len(people),
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
