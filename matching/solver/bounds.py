"""What a pass comes to at least, found without a solver: by adding up what each payer can pay, and from where.

Where a mix in hand comes to no more, it is the best, and nothing has to be solved. All of it is of whole numbers.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from matching.problem.proposal import PassResult
from matching.problem.settings import PassName
from matching.solver.prepared import Reading
from matching.spec import limits


def least(reading: Reading, name: PassName, held: Iterable[PassResult]) -> int:
    """What a pass comes to at least in every mix that keeps to what was found in the passes before it."""
    known = {result.name: result for result in held}
    if name == "own_money":
        return max(0, _asked(reading) - _most_paid(reading, loans=False))
    if name == "rest":
        own = known["own_money"].bound - _most_borrowed(reading) if "own_money" in known else 0
        return max(0, own, _asked(reading) - _most_paid(reading, loans=True))
    rest = min((known[one].value for one in ("own_money", "rest") if one in known), default=None)
    paid = 0 if rest is None else max(0, _asked(reading) - rest)
    if name == "priced_money":
        return _least_price(reading, paid)
    return _fewest_schemes(reading, paid) if name == "schemes" else 0


def _asked(reading: Reading) -> int:
    """All that the asker's lines cost."""
    return sum(line.amount_cents for line in reading.lines if reading.problem.is_askers(line))


def _most_paid(reading: Reading, *, loans: bool) -> int:
    """All that could be paid of the asker's lines: of each line no more than it costs, by each payer no more than it reaches."""
    owed = set() if loans else {offer.id for offer in reading.offers if offer.repayable}
    by_line = dict.fromkeys((line.id for line in reading.lines), 0)
    for (line, payer), most in reading.most.items():
        by_line[line] += 0 if payer in owed else most
    of_lines = sum(min(line.amount_cents, by_line[line.id]) for line in reading.lines)
    return min(of_lines, sum(reach for payer, reach in reading.reach.items() if payer not in owed))


def _most_borrowed(reading: Reading) -> int:
    loans = sum(reading.reach[offer.id] for offer in reading.offers if offer.repayable)
    return min(loans, reading.problem.borrow_up_to_cents)


def _fewest_schemes(reading: Reading, paid: int) -> int:
    """So many schemes at least, each with all that it reaches, are needed beside the pledges to pay as much."""
    by_scheme: dict[tuple[str | None, str], int] = {}
    for offer in reading.offers:
        key = (offer.part, offer.scheme)
        by_scheme[key] = by_scheme.get(key, 0) + reading.reach[offer.id]
    left, number = paid - sum(reading.reach[pledge.id] for pledge in reading.pledges), 0
    for reach in sorted(by_scheme.values(), reverse=True):
        if left <= 0:
            break
        left, number = left - reach, number + 1
    return number


def _least_price(reading: Reading, paid: int) -> int:
    """The cheapest money first: of all that costs at most a price no more can be paid than there is, or than its payers reach."""
    sources = list(_sources(reading))
    prices = sorted({price for price, _, _ in sources})
    if not prices:
        return 0
    found = prices[0] * paid
    for price, next_price in pairwise(prices):
        cheap = [(payers, cents) for one, payers, cents in sources if one <= price]
        held = sum(cents for _, cents in cheap)
        reached = sum(reading.reach[name] for name in set().union(*(payers for payers, _ in cheap)))
        found += (next_price - price) * max(0, paid - min(held, reached))
    return found


def _sources(reading: Reading) -> Iterator[tuple[int, frozenset[str], int]]:
    """Where money comes from: its price, who pays from it, and how much there is."""
    problem, payers = reading.problem, {name: set[str]() for name in reading.funding}
    for offer in reading.offers:
        if offer.administered == "elsewhere":
            yield limits.offer_price(problem, offer), frozenset((offer.id,)), reading.reach[offer.id]
        for group in reading.groups.get(offer.id, ()):
            for name in group.funding:
                payers[name].add(offer.id)
    for name, those in payers.items():
        money = reading.funding[name]
        if those:
            yield limits.funding_price(problem, money), frozenset(those), money.available_cents
    for pledge in reading.pledges:
        yield limits.pledge_price(problem, pledge), frozenset((pledge.id,)), reading.reach[pledge.id]
