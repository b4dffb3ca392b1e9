"""The pictures of a report: amounts of some of its tables as bars. What the table hides is not drawn.

A picture is made of the cells of the table that stands under it, so of the period and the day of the report. Its sentence says
what these cells say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotElsewhere
from portal.accounting.reports.queries import ReportRow, ReportTable
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _

MOST_ROWS = 12
"""So many rows at most stand in a picture, those with the largest amounts; the table has all."""


@dataclass(frozen=True)
class _TablePicture:
    """Which amounts of a table are drawn, by which of them the largest row is told, and what is said of that row."""

    figures: tuple[str, ...]
    leading: str
    says: Callable[[str, Mapping[str, str]], str]
    in_order: bool = False
    """Whether the rows keep their own order: years do."""


def picture_of_table(shown: ReportTable) -> Plot | None:
    """The picture of a table; None when it has none, or when no row is left to draw of which anything is to be said."""
    drawn = _DRAWN.get(shown.table.key)
    if drawn is None or shown.kept_back:
        return None
    rows = [(row, found) for row in shown.rows if (found := _amounts(row, drawn.figures)) is not None]
    rows = sorted(rows, key=lambda one: -one[1][drawn.leading])[:MOST_ROWS]
    named = next((one for one in rows if one[0].key), None)
    if named is None or named[1][drawn.leading] <= 0:
        return None
    sentence = drawn.says(named[0].label, {key: format_euros(cents) for key, cents in named[1].items()})
    if drawn.in_order:
        place = {row.key: at for at, row in enumerate(shown.rows)}
        rows.sort(key=lambda one: place[one[0].key])
    columns = (PlotColumn(shown.title), *(PlotColumn(str(REGISTRY[key].label), Measure.CENTS) for key in drawn.figures))
    labels = [row.label for row, _found in rows]
    cells: tuple[tuple[str | int | None, ...], ...] = tuple(
        (
            row.label if labels.count(row.label) == 1 else f"{row.label} ({row.key})",
            *(found[key] for key in drawn.figures),
        )
        for row, found in rows
    )
    return Plot(PlotElsewhere.REPORT, shown.title, sentence, columns, cells)


def _amounts(row: ReportRow, figures: tuple[str, ...]) -> dict[str, int] | None:
    """These amounts of a row in cents; None when one of them is hidden or not known."""
    cells = {cell.figure: cell for cell in row.cells}
    found = {key: int(cells[key].value or 0) for key in figures if cells[key].value is not None}
    return found if len(found) == len(figures) else None


def _of_line(name: str, said: Mapping[str, str]) -> str:
    return _(
        "Van geen budgetregel in dit beeld is meer besteed dan van %(name)s: %(spent)s. Daar is %(available)s vrij.",
        name=name,
        **{key: said[key] for key in ("spent", "available")},
    )


def _of_year(name: str, said: Mapping[str, str]) -> str:
    return _("In geen jaar is meer besteed dan in %(year)s: %(spent)s.", year=name, spent=said["spent"])


def _of_sector(name: str, said: Mapping[str, str]) -> str:
    return _(
        "Van de sectoren in dit beeld kreeg geen sector meer dan %(name)s: %(awarded)s. Gebruikt is daar %(redeemed)s.",
        name=name,
        awarded=said["awarded_cents"],
        redeemed=said["redeemed_cents"],
    )


_DRAWN: Mapping[str, _TablePicture] = {
    "per_funding_line": _TablePicture(("committed", "spent", "available"), "spent", _of_line),
    "per_year": _TablePicture(("received", "spent"), "spent", _of_year, in_order=True),
    "per_sector": _TablePicture(("awarded_cents", "redeemed_cents"), "awarded_cents", _of_sector),
}
