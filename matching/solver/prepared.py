"""A problem made ready for the solver: inputs sorted, limits computed, what can never be used left out.

Every reduction here is provably safe: it removes amounts that are zero in each allowed mix, or funding lines that a cheaper
one with room for everything makes superfluous, except where emptying them is why somebody who asks later may pay
(constraint 12). tests/matching/solver/test_reductions.py compares with the unreduced model.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from matching.problem import AvailableFundingLine, CostLine, Offer, PledgedMoney, Problem
from matching.spec import limits
from matching.spec.precedence import ServedFirst

Cell = tuple[str, str]
"""(line id, offer or pledge id)."""


@dataclass(frozen=True, slots=True)
class MoneyGroup:
    """Lines of one offer that may be paid from the same funding lines, in order of price and id."""

    lines: tuple[str, ...]
    funding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The canonical reading of a problem: the model is built from this and from nothing else."""

    problem: Problem
    lines: tuple[CostLine, ...]
    offers: tuple[Offer, ...]
    pledges: tuple[PledgedMoney, ...]
    funding: dict[str, AvailableFundingLine]
    most: dict[Cell, int]
    """The most that each cell can hold; cells that can hold nothing are absent."""
    most_in_all: dict[str, int]
    """The most that each offer or pledge can pay in total by its own limits; those are an excuse when it is reached (12)."""
    reach: dict[str, int]
    """The same, held down by the joint caps (11) too, which are no excuse."""
    groups: dict[str, tuple[MoneyGroup, ...]]
    """Per offer here: its groups."""
    scarce: frozenset[str]
    """Funding lines that could run out in this problem."""

    def lines_of(self, payer: str) -> list[CostLine]:
        """Lines that this offer or pledge can pay something of."""
        return [line for line in self.lines if (line.id, payer) in self.most]


def read(problem: Problem, *, reduce: bool = True) -> Reading:
    """Sort, bound and reduce a problem. `reduce=False` keeps every funding line on every line, and counts each as one that may
    run out (for tests of the reductions)."""
    lines = tuple(sorted(problem.lines, key=lambda line: line.id))
    pledges = tuple(sorted(problem.pledges, key=lambda pledge: pledge.id))
    funding = {line.id: line for line in sorted(problem.funding_lines, key=lambda line: line.id)}
    most: dict[Cell, int] = {}
    in_all: dict[str, int] = {}
    reach: dict[str, int] = {}
    admitted: dict[str, dict[str, tuple[str, ...]]] = {}
    there = {
        money.id: {line.id for line in lines if limits.refusal_on(problem, money, line) is None}
        for money in funding.values()
    }
    offers = []
    for offer in sorted(problem.offers, key=lambda offer: offer.id):
        if not limits.in_the_mix(problem, offer):
            continue
        admitted[offer.id] = _admitted(problem, offer, lines, funding, there)
        cells = _cells(problem, offer, lines, admitted[offer.id])
        total = _total(problem, offer, cells, admitted[offer.id], funding)
        if total >= limits.smallest_total(problem, offer):
            offers.append(offer)
            in_all[offer.id] = total
            reach[offer.id] = _reach(problem, offer, total)
            most.update(_held_down(offer, cells, reach[offer.id], admitted[offer.id], funding))
    for pledge in pledges:
        full = 0 if pledge.id in problem.locks.forbidden else limits.pledge_in_full(problem, pledge)
        in_all[pledge.id] = reach[pledge.id] = full
        payable = [line for line in lines if full and line.amount_cents and limits.pledge_pays(problem, pledge, line)]
        most.update({(line.id, pledge.id): min(line.amount_cents, full) for line in payable})
    here = {offer.id: admitted[offer.id] for offer in offers if offer.administered == "here"}
    here = {name: {line: found for line, found in by.items() if (line, name) in most} for name, by in here.items()}
    scarce = _scarce(here, in_all, funding) if reduce else frozenset(funding)
    kept = _kept(problem, offers, here, scarce)
    groups = {
        name: tuple(_groups(problem, name, by_line, scarce, kept.get(name, set()), reduce))
        for name, by_line in here.items()
    }
    return Reading(problem, lines, tuple(offers), pledges, funding, most, in_all, reach, groups, scarce)


def _admitted(
    problem: Problem,
    offer: Offer,
    lines: tuple[CostLine, ...],
    funding: dict[str, AvailableFundingLine],
    there: dict[str, set[str]],
) -> dict[str, tuple[str, ...]]:
    """Per line the funding lines that may pay this offer there, cheapest first. `there`: the lines that each admits at all."""
    if offer.administered == "elsewhere":
        return {}
    usable = [money for money in funding.values() if limits.refusal_of(problem, money, offer) is None]
    usable = [money for money in usable if money.available_cents > 0]
    usable.sort(key=lambda money: (limits.funding_price(problem, money), money.id))
    return {
        line.id: tuple(money.id for money in usable if line.id in there[money.id])
        for line in lines
        if line.part == offer.part
    }


