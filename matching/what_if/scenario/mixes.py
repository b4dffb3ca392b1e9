"""The best mix of every kind of question in every state of the lines: solved by the solver itself, once, when it is first met.

A year has thousands of questions and few kinds; what a mix takes changes only when a line it could use is empty or shut. So a row
of this table is a kind and a set of shut lines, each line of the others with more than the question costs. Where a line holds
something, and less than the mix would take, what it holds is paid, and of the rest as much of the mix without that line as there
is left of the question (see `living`).

Where nobody asks others first, a mix that uses none of the lines that shut is the best without them too, and is not solved again.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any

import numpy as np

from matching.problem import Period, Problem
from matching.spec.limits import covers, funding_price, in_the_mix, refusal_of
from matching.spec.score import values
from matching.what_if.scenario.world import Flags, Ints, KindMix

MOST_LINES_OF_A_KIND = 14
Solve = Callable[[int, frozenset[int]], KindMix]


def usable_lines(problem: Problem, lines: Sequence[str]) -> tuple[int, ...]:
    """The lines (by place) that may pay something of this question, whatever they hold; periods are the year's own."""
    found = set()
    for money in problem.funding_lines:
        for offer in problem.offers:
            if offer.administered == "here" and in_the_mix(problem, offer):
                wanted = (line for line in problem.lines if covers(offer, line))
                if any(refusal_of(problem, money, offer, line) is None for line in wanted):
                    found.add(money.id)
    return tuple(place for place, line in enumerate(lines) if line in found)


def without_dates(problem: Problem) -> Problem:
    """The same question on any day of the year: no periods, and the price each line has on its reference date."""
    money = tuple(
        line.model_copy(update={"price_permille": funding_price(problem, line), "period": Period()})
        for line in problem.funding_lines
    )
    return problem.model_copy(update={"funding_lines": money})


Known = dict[tuple[str, tuple[str, ...], frozenset[int]], KindMix]
"""Mixes that were solved, by the problem (`name_of`), the lines and those that are shut: worlds that differ little share them."""


def name_of(problem: Problem) -> str:
    """What a problem is known by here, in every process: what its lines hold does not matter."""
    money = tuple(line.model_copy(update={"available_cents": 0}) for line in problem.funding_lines)
    return sha256(problem.model_copy(update={"funding_lines": money}).model_dump_json().encode()).hexdigest()[:32]


def known_as_lists(known: Known) -> list[list[Any]]:
    """Mixes that were solved, as they can be written down."""
    return [
        [name, list(lines), sorted(shut), list(mix.lines), mix.own_cents, mix.elsewhere_cents]
        for (name, lines, shut), mix in known.items()
    ]


def known_of_lists(kept: Sequence[Sequence[Any]]) -> Known:
    """What was written down."""
    return {
        (name, tuple(lines), frozenset(shut)): KindMix(tuple(taken), own, elsewhere)
        for name, lines, shut, taken, own, elsewhere in kept
    }


class Solver:
    """How the mix of a kind is found when some lines are shut and every other one holds more than it costs."""

    def __init__(self, problems: Sequence[Problem], lines: Sequence[str], known: Known | None = None) -> None:
        self.problems, self.lines = tuple(problems), tuple(lines)
        self.place = {line: number for number, line in enumerate(lines)}
        self.names = [name_of(problem) for problem in problems]
        self.known: Known = {} if known is None else known

    def __call__(self, kind: int, shut: frozenset[int]) -> KindMix:
        """The mix of a kind, solved when it is not known yet."""
        key = (self.names[kind], self.lines, shut)
        if key not in self.known:
            self.known[key] = self._anew(self.problems[kind], shut)
        return self.known[key]

    def _anew(self, problem: Problem, shut: frozenset[int]) -> KindMix:
        enough = sum(line.amount_cents for line in problem.lines)
        money = tuple(
            line.model_copy(update={"available_cents": 0 if self.place[line.id] in shut else enough})
            for line in problem.funding_lines
            if line.id in self.place
        )
        given = problem.model_copy(update={"funding_lines": money})
        return mix_of(given, self.lines)


