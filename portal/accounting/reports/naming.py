"""How a report calls things: the rows of its tables, and what is written for a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY, Breakdown, FigureUnit
from portal.accounting.figures.gathering import SEVERAL
from portal.accounting.figures.queries import (
    EXPECTED,
    ON_VOUCHERS,
    OUTSIDE,
    SIZE_CLASSES,
    UNKNOWN,
    FigureBook,
    Value,
)
from portal.accounting.registers.dimensions import OTHER
from portal.accounting.work_packages.queries import work_packages
from portal.framework.catalogue.queries import as_loaded_region, has_region
from portal.platform.i18n import format_date, format_euros, format_list, format_number, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.words.labels import ROUTES
from portal.words.names import Names
from portal.words.sentences import CATEGORIES

_CATCH_ALL = {Breakdown.CATEGORY: OTHER, Breakdown.SECTOR: OTHER, Breakdown.PROVIDER: SEVERAL}
"""The value of a breakdown for what is none of the others, or of more than one."""


@dataclass(frozen=True)
class RowNames:
    """What the values of breakdowns are called, in the language in use."""

    book: FigureBook
    names: Names
    packages: Mapping[str, str]
    """Titles of the work packages, by number."""

    def of(self, breakdown: Breakdown, key: str) -> str:
        """What one value is called; a value without a name by itself."""
        if key in (UNKNOWN, OUTSIDE):
            return _("Niet bekend") if key == UNKNOWN else _("Buiten vouchers")
        lines = self.book.scope.lines
        said: dict[Breakdown, Callable[[], str | None]] = {
            Breakdown.FUNDING_LINE: lambda: next(
                (localized({"nl": line.title_nl, "en": line.title_en}) for line in lines if line.slug == key), None
            ),
            Breakdown.FUNDER: lambda: next(
                (
                    localized({"nl": line.funder.name_nl, "en": line.funder.name_en})
                    for line in lines
                    if line.funder.slug == key
                ),
                None,
            ),
            Breakdown.SCHEME: lambda: self.names.title(key),
            Breakdown.ROUTE: lambda: str(ROUTES.get(key, key)),
            Breakdown.MUNICIPALITY: lambda: self.names.answer("residence_municipality", key),
            Breakdown.SECTOR: lambda: self.names.answer("training_sector", key),
            Breakdown.PROVIDER: lambda: _("Meer dan een opleider") if key == SEVERAL else self.book.providers.get(key),
            Breakdown.CATEGORY: lambda: str(CATEGORIES.get(key, key)),
            Breakdown.WORK_PACKAGE: lambda: (
                _("Vouchers") if key == ON_VOUCHERS else f"{key} {self.packages[key]}" if key in self.packages else key
            ),
        }
        return (said[breakdown]() if breakdown in said else None) or key

    def in_order(self, breakdown: Breakdown, keys: Iterable[str]) -> list[str]:
        """Years and sizes in their own order, what was for vouchers before the work packages, and the rest by name.

        Last come what is none of the others, what is not known and what was paid outside vouchers, in this order.
        """
        places = {UNKNOWN: 2, OUTSIDE: 3} | ({_CATCH_ALL[breakdown]: 1} if breakdown in _CATCH_ALL else {})
        if breakdown is Breakdown.WORK_PACKAGE:
            places[ON_VOUCHERS] = -1
        sizes = {size: place for place, size in enumerate(SIZE_CLASSES)}
        return sorted(
            keys, key=lambda key: (places.get(key, 0), sizes.get(key, 0), self.of(breakdown, key).casefold(), key)
        )

    def note(self, figure: str) -> str:
        """From which list or forecast a figure comes, and of which day; empty for a figure that needs none."""
        if figure == EXPECTED:
            on = self.book.made.expected.on
            if on is None:
                return _("Er is geen prognose die nog telt.")
            return _("Prognose van %(day)s.", day=format_date(on))
        if figure not in ("vouchers_shortage", "share_shortage"):
            return ""
        used = self.book.made.shortage
        lists = [
            _(
                "Lijst vanaf %(day)s: %(sectors)s.",
                day=format_date(one.from_),
                sectors=format_list(sorted(self.of(Breakdown.SECTOR, item.value) for item in one.items)),
            )
            for one in used.versions
        ]
        missing = [_("Op een deel van de dagen gold er geen lijst.")] if used.gaps and lists else []
        return " ".join((*lists, *missing)) or _("Er gold geen lijst.")


def row_names(session: Session, *, book: FigureBook, on: date) -> RowNames:
    """The names as the region has them on a day."""
    region = as_loaded_region(session, on=on) if has_region(session) else None
    names = Names.of_region(region) if region is not None else Names()
    titles = {one.number: localized({"nl": one.title_nl, "en": one.title_en}) for one in work_packages(session)}
    return RowNames(book, names, titles)


def in_words(figure: str, value: Value) -> str:
    """A value of a figure as people read it: € 1.250,50, 520, 28,65%, 4 dagen; a dash for what cannot be said."""
    unit = REGISTRY[figure].unit
    if value is None:
        return "–"
    if unit is FigureUnit.SHARE:
        return format_percent(Fraction(value))
    if unit is FigureUnit.CENTS:
        return format_euros(int(value), exact=True)
    if unit is FigureUnit.DAYS:
        return _("%(days)s dagen", days=format_number(int(value)))
    return format_number(int(value))
