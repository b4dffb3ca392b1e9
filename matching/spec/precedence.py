"""Constraint 12: who pays first. The arithmetic for the checker and the reasons, with no solver.

L asks E first. On every line that L pays of, E pays its line limit there, unless E has reached its own limit in total, E's
funding lines hold nothing more, or a used offer excludes E. An E that may not be used at all (only possible, amount not
known, forbidden by a lock) or can never pay (a fixed amount that never fits) blocks nobody.

Nobody empties the money of E to get past E: its funding lines count as empty by what they hold before the mix, what E takes,
and what those take who go before L too (`ServedFirst`). What L or anybody else takes is no excuse.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matching.problem import CostLine, Offer, Problem
from matching.spec import limits
from schemes.basics.money import floor_share

NEVER = 10**18
"""More than any amount: of an offer that cannot begin to pay at all."""


@dataclass(frozen=True, slots=True)
class PrecedenceBroken:
    """`later` pays of a line, while `first` still could pay `cents` more of it."""

    first: str
    later: str
    line: str
    cents: int


def least_step(problem: Problem, offer: Offer) -> int:
    """The least that an offer that is not used could begin to pay: its smallest total, in whole units."""
    unit, least, fixed = offer.rounding_unit_cents, limits.smallest_total(problem, offer), offer.fixed_amount_cents
    if fixed is not None:
        return NEVER if limits.never_paid(problem, offer) else fixed
    return -(-least // unit) * unit


def sources(problem: Problem, offer: Offer, line: CostLine) -> list[str]:
    """The funding lines that may pay this offer on this line and hold anything; none for an offer elsewhere."""
    if offer.administered == "elsewhere":
        return []
    held = [one for one in problem.funding_lines if one.available_cents > 0]
    return [one.id for one in held if limits.refusal_of(problem, one, offer, line) is None]


def pairs(problem: Problem) -> Iterator[tuple[Offer, Offer]]:
    """Who comes first and who asks later, of offers that may both be used."""
    offers = {offer.id: offer for offer in problem.offers if limits.in_the_mix(problem, offer)}
    for later in offers.values():
        for name in later.asks_first:
            if name in offers:
                yield offers[name], later


class ServedFirst:
    """Who goes before an offer to the money: those it asks first, and in a bundle the same schemes for other trainings.

    A scheme that comes first comes first for each training: what it pays for one of them is gone for the others.
    """

    def __init__(self, problem: Problem) -> None:
        self._scheme = {offer.id: offer.scheme for offer in problem.offers}
        self._elsewhere: dict[str, list[Offer]] = {}
        for offer in problem.offers if problem.parts else ():
            self._elsewhere.setdefault(offer.scheme, []).append(offer)
        self._found: dict[str, frozenset[str]] = {}

    def before(self, later: Offer) -> frozenset[str]:
        """The ids of these offers."""
        if later.id not in self._found:
            first = set(later.asks_first)
            for scheme in {self._scheme[name] for name in later.asks_first}:
                first |= {one.id for one in self._elsewhere.get(scheme, ()) if one.part != later.part}
            self._found[later.id] = frozenset(first)
        return self._found[later.id]


def asking_only(offer: Offer, kept: Collection[str], offers: Iterable[Offer]) -> Offer:
    """The offer when it asks no others first than these, so that every mix that was allowed still is.

    Who is no longer asked first no longer counts as having emptied the money of another; so when one paid here is left out,
    all that are paid here are.
    """
    here = {one.id for one in offers if one.administered == "here"}
    lost = any(name in here for name in offer.asks_first if name not in kept)
    names = tuple(name for name in offer.asks_first if name in kept and not (lost and name in here))
    return offer if names == offer.asks_first else offer.model_copy(update={"asks_first": names})


class PrecedenceChecks:
    """A mix, looked at for who pays before whom. `paid`: cents per line and payer; `taken`: per funding line and offer."""

    def __init__(self, problem: Problem, paid: limits.Paid, taken: Mapping[tuple[str, str], int]) -> None:
        self.problem, self.paid, self.taken = problem, paid, taken
        self.totals: dict[str, int] = {}
        for (_, payer), cents in paid.items():
            self.totals[payer] = self.totals.get(payer, 0) + cents
        self.used = [offer for offer in problem.offers if self.totals.get(offer.id)]
        self.available = {line.id: line.available_cents for line in problem.funding_lines}
        self._served = ServedFirst(problem)
        self._gone: dict[str, Mapping[str, int]] = {}

    def broken_precedence(self) -> Iterator[PrecedenceBroken]:
        """Every line that somebody pays of before whoever comes first has."""
        for first, later in pairs(self.problem):
            paid = [line for line in self.problem.lines if self.paid.get((line.id, later.id))]
            for line in self._open_to(first, later, paid):
                cents = limits.payable(self.problem, first, line) - self.paid.get((line.id, first.id), 0)
                yield PrecedenceBroken(first.id, later.id, line.id, cents)

    def blocks(self, first: Offer, later: Offer, lines: Iterable[CostLine]) -> bool:
        """Whether `later`, who asks `first` first, may not pay of one of these lines in this mix."""
        return limits.in_the_mix(self.problem, first) and any(True for _ in self._open_to(first, later, list(lines)))

    def _open_to(self, first: Offer, later: Offer, lines: Sequence[CostLine]) -> Iterator[CostLine]:
        """The lines of which an offer still could pay more, so that who asks it first may not pay there yet."""
        if not lines or self.is_excluded(first):
            return
        gone = self._gone_before(later)
        if self._has_reached_its_limit(first, gone):
            return
        for line in lines:
            short = limits.payable(self.problem, first, line) > self.paid.get((line.id, first.id), 0)
            if short and self._could_pay(first, line, gone):
                yield line

    def _gone_before(self, later: Offer) -> Mapping[str, int]:
        """Per funding line what those took who go before `later`; nobody else's taking is an excuse."""
        if later.id not in self._gone:
            gone: Counter[str] = Counter()
            served = self._served.before(later)
            for (name, payer), cents in self.taken.items():
                if payer in served:
                    gone[name] += cents
            self._gone[later.id] = gone
        return self._gone[later.id]

    def _has_reached_its_limit(self, offer: Offer, gone: Mapping[str, int]) -> bool:
        """Whether the offer cannot pay a step more: by its own limits and by what is left for it in its funding lines."""
        total = self.totals.get(offer.id, 0)
        if total and offer.fixed_amount_cents is not None:
            return True
        step = offer.rounding_unit_cents if total else least_step(self.problem, offer)
        return min(self._rooms(offer, total, gone)) < step

    def _rooms(self, offer: Offer, total: int, gone: Mapping[str, int]) -> Iterator[int]:
        """What each limit still leaves: of all lines (2), 4, 5, 8, 13 and 14."""
        problem = self.problem
        covered = [line for line in problem.lines if limits.payable(problem, offer, line)]
        payable = [line for line in covered if offer.administered == "elsewhere" or sources(problem, offer, line)]
        yield sum(limits.payable(problem, offer, line) for line in payable) - total
        cap = limits.cap_left(offer)
        if cap is not None:
            yield cap - total
        if offer.de_minimis and problem.de_minimis_room_cents is not None:
            aid = sum(self.totals.get(other.id, 0) for other in problem.offers if other.de_minimis)
            yield problem.de_minimis_room_cents - aid
        for held in problem.holder_caps:
            if offer.id in held.offers:
                yield limits.holder_left(held) - sum(self.totals.get(name, 0) for name in held.offers)
        if offer.share_of_base is not None:
            base = limits.base_cents(problem, offer, offer.share_of_base, self.paid)
            yield floor_share(offer.share_of_base.share, base) - total
        if offer.tiers is not None:
            yield limits.in_tiers(offer.tiers, limits.base_cents(problem, offer, offer.tiers, self.paid)) - total
        if offer.repayable:
            loans = sum(self.totals.get(other.id, 0) for other in problem.offers if other.repayable)
            yield problem.borrow_up_to_cents - loans
        if offer.administered == "here":
            yield self._left({name for line in payable for name in sources(problem, offer, line)}, gone)

    def _left(self, names: set[str], gone: Mapping[str, int]) -> int:
        return sum(self.available[name] - gone.get(name, 0) for name in names)

    def _could_pay(self, offer: Offer, line: CostLine, gone: Mapping[str, int]) -> bool:
        """Whether anything is left for this offer on this line: money that is admitted there, and no exclusion there."""
        if offer.administered == "here" and self._left(set(sources(self.problem, offer, line)), gone) <= 0:
            return False
        for group in self.problem.exclusion_groups:
            if group.scope == "line" and offer.id in group.offers:
                others = [name for name in group.offers if name != offer.id and self.paid.get((line.id, name))]
                if len(others) >= group.at_most:
                    return False
        return True

    def is_excluded(self, offer: Offer) -> bool:
        """Whether a used offer excludes this one: by a group for the whole training, or by public money."""
        others = [other for other in self.used if other.id != offer.id]
        for group in self.problem.exclusion_groups:
            together = sum(other.id in group.offers for other in others)
            if group.scope == "training" and offer.id in group.offers and together >= group.at_most:
                return True
        beside = [other for other in others if limits.same_part(offer, other)]
        alone = offer.no_other_public_money and any(other.public_money for other in beside)
        return alone or (offer.public_money and any(other.no_other_public_money for other in beside))
