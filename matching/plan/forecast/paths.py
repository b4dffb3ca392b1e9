"""Many futures of every budget, week by week: what is reserved, used, paid and left, all in whole cents.

Who asks is served in the order of asking, from the lines that pay the segment, first to last; the last one may pay a part.
What lapses comes back to its line and can be promised again until the last week of that line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.plan.forecast.demand import Arrivals, Demand, fit_demand
from matching.plan.forecast.dice import Bools, Floats, Ints, dice
from matching.plan.forecast.redemption import UseDraws, UseLaw, fit_redemption
from matching.plan.forecast.seen import History, OpenVoucher, Position

PATHS = 2_000
PAY_WEEKS = (2, 3, 3, 4, 6)
"""Weeks from use to payment, each as likely."""
VALID = 52
AT_ONCE = 250
"""So many open vouchers are drawn together."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Every path: amounts at the start of each week, the last column at the end of the horizon; paths x (weeks + 1) x lines."""

    lines: tuple[str, ...]
    segments: tuple[str, ...]
    weeks: int
    used: Ints
    reserved: Ints
    paid: Ints
    left: Ints
    """Money - reserved - used; below nothing where more was promised than there is."""
    lapsed: Ints
    """What lapsed in a week: paths x weeks x lines."""
    short_week: Ints
    """Paths x lines: the first week in which a line could not give all that was asked of it; `weeks` when it always could."""
    served_cents: Ints
    """Per demand, in the order of the arrivals: what it got of all lines together."""

    def at(self, line: str) -> int:
        """The place of a line. Raises ValueError when there is none."""
        return self.lines.index(line)


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """A forecast with what it was made from."""

    demand: Demand
    redemption: UseLaw
    arrivals: Arrivals
    draws: UseDraws
    paths: Paths


def look_ahead(
    history: History,
    position: Position,
    *,
    seed: int,
    weeks: int,
    paths: int = PATHS,
    told: Callable[[], object] = lambda: None,
) -> Foreseen:
    """Learn from the past and follow every budget so many weeks. The same history, position and seed give the same paths.

    `told` is called after each week; what it raises ends it.
    """
    demand = fit_demand(history.asked, segments=history.segments, weeks=history.weeks, closed=history.closed)
    redemption = fit_redemption(history.vouchers, segments=history.segments)
    arrivals = demand.arrivals(seed=seed, paths=paths, weeks=weeks)
    draws = redemption.draws(seed=seed, paths=paths)
    return Foreseen(demand, redemption, arrivals, draws, run(position, arrivals, draws, seed=seed, told=told))


