"""Regions on which the constants of the forecast were set: played week by week, with other laws than `simulated_regions`.

Demand: negative binomial around a yearly wave with a slow walk. Use: lognormal times or a constant chance per week, and
some who never come. Amounts: gamma, with a ceiling.
"""

import numpy as np

from matching.plan.forecast.seen import AskedFor, Ended, History, LineNow, OpenVoucher, Position, VoucherSeen
from tests.matching.simulated_regions import SimulatedRegion

VALID = (26, 39, 52)


def practice_region(seed: int) -> SimulatedRegion:
    """A region by seed: its past as far as the data day, where it stands, and what became of its money."""
    rng = np.random.default_rng([seed, 77])
    past, ahead = int(rng.choice([26, 52, 78, 104])), int(rng.choice([20, 30, 45]))
    count = int(rng.integers(2, 5))
    names = tuple(f"part {number}" for number in range(count))
    weeks = np.arange(-past, ahead)
    wave = 0.35 * np.sin(2 * np.pi * (weeks / 52 + rng.random()))
    walk = rng.normal(0, 0.03, len(weeks)).cumsum()
    valid = {name: int(rng.choice(VALID)) for name in names}
    level = {name: float(np.exp(rng.normal(0.8, 0.9))) for name in names}
    cap, mean = {name: int(rng.choice([120_000, 250_000])) for name in names}, dict.fromkeys(names, 90_000.0)
    start = -min(past, int(rng.choice([8, 20, 40])))
    mine = names[: int(rng.integers(1, count))]
    span = ahead - start
    size = {
        line: round(sum(level[name] * mean[name] for name in who) * span * float(rng.uniform(0.5, 1.3)) * share)
        for line, who, share in (("own", mine, 0.9), ("all", names, 0.7))
    }
    play = _Play(rng, names, valid, size, {"own": mine, "all": names}, start)
    history_done = None
    for number, week in enumerate(weeks.tolist()):
        if week == 0:
            history_done = play.known(past, ahead)
        play.end(week)
        asks: list[tuple[str, int]] = []
        for name in names:
            pace = level[name] * np.exp(wave[number] + walk[number])
            number_of = int(rng.poisson(pace * rng.gamma(8, 1 / 8)))
            asks += [
                (name, int(min(cap[name], max(5_000, rng.gamma(2.5, mean[name] / 2.5))))) for _ in range(number_of)
            ]
        for place in rng.permutation(len(asks)).tolist():
            play.ask(week, *asks[place])
    assert history_done is not None
    history, position = history_done
    asked = sum(one[2] for one in play.asked if one[1] >= 0)
    return SimulatedRegion(history, position, ahead, {line: play.used[line] for line in size}, asked)


class _Play:
    def __init__(
        self,
        rng: np.random.Generator,
        names: tuple[str, ...],
        valid: dict[str, int],
        size: dict[str, int],
        pays: dict[str, tuple[str, ...]],
        start: int,
    ) -> None:
        self.rng, self.names, self.valid, self.size, self.pays, self.start = rng, names, valid, size, pays, start
        self.never = {name: float(rng.uniform(0.08, 0.35)) for name in names}
        self.slow = {name: float(rng.uniform(1.8, 3.0)) for name in names}
        self.constant = bool(rng.random() < 0.5)
        self.asked: list[tuple[str, int, int]] = []
        self.rows: list[tuple[str, int, dict[str, int], int, float]] = []
        self.due: dict[int, list[tuple[dict[str, int], float]]] = {}
        self.used, self.reserved = dict.fromkeys(size, 0), dict.fromkeys(size, 0)

    def ask(self, week: int, name: str, wanted: int) -> None:
        self.asked.append((name, week, wanted))
        parts: dict[str, int] = {} if week >= self.start else {"before": wanted}
        for line in self.size if week >= self.start else ():
            give = min(wanted, self.size[line] - self.used[line] - self.reserved[line])
            if name in self.pays[line] and give > 0:
                parts[line], wanted = give, wanted - give
                self.reserved[line] += give
        if parts:
            after = self.rng.geometric(0.05) if self.constant else self.rng.lognormal(self.slow[name], 0.7)
            never = self.rng.random() < self.never[name] or after >= self.valid[name]
            share = 0.0 if never else float(min(1.0, self.rng.uniform(0.5, 1.5)))
            end = week + (self.valid[name] if never else int(after) + 1)
            self.rows.append((name, week, parts, end, share))
            self.due.setdefault(end, []).append((parts, share))

    def end(self, week: int) -> None:
        for parts, share in self.due.pop(week, []):
            for line in parts.keys() - {"before"}:
                self.reserved[line] -= parts[line]
                self.used[line] += round(parts[line] * share)

    def known(self, past: int, ahead: int) -> tuple[History, Position]:
        seen, still = [], []
        for name, week, parts, end, share in self.rows:
            cents = sum(parts.values())
            done = end < 0
            used = round(cents * share) if done else 0
            ended = Ended.OPEN if not done else Ended.USED if used else Ended.LAPSED
            seen.append(VoucherSeen(name, week, cents, min(end, 0) - week, ended, used, self.valid[name]))
            here = tuple((line, amount) for line, amount in parts.items() if line != "before")
            if here and not done:
                still.append(OpenVoucher(name, -week, self.valid[name], here))
        lines = tuple(LineNow(line, self.size[line], self.used[line]) for line in self.size)
        pays = {name: tuple(line for line in self.size if name in self.pays[line]) for name in self.names}
        asked = tuple(AskedFor(*one) for one in self.asked)
        return History(self.names, past, asked, tuple(seen)), Position(lines, tuple(still), pays, dict(self.valid))
