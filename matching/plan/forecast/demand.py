"""What will be asked: per segment a number per week with level, season, trend and scatter, and amounts from past ones.

The logarithm of the expected number is a sum: level, trend, season and a slow walk of the whole region, and the same (smaller)
of the segment itself. Small priors pull a segment to the whole. How fast the walk goes and how far weeks scatter is not
chosen but weighed: every path draws them as often as the past makes them likely.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.plan.forecast.counts import Weights, fit_weights
from matching.plan.forecast.dice import Bools, Floats, Ints, dice
from matching.plan.forecast.seen import AskedFor

YEAR = 52
WALKS = (0.03, 0.12, 0.3, 0.6)
"""How far the slow walk goes in a year: standard deviations of the logarithm."""
WALK_PRIOR = (0.22, 0.4, 0.25, 0.13)
SCATTERS = (0.01, 0.05, 0.15, 0.4, 1.0)
KNOTS, OWN_KNOTS = 8, 16
"""So many weeks between the knots of the walk of the region, and of a segment."""
OWN_WALK = 0.7
LEVEL, TREND, SEASON = 3.0, 0.22, 0.27
OWN_LEVEL, OWN_TREND, OWN_SEASON = 1.2, 0.12, 0.12
"""Prior deviations of the weights, of the whole and of a segment."""
ATOMS, POOLED_ATOMS = 64, 16
SHARED_AMOUNTS = 3.0
"""So many amounts of a segment those of all segments together speak for."""
HIGHEST = 3.0
"""No path goes further than this (in the logarithm) above the busiest mean that was seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """What is asked on every path, in order of week, path and turn. `u`: dice that stay with who asks, four columns."""

    segments: tuple[str, ...]
    paths: int
    weeks: int
    path: Ints
    week: Ints
    segment: Ints
    cents: Ints
    u: Floats

    def __len__(self) -> int:
        return len(self.path)

    def only(self, kept: Bools) -> "Arrivals":
        """Those that are kept, with the dice they have."""
        columns = ("path", "week", "segment", "cents", "u")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What was learned of demand: weights for every likely pair of walk and scatter, and the amounts per segment."""

    segments: tuple[str, ...]
    seen_weeks: int
    fits: tuple[tuple[float, float, float, Weights], ...]
    """(walk, scatter, weight of this pair, weights); the weights add up to 1."""
    amounts: tuple[tuple[Floats, Floats], ...]
    """Per segment the amounts in cents and how much each counts."""
    top: float

    def rates(self, *, seed: int, paths: int, weeks: int) -> tuple[Floats, Floats]:
        """The expected number per path, segment and week ahead, and the scatter per path."""
        order = dice(seed, "fit").permutation(paths)
        ends = np.round(np.cumsum([one[2] for one in self.fits]) * paths).astype(int)
        ahead, found, scatter = np.arange(weeks), np.empty((paths, len(self.segments), weeks)), np.empty(paths)
        count = len(self.fits[0][3].mean)
        normal = dice(seed, "weights").standard_normal((paths, count))
        shared = dice(seed, "walk").standard_normal((paths, weeks)).cumsum(axis=1)
        own = [dice(seed, "walk", name).standard_normal((paths, weeks)).cumsum(axis=1) for name in self.segments]
        start = 0
        for (walk, scattered, _, fit), end in zip(self.fits, ends.tolist(), strict=True):
            rows, start = order[start:end], end
            if not len(rows):
                continue
            drawn, pace, scatter[rows] = fit.draws(normal[rows]), walk / np.sqrt(YEAR), scattered
            for place in range(len(self.segments)):
                features = _features(self.seen_weeks, len(self.segments), place, ahead)
                slow = pace * (shared[rows] + OWN_WALK * own[place][rows])
                found[rows, place] = np.exp(np.minimum(drawn @ features.T + slow, self.top))
        return found, scatter

    def arrivals(self, *, seed: int, paths: int, weeks: int) -> Arrivals:
        """What is asked on so many paths, so many weeks ahead; the same for the same seed."""
        rates, scatter = self.rates(seed=seed, paths=paths, weeks=weeks)
        columns: list[tuple[Ints, Ints, Ints, Ints, Floats, Ints]] = []
        for place, name in enumerate(self.segments):
            rng = dice(seed, "arrivals", name)
            size = (1.0 / scatter)[:, None]
            counts = rng.poisson(rng.gamma(size, 1.0, (paths, weeks)) / size * rates[:, place])
            people = dice(seed, "people", name)
            total = int(counts.sum())
            path = np.repeat(np.repeat(np.arange(paths), weeks), counts.ravel())
            week = np.repeat(np.tile(np.arange(weeks), paths), counts.ravel())
            cents = self._amounts(place, name, seed, paths, path, people.random(total))
            turn = people.integers(0, 1 << 20, total)
            columns.append((path, week, np.full(total, place), cents, people.random((total, 4)), turn))
        path, week, segment, cents, u, turn = (np.concatenate([one[number] for one in columns]) for number in range(6))
        order = np.argsort(((week * paths + path) << 20) + turn, kind="stable")
        return Arrivals(self.segments, paths, weeks, path[order], week[order], segment[order], cents[order], u[order])

    def _amounts(self, place: int, name: str, seed: int, paths: int, path: Ints, u: Floats) -> Ints:
        amounts, counts = self.amounts[place]
        if not len(amounts) or not len(path):
            return np.zeros(len(path), np.int64)
        parts = dice(seed, "amounts", name).standard_gamma(counts, (paths, len(amounts))) + 1e-12
        cdf = np.cumsum(parts / parts.sum(1, keepdims=True), axis=1)
        flat = (cdf + np.arange(paths)[:, None]).ravel()
        found = np.searchsorted(flat, path + np.minimum(u, 1.0 - 1e-9), side="right") - path * len(amounts)
        cents: Ints = np.round(amounts[np.clip(found, 0, len(amounts) - 1)]).astype(np.int64)
        return cents


def fit_demand(
    asked: Sequence[AskedFor],
    *,
    segments: tuple[str, ...],
    weeks: int,
    closed: frozenset[tuple[str, int]] = frozenset(),
) -> Demand:
    """Learn demand from so many past weeks. Raises ValueError without a segment or a week, KeyError for another segment."""
    if not segments or weeks < 1:
        raise ValueError("demand is learned of at least one segment and one week")
    place = {name: number for number, name in enumerate(segments)}
    counts = np.zeros((len(segments), weeks))
    for one in asked:
        if -weeks <= one.week < 0:
            counts[place[one.segment], weeks + one.week] += 1
    was_open = np.ones(counts.shape, bool)
    for name, week in closed:
        if -weeks <= week < 0 and counts[place[name], weeks + week] == 0:
            was_open[place[name], weeks + week] = False
    past = np.arange(-weeks, 0)
    features = np.concatenate([_features(weeks, len(segments), at, past)[was_open[at]] for at in range(len(segments))])
    seen = np.concatenate([counts[at][was_open[at]] for at in range(len(segments))])
    fits = []
    for walk, likely in zip(WALKS, WALK_PRIOR, strict=True):
        deviation = _deviations(weeks, len(segments), walk)
        for scatter in SCATTERS:
            fit = fit_weights(features, seen, deviation, scatter=scatter)
            fits.append((walk, scatter, fit.evidence + np.log(likely), fit))
    best = max(one[2] for one in fits)
    whole = sum(np.exp(one[2] - best) for one in fits)
    kept = tuple((walk, scatter, float(np.exp(value - best) / whole), fit) for walk, scatter, value, fit in fits)
    busiest = max(float(counts[at][was_open[at]].mean()) if was_open[at].any() else 0.0 for at in range(len(segments)))
    return Demand(segments, weeks, kept, _amounts_of(asked, segments), float(np.log(busiest + 0.5) + HIGHEST))


def _amounts_of(asked: Sequence[AskedFor], segments: tuple[str, ...]) -> tuple[tuple[Floats, Floats], ...]:
    """Per segment its own amounts, each counted once, and a few of all segments together."""
    everything = np.sort(np.array([one.cents for one in asked], np.float64))
    shared = _atoms(everything, POOLED_ATOMS)
    by_segment = {name: np.array([one.cents for one in asked if one.segment == name], np.float64) for name in segments}
    found = []
    for name in segments:
        own = _atoms(np.sort(by_segment[name]), ATOMS)
        if len(segments) > 1 and len(everything):
            count = SHARED_AMOUNTS * shared[1] / shared[1].sum()
            own = np.concatenate([own[0], shared[0]]), np.concatenate([own[1], count])
        found.append(own)
    return tuple(found)


def _atoms(amounts: Floats, most: int) -> tuple[Floats, Floats]:
    """At most so many amounts for all of these, each the mean of some that are alike, and how many it stands for."""
    parts = [one for one in np.array_split(amounts, min(most, max(1, len(amounts)))) if len(one)]
    return np.array([one.mean() for one in parts]), np.array([float(len(one)) for one in parts])


def _features(seen: int, segments: int, place: int, week: Ints) -> Floats:
    """Of weeks (negative: past) of one segment: first the columns of the whole, then those of each segment, zero for others."""
    mine = _columns(seen, week, OWN_KNOTS, 1)
    own = [mine if other == place else np.zeros_like(mine) for other in range(segments)]
    return np.concatenate([_columns(seen, week, KNOTS, 2), *own], axis=1)


def _columns(seen: int, week: Ints, knots: int, waves: int) -> Floats:
    """Level, trend (which tires after a year ahead), so many waves of the season, and the steps of the walk."""
    trend = np.where(week < 0, week / YEAR, 1.0 - np.exp(-week / YEAR))
    turn = 2.0 * np.pi * week / YEAR
    season = [wave for number in range(1, waves + 1) for wave in (np.cos(number * turn), np.sin(number * turn))]
    starts = np.arange(-seen, 0, knots)
    steps = [np.clip((week - start) / knots, 0.0, 1.0) - 1.0 for start in starts]
    return np.stack([np.ones(len(week)), trend, *season, *steps], axis=1)


def _deviations(seen: int, segments: int, walk: float) -> Floats:
    def of(knots: int, level: float, trend: float, season: float, waves: int, pace: float) -> list[float]:
        steps = len(np.arange(-seen, 0, knots))
        return [level, trend, *([season] * (2 * waves)), *([pace * np.sqrt(knots / YEAR)] * steps)]

    whole = of(KNOTS, LEVEL, TREND, SEASON, 2, walk)
    own = of(OWN_KNOTS, OWN_LEVEL, OWN_TREND, OWN_SEASON, 1, walk * OWN_WALK)
    return np.array(whole + own * segments)
