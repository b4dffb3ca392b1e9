"""How a cross table calls things: the dimensions, the measures, the values of rows and columns, and what stands in a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossCell, CrossMeasure, CrossTable
from portal.accounting.registers.dimensions import AGE_BANDS, OLDEST, OTHER, UNKNOWN, Dimension
from portal.accounting.small_groups import SMALLEST
from portal.framework.catalogue.queries import as_loaded_region, has_region
from portal.platform.i18n import LazyString, format_date, format_euros, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.labels import ROUTES
from portal.words.names import Names

DIMENSIONS: Mapping[Dimension, LazyString] = {
    Dimension.ROUTE: _l("Route"),
    Dimension.MUNICIPALITY: _l("Gemeente"),
    Dimension.SECTOR: _l("Sector"),
    Dimension.LEVEL: _l("Niveau"),
    Dimension.AGE: _l("Leeftijd"),
    Dimension.MONTH: _l("Maand van uitgifte"),
    Dimension.SCHEME: _l("Regeling"),
}
MEASURES: Mapping[CrossMeasure, LazyString] = {
    CrossMeasure.VOUCHERS: _l("Toegekende vouchers"),
    CrossMeasure.AWARDED: _l("Toegekend bedrag"),
    CrossMeasure.COMMITTED: _l("Gereserveerd en besteed"),
    CrossMeasure.REDEEMED: _l("Besteed"),
    CrossMeasure.PEOPLE: _l("Personen"),
}
_BY_KEY = (Dimension.MONTH, Dimension.AGE)
"""Dimensions with an order of their own."""


@dataclass(frozen=True)
class CrossNames:
    """What the values of dimensions are called, in the language in use."""

    names: Names

    def of(self, dimension: Dimension, key: str) -> str:
        """What one value is called; a value without a name by itself."""
        if key == UNKNOWN:
            return _("Niet bekend")
        said: dict[Dimension, Callable[[], str | None]] = {
            Dimension.ROUTE: lambda: str(ROUTES.get(key, key)),
            Dimension.MUNICIPALITY: lambda: self.names.answer("residence_municipality", key),
            Dimension.SECTOR: lambda: self.names.answer("training_sector", key),
            Dimension.LEVEL: lambda: self.names.answer("training_level", key),
            Dimension.AGE: lambda: _age(key),
            Dimension.MONTH: lambda: _month(key),
            Dimension.SCHEME: lambda: self.names.title(key),
        }
        return said[dimension]() or key

    def in_order(self, dimension: Dimension, keys: tuple[str, ...]) -> list[str]:
        """Months and ages in their own order, the rest by name; last come what is none of the others and what is not known."""
        if dimension in _BY_KEY:
            return list(keys)
        last = {UNKNOWN: 2} if dimension is Dimension.SCHEME else {OTHER: 1, UNKNOWN: 2}
        return sorted(keys, key=lambda key: (last.get(key, 0), self.of(dimension, key).casefold(), key))


def cross_names(session: Session, *, on: date) -> CrossNames:
    """The names as the region has them on a day."""
    region = as_loaded_region(session, on=on) if has_region(session) else None
    return CrossNames(Names.of_region(region) if region is not None else Names())


def cell_words(table: CrossTable, cell: CrossCell) -> str:
    """What stands in a cell for people: € 1.250,50 or 520; of what is hidden only that it is."""
    if cell.hidden:
        return hidden_words(cell)
    return format_euros(cell.value, exact=True) if table.asked.measure.in_cents else format_number(cell.value)


def hidden_words(cell: CrossCell) -> str:
    """What stands in a cell that is hidden."""
    return _("minder dan 10") if 0 < cell.people < SMALLEST else _("niet getoond")


def _month(key: str) -> str:
    """The month; what somebody typed and is none stays as it is."""
    try:
        return format_date(date.fromisoformat(f"{key}-01"), "month")
    except ValueError:
        return key


def _age(key: str) -> str:
    if key == OLDEST:
        return _("55 jaar en ouder")
    youngest = AGE_BANDS[0]
    if key == youngest[0]:
        return _("Tot en met %(age)s jaar", age=youngest[1])
    return _("%(band)s jaar", band=key.replace("-", "–"))
