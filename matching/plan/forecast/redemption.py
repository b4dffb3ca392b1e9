"""The chance that a voucher is used, by its age, learned from vouchers of which some are still open.

Per segment and bin of ages: a beta law of the chance per week that a voucher that is still open is used. Its centre is that
of all segments together, times how much more or less the segment uses; its strength follows from how far segments differ
(empirical Bayes). What is not known is drawn anew on every path: the centre, the strength, the segment, the chance itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.plan.forecast.dice import Bools, Floats, Ints, dice
from matching.plan.forecast.seen import Ended, VoucherSeen

AGES = 105
"""Ages 0 to 104 weeks; a voucher is not followed further."""
EDGES = (0, 2, 4, 6, 8, 10, 13, 17, 21, 26, 32, 39, 46, 52, 65, 78, AGES)
"""Bins of ages in weeks: the chance per week is the same within one."""
SHARES = 11
"""What is used of the amount: ten tenths, and all of it."""
USUAL, WITHDRAWN_USUAL = 0.04, 0.002
"""The chance per week to be used, and to be withdrawn, where nothing was seen yet."""
PSEUDO, WITHDRAWN_PSEUDO = 1.5, 0.25
"""So many uses, and withdrawals, the bin before speaks for."""
STRENGTHS: Floats = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0])
SPREADS: Floats = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 1000.0])
SHARE_STRENGTH = 10.0
QUARTER = 13
USUAL_DRIFT, QUARTERS_USUAL = 0.105, 6.0
"""How far the use of a quarter lies from what its ages say (standard deviation), and so many quarters that speaks for."""


@dataclass(frozen=True, slots=True, eq=False)
class UseDraws:
    """One set of chances per path. `cdf`: ended by an age (used or withdrawn); `used_of_ended`: and then it was used."""

    segments: tuple[str, ...]
    cdf: Floats
    used_of_ended: Floats
    share_cdf: Floats
    share_of: Floats
    """What share of the amount each of the SHARES stands for."""

    @property
    def paths(self) -> int:
        """How many sets of chances there are."""
        return int(self.cdf.shape[0])

    def ends(self, path: Ints, segment: Ints, age: Ints, valid: Ints, *, dice_of: Floats) -> tuple[Ints, Floats]:
        """At what age each voucher ends, and what share of it is used then (0: it lapses). `dice_of`: three columns, 0 to 1.

        `age` is how old it is already: it did not end before that. A voucher that is not used lapses at the age `valid`.
        """
        row = path.astype(np.int64) * len(self.segments) + segment
        flat, kind = self.cdf.reshape(-1, AGES), self.used_of_ended.reshape(-1, AGES)
        old = np.minimum(age, AGES - 1)
        before = np.where(old > 0, flat[row, np.maximum(old - 1, 0)], 0.0)
        found = _first_above(flat, row, before + dice_of[:, 0] * (1.0 - before))
        found = np.maximum(found, old)
        end = np.minimum(found, np.maximum(valid, old))
        in_time: Bools = (found < valid) & (found < AGES)
        used = in_time & (dice_of[:, 1] < kind[row, np.minimum(found, AGES - 1)])
        share = self.share_of[
            np.minimum(_first_above(self.share_cdf.reshape(-1, SHARES), row, dice_of[:, 2]), SHARES - 1)
        ]
        return end, np.where(used, share, 0.0)

    def still_used(self, valid: int) -> Floats:
        """The chance that a voucher that is open at an age is used in its validity: paths x segments x ages below `valid`."""
        ages = min(valid, AGES)
        cdf = self.cdf[:, :, :ages]
        before = np.concatenate([np.zeros_like(cdf[:, :, :1]), cdf[:, :, :-1]], axis=2)
        used = (cdf - before) * self.used_of_ended[:, :, :ages]
        later: Floats = used[:, :, ::-1].cumsum(axis=2)[:, :, ::-1] / np.maximum(1.0 - before, 1e-9)
        return later

    def reminded(self, valid: dict[str, int], *, weeks: int, more: float) -> "UseDraws":
        """The same chances, but in the last weeks of the validity so much more is used, as a share of what is used then."""
        before = np.concatenate([np.zeros_like(self.cdf[:, :, :1]), self.cdf[:, :, :-1]], axis=2)
        hazard = (self.cdf - before) / np.maximum(1.0 - before, 1e-9)
        use, gone = hazard * self.used_of_ended, hazard * (1.0 - self.used_of_ended)
        for place, name in enumerate(self.segments):
            last = min(valid.get(name, AGES), AGES)
            use[:, place, max(0, last - weeks) : last] *= 1.0 + more
        ended = np.clip(use + gone, 1e-9, 0.95)
        return replace(
            self, cdf=1.0 - np.cumprod(1.0 - ended, axis=2), used_of_ended=(use + 1e-12) / (use + gone + 2e-12)
        )

    def mean_share(self) -> tuple[Floats, Floats]:
        """Of what is used: the mean share of the amount, and the mean of its square; paths x segments."""
        first = np.concatenate([self.share_cdf[:, :, :1], np.diff(self.share_cdf, axis=2)], axis=2)
        return first @ self.share_of, first @ self.share_of**2


@dataclass(frozen=True, slots=True, eq=False)
class UseLaw:
    """What was learned of use: counts per segment and bin of ages, what all together say, and how far segments differ."""

    segments: tuple[str, ...]
    used: Floats
    open_weeks: Floats
    withdrawn: Floats
    shares: Floats
    share_of: Floats
    drift: float
    """How far the use of a whole year may lie from what was seen: a standard deviation of the logarithm."""

    def draws(self, *, seed: int, paths: int) -> UseDraws:
        """One set of chances per path, the same for the same seed."""
        bins, count = len(EDGES) - 1, len(self.segments)
        rng = dice(seed, "redemption")
        whole = _whole(self.used.sum(0), self.open_weeks.sum(0), USUAL, PSEUDO, rng, paths)
        away = _whole(self.withdrawn.sum(0), self.open_weeks.sum(0), WITHDRAWN_USUAL, WITHDRAWN_PSEUDO, rng, paths)
        mean = _centre(self.used.sum(0), self.open_weeks.sum(0), USUAL)
        spread = _picked(SPREADS, spread_evidence(self.used, self.open_weeks, mean), rng, paths)
        strength = _picked(STRENGTHS, strength_evidence(self.used, self.open_weeks, mean), rng, paths)
        season = np.exp(self.drift * rng.standard_normal(paths))
        hazard = np.empty((paths, count, bins))
        for place, name in enumerate(self.segments):
            own = dice(seed, "redemption", name)
            used, weeks = self.used[place], self.open_weeks[place]
            level = own.gamma(spread + used.sum(), 1.0 / (spread + (weeks * mean).sum()))
            centre = np.clip(whole * level[:, None], 1e-4, 0.6)
            alpha = strength[:, None] + used
            beta = strength[:, None] * (1.0 - centre) / centre + (weeks - used)
            hazard[:, place] = own.beta(alpha, beta) * season[:, None]
        return self._draws(np.clip(hazard, 1e-6, 0.9), away, seed)

    def _draws(self, hazard: Floats, away: Floats, seed: int) -> UseDraws:
        sizes = np.diff(EDGES)
        use = np.repeat(hazard, sizes, axis=2)
        gone = np.repeat(np.broadcast_to(away[:, None, :], hazard.shape), sizes, axis=2)
        ended = np.minimum(use + gone, 0.95)
        cdf = 1.0 - np.cumprod(1.0 - ended, axis=2)
        whole = self.shares.sum(0) + np.array([0.05] * (SHARES - 1) + [1.0])
        prior = whole / whole.sum() * SHARE_STRENGTH
        share_cdf = np.empty((len(hazard), len(self.segments), SHARES))
        for place, name in enumerate(self.segments):
            parts = dice(seed, "share", name).standard_gamma(self.shares[place] + prior, (len(hazard), SHARES)) + 1e-12
            share_cdf[:, place] = np.cumsum(parts / parts.sum(1, keepdims=True), axis=1)
        found: Floats = np.asarray(cdf, np.float64)
        return UseDraws(self.segments, found, use / (use + gone), share_cdf, self.share_of)


def fit_redemption(vouchers: Sequence[VoucherSeen], *, segments: tuple[str, ...]) -> UseLaw:
    """Learn use from vouchers, ended or still open; without any, all is still possible. Raises KeyError for another segment."""
    place = {name: number for number, name in enumerate(segments)}
    size = (len(segments), AGES)
    used, weeks, gone = np.zeros(size), np.zeros(size), np.zeros(size)
    tenths, sums = np.zeros((len(segments), SHARES)), np.zeros(SHARES)
    for one in vouchers:
        row, age = place[one.segment], min(one.age_weeks, one.valid_weeks, AGES)
        expired = one.ended is Ended.LAPSED and one.age_weeks >= one.valid_weeks
        weeks[row, :age] += 1
        if one.ended is Ended.OPEN or expired or age >= AGES:
            continue
        weeks[row, age] += 1
        (used if one.ended is Ended.USED else gone)[row, age] += 1
        if one.ended is Ended.USED:
            tenth = one.used_cents * (SHARES - 1) // one.cents
            tenths[row, tenth] += 1
            sums[tenth] += one.used_cents / one.cents
    usual = np.append((np.arange(SHARES - 1) + 0.5) / (SHARES - 1), 1.0)
    share_of = np.where(tenths.sum(0) > 0, sums / np.maximum(tenths.sum(0), 1), usual)
    binned = [np.add.reduceat(one, EDGES[:-1], axis=1) for one in (used, weeks, gone)]
    drift = _drift(vouchers, place, binned[0], binned[1])
    return UseLaw(segments, binned[0], binned[1], binned[2], tenths, share_of, drift)


def _centre(events: Floats, weeks: Floats, usual: float) -> Floats:
    """The chance per week in each bin, with a little of the bin before it."""
    found, before = np.empty(len(events)), usual
    for number in range(len(events)):
        held = PSEUDO / before
        found[number] = before = float(np.clip((events[number] + PSEUDO) / (weeks[number] + held), 1e-5, 0.6))
    return found


def _whole(events: Floats, weeks: Floats, usual: float, pseudo: float, rng: np.random.Generator, paths: int) -> Floats:
    """Draws of what all segments together say per bin: each bin starts from what was drawn for the one before it."""
    found, before = np.empty((paths, len(events))), np.full(paths, usual)
    for number in range(len(events)):
        held = pseudo * (1.0 - before) / before
        drawn = rng.beta(pseudo + events[number], held + np.maximum(weeks[number] - events[number], 0.0))
        found[:, number] = before = np.clip(drawn, 1e-5, 0.6)
    return found


def spread_evidence(used: Floats, weeks: Floats, mean: Floats) -> Floats:
    """How likely the uses of all segments are for each of SPREADS (gamma-Poisson), as a logarithm."""
    seen, expected = used.sum(1), (weeks * mean).sum(1)
    found = np.zeros(len(SPREADS))
    for number, spread in enumerate(SPREADS.tolist()):
        for count, wanted in zip(seen.tolist(), expected.tolist(), strict=True):
            rising = np.log(spread + np.arange(int(count))).sum()
            found[number] += rising - spread * np.log1p(wanted / spread) - count * np.log(spread + wanted)
    return found


def strength_evidence(used: Floats, weeks: Floats, mean: Floats) -> Floats:
    """How likely the uses per segment and bin are for each of STRENGTHS, once the level of the segment is taken off."""
    level = (used.sum(1) + 3.0) / ((weeks * mean).sum(1) + 3.0)
    expected = weeks * mean * level[:, None]
    found = np.zeros(len(STRENGTHS))
    for number, strength in enumerate(STRENGTHS.tolist()):
        for count, wanted in zip(used.ravel().tolist(), expected.ravel().tolist(), strict=True):
            rising = np.log(strength + np.arange(int(count))).sum()
            found[number] += rising - strength * np.log1p(wanted / strength) - count * np.log(strength + wanted)
    return found


def _picked(values: Floats, evidence: Floats, rng: np.random.Generator, paths: int) -> Floats:
    """One of the values per path, as often as it is likely."""
    weight = np.exp(evidence - evidence.max())
    return values[rng.choice(len(values), size=paths, p=weight / weight.sum())]


def _drift(vouchers: Sequence[VoucherSeen], place: dict[str, int], used: Floats, weeks: Floats) -> float:
    """How far the use per quarter lies from what ages and segments say, with the usual spread where there is little to see."""
    mean = _centre(used.sum(0), weeks.sum(0), USUAL)
    level = (used.sum(1) + 3.0) / ((weeks * mean).sum(1) + 3.0)
    chance = np.repeat(mean, np.diff(EDGES))
    seen: dict[int, float] = {}
    expected: dict[int, float] = {}
    for one in vouchers:
        last = min(one.age_weeks, one.valid_weeks, AGES)
        quarters = (one.week + np.arange(last)) // QUARTER
        for quarter, wanted in zip(*_sums(quarters, chance[:last] * level[place[one.segment]]), strict=True):
            expected[quarter] = expected.get(quarter, 0.0) + wanted
        if one.ended is Ended.USED:
            quarter = (one.week + one.age_weeks) // QUARTER
            seen[quarter] = seen.get(quarter, 0.0) + 1.0
    above, weight = QUARTERS_USUAL * USUAL_DRIFT**2, QUARTERS_USUAL
    for quarter, wanted in expected.items():
        if wanted >= 4.0:
            got = seen.get(quarter, 0.0)
            trust = wanted / (wanted + 20.0)
            above += trust * ((got - wanted) ** 2 - wanted) / wanted**2
            weight += trust
    return float(np.sqrt(max(above / weight, 0.03**2)))


def _sums(keys: Ints, values: Floats) -> tuple[list[int], list[float]]:
    if not len(keys):
        return [], []
    first = int(keys[0])
    sums = np.bincount(keys - first, weights=values)
    return list(range(first, first + len(sums))), sums.tolist()


def _first_above(table: Floats, row: Ints, wanted: Floats) -> Ints:
    """In each row the first place where a rising table is above what is wanted; its width when it never is."""
    width = table.shape[1]
    flat = (table + np.arange(len(table))[:, None]).ravel()
    found: Ints = np.searchsorted(flat, row + np.minimum(wanted, 1.0 - 1e-9), side="right") - row * width
    return np.clip(found, 0, width)
