"""What a plot is: a title, one sentence, and the rows of which both the picture and the table are made."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from portal.platform.i18n import gettext as _


class PlotName(enum.StrEnum):
    """The plots, in the order in which they are offered."""

    BUDGET = "budget"
    FLOW = "flow"
    FUNNEL = "funnel"
    CHANNELS = "channels"
    MUNICIPALITIES = "municipalities"
    TILES = "tiles"
    REDEMPTION = "redemption"
    LEAD_TIMES = "lead_times"
    OUTCOMES = "outcomes"


class PlotElsewhere(enum.StrEnum):
    """Plots that another page shows and makes."""

    COURSE = "course"
    """Of a forecast: what is used of a budget in the time to come."""
    REPORT = "report"
    """Of a report: amounts beside each other, in the rows of one of its tables."""


class Measure(enum.Enum):
    """What the numbers in a column are."""

    NAME = "name"
    COUNT = "count"
    CENTS = "cents"
    PERCENT = "percent"


@dataclass(frozen=True)
class PlotColumn:
    """One column of the rows: what it is called, and what stands in it."""

    label: str
    measure: Measure = Measure.NAME


@dataclass(frozen=True)
class Plot:
    """One plot in one language. The sentence is computed from the same rows; money is in cents, None is not known."""

    name: PlotName | PlotElsewhere
    title: str
    sentence: str
    columns: tuple[PlotColumn, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    places: tuple[tuple[int, int], ...] = ()
    """Of a map: the row and column of each of the rows."""
    hidden: frozenset[int] = frozenset()
    """The rows of which the numbers are not shown: they are about few people, or those of few people would follow from them."""

    def total(self, column: int) -> int:
        """The sum of a column of numbers, as far as they are shown."""
        return sum(row[column] or 0 for row in self.rows if not isinstance(row[column], str))  # type: ignore[misc]


def few_words() -> str:
    """What is said under a plot that does not show some groups."""
    return _("Een groep van minder dan 10 mensen tonen wij niet. Soms tonen wij daarom ook een andere groep niet.")


def share(part: int, whole: int) -> int:
    """A part in whole percents, rounded as the report rounds (half up); of nothing it is nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else 0