def run(
    position: Position,
    arrivals: Arrivals,
    draws: UseDraws,
    *,
    seed: int,
    pay_weeks: Sequence[int] = PAY_WEEKS,
    given_back: float = 0.0,
    told: Callable[[], object] = lambda: None,
) -> Paths:
    """Follow the budgets over these arrivals. Raises ValueError when the paths or segments of arrivals and draws differ.

    `given_back`: this part of the new vouchers that would lapse is given back half way its validity.
    """
    if arrivals.paths != draws.paths or arrivals.segments != draws.segments:
        raise ValueError("arrivals and draws are of the same paths and segments")
    book = _Book(position, arrivals.paths, arrivals.weeks, tuple(pay_weeks))
    book.open_vouchers(position.open, draws, seed)
    valid = np.array([position.valid_weeks.get(name, VALID) for name in arrivals.segments], np.int64)[arrivals.segment]
    end, share = draws.ends(
        arrivals.path, arrivals.segment, np.zeros(len(arrivals), np.int64), valid, dice_of=arrivals.u
    )
    back = (share == 0) & (end == valid) & (arrivals.u[:, 2] < given_back)
    end = np.where(back, valid // 2, end)
    pays = _order(position, arrivals.segments)
    bounds = np.searchsorted(arrivals.week, np.arange(arrivals.weeks + 1))
    served = np.zeros(len(arrivals), np.int64)
    for week in range(arrivals.weeks):
        book.begin(week)
        rows = slice(int(bounds[week]), int(bounds[week + 1]))
        path, segment = arrivals.path[rows], arrivals.segment[rows]
        given = book.serve(week, path, pays[segment], arrivals.cents[rows])
        served[rows] = sum(taken for _, taken in given)
        for line, taken in given:
            some = np.flatnonzero(taken)
            at = some + rows.start
            book.promise(path[some], line[some], taken[some], week + end[at], share[at], arrivals.u[at, 3], fresh=True)
        told()
    return book.paths(arrivals.segments, served)


def _order(position: Position, segments: tuple[str, ...]) -> Ints:
    """Per segment the lines that pay it, first to last; -1 where there are no more."""
    place = {line.id: number for number, line in enumerate(position.lines)}
    longest = max((len(position.pays.get(name, ())) for name in segments), default=0)
    found = np.full((len(segments), max(1, longest)), -1, np.int64)
    for row, name in enumerate(segments):
        for column, line in enumerate(position.pays.get(name, ())):
            found[row, column] = place[line]
    return found


class _Book:
    """The budgets of all paths in one week, and what is known to happen in the weeks to come."""

    def __init__(self, position: Position, paths: int, weeks: int, pay_weeks: tuple[int, ...]) -> None:
        lines = position.lines
        self.names, self.count, self.weeks = tuple(line.id for line in lines), paths, weeks
        self.pay_weeks = np.array(pay_weeks, np.int64)
        self.last = np.array([line.last_week for line in lines], np.int64)
        self.beyond = np.array([line.beyond_cents for line in lines], np.int64)
        held = dict.fromkeys(self.names, 0)
        for voucher in position.open:
            for name, cents in voucher.parts:
                held[name] += cents
        wide = (paths, len(lines))
        self.wide = paths * len(lines)
        self.reserved = np.tile(np.array([held[name] for name in self.names], np.int64), (paths, 1))
        self.used = np.tile(np.array([line.used_cents for line in lines], np.int64), (paths, 1))
        self.paid = np.tile(np.array([line.paid_cents for line in lines], np.int64), (paths, 1))
        self.money = np.array([line.money_cents for line in lines], np.int64)
        self.more = np.zeros((weeks + 1, len(lines)), np.int64)
        for number, line in enumerate(lines):
            for week, cents in line.more:
                if 0 <= week < weeks:
                    self.more[week, number] += cents
        self.will_use, self.will_lapse, self.will_pay = (np.zeros((weeks, *wide), np.int64) for _ in range(3))
        self.short = np.full(wide, weeks, np.int64)
        self.kept: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._pay_what_is_used(np.array([line.used_cents - line.paid_cents for line in lines], np.int64))

    def _pay_what_is_used(self, waiting: Ints) -> None:
        """What is used and not paid on the data day is paid in the weeks that follow, in equal parts."""
        parts = max(1, int(self.pay_weeks.max()))
        for week in range(min(parts, self.weeks)):
            self.will_pay[week] += waiting * (week + 1) // parts - waiting * week // parts

    def open_vouchers(self, vouchers: Sequence[OpenVoucher], draws: UseDraws, seed: int) -> None:
        """Draw on every path how each voucher that is open ends; all its parts end together."""
        place = {name: number for number, name in enumerate(draws.segments)}
        lines = {name: number for number, name in enumerate(self.names)}
        rng = dice(seed, "open")
        for start in range(0, len(vouchers), AT_ONCE):
            some = vouchers[start : start + AT_ONCE]
            path = np.tile(np.arange(self.count), len(some))
            segment, age, valid = (
                np.repeat(np.array(column, np.int64), self.count)
                for column in zip(*((place[one.segment], one.age_weeks, one.valid_weeks) for one in some), strict=True)
            )
            u = rng.random((len(path), 4))
            end, share = draws.ends(path, segment, age, valid, dice_of=u)
            parts = [(at, lines[name], cents) for at, one in enumerate(some) for name, cents in one.parts]
            rows = np.concatenate([np.arange(at * self.count, (at + 1) * self.count) for at, _, _ in parts])
            line, taken = (np.repeat(np.array([one[side] for one in parts], np.int64), self.count) for side in (1, 2))
            self.promise(path[rows], line, taken, (end - age)[rows], share[rows], u[rows, 3], fresh=False)

    def begin(self, week: int) -> None:
        """Keep how the week starts; then what is added, used, lapses and is paid in it."""
        self._keep()
        self.money = self.money + self.more[week]
        self.used += self.will_use[week]
        self.reserved -= self.will_use[week] + self.will_lapse[week]
        self.paid += self.will_pay[week]

    def _keep(self) -> None:
        left = self.money - self.reserved - self.used
        self.kept.append((self.used.copy(), self.reserved.copy(), self.paid.copy(), left))

    def serve(self, week: int, path: Ints, pays: Ints, cents: Ints) -> list[tuple[Ints, Ints]]:
        """Who asks this week, path by path in turn: per choice the line, and what it gives each."""
        open_lines = np.where((pays >= 0) & (self.last[pays] >= week), pays, -1)
        pays = np.take_along_axis(open_lines, np.argsort(open_lines < 0, axis=1, kind="stable"), axis=1)
        free = self.money + self.beyond - self.reserved - self.used
        first, wide = pays[:, 0], len(self.names)
        asks = np.flatnonzero(first >= 0)
        wanted = np.zeros((self.count, wide), np.int64)
        _add(wanted, path[asks] * wide + first[asks], cents[asks])
        easy: Bools = np.asarray((wanted <= free).all(axis=1), np.bool_)
        taken = np.zeros(pays.shape, np.int64)
        at_once = easy[path] & (first >= 0)
        taken[at_once, 0] = cents[at_once]
        self._in_turn(week, np.flatnonzero(~easy[path] & (first >= 0)), path, pays, cents, free, taken)
        return [(pays[:, column], taken[:, column]) for column in range(pays.shape[1])]

    def _in_turn(self, week: int, rows: Ints, path: Ints, pays: Ints, cents: Ints, free: Ints, taken: Ints) -> None:
        """Where there is not enough for all, one after another: every path its first, then every path its second, and so on."""
        if not len(rows):
            return
        of = path[rows]
        starts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))
        turn = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
        order = np.argsort(turn, kind="stable")
        bounds = np.searchsorted(turn[order], np.arange(int(turn.max()) + 2))
        for number in range(len(bounds) - 1):
            now = rows[order[bounds[number] : bounds[number + 1]]]
            need = cents[now].copy()
            for column in range(pays.shape[1]):
                line = pays[now, column]
                asks = np.flatnonzero((line >= 0) & (need > 0))
                if not len(asks):
                    break
                who, what = path[now[asks]], line[asks]
                gives = np.minimum(need[asks], np.maximum(free[who, what], 0))
                free[who, what] -= gives
                taken[now[asks], column] = gives
                need[asks] -= gives
                dry = need[asks] > 0
                self.short[who[dry], what[dry]] = np.minimum(self.short[who[dry], what[dry]], week)

    def promise(
        self, path: Ints, line: Ints, taken: Ints, week: Ints, share: Floats, lag: Floats, *, fresh: bool
    ) -> None:
        """Reserve these, and note in which week of the horizon each is used or lapses. Not `fresh`: it is reserved already."""
        place = path * len(self.names) + line
        if fresh:
            _add(self.reserved, place, taken)
        used = np.round(taken * share).astype(np.int64)
        now = len(self.kept) - 1
        soon = np.flatnonzero(week < self.weeks)
        at, where = week[soon], place[soon]
        same = np.flatnonzero(at == now) if fresh else soon[:0]
        for kept, amount in ((self.will_use, used[soon]), (self.will_lapse, (taken - used)[soon])):
            _add(kept, at * self.wide + where, amount)
            if len(same):
                moved = amount[same]
                _add(self.reserved, where[same], -moved)
                if kept is self.will_use:
                    _add(self.used, where[same], moved)
        paid = week + self.pay_weeks[(lag * len(self.pay_weeks)).astype(np.int64)]
        due = np.flatnonzero((paid < self.weeks) & (used > 0))
        _add(self.will_pay, paid[due] * self.wide + place[due], used[due])

    def paths(self, segments: tuple[str, ...], served: Ints) -> Paths:
        """All that was kept, as columns."""
        self._keep()
        used, reserved, paid, left = (np.stack([one[number] for one in self.kept], axis=1) for number in range(4))
        lapsed = np.moveaxis(self.will_lapse, 0, 1)
        return Paths(self.names, segments, self.weeks, used, reserved, paid, left, lapsed, self.short, served)


def _add(to: Ints, place: Ints, cents: Ints) -> None:
    """Add amounts at places of an array, counted as if it were one row; a place may come more than once."""
    np.add.at(to.reshape(-1), place, cents)