def mix_of(problem: Problem, lines: Sequence[str]) -> KindMix:
    """The best mix of a problem, as what it takes of each line and leaves to others."""
    if not problem.lines:
        return KindMix((0,) * len(lines), 0, 0)
    from matching.solver.solve import best_shares

    shares = best_shares(problem)
    taken = dict.fromkeys(lines, 0)
    elsewhere = 0
    for share in shares:
        if share.funding_line is None:
            elsewhere += share.cents
        else:
            taken[share.funding_line] += share.cents
    return KindMix(tuple(taken[line] for line in lines), values(problem, shares)["own_money"], elsewhere)


class Mixes:
    """The table. Several threads may ask it at once; the answers do not depend on who asked first."""

    def __init__(
        self,
        solve: Solve,
        usable: Sequence[tuple[int, ...]],
        *,
        lines: int,
        whole: Sequence[bool] | None = None,
        plain: Sequence[bool] | None = None,
    ) -> None:
        """Per kind: `usable`: the lines that matter; `whole`: paid in full or not at all; `plain`: nobody asks others first.

        Raises ``ValueError`` when too many lines matter for one kind.
        """
        self.solve, self.usable, self.lines, self.kinds = solve, tuple(usable), lines, len(usable)
        if any(len(places) > MOST_LINES_OF_A_KIND for places in usable):
            raise ValueError(f"more than {MOST_LINES_OF_A_KIND} lines may pay one question")
        self.weights = np.zeros((max(1, self.kinds), lines), np.int64)
        for kind, places in enumerate(usable):
            self.weights[kind, list(places)] = 2 ** np.arange(len(places))
        sizes = [2 ** len(places) for places in usable]
        self.offset = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self.row_of = np.full(int(self.offset[-1]), -1, np.int64)
        self.takes = np.zeros((0, lines), np.int64)
        self.own, self.elsewhere = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.whole = np.array(whole if whole is not None else [False] * self.kinds, np.bool_)
        self.plain = np.array(plain if plain is not None else [False] * self.kinds, np.bool_)
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """All but the lock: a worker elsewhere has a table of its own, and finds the same mixes."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = Lock()

    @classmethod
    def of(cls, problems: Sequence[Problem], lines: Sequence[str], known: Known | None = None) -> "Mixes":
        """The table of these problems, one per kind, over these lines; what other worlds solved (`known`) is not solved again."""
        dateless = [without_dates(problem) for problem in problems]
        return cls(
            Solver(dateless, lines, known),
            [usable_lines(problem, lines) for problem in dateless],
            lines=len(lines),
            whole=[any(one.fixed_amount_cents is not None for one in problem.offers) for problem in dateless],
            plain=[not any(one.asks_first for one in problem.offers) for problem in dateless],
        )

    @property
    def solved(self) -> int:
        """How many mixes were solved."""
        return len(self.own)

    def rows(self, kinds: Ints, shut: Flags) -> Ints:
        """The row of each question: of a kind, with these lines shut. What is not known yet is solved."""
        keys = self.offset[kinds] + (shut * self.weights[kinds]).sum(axis=1)
        rows: Ints = self.row_of[keys]
        if (rows < 0).any():
            with self._lock:
                self._learn(np.unique(keys[rows < 0]))
            rows = self.row_of[keys]
        return rows

    def _learn(self, keys: Ints) -> None:
        for key in keys.tolist():
            kind = int(np.searchsorted(self.offset, key, side="right")) - 1
            state = key - int(self.offset[kind])
            shut = frozenset(line for number, line in enumerate(self.usable[kind]) if state >> number & 1)
            self.row_of[key] = self._row(kind, self._that_matter(kind, shut) if self.plain[kind] else shut)

    def _that_matter(self, kind: int, shut: frozenset[int]) -> frozenset[int]:
        """Of the lines that are shut those without which the mix is another."""
        matter: frozenset[int] = frozenset()
        while True:
            row = self._row(kind, matter)
            missed = {line for line in shut if self.takes[row, line]}
            if not missed:
                return matter
            matter |= missed

    def _row(self, kind: int, shut: frozenset[int]) -> int:
        key = int(self.offset[kind]) + sum(2**n for n, line in enumerate(self.usable[kind]) if line in shut)
        if self.row_of[key] < 0:
            mix = self.solve(kind, shut)
            self.takes = np.concatenate((self.takes, np.array([mix.lines], np.int64).reshape(1, self.lines)))
            self.own = np.append(self.own, mix.own_cents)
            self.elsewhere = np.append(self.elsewhere, mix.elsewhere_cents)
            self.row_of[key] = len(self.own) - 1
        return int(self.row_of[key])
