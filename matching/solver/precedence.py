"""Constraint 12 for the solver: who pays before whom. The same rules, in the same words, as `precedence`."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from math import lcm

from matching.problem import CostLine, Offer
from matching.solver.model import MixModel
from matching.solver.needed import Needed
from matching.solver.prepared import Cell
from matching.solver.rows import Sum
from matching.spec import limits
from matching.spec.precedence import ServedFirst, least_step

Served = frozenset[str]
"""The offers that go before a later one to the money."""

TIGHT = True
"""Whether rows are added, and variables saved, that change no mix but make halves of an excuse dearer (off in tests of them)."""

TOGETHER = True
"""Whether a row says of all sums that can be an excuse together what each says alone (off in tests of it)."""

MOST_TOGETHER = 2**50
"""Of sums that are larger together no such row is made."""

ALWAYS = -1
"""Instead of a variable: an excuse that holds in every mix. One that holds in none has no variable at all."""


def add_precedence(model: MixModel) -> None:
    """12. Where an offer pays, one it asks first pays its line limit there, or has an excuse."""
    offers = {offer.id: offer for offer in model.reading.offers}
    excuses, goes_before, needed = Excuses(model), ServedFirst(model.problem), Needed(model)
    asking: dict[Cell, list[_Asking]] = {}
    for later in model.reading.offers:
        named = sorted({name for name in later.asks_first if name in offers})
        before = goes_before.before(later) if named else frozenset()
        for name in named:
            first = offers[name]
            own, others = excuses.everywhere(first, before)
            for line in model.reading.lines_of(later.id):
                if (line.id, name) in model.x and ALWAYS not in (*own, *others):
                    own_there, others_there = excuses.on(first, line, before)
                    rooms = excuses.rooms(first, later, line, before) if TIGHT else {}
                    one = _Asking(model, later, line, {*own, *own_there}, {*others, *others_there}, rooms)
                    if one.is_held(first, needed):
                        asking.setdefault((line.id, name), []).append(one)
    needed.each()
    for (line_id, name), those in asking.items():
        if TIGHT and len(those) > 1:
            _asked_together(model, line_id, those, excuses.left_by(offers[name], those[0].line))


class Excuses:
    """The excuses of a model, each made once: many that ask later, and many lines, share them."""

    def __init__(self, model: MixModel) -> None:
        self.model = model
        self._own: dict[str, list[int]] = {}
        self._limits: dict[str, list[int]] = {}
        self._served: dict[tuple[str, Served], list[int]] = {}
        self._full: dict[tuple[str, str], list[int]] = {}
        self._beside: dict[tuple[str, str], list[int]] = {}
        self._empty: dict[tuple[frozenset[str], Served], list[int]] = {}
        self._paying: dict[tuple[str, str], int] = {}
        self._sources = {
            (line, offer): frozenset(group.funding)
            for offer, groups in model.reading.groups.items()
            for group in groups
            for line in group.lines
        }

    def everywhere(self, first: Offer, before: Served) -> tuple[list[int], list[int]]:
        """Of all lines: that it pays all it can; and apart from these its limits, others that exclude it, and its money."""
        name = first.id
        if name not in self._limits:
            self._own[name] = self._named("own", "", name, _all_paid(self.model, first))
            its_limits = [*_limit_reached(self.model, first), *_excluded(self.model, first)]
            self._limits[name] = self._named("limits", "", name, its_limits)
        if (name, before) not in self._served:
            gone = _money_gone(self.model, first, before)
            self._served[name, before] = self._named("served", "", " ".join([name, *sorted(before)]), gone)
        return self._own[name], [*self._limits[name], *self._served[name, before]]

    def on(self, first: Offer, line: CostLine, before: Served) -> tuple[list[int], list[int]]:
        """Of one line: it pays all it may there; and apart from these its funding lines there are empty, or others exclude it."""
        key = (line.id, first.id)
        if key not in self._full:
            self._full[key] = self._named("full", *key, self._full_line(first, line))
            self._beside[key] = self._named("beside", *key, self._excluded_on(first, line))
        return self._full[key], [*self._beside[key], *self.money_on(first, line, before)]

    def _named(self, kind: str, line: str, who: str, excuses: Iterable[int]) -> list[int]:
        """The variables of some excuses, which the model remembers by what they say."""
        found = list(excuses)
        self.model.flags.update({(kind, line, who, n): index for n, index in enumerate(found) if index != ALWAYS})
        return found

    def left_by(self, first: Offer, line: CostLine) -> dict[int, int]:
        """What is left of a line when what comes first has paid all it can, or all it may there."""
        model, cell = self.model, self.model.x[line.id, first.id]
        elsewhere = sum(model.bounds[index] for index in model.paid_by(first.id) if index != cell)
        least = max(0, model.reading.most_in_all[first.id] - elsewhere)
        found = dict.fromkeys(self._own[first.id], line.amount_cents - least)
        limit = limits.payable(model.problem, first, line)
        for index in self._full[line.id, first.id]:
            found[index] = max(found.get(index, 0), line.amount_cents - limit)
        return found

    def rooms(self, first: Offer, later: Offer, line: CostLine, before: Served) -> dict[int, int]:
        """What is left on the line for who asks later when that excuse alone holds, as far as less than everything is.

        What comes first has paid its part of the line then, or funding lines are empty from which the later one would pay.
        """
        model, found = self.model, self.left_by(first, line)
        mine = self._sources.get((line.id, later.id), frozenset())
        if mine and later.id not in before:
            there = self._sources.get((line.id, first.id), frozenset())
            for index in self._empty.get((there, before), ()):
                found[index] = max(found.get(index, 0), self._left_in(mine, later, there, 0))
            names = _money(model, first.id)
            for index in self._served[first.id, before]:
                less = least_step(model.problem, first) - 1
                found[index] = max(found.get(index, 0), self._left_in(mine, later, names, less))
        return found

    def _left_in(self, mine: frozenset[str], later: Offer, empty: frozenset[str], beside: int) -> int:
        """What funding lines hold for who asks later when some have no more than `beside`; 0 when it cannot be used then."""
        model = self.model
        every = frozenset(name for group in model.reading.groups.get(later.id, ()) for name in group.funding)
        enough = beside + _available(model, every - empty) >= limits.smallest_total(model.problem, later)
        return beside + _available(model, mine - empty) if enough else 0

    def _full_line(self, first: Offer, line: CostLine) -> Iterator[int]:
        """That it pays all it may of the line. For one of a fixed amount that says no more than that it is used."""
        model = self.model
        cell, limit = model.x[line.id, first.id], limits.payable(model.problem, first, line)
        if model.bounds[cell] < limit or (TIGHT and first.fixed_amount_cents is not None):
            return
        own, most = self._own[first.id], model.reading.most_in_all[first.id]
        for full in _excuse(model, Sum().add([cell]), limit, first.id):
            if TIGHT and own and limit > 1 and most > 1:  # of a cent there is no variable of its own
                total = model.total(first.id)
                model.at_least(total.add([full], -limit).add(own, -most), 0, first.id)
            yield full

    def _excluded_on(self, first: Offer, line: CostLine) -> Iterator[int]:
        model = self.model
        for group in model.problem.exclusion_groups:
            if group.scope == "line" and first.id in group.offers:
                others = [name for name in sorted(group.offers) if name != first.id and (line.id, name) in model.x]
                paying = Sum().add([self._pays(line.id, name) for name in others])
                yield from _excuse(model, paying, group.at_most, group.id)

    def _pays(self, line: str, offer: str) -> int:
        """A variable that is 1 only when the offer pays something of the line; `y` itself for an offer of one line."""
        model = self.model
        if len(model.paid_by(offer)) == 1:
            return model.y[offer]
        if (line, offer) not in self._paying:
            flag = model.pays(line, offer) if TIGHT else model.variable(1)
            model.at_most(Sum().add([flag]).add([model.x[line, offer]], -1), 0, offer)
            self._paying[line, offer] = model.flags["paying", line, offer, 0] = flag
        return self._paying[line, offer]

    def money_on(self, first: Offer, line: CostLine, before: Served) -> list[int]:
        names = self._sources.get((line.id, first.id), frozenset())
        if not names or not names <= self.model.reading.scarce:
            return []
        if _money(self.model, first.id) <= names and _is_alone(self.model, first, names, before):
            return []  # then it pays all it can
        if (names, before) not in self._empty:
            taken, most = _taken(self.model, names, before, Sum())
            gone = _excuse(self.model, taken, _available(self.model, names), first.id, most)
            who = " ".join([*sorted(names), "/", *sorted(before)])
            self._empty[names, before] = self._named("empty", "", who, gone)
        return self._empty[names, before]


class _Asking:
    """Who asks later, on a line, with the excuses of who comes first, and what each leaves there for it."""

    def __init__(
        self, model: MixModel, later: Offer, line: CostLine, own: set[int], others: set[int], rooms: dict[int, int]
    ) -> None:
        self.model, self.later, self.line = model, later, line
        self.cell = model.x[line.id, later.id]
        idle = {index for index, room in rooms.items() if room <= 0}  # an excuse that leaves nothing is none
        idle |= _never_beside(model, later) if TIGHT else set()
        self.own, self.others = own - idle, others - idle
        self.excuses = sorted(self.own | self.others)
        most = model.bounds[self.cell]
        self.rooms = {index: min(most, rooms.get(index, most)) for index in self.excuses}

    def is_held(self, first: Offer, needed: Needed) -> bool:
        """Let it pay of the line only when one of the excuses holds, and then no more than that leaves. False: one always does.

        Who pays all it may is used: that is said once more, because of two parts of such a variable each may be a half.
        """
        model, excuses = self.model, self.excuses
        if ALWAYS in excuses or (TIGHT and model.y[self.later.id] in excuses):
            return False
        pays = model.pays(self.line.id, self.later.id)
        model.at_most(Sum().add([pays]).add(excuses, -1), 0, self.later.id)
        if any(room < model.bounds[self.cell] for room in self.rooms.values()):
            left = {index: -room for index, room in self.rooms.items()}
            model.at_most(Sum(0, {self.cell: 1, **left}), 0, self.later.id)
        if TIGHT and len(self.own) > 1 and model.y[first.id] not in excuses:
            model.at_most(Sum().add([pays]).add({model.y[first.id], *self.others}, -1), 0, self.later.id)
        needed.together(pays, excuses, first.id)
        reached = [model.reached[excuse] for excuse in excuses if excuse in model.reached]
        reached = [(needed.in_amounts(total), cents) for total, cents in reached]
        if TOGETHER and len(reached) > 1:
            _reached_together(model, pays, [excuse for excuse in excuses if excuse not in model.reached], reached)
        return True


def _never_beside(model: MixModel, later: Offer) -> set[int]:
    """Offers that are never used with this one: that one of them excludes who comes first is no excuse for it."""
    found = set()
    for other in model.reading.offers:
        alone = later.no_other_public_money and other.public_money
        beside = other.id != later.id and limits.same_part(other, later)
        if beside and (alone or (later.public_money and other.no_other_public_money)):
            found.add(model.y[other.id])
    for group in model.problem.exclusion_groups:
        if group.scope == "training" and group.at_most == 1 and later.id in group.offers:
            found |= {model.y[name] for name in group.offers if name != later.id and name in model.y}
    return found


def _asked_together(model: MixModel, line: str, those: list[_Asking], left_by: dict[int, int]) -> None:
    """All that ask the same one first pay of a line together no more than what its excuses leave there."""
    amount = those[0].line.amount_cents
    total = Sum().add([one.cell for one in those])
    for index in sorted({index for one in those for index in one.excuses}):
        rooms = sum(one.rooms.get(index, 0) for one in those)
        total.add([index], -min(left_by.get(index, amount), rooms))
    model.at_most(total, 0, line)


def _reached_together(model: MixModel, pays: int, flags: list[int], reached: list[tuple[Sum, int]]) -> None:
    """Of several sums one reaches what it needs. Then so does the sum of all terms, each in the largest part of what is needed.

    Of the sums one by one the linear relaxation takes a part each, and the same amount counts in all of them.
    """
    scale = 100 * max(needed for _, needed in reached)
    parts: dict[tuple[int, bool], int] = {}
    for total, needed in reached:
        less = total.constant + sum(c * model.bounds[index] for index, c in total.terms.items() if c < 0)
        needed -= less  # of a term that counts against it, what is left of the variable counts for it
        if needed <= 0:
            return
        for index, coefficient in total.terms.items():
            key, part = (index, coefficient > 0), -(-abs(coefficient) * scale // needed)
            parts[key] = max(parts.get(key, 0), part)
    if sum(part * model.bounds[index] for (index, _), part in parts.items()) >= MOST_TOGETHER:
        return
    row = Sum().add([pays], scale).add(flags, -scale)
    for name, whole in model.totals.items():  # what most of its amounts count for, its total does
        cells = [(cell, True) for cell in model.paid_by(name)]
        usual, number = Counter(parts.get(cell, 0) for cell in cells).most_common(1)[0]
        if usual and number > 1:
            row.plus(whole, -usual)
            parts.update({cell: parts.get(cell, 0) - usual for cell in cells})
    for (index, grows), part in parts.items():
        row.add([index], -part if grows else part)
        row.constant -= 0 if grows else part * model.bounds[index]
    row.terms = {index: coefficient for index, coefficient in row.terms.items() if coefficient}
    model.at_most(row, 0, "asks_first")


def _excuse(model: MixModel, reached: Sum, needed: int, part: str, most: int | None = None) -> Iterator[int]:
    """Variables of which one may be 1 only when the sum (never below 0) reaches what is needed; none when it never can.

    `most`: what the sum can come to, when that is known to be less than its terms one by one.
    """
    if most is None:
        most = reached.constant + sum(c * model.bounds[i] for i, c in reached.terms.items() if c > 0)
    if needed <= max(0, reached.constant):
        yield ALWAYS
    elif needed - reached.constant == 1 and all(c == 1 and model.bounds[i] == 1 for i, c in reached.terms.items()):
        yield from reached.terms
    elif needed <= most:
        excuse = model.variable(1)
        model.reached[excuse] = reached, needed
        model.at_most(Sum(-reached.constant, {i: -c for i, c in reached.terms.items()}).add([excuse], needed), 0, part)
        yield excuse


def _step(model: MixModel, offer: Offer) -> Sum:
    """The least more that an offer could pay: a unit when it is used, its least amount when it is not."""
    least = least_step(model.problem, offer)
    return Sum(least).add([model.y[offer.id]], offer.rounding_unit_cents - least)


def _all_paid(model: MixModel, offer: Offer) -> Iterator[int]:
    """What it pays is all that its own limits allow; of a fixed amount that is whatever it pays."""
    if TIGHT and offer.fixed_amount_cents is not None:
        yield model.y[offer.id]
    else:
        most, reach = model.reading.most_in_all[offer.id], model.reading.reach[offer.id]
        yield from _excuse(model, model.total(offer.id), most, offer.id, reach if TIGHT else None)


def _limit_reached(model: MixModel, offer: Offer) -> Iterable[int]:
    """What it could pay is held down by what others take from its limits."""
    problem, reading = model.problem, model.reading
    for rule in (offer.share_of_base, offer.tiers):
        if rule is not None and rule.of == "eligible_cost_less":
            taken = model.taken_off(offer, rule.less, exact=True)
            for share, beside in limits.base_lines(rule):
                yield from _base_reached(model, offer, taken, share, beside)
    if offer.de_minimis and problem.de_minimis_room_cents is not None:
        aid = model.total(*(other.id for other in reading.offers if other.de_minimis))
        yield from _excuse(model, _step(model, offer).plus(aid), problem.de_minimis_room_cents + 1, offer.id)
    for cap in problem.holder_caps:
        if offer.id in cap.offers:
            yield from _excuse(
                model, _step(model, offer).plus(model.total(*sorted(cap.offers))), limits.holder_left(cap) + 1, cap.id
            )
    if offer.repayable:
        loans = model.total(*(other.id for other in reading.offers if other.repayable))
        yield from _excuse(model, _step(model, offer).plus(loans), problem.borrow_up_to_cents + 1, offer.id)


def _money_gone(model: MixModel, offer: Offer, before: Served) -> Iterable[int]:
    """Its funding lines hold less than a step more, by what those take who go before the later one."""
    names = _money(model, offer.id)
    if names and names <= model.reading.scarce and not _is_alone(model, offer, names, before):
        taken, most = _taken(model, names, before, _step(model, offer))
        yield from _excuse(model, taken, _available(model, names) + 1, offer.id, most)


def _base_reached(model: MixModel, offer: Offer, taken: Sum, share: Fraction, beside: Fraction) -> Iterator[int]:
    """What is paid and a step more lies above share * (eligible cost - taken) + beside, in whole numbers."""
    unit = lcm(share.denominator, beside.denominator)
    more = _step(model, offer).plus(model.total(offer.id))
    reached = Sum(more.constant * unit, {index: c * unit for index, c in more.terms.items()})
    for index, coefficient in taken.terms.items():
        reached.add([index], int(share * unit) * coefficient)
    most = share * limits.eligible_cost(model.problem, offer) + beside
    yield from _excuse(model, reached, int(most * unit) + 1, offer.id)


def _taken(model: MixModel, names: Iterable[str], payers: Served, total: Sum) -> tuple[Sum, int | None]:
    """What these payers take from these funding lines, on top of a sum; where nothing else pays a line, what is paid of it.

    And the most that this can come to: no payer takes more than all it reaches.
    """
    most = total.constant
    for payer in sorted(payers):
        taken: list[int] = []
        groups = model.reading.groups.get(payer, ())
        whole = payer in model.totals and all(set(group.funding) <= set(names) for group in groups)
        for group in groups:
            inside = [name for name in group.funding if name in names]
            if len(inside) == len(group.funding):
                taken += [model.x[line, payer] for line in group.lines]
            else:
                taken += [model.z[payer, group, name] for name in inside]
        if taken:
            total.plus(model.total(payer) if whole else Sum().add(taken))
            most += min(sum(model.bounds[index] for index in taken), model.reading.reach[payer])
    return total, most if TIGHT else None


def _money(model: MixModel, offer: str) -> frozenset[str]:
    """All funding lines that may pay an offer."""
    return frozenset(name for group in model.reading.groups.get(offer, ()) for name in group.funding)


def _is_alone(model: MixModel, first: Offer, names: Collection[str], before: Served) -> bool:
    """Whether nobody else who goes before the later one takes from these: what is gone, who comes first has paid."""
    return TIGHT and not any(_money(model, name) & frozenset(names) for name in before if name != first.id)


def _available(model: MixModel, names: Iterable[str]) -> int:
    return sum(model.reading.funding[name].available_cents for name in names)


def _excluded(model: MixModel, offer: Offer) -> Iterable[int]:
    """A used offer excludes it: by a group for the whole training, or by public money."""
    for group in model.problem.exclusion_groups:
        if group.scope == "training" and offer.id in group.offers:
            others = [model.y[name] for name in sorted(group.offers) if name != offer.id and name in model.y]
            yield from _excuse(model, Sum().add(others), group.at_most, group.id)
    for other in model.reading.offers:
        alone = offer.no_other_public_money and other.public_money
        beside = other.id != offer.id and limits.same_part(offer, other)
        if beside and (alone or (offer.public_money and other.no_other_public_money)):
            yield model.y[other.id]
