"""Constraint 12 for the second solver: who pays first. Written from the specification, beside the rest of it in highs.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from matching.problem import CostLine, Offer, OfferShareOfBase, OfferTiers
from matching.spec import limits
from matching.spec.precedence import ServedFirst, least_step, pairs, sources
from schemes.basics.money import floor_share

if TYPE_CHECKING:
    from tests.benchmarks.highs import Formulation

Terms = dict[int, float]
Reached = tuple[Terms, int]
"""A sum over variables and a constant."""

ALWAYS = -1


def plus(*parts: tuple[Iterable[int], float]) -> Terms:
    """Variables with coefficients, added up."""
    total: Terms = {}
    for indices, coefficient in parts:
        for index in indices:
            total[index] = total.get(index, 0.0) + coefficient
    return total


class Precedence:
    """The rows of constraint 12: of each line that L pays of, E pays its limit there or has an excuse."""

    def __init__(self, form: Formulation) -> None:
        self.form, self.problem, self.milp = form, form.problem, form.milp
        self.served = ServedFirst(form.problem)
        self.flags: dict[tuple[str, str], int] = {}
        self.surely: dict[tuple[str, str], int] = {}
        self.limits: dict[str, list[int]] = {}
        for first, later in pairs(form.problem):
            if not limits.never_paid(self.problem, first):
                self._pair(first, later)

    def _pair(self, first: Offer, later: Offer) -> None:
        everywhere: list[int] | None = None
        for line in self.problem.lines:
            if (line.id, later.id) not in self.form.x or not self._can_pay(first, line):
                continue
            if everywhere is None:
                if first.id not in self.limits:
                    self.limits[first.id] = [*self._limits(first), *self._excluded(first)]
                everywhere = [*self.limits[first.id], *self._money_gone(first, later)]
            excuses = [*everywhere, *self._there(first, later, line)]
            if ALWAYS not in excuses:
                self.milp.row(plus(([self._pays(line.id, later.id)], 1), (set(excuses), -1)), high=0)

    def _can_pay(self, offer: Offer, line: CostLine) -> bool:
        there = limits.payable(self.problem, offer, line) > 0
        return there and (offer.administered == "elsewhere" or bool(sources(self.problem, offer, line)))

    def _pays(self, line: str, offer: str) -> int:
        """1 when the offer pays anything of the line."""
        if (line, offer) not in self.flags:
            cell, flag = self.form.x[line, offer], self.milp.variable(1)
            self.milp.row({cell: 1, flag: -self.milp.upper[cell]}, high=0)
            self.flags[line, offer] = flag
        return self.flags[line, offer]

    def _surely(self, line: str, offer: str) -> int:
        """1 only when the offer pays something of the line."""
        if (line, offer) not in self.surely:
            flag = self.milp.variable(1)
            self.milp.row({flag: 1, self.form.x[line, offer]: -1}, high=0)
            self.surely[line, offer] = flag
        return self.surely[line, offer]

    def _when(self, reached: Reached, needed: int) -> int:
        """A variable that is 1 only when what is reached, which is never below nothing, is at least what is needed."""
        terms, there = reached
        if needed <= there:
            return ALWAYS
        flag = self.milp.variable(1)
        self.milp.row({**terms, flag: -float(needed)}, low=-there)
        return flag

    def _step(self, offer: Offer) -> Reached:
        """The least more that it could pay: a unit when it is used, its least amount when it is not."""
        least = least_step(self.problem, offer)
        return {self.form.y[offer.id]: float(offer.rounding_unit_cents - least)}, least

    def _with_step(self, offer: Offer, cells: Iterable[int]) -> Reached:
        terms, least = self._step(offer)
        return plus((cells, 1), *(([index], c) for index, c in terms.items())), least

    def _limits(self, offer: Offer) -> Iterator[int]:
        """Its limits in total leave less than a step."""
        form, problem = self.form, self.problem
        if offer.fixed_amount_cents is not None:
            yield form.y[offer.id]
        own = form.paid_by(offer.id)
        every = sum(limits.payable(problem, offer, one) for one in problem.lines if self._can_pay(offer, one))
        known = [(own, every)]
        cap = limits.cap_left(offer)
        if cap is not None:
            known.append((own, cap))
        if offer.de_minimis and problem.de_minimis_room_cents is not None:
            aid = [cell for one in form.offers if one.de_minimis for cell in form.paid_by(one.id)]
            known.append((aid, problem.de_minimis_room_cents))
        for held in problem.holder_caps:
            if offer.id in held.offers:
                known.append(([cell for name in held.offers for cell in form.paid_by(name)], limits.holder_left(held)))
        if offer.repayable:
            loans = [cell for one in form.offers if one.repayable for cell in form.paid_by(one.id)]
            known.append((loans, problem.borrow_up_to_cents))
        for cells, most in known:
            yield self._when(self._with_step(offer, cells), most + 1)
        for rule in (offer.share_of_base, offer.tiers):
            if rule is not None:
                yield from self._base(offer, rule, own)

    def _base(self, offer: Offer, rule: OfferShareOfBase | OfferTiers, own: list[int]) -> Iterator[int]:
        cost = limits.eligible_cost(self.problem, offer)
        if rule.of == "eligible_cost":
            most = floor_share(rule.share, cost) if isinstance(rule, OfferShareOfBase) else limits.in_tiers(rule, cost)
            yield self._when(self._with_step(offer, own), most + 1)
            return
        taken = [self._converted(offer, line, rule.less) for line in self.problem.lines if limits.covers(offer, line)]
        for share, beside in limits.base_lines(rule):
            unit = lcm(share.denominator, beside.denominator)
            terms, least = self._with_step(offer, own)
            more = plus(*(([index], c * unit) for index, c in terms.items()), (taken, float(share * unit)))
            yield self._when((more, least * unit), int((share * cost + beside) * unit) + 1)

    def _converted(self, offer: Offer, line: CostLine, names: Iterable[str]) -> int:
        """What others pay on a line, on the VAT basis of the offer, rounded up: exactly that."""
        others = [self.form.x[line.id, name] for name in set(names) if (line.id, name) in self.form.x]
        share = Fraction(1)
        if offer.vat == "excluding" and line.amount_cents:
            share = Fraction(line.without_vat_cents, line.amount_cents)
        found = self.milp.variable(line.amount_cents)
        terms = plus(([found], share.denominator), (others, -share.numerator))
        self.milp.row(terms, low=0, high=share.denominator - 1)
        return found

    def _gone(self, names: set[str], later: Offer) -> list[int]:
        """What is taken from these funding lines by those who go before the later one."""
        before = self.served.before(later)
        return [part for (_, payer, name), part in self.form.z.items() if payer in before and name in names]

    def _held(self, names: set[str]) -> int:
        return sum(money.available_cents for money in self.problem.funding_lines if money.id in names)

    def _money_gone(self, first: Offer, later: Offer) -> Iterator[int]:
        lines = [line for line in self.problem.lines if self._can_pay(first, line)]
        names = {name for line in lines for name in sources(self.problem, first, line)}
        if first.administered == "here":
            yield self._when(self._with_step(first, self._gone(names, later)), self._held(names) + 1)

    def _there(self, first: Offer, later: Offer, line: CostLine) -> Iterator[int]:
        """On this line: it pays its limit, its funding lines here are empty, or others exclude it."""
        cell = self.form.x[line.id, first.id]
        yield self._when(({cell: 1.0}, 0), limits.payable(self.problem, first, line))
        if first.administered == "here":
            names = set(sources(self.problem, first, line))
            yield self._when((plus((self._gone(names, later), 1)), 0), self._held(names))
        for group in self.problem.exclusion_groups:
            if group.scope == "line" and first.id in group.offers:
                others = [name for name in group.offers if name != first.id and (line.id, name) in self.form.x]
                flags = [self._surely(line.id, name) for name in others]
                yield self._when((plus((flags, 1)), 0), group.at_most)

    def _excluded(self, first: Offer) -> Iterator[int]:
        """A used offer excludes it from the whole training."""
        used = self.form.y
        for group in self.problem.exclusion_groups:
            if group.scope == "training" and first.id in group.offers:
                others = [used[name] for name in group.offers if name != first.id and name in used]
                yield self._when((plus((others, 1)), 0), group.at_most)
        for other in self.form.offers:
            if other.id != first.id and limits.same_part(first, other):
                alone = first.no_other_public_money and other.public_money
                if alone or (first.public_money and other.no_other_public_money):
                    yield used[other.id]