def _cells(
    problem: Problem, offer: Offer, lines: tuple[CostLine, ...], admitted: dict[str, tuple[str, ...]]
) -> dict[str, int]:
    """Per line the most this offer can pay there by itself."""
    cells = {}
    for line in lines:
        cents = limits.payable(problem, offer, line)
        if cents > 0 and (offer.administered == "elsewhere" or admitted[line.id]):
            cells[line.id] = cents
    return cells


def _total(
    problem: Problem,
    offer: Offer,
    cells: dict[str, int],
    admitted: dict[str, tuple[str, ...]],
    funding: dict[str, AvailableFundingLine],
) -> int:
    """The most this offer can pay in total by itself; 0 when it cannot be used."""
    total = sum(cells.values())
    left = limits.own_room(problem, offer)
    if left is not None:
        total = min(total, left)
    of_base = limits.most_of_base(problem, offer)
    if of_base is not None:
        total = min(total, of_base)
    if offer.repayable:
        total = min(total, problem.borrow_up_to_cents)
    if offer.administered == "here":
        sources = {name for line in cells for name in admitted[line]}
        total = min(total, sum(funding[name].available_cents for name in sources))
    return limits.in_whole(offer, total)


def _reach(problem: Problem, offer: Offer, total: int) -> int:
    """The most this offer can pay when the joint caps hold too. One that can no longer be used still comes first (12)."""
    joint = [limits.joint_limit(problem, cap) for cap in problem.joint_caps if offer.id in cap.offers]
    return limits.in_whole(offer, min([total, *joint]))


def _held_down(
    offer: Offer,
    cells: dict[str, int],
    reach: int,
    admitted: dict[str, tuple[str, ...]],
    funding: dict[str, AvailableFundingLine],
) -> Iterator[tuple[Cell, int]]:
    """Per line the most this offer can pay there: no more than all it reaches, and than the funding lines there hold."""
    for line, cents in cells.items():
        here = offer.administered == "here"
        held = sum(funding[name].available_cents for name in admitted[line]) if here else cents
        yield (line, offer.id), min(cents, reach, held)


def _scarce(
    here: dict[str, dict[str, tuple[str, ...]]], in_all: dict[str, int], funding: dict[str, AvailableFundingLine]
) -> frozenset[str]:
    """Funding lines that cannot pay everything that could be asked of them together."""
    asked = dict.fromkeys(funding, 0)
    for offer, by_line in here.items():
        for name in {name for names in by_line.values() for name in names}:
            asked[name] += in_all[offer]
    return frozenset(name for name, cents in asked.items() if cents > funding[name].available_cents)


def _kept(
    problem: Problem, offers: list[Offer], here: dict[str, dict[str, tuple[str, ...]]], scarce: frozenset[str]
) -> dict[str, set[str]]:
    """Per offer the funding lines it keeps although a cheaper one has room for everything.

    What it takes of them can be why one that comes first has no money left, so that who asks that one first may pay: that holds
    of funding lines that can all run out together, on a line or over all lines of who comes first.
    """
    kept: dict[str, set[str]] = {}
    served = ServedFirst(problem)
    for later in offers:
        gone: set[str] = set()
        for name in later.asks_first:
            by_line = [set(found) for found in here.get(name, {}).values()]
            for names in (*by_line, set().union(*by_line)):
                gone |= names if names <= scarce else set()
        for name in served.before(later) if gone else ():
            kept.setdefault(name, set()).update(gone)
    return kept


def _groups(
    problem: Problem,
    offer: str,
    admitted: dict[str, tuple[str, ...]],
    scarce: frozenset[str],
    kept: set[str],
    reduce: bool,
) -> Iterator[MoneyGroup]:
    """Lines of an offer by the funding lines that may pay them. After the first that cannot run out, dearer ones are idle,
    but for those that are kept."""
    locked = {(lock.line, lock.offer) for lock in problem.locks.shares if lock.funding_line is not None}
    has_lock = any(name == offer for _, name in locked)
    by_sources: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for line, sources in admitted.items():
        if reduce and not has_lock:
            ample = [n for n, name in enumerate(sources) if name not in scarce]
            last = ample[0] if ample else len(sources)
            sources = tuple(name for n, name in enumerate(sources) if n <= last or name in kept)
        own = line if has_lock or not reduce else ""
        by_sources.setdefault((own, sources), []).append(line)
    for (_, sources), lines in by_sources.items():
        yield MoneyGroup(tuple(lines), sources)
