"""What one payer pays at least when a sum that is an excuse (12) reaches what it needs: the others pay no more than they reach.

Such a sum counts what several pay. A part of an excuse costs the linear relaxation a part of what is needed, from whoever it is
cheapest to take; that each of them has to pay a part by itself makes it dearer, and cuts off no mix.
"""

from matching.solver.model import MixModel
from matching.solver.rows import Sum
from matching.spec.precedence import least_step

EACH = True
"""Whether rows say so (off in tests of them)."""

MOST_LINES = 100
"""Of more lines they would be too many, and a total is not written as all that it is made of."""


class Needed:
    """The sums that are excuses, as sums of single amounts: so the same amount is known for the same in each of them."""

    def __init__(self, model: MixModel) -> None:
        self.model = model
        reading = model.reading
        payers = [offer.id for offer in reading.offers] + [pledge.id for pledge in reading.pledges]
        self._offers = {offer.id: offer for offer in reading.offers}
        self._payer = {index: name for name in payers for index in model.paid_by(name)}
        self._payer.update({index: offer for (offer, _, _), index in model.z.items()})
        used = set(model.y.values())
        self._totals = {
            index: (name, unit)
            for name, total in model.totals.items()
            for index, unit in total.terms.items()
            if index not in used and len(reading.lines) <= MOST_LINES
        }
        self._parts: dict[int, tuple[Sum, dict[str, dict[int, int]]]] = {}
        self._least: dict[tuple[int, str], int] = {}

    def in_amounts(self, total: Sum) -> Sum:
        """The same sum with what somebody pays in total as all that it is made of."""
        found = Sum(total.constant, dict(total.terms))
        for index in [one for one in total.terms if one in self._totals]:
            name, unit = self._totals[index]
            if found.terms[index] % unit == 0:
                found.add(self.model.paid_by(name), found.terms.pop(index) // unit)
        return found

    def least(self, excuse: int, payer: str) -> int:
        """What it pays at least of what the sum of an excuse counts, when that holds; 0 when others can reach it alone."""
        if (excuse, payer) not in self._least:
            self._least[excuse, payer] = self._found(excuse, payer)
        return self._least[excuse, payer]

    def together(self, pays: int, excuses: list[int], first: str) -> None:
        """Who asks later pays only when one of several excuses holds, or another: then who comes first pays the least of those.

        `pays`: who asks later pays of a line. A row for each amount that some of the excuses need.
        """
        model = self.model
        if not EACH or len(model.reading.lines) > MOST_LINES:
            return
        needed = {one: self.least(one, first) for one in excuses if one in model.reached}
        for least in sorted({cents for cents in needed.values() if cents > 0}):
            others = [one for one in excuses if needed.get(one, 0) < least]
            if len(excuses) - len(others) > 1:  # of one alone its own row says so
                row = Sum().add([pays], least).add(others, -least)
                model.at_most(row.plus(model.total(first), -1), 0, first)

    def each(self) -> None:
        """Of each excuse: every payer that the others cannot do without pays its part."""
        model = self.model
        for excuse in list(model.reached) if EACH else ():
            total, payers = self._read(excuse)
            for payer, amounts in sorted(payers.items()):
                least = self.least(excuse, payer)
                if least > 0 and len(amounts) < len(total.terms):  # of one alone the excuse itself says so
                    whole = amounts.keys() == set(model.paid_by(payer))
                    goal = model.total(payer) if whole else Sum().add(sorted(amounts))
                    model.at_most(Sum().add([excuse], least).plus(goal, -1), 0, payer)

    def _read(self, excuse: int) -> tuple[Sum, dict[str, dict[int, int]]]:
        """Its sum in single amounts, and those that count for it by who pays them."""
        if excuse not in self._parts:
            total, payers = self.in_amounts(self.model.reached[excuse][0]), dict[str, dict[int, int]]()
            for index, coefficient in total.terms.items():
                if coefficient > 0 and index in self._payer:
                    payers.setdefault(self._payer[index], {})[index] = coefficient
            self._parts[excuse] = total, payers
        return self._parts[excuse]

    def _found(self, excuse: int, payer: str) -> int:
        model, (total, payers) = self.model, self._read(excuse)
        if payer not in payers:
            return 0
        used = model.y.get(payer, -1)
        left = model.reached[excuse][1] - total.constant
        for name, amounts in payers.items():
            if name != payer:
                each = sum(coefficient * model.bounds[index] for index, coefficient in amounts.items())
                left -= min(each, max(amounts.values()) * model.reading.reach[name])
        for index, coefficient in total.terms.items():
            if coefficient > 0 and index not in self._payer and index != used:
                left -= coefficient * model.bounds[index]
        if left <= 0:  # it need not even be used
            return 0
        least = -(-(left - total.terms.get(used, 0)) // max(payers[payer].values()))
        if least > 0 and payer in self._offers and payers[payer].keys() == set(model.paid_by(payer)):
            return max(least, least_step(model.problem, self._offers[payer]))
        return max(0, least)
