"""Rebalance: which line pays which open award, so that least money lapses, most stays free and fewest awards move.

A flow of cents gives the best of the first two passes and a bound of the third; awards are found that make it up. What is small
is then solved once more with every award a decision of its own. The moves are checked by code that knows no solver.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matching.plan.awards import PASSES, Move, PassName, Portfolio, in_order, move_faults, worth
from matching.plan.fewest import LIMIT, Proven, fewest_moves
from matching.plan.flow import best_flow, groups_of, moves_of, split_around

SMALL = 2_500
"""So many pairs of an award and another line are solved one by one."""
STEPS = 6
"""So often it is told how far it is: flow, the awards that make it up, the three passes, the choice of what is equally good."""


@dataclass(frozen=True, slots=True)
class RebalancePlan:
    """Moves in an order in which they can be made, and per pass what they come to and what is proven."""

    moves: tuple[Move, ...]
    passes: tuple[Proven, ...]

    def value_of(self, name: PassName) -> int:
        """What a pass came to: cents saved, cents times freedom, or a number of moves."""
        return next(one.value for one in self.passes if one.name == name)

    @property
    def is_proven(self) -> bool:
        """Whether every pass is proven."""
        return all(one.is_proven for one in self.passes)


def rebalance(portfolio: Portfolio, *, limit: float = LIMIT, told: Callable[[], None] = lambda: None) -> RebalancePlan:
    """The best moves. `limit` is in deterministic seconds per pass of what is solved award by award.

    `told` is called `STEPS` times, between what takes long: who computes for somebody can say how far it is, and stop by raising.
    """
    groups = groups_of(portfolio)
    if not groups:
        for _step in range(STEPS):
            told()
        return RebalancePlan((), tuple(Proven(name, 0, 0) for name in PASSES))
    flow = best_flow(portfolio, groups)
    assert flow is not None, "as it is now, everything fits"
    told()
    before = portfolio.loads()
    gained = {line.id: flow.loads[line.id] - before[line.id] for line in portfolio.lines}
    bounds: dict[PassName, int] = {
        "saved": sum(gained[line.id] for line in portfolio.lines if line.lapses),
        "freedom": -sum(gained[line.id] * line.freedom for line in portfolio.lines if not line.lapses),
        "moves": flow.fewest_moves,
    }
    moves, _together = in_order(portfolio, split_around(portfolio, groups, moves_of(groups, flow)))
    told()
    reached = worth(portfolio, moves)
    if any(reached[name] != bounds[name] for name in ("saved", "freedom")):
        bounds = {**bounds, "moves": 0, "freedom": bounds["freedom"] if reached["saved"] == bounds["saved"] else _FREE}
    if sum(len(group.others) * len(group.awards) for group in groups) <= SMALL:
        moves, passes = fewest_moves(portfolio, moves, bounds, limit=limit, told=told)
    else:
        for _step in range(STEPS - 2):
            told()
        passes = [Proven(name, reached[name], bounds[name]) for name in PASSES]
    faults = move_faults(portfolio, moves)
    if faults:
        raise RuntimeError(f"the moves that were found are not allowed: {faults[0]}")
    ordered, together = in_order(portfolio, moves)
    return RebalancePlan(tuple(ordered + together), tuple(passes))


_FREE = 10**18
"""A bound of freedom that says nothing: when less is saved than the flow saves, more may stay free."""
