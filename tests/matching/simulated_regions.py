"""Regions to test a forecast on, played day by day and person by person, with code and laws that the forecast does not have.

Demand: employers who ask for several people at once, the school year, growth in a straight line, months that are busy or quiet.
Use: some never mean to, the others start their training on a day of their own, and many come just before the voucher ends;
a quarter can go better or worse. Amounts: often exactly the ceiling. Nothing of `matching/plan/forecast` is used but its values.
"""

import math
import random
from dataclasses import dataclass, field

from matching.plan.forecast.seen import AskedFor, Ended, History, LineNow, OpenVoucher, Position, VoucherSeen

MONTHS = (1.25, 1.15, 1.1, 1.0, 0.95, 0.85, 0.5, 0.55, 1.35, 1.3, 1.15, 0.7)
"""How busy a month is beside the mean, at its strongest."""


@dataclass
class _Voucher:
    segment: str
    day: int
    parts: list[tuple[str, int]]
    valid: int
    ends: int
    used_share: float
    ended: Ended = Ended.OPEN

    @property
    def cents(self) -> int:
        return sum(cents for _, cents in self.parts)

    def used(self, cents: int) -> int:
        return round(cents * self.used_share)


@dataclass(frozen=True)
class _Kind:
    """How one segment behaves."""

    name: str
    per_week: float
    growth: float
    groups: float
    top: int
    typical: float
    spread: float
    means_to: float
    slow: float
    shape: float
    rush: float
    valid: int
    whole: float


@dataclass
class _Line:
    id: str
    money: int
    from_day: int
    last_day: int
    for_kinds: tuple[str, ...]
    reserved: int = 0
    used: int = 0

    @property
    def left(self) -> int:
        return self.money - self.reserved - self.used


@dataclass(frozen=True)
class SimulatedRegion:
    """What the region knew on the data day, and what became of its money by the end of the horizon."""

    history: History
    position: Position
    weeks: int
    used: dict[str, int]
    """Per line, in cents, at the end of the horizon."""
    asked: int
    """How much was asked after the data day, in cents."""
    never_short: frozenset[str] = field(default_factory=frozenset)
    """The lines that gave all that was asked of them."""


