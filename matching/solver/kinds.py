"""A model that allows all that a model of very many lines does, and more: of lines that are alike a part may be as one rule says.

Lines that are alike are one, as in alike.py. Which of those that others ask first pay all they may of a line is its way. In a mix
each line has one; here of all lines of a kind together an amount has each. What is added up from a mix of the whole is one here,
so that no pass of the whole comes to less: a bound, with who pays first in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from matching.problem import CostLine, Offer
from matching.solver.alike import as_one
from matching.solver.model import MixModel
from matching.solver.precedence import ALWAYS, Excuses
from matching.solver.prepared import Reading, read
from matching.solver.rows import Sum
from matching.spec import limits
from matching.spec.precedence import ServedFirst

MOST_WAYS = 48
"""Of a kind in which lines could be in more ways than this, fewer of those that are asked first are looked at."""

Way = frozenset[str]
"""Of a line: who pays all that it may there, of those that others ask first."""


@dataclass(frozen=True, slots=True)
class AskedFirst:
    """Who asks later, who comes first, and the excuses that do not lie in one line."""

    first: str
    later: str
    excuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class LinesOfKind:
    """Lines that are alike: their ways, with the variable of what the lines in that way cost together."""

    lines: tuple[CostLine, ...]
    amounts: dict[Way, int]


def beneath(whole: MixModel, kept: dict[str, str]) -> tuple[MixModel, tuple[LinesOfKind, ...]]:
    """The model of the lines that are alike as one, with their ways. `kept`: per line the one that stands for it."""
    problem = as_one(whole.problem, kept)
    groups = tuple(group for group in problem.exclusion_groups if group.scope == "training")
    model = MixModel(_held_down(read(problem.model_copy(update={"exclusion_groups": groups})), whole.reading, kept))
    together: dict[str, list[CostLine]] = {}
    for line in whole.reading.lines:
        together.setdefault(kept[line.id], []).append(line)
    excuses, offers = Excuses(model), _offers_in_ways(whole)
    kinds = []
    for line in model.reading.lines:
        one = _Written(model, whole, line, together[line.id])
        asked = list(_asked(model, excuses, offers, line))
        kinds.append(one.in_ways(asked))
    return model, tuple(kinds)


def _held_down(reading: Reading, whole: Reading, kept: dict[str, str]) -> Reading:
    """The reading of the small problem with what payers reach in the whole one, where every line is rounded by itself."""
    most = dict.fromkeys(reading.most, 0)
    for (line, payer), cents in whole.most.items():
        most[kept[line], payer] += cents
    most = {cell: min(most[cell], cents) for cell, cents in reading.most.items()}
    in_all = {payer: whole.most_in_all.get(payer, cents) for payer, cents in reading.most_in_all.items()}
    reach = {payer: min(cents, whole.reach.get(payer, cents)) for payer, cents in reading.reach.items()}
    return replace(reading, most=most, most_in_all=in_all, reach=reach)


def _offers_in_ways(whole: MixModel) -> dict[str, Offer]:
    """Those that come first of which every excuse is one that sums of kinds tell.

    What others exclude on a line, and a base less what others pay (rounded on each line), sums do not tell.
    """
    by_line = {name for group in whole.problem.exclusion_groups if group.scope == "line" for name in group.offers}
    found = {}
    for offer in whole.reading.offers:
        rules = [rule for rule in (offer.share_of_base, offer.tiers) if rule is not None]
        if offer.id not in by_line and all(rule.of != "eligible_cost_less" for rule in rules):
            found[offer.id] = offer
    return found


def _asked(model: MixModel, excuses: Excuses, offers: dict[str, Offer], line: CostLine) -> Iterator[AskedFirst]:
    """Of a kind: who asks whom first, unless there is always an excuse."""
    before = ServedFirst(model.problem)
    for later in model.reading.offers:
        for name in sorted(set(later.asks_first) & offers.keys()):
            if (line.id, name) not in model.x or (line.id, later.id) not in model.x:
                continue
            served = before.before(later)
            own, others = excuses.everywhere(offers[name], served)
            found = {*own, *others, *excuses.money_on(offers[name], line, served)}
            if ALWAYS not in found:
                yield AskedFirst(name, later.id, frozenset(found))


class _Written:
    """Lines that are alike, while their ways are written."""

    def __init__(self, model: MixModel, whole: MixModel, line: CostLine, those: list[CostLine]) -> None:
        self.model, self.whole, self.line, self.those = model, whole, line, those
        self.offers = {offer.id: offer for offer in model.reading.offers}
        pledges = [pledge.id for pledge in model.reading.pledges]
        self.payers = [name for name in (*self.offers, *pledges) if (line.id, name) in model.x]

    def in_ways(self, asked: list[AskedFirst]) -> LinesOfKind:
        """Write what holds of each way, and of all together."""
        self._together()
        firsts = sorted({one.first for one in asked})
        ways = self._ways(firsts, asked)
        while len(ways) > MOST_WAYS:
            dropped = firsts.pop()
            asked = [one for one in asked if one.first != dropped]
            ways = self._ways(firsts, asked)
        if not asked:
            return LinesOfKind(tuple(self.those), {})
        model = self.model
        amounts = {way: model.amount(most) for way, most in ways.items()}
        model.exactly(Sum().add(amounts.values()), self.line.amount_cents, self.line.id)
        parts = {
            name: {way: model.amount(self._most(name, most)) for way, most in ways.items()} for name in self.payers
        }
        for way, amount in amounts.items():
            paid = [parts[name][way] for name in self.payers]
            model.at_most(Sum().add(paid).add([amount], -1), 0, self.line.id)
        for name in self.payers:
            self._paid_by(name, parts[name], amounts)
        for one in asked:
            self._kept(one, parts[one.later], amounts)
        return LinesOfKind(tuple(self.those), amounts)

    def _most(self, name: str, most: int) -> int:
        return min(most, self.model.bounds[self.model.x[self.line.id, name]])

    def _together(self) -> None:
        """Of every two payers, and of all: per line no more than it costs."""
        model, most = self.model, self.whole.reading.most
        pairs = [(a, b) for n, a in enumerate(self.payers) for b in self.payers[n + 1 :]]
        for names in [*pairs, tuple(self.payers)]:
            together = sum(
                min(line.amount_cents, sum(most.get((line.id, name), 0) for name in names)) for line in self.those
            )
            model.at_most(Sum().add(model.x[self.line.id, name] for name in names), together, self.line.id)

    def _ways(self, firsts: list[str], asked: list[AskedFirst]) -> dict[Way, int]:
        """The ways in which lines can be, with what all lines cost that can."""
        problem, offers = self.whole.problem, self.offers
        found: dict[Way, list[tuple[CostLine, int]]] = {frozenset(): [(line, line.amount_cents) for line in self.those]}
        for name in firsts:
            for way, lines in list(found.items()):
                left = [(line, cents - limits.payable(problem, offers[name], line)) for line, cents in lines]
                left = [(line, cents) for line, cents in left if cents >= 0]
                if left:
                    found[way | {name}] = left
        never = [one for one in asked if not one.excuses]
        return {
            way: sum(line.amount_cents for line, _ in lines)
            for way, lines in found.items()
            if not any(one.later in way and one.first not in way for one in never)
        }

    def _share(self, name: str) -> Fraction:
        """What it may pay of one cent of such a line, before it is rounded down."""
        if name not in self.offers or not self.line.amount_cents:
            return Fraction(1)
        offer = self.offers[name]
        share = offer.coverage[self.line.category]
        return min(Fraction(1), share * Fraction(limits.basis_cents(offer, self.line), self.line.amount_cents))

    def _paid_by(self, name: str, parts: dict[Way, int], amounts: dict[Way, int]) -> None:
        """What one pays is what it pays in all ways: in each no more than its share, and where it pays all it may, no less."""
        model, share = self.model, self._share(name)
        model.exactly(Sum().add(parts.values()).add([self.model.x[self.line.id, name]], -1), 0, name)
        full = Sum()
        for way, part in parts.items():
            row = Sum().add([part], share.denominator).add([amounts[way]], -share.numerator)
            model.at_most(row, 0, name)
            if name in way:
                full.plus(row)
        if full.terms:
            rounded = sum(share.numerator * line.amount_cents % share.denominator for line in self.those)
            model.at_least(full, -rounded, name)

    def _kept(self, one: AskedFirst, parts: dict[Way, int], amounts: dict[Way, int]) -> None:
        """Who asks later pays only in ways in which the first does all it may, or there is an excuse."""
        model = self.model
        without = [way for way in amounts if one.first not in way]
        cell = model.x[self.line.id, one.later]
        paid = Sum().add(parts[way] for way in without)
        model.at_most(paid.add(one.excuses, -model.bounds[cell]), 0, one.later)
        full = Sum().add(amounts[way] for way in without if one.later in way)
        if full.terms:
            model.at_most(full.add(one.excuses, -self.line.amount_cents), 0, one.later)


def answers_in_ways(
    whole: MixModel, small: MixModel, found: list[int], kinds: Iterable[LinesOfKind], left_open: int
) -> dict[int, int]:
    """Per yes or no of the whole model what it is when of every kind so much is in each way as in a mix of the small one.

    The largest lines first, each in the way that lacks most. What fits nowhere, and the smallest lines of each kind, stays open.
    """
    held = {index: found[small.y[name]] for name, index in whole.y.items() if name in small.y}
    for key, index in whole.flags.items():
        if not key[1] and key in small.flags:
            held.setdefault(index, found[small.flags[key]])
    full = {(line, name): index for (kind, line, name, _), index in whole.flags.items() if kind == "full"}
    reached = {key[2] for key, index in small.flags.items() if key[0] == "own" and found[index]}
    for kind in kinds:
        firsts = {name for way in kind.amounts for name in way}
        for line, way in _laid_out(kind, found, left_open):
            for name in firsts:
                if (line.id, name) in full:
                    held.setdefault(full[line.id, name], int(name in way and name not in reached))
    return held


def _laid_out(kind: LinesOfKind, found: list[int], left_open: int) -> Iterator[tuple[CostLine, Way]]:
    left = {way: found[index] for way, index in kind.amounts.items()}
    lines = sorted(kind.lines, key=lambda line: (-line.amount_cents, line.id))
    for line in lines[: max(0, len(lines) - left_open)] if left else ():
        way = max(left, key=lambda one: (left[one], sorted(one)))
        if left[way] >= line.amount_cents:
            left[way] -= line.amount_cents
            yield line, way
