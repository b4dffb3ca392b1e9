"""What many paths say about each budget: bands of use, when it runs out, what lapses and what of that is lost."""

from dataclasses import dataclass

import numpy as np

from matching.plan.forecast.dice import Ints
from matching.plan.forecast.paths import Paths
from matching.plan.forecast.seen import Position


@dataclass(frozen=True, slots=True)
class Band:
    """Between which two values something lies with a chance of 50 and of 90 %, and its middle."""

    low90: int
    low50: int
    middle: int
    high50: int
    high90: int

    def holds(self, value: float, percent: int = 90) -> bool:
        """Whether a value lies within the band of 50 or 90 %."""
        low, high = (self.low90, self.high90) if percent == 90 else (self.low50, self.high50)
        return low <= value <= high


@dataclass(frozen=True, slots=True)
class LineOutlook:
    """A budget at a week ahead, in cents and weeks."""

    line: str
    week: int
    used: Band
    reserved: Band
    left: Band
    lapses: Band
    """What lapses of vouchers until then, promised again or not."""
    lost: Band
    """Free when nothing more can be promised from it: the last week of the line, or the end of the horizon."""
    runs_out_permille: int
    """The chance that it cannot give all that is asked of it before then."""
    runs_out: Band | None
    """In which week, when it does; None when that happens on less than one path in twenty."""
    lapses_by_month: tuple[int, ...]
    """Expected, per four weeks from now."""


def band_of(values: Ints) -> Band:
    """The band of one value per path."""
    low90, low50, middle, high50, high90 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    return Band(
        int(np.floor(low90)), int(np.floor(low50)), int(np.round(middle)), int(np.ceil(high50)), int(np.ceil(high90))
    )


def line_outlooks(
    paths: Paths, position: Position, *, at_week: dict[str, int] | None = None
) -> tuple[LineOutlook, ...]:
    """Every budget at the end of the horizon, or at the start of the week that is said for it."""
    found = []
    for number, line in enumerate(position.lines):
        week = min((at_week or {}).get(line.id, paths.weeks), paths.weeks)
        last = min(line.last_week + 1, week)
        lapsed, short = paths.lapsed[:, :week, number], paths.short_week[:, number]
        out = short < week
        months = [int(np.round(lapsed[:, start : start + 4].sum(axis=1).mean())) for start in range(0, week, 4)]
        found.append(
            LineOutlook(
                line.id,
                week,
                used=band_of(paths.used[:, week, number]),
                reserved=band_of(paths.reserved[:, week, number]),
                left=band_of(paths.left[:, week, number]),
                lapses=band_of(lapsed.sum(axis=1)),
                lost=band_of(np.maximum(paths.left[:, last, number], 0) + lapsed[:, last:].sum(axis=1)),
                runs_out_permille=int(np.round(out.mean() * 1000)),
                runs_out=band_of(short[out]) if out.mean() >= 0.05 else None,
                lapses_by_month=tuple(months),
            )
        )
    return tuple(found)
