"""Perfect hindsight: the most euros of demand that money could have paid, and which money was scarce.

What is asked stands in groups that the same lines may pay. Amounts may split over lines, so that the most is a flow from groups
to lines. By its cuts: for every set of lines, what these hold, and all that is asked by groups that another line may pay too, is
no less than what can be paid; the smallest of these sums is the most. A line is *scarce* when a euro less of it is a euro less
paid. `most_paid` finds the flow (OR-Tools); `most_of_many` looks at all sets of lines, for many demands at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.plan.table import Floats, Ints

Flags = NDArray[np.bool_]
MOST_LINES = 12
"""So many lines have sets that are all looked at: 4,096."""


@dataclass(frozen=True, slots=True, eq=False)
class MostPaid:
    """The most cents that can be paid, which line pays how much of each group then, and what is scarce."""

    cents: int
    pays: Ints
    scarce: Flags
    """A euro less of this line is a euro less paid."""
    wanted: Flags
    """A euro more of this line is a euro more paid."""


def most_paid(need: Ints, admits: Flags, holds: Ints) -> MostPaid:
    """The most of `need` (cents per group) that lines can pay: `admits[group, line]` may, `holds` is what each has.

    Raises ``ValueError`` when shapes do not agree or an amount is negative.
    """
    _look(need, admits, holds)
    groups, lines = admits.shape
    from ortools.graph.python import max_flow

    solver, sink = max_flow.SimpleMaxFlow(), 1 + groups + lines
    pairs = np.argwhere(admits)
    tails = np.concatenate((np.zeros(groups, np.int64), 1 + pairs[:, 0], 1 + groups + np.arange(lines)))
    heads = np.concatenate((1 + np.arange(groups), 1 + groups + pairs[:, 1], np.full(lines, sink)))
    most = np.concatenate((need, need[pairs[:, 0]], holds))
    arcs = solver.add_arcs_with_capacity(tails.astype(np.int32), heads.astype(np.int32), most.astype(np.int64))
    if solver.solve(0, sink) != solver.OPTIMAL:
        raise RuntimeError("the flow of what is asked was not solved")
    pays = np.zeros((groups, lines), np.int64)
    pays[pairs[:, 0], pairs[:, 1]] = solver.flows(arcs[groups : groups + len(pairs)])
    reached = set(solver.get_source_side_min_cut())
    reaching = set(solver.get_sink_side_min_cut())
    nodes = range(1 + groups, sink)
    scarce = np.array([node not in reaching for node in nodes], np.bool_)
    wanted = np.array([node in reached for node in nodes], np.bool_)
    return MostPaid(int(solver.optimal_flow()), pays, scarce, wanted)


def _look(need: Ints, admits: Flags, holds: Ints) -> None:
    if admits.shape != (len(need), len(holds)):
        raise ValueError("one row per group and one column per line")
    if (need < 0).any() or (holds < 0).any():
        raise ValueError("an amount is negative")


@dataclass(frozen=True, slots=True, eq=False)
class ManyPaid:
    """Of many demands: the most that can be paid of each, and of each line whether it is scarce, and whether more is wanted."""

    cents: Ints
    scarce: Flags
    wanted: Flags


def most_of_many(needs: Ints, admits: Flags, holds: Ints) -> ManyPaid:
    """The same for many demands at once (`needs[demand, group]`), by looking at every set of lines.

    Raises ``ValueError`` for more than `MOST_LINES` lines.
    """
    lines = len(holds)
    if lines > MOST_LINES:
        raise ValueError(f"at most {MOST_LINES} lines")
    sets = np.arange(2**lines, dtype=np.int64)
    within = ((sets[:, None] >> np.arange(lines)) & 1).astype(np.bool_)
    bits = (admits * (1 << np.arange(lines))).sum(axis=1).astype(np.int64)
    outside: Floats = ((bits[:, None] & ~sets[None, :]) != 0).astype(np.float64)
    cuts = needs.astype(np.float64) @ outside + (within @ holds).astype(np.float64)
    least = cuts.min(axis=1)
    smallest = cuts <= least[:, None]
    scarce = np.stack([smallest[:, within[:, line]].any(axis=1) for line in range(lines)], axis=1)
    wanted = np.stack([~smallest[:, ~within[:, line]].any(axis=1) for line in range(lines)], axis=1)
    return ManyPaid(least.astype(np.int64), scarce, wanted)