class _Play:
    def __init__(self, seed: int, past: int, ahead: int, pace: float) -> None:
        self.dice = random.Random(f"region {seed}")
        self.past, self.ahead = past, ahead
        self.kinds = [self._kind(number, pace) for number in range(self.dice.choice((2, 3, 4)))]
        self.season, self.phase = self.dice.uniform(0.2, 1.0), self.dice.randrange(365)
        self.busy, self.quarter = self._months(0.12), self._months(0.10)
        self.asked: list[tuple[str, int, int]] = []
        self.vouchers: list[_Voucher] = []
        self.lines: list[_Line] = []
        self.due: dict[int, list[_Voucher]] = {}
        self.short: set[str] = set()

    def _kind(self, number: int, pace: float) -> _Kind:
        dice = self.dice
        return _Kind(
            f"kind {number}",
            per_week=pace * math.exp(dice.gauss(0.0, 0.6)),
            growth=dice.uniform(-0.2, 0.35),
            groups=dice.choice((0.0, 0.1, 0.25)),
            top=dice.choice((150_000, 250_000, 500_000)),
            typical=dice.uniform(60_000, 220_000),
            spread=dice.uniform(0.3, 0.9),
            means_to=min(0.97, max(0.55, dice.gauss(0.82, 0.08))),
            slow=dice.uniform(40, 150),
            shape=dice.uniform(0.8, 2.0),
            rush=dice.uniform(0.0, 0.25),
            valid=7 * dice.choice((26, 39, 52)),
            whole=dice.uniform(0.4, 0.9),
        )

    def _months(self, jump: float) -> list[float]:
        found, state = [], self.dice.gauss(0.0, jump)
        for _ in range((self.past + self.ahead) * 7 // 30 + 2):
            found.append(math.exp(state))
            state = 0.7 * state + self.dice.gauss(0.0, jump * 0.7)
        return found

    def _rate(self, kind: _Kind, day: int) -> float:
        """Expected requests of people on a day, counted from the first."""
        month = MONTHS[(day + self.phase) % 365 * 12 // 365]
        grown = max(0.2, 1.0 + kind.growth * (day - self.past * 7) / 365)
        return kind.per_week / 7 * (1 + self.season * (month - 1)) * grown * self.busy[day // 30]

    def _poisson(self, mean: float) -> int:
        count, left = 0, math.exp(-mean)
        product = self.dice.random()
        while product > left:
            count, product = count + 1, product * self.dice.random()
        return count

    def _amount(self, kind: _Kind) -> int:
        return max(
            10_000, min(kind.top, round(self.dice.lognormvariate(math.log(kind.typical), kind.spread) / 5000) * 5000)
        )

    def _end(self, kind: _Kind, day: int) -> tuple[int, float]:
        """The day on which a voucher of today ends, and what share is used then."""
        dice = self.dice
        better = self.quarter[day // 30]
        if dice.random() > 1 - (1 - kind.means_to) / better:
            gone = dice.random() < 0.3
            return (day + dice.randrange(1, kind.valid) if gone else day + kind.valid), 0.0
        after = dice.weibullvariate(kind.slow, kind.shape)
        if dice.random() < kind.rush:
            after = kind.valid - dice.expovariate(1 / 12)
        if not 0 <= after < kind.valid - 1:
            return day + kind.valid, 0.0
        return day + 1 + int(after), 1.0 if dice.random() < kind.whole else dice.betavariate(4, 2)

    def day(self, day: int) -> None:
        """All of a day: vouchers that end, then who asks, in turn."""
        for voucher in self.due.pop(day, []):
            voucher.ended = Ended.USED if voucher.used_share > 0 else Ended.LAPSED
            for name, cents in voucher.parts:
                for line in self.lines:
                    if line.id == name:
                        line.reserved -= cents
                        line.used += voucher.used(cents)
        requests = []
        for kind in self.kinds:
            size = self.dice.choice((3, 4, 5, 8)) if kind.groups else 1
            people = self._poisson(self._rate(kind, day) * (1 - kind.groups))
            people += sum(size for _ in range(self._poisson(self._rate(kind, day) * kind.groups / size)))
            requests += [kind] * people
        self.dice.shuffle(requests)
        for kind in requests:
            self._ask(kind, day)

    def _ask(self, kind: _Kind, day: int) -> None:
        wanted = self._amount(kind)
        self.asked.append((kind.name, day, wanted))
        parts = []
        for line in self.lines:
            if kind.name in line.for_kinds and line.from_day <= day <= line.last_day and wanted > 0:
                given = min(wanted, max(0, line.left))
                wanted -= given
                line.reserved += given
                if given:
                    parts.append((line.id, given))
                if wanted:
                    self.short.add(line.id)
        if parts:
            end, share = self._end(kind, day)
            voucher = _Voucher(kind.name, day, parts, kind.valid, end, share)
            self.vouchers.append(voucher)
            self.due.setdefault(end, []).append(voucher)


def simulated_region(
    seed: int, *, past: int | None = None, ahead: int | None = None, pace: float | None = None
) -> SimulatedRegion:
    """A region by seed: so many weeks seen, so many weeks ahead, about so many requests a week per kind; drawn when not said."""
    dice = random.Random(f"shape {seed}")
    past = past or dice.choice((30, 52, 80, 104, 130))
    ahead = ahead or dice.choice((20, 30, 40, 50))
    play = _Play(seed, past, ahead, pace or math.exp(dice.uniform(math.log(0.6), math.log(8))))
    opened = max(0, past - dice.choice((10, 20, 30, 45))) * 7
    names = tuple(kind.name for kind in play.kinds)
    yearly = {
        kind.name: sum(play._rate(kind, day) for day in range(opened, (past + ahead) * 7)) * kind.typical
        for kind in play.kinds
    }
    last = (past + ahead) * 7
    play.lines = [_Line("before", 10**12, 0, opened - 1, names)]
    own = names[: dice.randrange(1, len(names))]
    for name, kinds in (("own", own), ("all", names)):
        money = sum(yearly[kind] for kind in kinds) * dice.uniform(0.7, 1.6) * (0.7 if name == "all" else 0.8)
        play.lines.append(_Line(name, round(money / 100_000) * 100_000, opened, last - dice.choice((0, 0, 60)), kinds))
    for day in range(past * 7):
        play.day(day)
    history, position = _known(play, past)
    play.short.clear()
    before = len(play.asked)
    for day in range(past * 7, last):
        play.day(day)
    used = {line.id: line.used for line in play.lines[1:]}
    asked = sum(cents for _, _, cents in play.asked[before:])
    return SimulatedRegion(history, position, ahead, used, asked, frozenset(used) - play.short)


def _known(play: _Play, past: int) -> tuple[History, Position]:
    """What stands in the books on the data day, in whole weeks."""
    today, seen, still = past * 7, [], []
    for one in play.vouchers:
        ended = min(one.ends, today) if one.ended is not Ended.OPEN else today
        used = one.used(one.cents) if one.ended is Ended.USED else 0
        week = one.day // 7 - past
        age = max(0, (ended // 7) - (one.day // 7))
        outcome = one.ended if one.ended is not Ended.USED or used else Ended.LAPSED
        seen.append(VoucherSeen(one.segment, week, one.cents, age, outcome, used, one.valid // 7))
        if one.ended is Ended.OPEN:
            parts = tuple((name, cents) for name, cents in one.parts if name != "before")
            if parts:
                still.append(OpenVoucher(one.segment, age, one.valid // 7, parts))
    asked = tuple(AskedFor(name, day // 7 - past, cents) for name, day, cents in play.asked)
    names = tuple(kind.name for kind in play.kinds)
    lines = tuple(
        LineNow(line.id, line.money, line.used, last_week=line.last_day // 7 - past) for line in play.lines[1:]
    )
    pays = {name: tuple(line.id for line in play.lines[1:] if name in line.for_kinds) for name in names}
    valid = {kind.name: kind.valid // 7 for kind in play.kinds}
    return History(names, past, asked, tuple(seen)), Position(lines, tuple(still), pays, valid)
