"""A problem made ready for the solver: inputs sorted, limits computed, what can never be used left out.

Every reduction here is provably safe: it removes amounts that are zero in each allowed mix, or funding lines that a cheaper
one with room for everything makes superfluous. tests/matching/solver/test_solve.py compares with the unreduced model.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from matching.problem import AvailableFundingLine, CostLine, Offer, PledgedMoney, Problem
from matching.spec import limits

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
    """The most that each offer or pledge can pay in total."""
    groups: dict[str, tuple[MoneyGroup, ...]]
    """Per offer here: its groups."""
    scarce: frozenset[str]
    """Funding lines that could run out in this problem."""

    def lines_of(self, payer: str) -> list[CostLine]:
        """Lines that this offer or pledge can pay something of."""
        return [line for line in self.lines if (line.id, payer) in self.most]


def read(problem: Problem, *, reduce: bool = True) -> Reading:
    """Sort, bound and reduce a problem. `reduce=False` keeps every funding line (for tests of the reduction)."""
    lines = tuple(sorted(problem.lines, key=lambda line: line.id))
    pledges = tuple(sorted(problem.pledges, key=lambda pledge: pledge.id))
    funding = {line.id: line for line in sorted(problem.funding_lines, key=lambda line: line.id)}
    most: dict[Cell, int] = {}
    in_all: dict[str, int] = {}
    admitted: dict[str, dict[str, tuple[str, ...]]] = {}
    offers = []
    for offer in sorted(problem.offers, key=lambda offer: offer.id):
        if not limits.in_the_mix(problem, offer):
            continue
        admitted[offer.id] = _admitted(problem, offer, lines, funding)
        cells = _cells(offer, lines, admitted[offer.id])
        total = _total(problem, offer, cells, admitted[offer.id], funding)
        if total >= limits.smallest_total(problem, offer):
            offers.append(offer)
            in_all[offer.id] = total
            most.update({(line, offer.id): min(cents, total) for line, cents in cells.items()})
    for pledge in pledges:
        full = 0 if pledge.id in problem.locks.forbidden else limits.pledge_in_full(problem, pledge)
        in_all[pledge.id] = full
        payable = [line for line in lines if full and line.amount_cents and limits.pledge_pays(problem, pledge, line)]
        most.update({(line.id, pledge.id): min(line.amount_cents, full) for line in payable})
    here = {offer.id: admitted[offer.id] for offer in offers if offer.administered == "here"}
    scarce = _scarce(here, in_all, funding)
    groups = {name: tuple(_groups(problem, name, most, by_line, scarce, reduce)) for name, by_line in here.items()}
    return Reading(problem, lines, tuple(offers), pledges, funding, most, in_all, groups, scarce)


def _admitted(
    problem: Problem, offer: Offer, lines: tuple[CostLine, ...], funding: dict[str, AvailableFundingLine]
) -> dict[str, tuple[str, ...]]:
    """Per line the funding lines that may pay this offer there, cheapest first."""
    if offer.administered == "elsewhere":
        return {}
    usable = [money for money in funding.values() if limits.refusal_of(problem, money, offer) is None]
    usable = [money for money in usable if money.available_cents > 0]
    usable.sort(key=lambda money: (limits.funding_price(problem, money), money.id))
    return {
        line.id: tuple(money.id for money in usable if limits.refusal_of(problem, money, offer, line) is None)
        for line in lines
        if line.part == offer.part
    }


def _cells(offer: Offer, lines: tuple[CostLine, ...], admitted: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Per line the most this offer can pay there by itself."""
    cells = {}
    for line in lines:
        cents = min(limits.coverage_limit(offer, line), line.amount_cents)
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
    fixed = offer.fixed_amount_cents
    if fixed is not None:
        total = fixed if fixed <= total else 0
    return total - total % offer.rounding_unit_cents


def _scarce(
    here: dict[str, dict[str, tuple[str, ...]]], in_all: dict[str, int], funding: dict[str, AvailableFundingLine]
) -> frozenset[str]:
    """Funding lines that cannot pay everything that could be asked of them together."""
    asked = dict.fromkeys(funding, 0)
    for offer, by_line in here.items():
        for name in {name for names in by_line.values() for name in names}:
            asked[name] += in_all[offer]
    return frozenset(name for name, cents in asked.items() if cents > funding[name].available_cents)


def _groups(
    problem: Problem,
    offer: str,
    most: dict[Cell, int],
    admitted: dict[str, tuple[str, ...]],
    scarce: frozenset[str],
    reduce: bool,
) -> Iterator[MoneyGroup]:
    """Lines of an offer by the funding lines that may pay them. After the first that cannot run out, dearer ones are idle."""
    locked = {(lock.line, lock.offer) for lock in problem.locks.shares if lock.funding_line is not None}
    has_lock = any(name == offer for _, name in locked)
    by_sources: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for line, sources in admitted.items():
        if (line, offer) not in most:
            continue
        if reduce and not has_lock:
            ample = [n for n, name in enumerate(sources) if name not in scarce]
            sources = sources[: ample[0] + 1] if ample else sources
        own = line if has_lock or not reduce else ""
        by_sources.setdefault((own, sources), []).append(line)
    for (_, sources), lines in by_sources.items():
        yield MoneyGroup(tuple(lines), sources)
