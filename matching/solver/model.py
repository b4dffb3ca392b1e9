"""The mix as a CP-SAT model: variables and one function per constraint. The objectives stand in objectives.py.

Only this module and solve.py know the solver. Everything is built from a `Reading`, whose inputs are sorted by id, so that
the same problem in any order gives the same model, and with one worker the same cents.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm

from matching.problem import CostLine, LockedShare, Offer
from matching.solver.prepared import Cell, MoneyGroup, Reading
from matching.solver.rows import Rows, Sum, times
from matching.spec import limits
from schemes.basics.money import ceil_share

SUMS = True
"""Whether a payer's total, the rest of a line and what a funding line pays are variables of their own (off in tests of them)."""


Flag = tuple[str, str, str, int]
"""What a yes or no says: its kind, the line (none: of all lines), who, and a number."""


class LocksImpossible(ValueError):
    """A lock asks for money where none can be; found while building."""

    def __init__(self, lock: LockedShare) -> None:
        super().__init__(f"{lock.offer} cannot pay {lock.cents} cents of {lock.line}")
        self.lock = lock


class MixModel(Rows):
    """The variables of one problem and its constraints. `x`: cell -> variable; `y`: offer -> variable; `z`, `taken` (funding
    line, offer -> sum) and `drawn` (funding line -> variable): see `_funding`; `cents`: those that are amounts. Constraint 12 is
    in precedence.py. `sums`: whether sums have variables of their own, as where somebody asks others first, but in a bundle."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.problem = reading.problem
        super().__init__()
        self.x: dict[Cell, int] = {cell: self.amount(most) for cell, most in reading.most.items()}
        self._cells: dict[str, list[int]] = {}
        for (_, payer), cell in sorted(self.x.items()):
            self._cells.setdefault(payer, []).append(cell)
        self.y: dict[str, int] = {offer.id: self.variable(1) for offer in reading.offers}
        self.sums = SUMS and not self.problem.parts and any(offer.asks_first for offer in reading.offers)
        self.totals: dict[str, Sum] = {}
        self._rests: dict[str, int] = {}
        self.drawn: dict[str, int] = {}
        self.z: dict[tuple[str, MoneyGroup, str], int] = {}
        self._pays: dict[Cell, int] = {}
        self.flags: dict[Flag, int] = {}
        self._uses: dict[int, int] = {}
        self.reached: dict[int, tuple[Sum, int]] = {}
        self.taken: dict[tuple[str, str], Sum] = {}
        for constraint in (
            self._sums,
            self._line_balance,
            self._use_and_limits,
            self._de_minimis_room,
            self._holder_caps,
            self._share_of_base,
            self._minimum,
            self._fixed_amount,
            self._co_financing,
            self._exclusion_groups,
            self._no_other_public_money,
            self._joint_caps,
            self._repayable,
            self._funding,
            self._rounding,
            self._pledges,
            self._locks,
        ):
            constraint()

    # -- who pays --

    def pays(self, line: str, offer: str) -> int:
        """A variable that is 1 when the offer pays anything of the line; `y` itself for an offer of one line."""
        if len(self.paid_by(offer)) == 1:
            return self.y[offer]
        if (line, offer) not in self._pays:
            cell, flag = self.x[line, offer], self.variable(1)
            if cell in self._uses:
                self.instead(
                    self._uses[cell], self.y[offer], flag
                )  # who pays of a line is used: that is said for all of it once
            self.at_most(Sum().add([flag]).add([self.y[offer]], -1), 0, offer)
            self._pays[line, offer] = self.flags["pays", line, offer, 0] = flag
        return self._pays[line, offer]

    def paid_by(self, payer: str) -> list[int]:
        """Variables of everything one offer or pledge pays."""
        return self._cells.get(payer, [])

    def total(self, *payers: str) -> Sum:
        """What these pay together: of each the variable of its total where it has one, else all that it pays."""
        found = Sum()
        for payer in payers:
            if payer in self.totals:
                found.plus(self.totals[payer])
            else:
                found.add(self.paid_by(payer))
        return found

    def rest(self, line: CostLine) -> Sum:
        """What is left of a line."""
        if line.id in self._rests:
            return Sum().add([self._rests[line.id]])
        return Sum(line.amount_cents).add(self.paid_on(line.id), -1)

    def paid_on(self, line: str) -> list[int]:
        """Variables of everything that is paid of one line."""
        payers = [offer.id for offer in self.reading.offers] + [pledge.id for pledge in self.reading.pledges]
        return [self.x[line, payer] for payer in payers if (line, payer) in self.x]

    def keep_used(self, used: Mapping[str, bool]) -> None:
        """Fix which offers are used, for the pass that only divides cents."""
        for name, index in self.y.items():
            self.fix(index, int(used[name]))

    def answers(self, found: Sequence[int]) -> dict[int, int]:
        """Every yes or no as it was found, for the pass that only divides cents over very many lines."""
        return {index: found[index] for index, most in enumerate(self.bounds) if most == 1 and index not in self.cents}

    # -- constraints, by their number in the specification --

    def _sums(self) -> None:
        """What each pays in total: a fixed amount or nothing (7), so many units (15), or an amount."""
        offers = {offer.id: offer for offer in self.reading.offers}
        for payer in [*offers, *(pledge.id for pledge in self.reading.pledges)] if self.sums else ():
            offer, reach = offers.get(payer), self.reading.reach[payer]
            if offer is not None and offer.fixed_amount_cents is not None:
                self.totals[payer] = Sum().add([self.y[payer]], offer.fixed_amount_cents)
                continue  # constraint 7 says that it pays this
            if offer is not None and offer.rounding_unit_cents > 1:
                unit = offer.rounding_unit_cents
                self.totals[payer] = Sum().add([self.variable(reach // unit)], unit)
            elif len(self.paid_by(payer)) > 1:
                self.totals[payer] = Sum().add([self.amount(reach)])
            else:
                continue
            self.exactly(Sum().add(self.paid_by(payer)).plus(self.totals[payer], -1), 0, payer)

    def _line_balance(self) -> None:
        """1. The shares of a line are at most its amount; the slack is the rest."""
        for line in self.reading.lines:
            paid = Sum().add(self.paid_on(line.id))
            if self.sums and len(paid.terms) > 1:
                self._rests[line.id] = self.amount(line.amount_cents)
                self.exactly(paid.add([self._rests[line.id]]), line.amount_cents, line.id)
            else:
                self.at_most(paid, line.amount_cents, line.id)

    def _use_and_limits(self) -> None:
        """2, 3, 4. x is 0 without y, and at most the limit of the line and of the offer (coverage, cap, fixed base)."""
        for offer in self.reading.offers:
            used, cells = self.y[offer.id], self.paid_by(offer.id)
            for cell in cells:
                if self.bounds[cell]:
                    self._uses[cell] = len(self.rows)
                    self.at_most(Sum().add([cell]).add([used], -self.bounds[cell]), 0, offer.id)
            self.at_most(self.total(offer.id).add([used], -self.reading.reach[offer.id]), 0, offer.id)

    def _de_minimis_room(self) -> None:
        """4. Offers that are de-minimis aid together at most what the undertaking may still receive."""
        room = self.problem.de_minimis_room_cents
        if room is not None:
            aid = self.total(*(offer.id for offer in self.reading.offers if offer.de_minimis))
            self.at_most(aid, room, "de_minimis_room_cents")

    def _holder_caps(self) -> None:
        """4. The offers of a scheme to one holder together at most what is left of its cap."""
        for cap in sorted(self.problem.holder_caps, key=lambda cap: cap.id):
            self.at_most(self.total(*sorted(cap.offers)), limits.holder_left(cap), cap.id)

    def _share_of_base(self) -> None:
        """5. q * total <= p * (eligible cost - what the named others pay on the offer's lines), for share p/q.

        8. As 5, for each step: falling shares are the least of one line per step (a fixed base is in most_in_all).
        """
        for offer in self.reading.offers:
            for rule in (offer.share_of_base, offer.tiers):
                if rule is not None and rule.of == "eligible_cost_less":
                    taken = self.taken_off(offer, rule.less)
                    for share, beside in limits.base_lines(rule):
                        self._at_most_of_base(offer, taken, share, beside)

    def _at_most_of_base(self, offer: Offer, taken: Sum, share: Fraction, beside: Fraction) -> None:
        """total <= share * (eligible cost - taken) + beside, in whole numbers."""
        unit = lcm(share.denominator, beside.denominator)
        most = share * limits.eligible_cost(self.problem, offer) + beside
        total = times(self.total(offer.id), unit)
        for index, coefficient in taken.terms.items():
            total.add([index], int(share * unit) * coefficient)
        self.at_most(total, int(most * unit), offer.id)

    def taken_off(self, offer: Offer, less: Iterable[str], *, exact: bool = False) -> Sum:
        """What these others pay on the offer's lines, on its VAT basis, per line rounded up; at least that unless exact."""
        taken = Sum()
        for line in self.reading.lines:
            others = [self.x[line.id, name] for name in less if (line.id, name) in self.x]
            if not others or not limits.covers(offer, line):
                continue
            if limits.basis_cents(offer, line) == line.amount_cents:
                taken.add(others)
                continue
            ratio = Fraction(line.without_vat_cents, line.amount_cents)
            counted = self.amount(line.without_vat_cents)
            taken.add([counted])
            paid = Sum().add(others, ratio.numerator).add([counted], -ratio.denominator)
            self.at_most(paid, 0, offer.id)
            if exact:
                self.at_most(times(paid, -1), ratio.denominator - 1, offer.id)
        return taken

    def _minimum(self) -> None:
        """6. A used offer pays at least its minimum and the region's smallest share, in whole units (15)."""
        for offer in self.reading.offers:
            least, unit = limits.smallest_total(self.problem, offer), offer.rounding_unit_cents
            self.at_most(
                Sum().add([self.y[offer.id]], -(-least // unit) * unit).plus(self.total(offer.id), -1), 0, offer.id
            )

    def _fixed_amount(self) -> None:
        """7. All of a fixed amount or nothing."""
        for offer in self.reading.offers:
            if offer.fixed_amount_cents is not None:
                total = Sum().add(self.paid_by(offer.id)).add([self.y[offer.id]], -offer.fixed_amount_cents)
                self.exactly(total, 0, offer.id)

    def _co_financing(self) -> None:
        """9. The employer's contribution on the offer's lines is large enough."""
        for offer in self.reading.offers:
            rule = offer.co_financing
            if rule is None:
                continue
            short = self._contribution(offer, counts_sector_fund=rule.counts_sector_fund)
            top, bottom = rule.share.numerator, rule.share.denominator
            if rule.of == "own_amount":
                short = times(short, -bottom).plus(self.total(offer.id), top)
            else:
                needed = ceil_share(rule.share, limits.eligible_cost(self.problem, offer))
                short = times(short, -1).add([self.y[offer.id]], needed)
            self.at_most(short, 0, offer.id)

    def _contribution(self, offer: Offer, *, counts_sector_fund: bool) -> Sum:
        counted = [pledge.id for pledge in self.reading.pledges]
        if counts_sector_fund:
            counted += [other.id for other in self.reading.offers if other.sector_fund and other.id != offer.id]
        given = Sum()
        for line in self.reading.lines:
            if limits.covers(offer, line):
                given.add([self.x[line.id, name] for name in counted if (line.id, name) in self.x])
                if self.problem.bearer(line) == "employer":
                    given.plus(self.rest(line))
        return given

    def _exclusion_groups(self) -> None:
        """10. At most n of a group are used, in the training or on one line."""
        for group in sorted(self.problem.exclusion_groups, key=lambda group: group.id):
            members = sorted(name for name in group.offers if name in self.y)
            if group.scope == "training":
                self.at_most(Sum().add(self.y[name] for name in members), group.at_most, group.id)
                continue
            for line in self.reading.lines:
                there = [name for name in members if (line.id, name) in self.x]
                if len(there) > group.at_most:
                    self.at_most(Sum().add(self.pays(line.id, name) for name in there), group.at_most, group.id)

    def _no_other_public_money(self) -> None:
        """10. An offer that allows no other public money excludes every other public offer."""
        public = [offer for offer in self.reading.offers if offer.public_money]
        for offer in self.reading.offers:
            if offer.no_other_public_money:
                for other in (one for one in public if limits.same_part(offer, one)):
                    both_alone = other.no_other_public_money and offer.public_money
                    if other.id != offer.id and not (both_alone and other.id < offer.id):
                        self.at_most(Sum().add([self.y[offer.id], self.y[other.id]]), 1, offer.id)

    def _joint_caps(self) -> None:
        """11. Several offers together at most an amount, or a share of the cost."""
        for cap in sorted(self.problem.joint_caps, key=lambda cap: cap.id):
            self.at_most(self.total(*sorted(cap.offers)), limits.joint_limit(self.problem, cap), cap.id)

    def _repayable(self) -> None:
        """13. All loans together at most what the asker wants to borrow."""
        loans = self.total(*(offer.id for offer in self.reading.offers if offer.repayable))
        self.at_most(loans, self.problem.borrow_up_to_cents, "borrow_up_to_cents")

    def _funding(self) -> None:
        """14. What an offer here pays comes from funding lines that admit it, and none is overdrawn.

        z[offer, group, funding line] exists only where there is a choice; a group with one funding line is its own sum.
        """
        taken = self.taken
        for offer, groups in self.reading.groups.items():
            for group in groups:
                cells = [self.x[line, offer] for line in group.lines]
                if len(group.funding) == 1:
                    taken.setdefault((group.funding[0], offer), Sum()).add(cells)
                    continue
                most = min(self.reading.reach[offer], sum(self.bounds[cell] for cell in cells))
                parts = []
                for name in group.funding:
                    part = self.amount(min(most, self.reading.funding[name].available_cents))
                    self.z[offer, group, name] = part
                    taken.setdefault((name, offer), Sum()).add([part])
                    parts.append(part)
                self.exactly(Sum().add(parts).add(cells, -1), 0, offer)
        together: dict[str, Sum] = {}
        for (name, _), total in sorted(taken.items()):
            together.setdefault(name, Sum()).add(total.terms)
        for name, total in together.items():
            available = self.reading.funding[name].available_cents
            if self.sums and len(total.terms) > 1:
                self.drawn[name] = self.amount(available)
                self.exactly(total.add([self.drawn[name]], -1), 0, name)
            else:
                self.at_most(total, available, name)

    def _rounding(self) -> None:
        """15. The total is a whole number of units."""
        for offer in self.reading.offers:
            unit = offer.rounding_unit_cents
            if unit > 1 and offer.id not in self.totals:  # such a total counts units
                units = self.variable(self.reading.reach[offer.id] // unit)
                self.exactly(Sum().add(self.paid_by(offer.id)).add([units], -unit), 0, offer.id)

    def _pledges(self) -> None:
        """16. At most what is pledged; a fixed pledge pays all that its lines allow."""
        for pledge in self.reading.pledges:
            total, full = self.total(pledge.id), self.reading.most_in_all[pledge.id]
            if pledge.kind == "fixed":
                self.exactly(total, full, pledge.id)
            else:
                self.at_most(total, full, pledge.id)

    def _locks(self) -> None:
        """17. Amounts that an advisor fixed (forbidden offers are not in the reading)."""
        for lock in sorted(
            self.problem.locks.shares, key=lambda lock: (lock.line, lock.offer, lock.funding_line or "")
        ):
            found = self._locked(lock)
            if found is None and lock.cents:
                raise LocksImpossible(lock)
            if found is not None:
                if self.bounds[found] < lock.cents:
                    raise LocksImpossible(lock)
                self.exactly(Sum().add([found]), lock.cents, lock.offer)

    def _locked(self, lock: LockedShare) -> int | None:
        if lock.funding_line is None:
            return self.x.get((lock.line, lock.offer))
        for group in self.reading.groups.get(lock.offer, ()):
            if lock.line in group.lines and lock.funding_line in group.funding:
                only = len(group.funding) == 1
                return self.x[lock.line, lock.offer] if only else self.z[lock.offer, group, lock.funding_line]
        return None
