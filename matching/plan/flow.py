"""All awards against all lines as one flow of cents: exact for what is saved and what is kept free, a bound for how many move.

Awards of one line that may go to the same lines are one group. What lines pay together is a base of a polymatroid (a flow with
all awards paid), and on such a set the best for any prices depends on their order alone. So both passes are one flow: each line
has a price by its rank, those that lapse first, then by freedom. A last, far smaller price is that of a move: an award of c cents
costs 1/c per cent that moves, the largest first. As a part of an award costs only that part, its sum is never more than the
number of moves: a bound.
"""

from dataclasses import dataclass

from matching.plan.awards import Move, OpenAward, Portfolio

BUCKETS = 16
"""Sizes of awards that a group tells apart; within one the largest counts, so that the bound stays one."""
FINE = 2_000_000
DEAREST = 2_000
"""A move costs FINE/cents per cent, and at most DEAREST: more would not fit beside the ranks."""


@dataclass(frozen=True, slots=True)
class Group:
    """Awards of one line that may go to the same others, the largest first."""

    line: str
    others: tuple[str, ...]
    awards: tuple[OpenAward, ...]

    @property
    def cents(self) -> int:
        """What they are together."""
        return sum(award.cents for award in self.awards)


def groups_of(portfolio: Portfolio) -> list[Group]:
    """The awards that can move, in groups."""
    found: dict[tuple[str, tuple[str, ...]], list[OpenAward]] = {}
    sets: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}
    for award in portfolio.awards:
        key = (award.line, award.may)
        if key not in sets:
            sets[key] = tuple(sorted(award.may - {award.line}))
        if sets[key]:
            found.setdefault((award.line, sets[key]), []).append(award)
    return [
        Group(line, others, tuple(sorted(awards, key=lambda one: (-one.cents, one.id))))
        for (line, others), awards in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many cents go from each group to each other line, what the lines pay then, and how many moves it takes at least."""

    cents: dict[tuple[int, str], int]
    loads: dict[str, int]
    fewest_moves: int


def ranks_of(portfolio: Portfolio) -> dict[str, int]:
    """The order in which lines are to pay: what lapses first, then the least free; 0 comes first."""
    keys = sorted({(not line.lapses, 0 if line.lapses else line.freedom) for line in portfolio.lines})
    place = {key: number for number, key in enumerate(keys)}
    return {line.id: place[not line.lapses, 0 if line.lapses else line.freedom] for line in portfolio.lines}


def best_flow(portfolio: Portfolio, groups: list[Group], fixed: dict[str, int] | None = None) -> Flow | None:
    """The flow that saves most, keeps most free and moves as little as its prices say; None when not all fits.

    `fixed` is what lines pay of awards in no group; without it those awards stay where they are, and all fits.
    """
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    number = {line.id: place for place, line in enumerate(portfolio.lines)}
    first, ranks = len(number) + 1, ranks_of(portfolio)
    if fixed is None:
        fixed = portfolio.loads()
        for group in groups:
            fixed[group.line] -= group.cents
    if any(fixed[line.id] > line.holds_cents for line in portfolio.lines):
        return None
    price = DEAREST * (2 * len(number) + 2)
    arcs: list[tuple[int, int, str]] = []
    sink, total = 0, 0
    for place, group in enumerate(groups):
        node, mover = first + 2 * place, first + 2 * place + 1
        solver.set_node_supply(node, group.cents)
        total += group.cents
        solver.add_arc_with_capacity_and_unit_cost(node, 1 + number[group.line], group.cents, 0)
        for amount, cost in _prices(group):
            solver.add_arc_with_capacity_and_unit_cost(node, mover, amount, cost)
        for other in group.others:
            arc = solver.add_arc_with_capacity_and_unit_cost(mover, 1 + number[other], group.cents, 0)
            arcs.append((arc, place, other))
    for line in portfolio.lines:
        room = line.holds_cents - fixed[line.id]
        solver.add_arc_with_capacity_and_unit_cost(1 + number[line.id], sink, room, price * ranks[line.id])
    solver.set_node_supply(sink, -total)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise RuntimeError("the flow of the awards was not solved")
    cents = {(place, other): solver.flow(arc) for arc, place, other in arcs if solver.flow(arc)}
    loads = dict(fixed)
    for group in groups:
        loads[group.line] += group.cents
    for (place, other), moved in cents.items():
        loads[groups[place].line] -= moved
        loads[other] += moved
    ranked = sum((loads[line.id] - fixed[line.id]) * price * ranks[line.id] for line in portfolio.lines)
    return Flow(cents, loads, -(-(solver.optimal_cost() - ranked) // FINE))


def _prices(group: Group) -> list[tuple[int, int]]:
    """Cents of awards of about one size, and what moving a cent of them costs at least, the largest awards first."""
    size = -(-len(group.awards) // BUCKETS)
    parts = [group.awards[begin : begin + size] for begin in range(0, len(group.awards), size)]
    return [(sum(one.cents for one in part), min(DEAREST, FINE // part[0].cents)) for part in parts]


def moves_of(groups: list[Group], flow: Flow) -> list[Move]:
    """Awards that make up the flow: the largest that fit go whole, and of one that may be split a part fills what is left.

    Where no award may be split and none fits, less goes than the flow says.
    """
    moves: list[Move] = []
    wanted: dict[int, dict[str, int]] = {}
    for (place, other), cents in flow.cents.items():
        wanted.setdefault(place, {})[other] = cents
    for place, targets in sorted(wanted.items()):
        moves.extend(_moves_of_group(groups[place], targets))
    return moves


def _moves_of_group(group: Group, targets: dict[str, int]) -> list[Move]:
    left, moves = dict(sorted(targets.items(), key=lambda item: (-item[1], item[0]))), []
    staying: list[OpenAward] = []
    for award in group.awards:
        fits = [line for line, cents in left.items() if cents >= award.cents]
        if not fits:
            staying.append(award)
            continue
        line = max(fits, key=lambda one: (left[one] == award.cents, left[one]))
        left[line] -= award.cents
        moves.append(Move(award.id, group.line, line, award.cents))
    for award in (one for one in staying if not one.whole):
        rest = award.cents
        for line in sorted((line for line, cents in left.items() if cents), key=lambda one: (-left[one], one)):
            part = min(rest, left[line])
            if part <= 0:
                break
            left[line] -= part
            rest -= part
            moves.append(Move(award.id, group.line, line, part))
        if not any(left.values()):
            break
    return moves


def split_around(portfolio: Portfolio, groups: list[Group], moves: list[Move]) -> list[Move]:
    """The same moves of awards that go whole, and the best of all others around them; as they were when that does not fit."""
    whole = {award.id for group in groups for award in group.awards if award.whole}
    kept = [move for move in moves if move.award in whole]
    splitting = [
        Group(group.line, group.others, tuple(award for award in group.awards if not award.whole)) for group in groups
    ]
    splitting = [group for group in splitting if group.awards]
    fixed = portfolio.loads(kept)
    for group in splitting:
        fixed[group.line] -= group.cents
    flow = best_flow(portfolio, splitting, fixed) if kept or len(splitting) < len(groups) else None
    return moves if flow is None else kept + moves_of(splitting, flow)
