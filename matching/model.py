"""The mix as a CP-SAT model: variables, one function per constraint, the objective of each pass.

Only this module and solve.py know the solver. Everything is built from a `Reading`, whose inputs are sorted by id, so that
the same problem in any order gives the same model, and with one worker the same cents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

from matching import limits
from matching.problem import LockedShare, Offer
from matching.reading import Cell, MoneyGroup, Reading
from matching.settings import PassName
from schemes.money import ceil_share

LARGEST = 2**60
"""Sums of |coefficient * bound| stay below this, so that nothing in the solver can overflow."""


class ProblemTooLarge(ValueError):
    """The amounts and fractions of a problem are too large to be computed exactly. `part` names where."""

    def __init__(self, part: str) -> None:
        super().__init__(f"the amounts or fractions of {part} are too large to be computed exactly")
        self.part = part


class LocksImpossible(ValueError):
    """A lock asks for money where none can be; found while building."""

    def __init__(self, lock: LockedShare) -> None:
        super().__init__(f"{lock.offer} cannot pay {lock.cents} cents of {lock.line}")
        self.lock = lock


@dataclass(slots=True)
class Sum:
    """A linear expression: a constant plus coefficients times variables (by index)."""

    constant: int = 0
    terms: dict[int, int] = field(default_factory=dict)

    def add(self, variables: Iterable[int], coefficient: int = 1) -> "Sum":
        """Add coefficient * each variable; returns itself."""
        for index in variables:
            self.terms[index] = self.terms.get(index, 0) + coefficient
        return self


class MixModel:
    """The variables of one problem and its constraints. `x`: cell -> variable; `y`: offer -> variable; `z`: see `_funding`."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.problem = reading.problem
        self.cp = cp_model.CpModel()
        self.variables: list[Any] = []
        self.bounds: list[int] = []
        self.x: dict[Cell, int] = {cell: self._variable(most) for cell, most in reading.most.items()}
        self.y: dict[str, int] = {offer.id: self._variable(1) for offer in reading.offers}
        self.z: dict[tuple[str, MoneyGroup, str], int] = {}
        for constraint in (
            self._line_balance, self._use_and_limits, self._de_minimis_room, self._share_of_base, self._minimum,
            self._fixed_amount, self._co_financing, self._exclusion_groups, self._no_other_public_money,
            self._joint_caps, self._repayable, self._funding, self._rounding, self._pledges, self._locks,
        ):  # fmt: skip
            constraint()

    # -- variables and sums --

    def _variable(self, most: int) -> int:
        self.variables.append(self.cp.new_int_var(0, most, ""))
        self.bounds.append(most)
        return len(self.variables) - 1

    def paid_by(self, payer: str) -> list[int]:
        """Variables of everything one offer or pledge pays."""
        return [self.x[line.id, payer] for line in self.reading.lines_of(payer)]

    def paid_on(self, line: str) -> list[int]:
        """Variables of everything that is paid of one line."""
        payers = [offer.id for offer in self.reading.offers] + [pledge.id for pledge in self.reading.pledges]
        return [self.x[line, payer] for payer in payers if (line, payer) in self.x]

    def expression(self, total: Sum, part: str) -> Any:
        """The sum for the solver, without its constant. Raises ProblemTooLarge rather than overflow."""
        size = sum(abs(coefficient) * self.bounds[index] for index, coefficient in total.terms.items())
        if size + abs(total.constant) >= LARGEST:
            raise ProblemTooLarge(part)
        return cp_model.LinearExpr.weighted_sum([self.variables[i] for i in total.terms], list(total.terms.values()))

    def at_most(self, total: Sum, limit: int, part: str) -> None:
        """Require total <= limit."""
        if total.terms and sum(max(0, c) * self.bounds[i] for i, c in total.terms.items()) > limit - total.constant:
            self.cp.add_linear_constraint(self.expression(total, part), -LARGEST, limit - total.constant)

    def exactly(self, total: Sum, value: int, part: str) -> None:
        """Require total == value."""
        self.cp.add_linear_constraint(self.expression(total, part), value - total.constant, value - total.constant)

    # -- constraints, by their number in the specification --

    def _line_balance(self) -> None:
        """1. The shares of a line are at most its amount; the slack is the rest."""
        for line in self.reading.lines:
            self.at_most(Sum().add(self.paid_on(line.id)), line.amount_cents, line.id)

    def _use_and_limits(self) -> None:
        """2, 3, 4. x is 0 without y, and at most the limit of the line and of the offer (coverage, cap, fixed base)."""
        for offer in self.reading.offers:
            used, cells = self.y[offer.id], self.paid_by(offer.id)
            for cell in cells:
                self.at_most(Sum().add([cell]).add([used], -self.bounds[cell]), 0, offer.id)
            self.at_most(Sum().add(cells).add([used], -self.reading.most_in_all[offer.id]), 0, offer.id)

    def _de_minimis_room(self) -> None:
        """4. Offers that are de-minimis aid together at most what the undertaking may still receive."""
        room = self.problem.de_minimis_room_cents
        if room is not None:
            aid = [cell for offer in self.reading.offers if offer.de_minimis for cell in self.paid_by(offer.id)]
            self.at_most(Sum().add(aid), room, "de_minimis_room_cents")

    def _share_of_base(self) -> None:
        """5. q * total <= p * (eligible cost - what the named others pay on the offer's lines), for share p/q."""
        for offer in self.reading.offers:
            rule = offer.share_of_base
            if rule is None or rule.of == "eligible_cost":
                continue
            top, bottom = rule.share.numerator, rule.share.denominator
            total = Sum(-top * limits.eligible_cost(self.problem, offer)).add(self.paid_by(offer.id), bottom)
            for line in self.reading.lines:
                others = [self.x[line.id, name] for name in rule.less if (line.id, name) in self.x]
                if not others or not limits.covers(offer, line):
                    continue
                if limits.basis_cents(offer, line) == line.amount_cents:
                    total.add(others, top)
                    continue
                ratio = Fraction(line.without_vat_cents, line.amount_cents)
                counted = self._variable(line.without_vat_cents)
                total.add([counted], top)
                paid = Sum().add(others, ratio.numerator).add([counted], -ratio.denominator)
                self.at_most(paid, 0, offer.id)
            self.at_most(total, 0, offer.id)

    def _minimum(self) -> None:
        """6. A used offer pays at least its minimum and the region's smallest share."""
        for offer in self.reading.offers:
            least = limits.smallest_total(self.problem, offer)
            self.at_most(Sum().add([self.y[offer.id]], least).add(self.paid_by(offer.id), -1), 0, offer.id)

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
                short = _times(short, -bottom).add(self.paid_by(offer.id), top)
            else:
                needed = ceil_share(rule.share, limits.eligible_cost(self.problem, offer))
                short = _times(short, -1).add([self.y[offer.id]], needed)
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
                    given.constant += line.amount_cents
                    given.add(self.paid_on(line.id), -1)
        return given

    def _exclusion_groups(self) -> None:
        """10. At most n of a group are used, in the training or on one line."""
        for group in sorted(self.problem.exclusion_groups, key=lambda group: group.id):
            members = sorted(name for name in group.offers if name in self.y)
            if group.scope == "training":
                self.at_most(Sum().add(self.y[name] for name in members), group.at_most, group.id)
                continue
            for line in self.reading.lines:
                cells = [self.x[line.id, name] for name in members if (line.id, name) in self.x]
                if len(cells) > group.at_most:
                    flags = [self._variable(1) for _ in cells]
                    for cell, flag in zip(cells, flags, strict=True):
                        self.at_most(Sum().add([cell]).add([flag], -self.bounds[cell]), 0, group.id)
                    self.at_most(Sum().add(flags), group.at_most, group.id)

    def _no_other_public_money(self) -> None:
        """10. An offer that allows no other public money excludes every other public offer."""
        public = [offer for offer in self.reading.offers if offer.public_money]
        for offer in self.reading.offers:
            if offer.no_other_public_money:
                for other in public:
                    both_alone = other.no_other_public_money and offer.public_money
                    if other.id != offer.id and not (both_alone and other.id < offer.id):
                        self.at_most(Sum().add([self.y[offer.id], self.y[other.id]]), 1, offer.id)

    def _joint_caps(self) -> None:
        """11. Several offers together at most an amount, or a share of the cost."""
        for cap in sorted(self.problem.joint_caps, key=lambda cap: cap.id):
            together = Sum()
            for name in sorted(cap.offers):
                together.add(self.paid_by(name))
            self.at_most(together, limits.joint_limit(self.problem, cap), cap.id)

    def _repayable(self) -> None:
        """13. All loans together at most what the asker wants to borrow."""
        loans = [cell for offer in self.reading.offers if offer.repayable for cell in self.paid_by(offer.id)]
        self.at_most(Sum().add(loans), self.problem.borrow_up_to_cents, "borrow_up_to_cents")

    def _funding(self) -> None:
        """14. What an offer here pays comes from funding lines that admit it, and none is overdrawn.

        z[offer, group, funding line] exists only where there is a choice; a group with one funding line is its own sum.
        """
        taken: dict[str, Sum] = {}
        for offer, groups in self.reading.groups.items():
            for group in groups:
                cells = [self.x[line, offer] for line in group.lines]
                if len(group.funding) == 1:
                    taken.setdefault(group.funding[0], Sum()).add(cells)
                    continue
                most = min(self.reading.most_in_all[offer], sum(self.bounds[cell] for cell in cells))
                parts = []
                for name in group.funding:
                    part = self._variable(min(most, self.reading.funding[name].available_cents))
                    self.z[offer, group, name] = part
                    taken.setdefault(name, Sum()).add([part])
                    parts.append(part)
                self.exactly(Sum().add(parts).add(cells, -1), 0, offer)
        for name, total in sorted(taken.items()):
            self.at_most(total, self.reading.funding[name].available_cents, name)

    def _rounding(self) -> None:
        """15. The total is a whole number of units."""
        for offer in self.reading.offers:
            unit = offer.rounding_unit_cents
            if unit > 1:
                units = self._variable(self.reading.most_in_all[offer.id] // unit)
                self.exactly(Sum().add(self.paid_by(offer.id)).add([units], -unit), 0, offer.id)

    def _pledges(self) -> None:
        """16. At most what is pledged; a fixed pledge pays all that its lines allow."""
        for pledge in self.reading.pledges:
            total, full = Sum().add(self.paid_by(pledge.id)), self.reading.most_in_all[pledge.id]
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

    # -- objectives --

    def objective(self, name: PassName) -> Sum:
        """The value of a pass, to be made as small as possible."""
        return {
            "own_money": self._own_money, "rest": self._rest, "priced_money": self._priced_money, "schemes": self._schemes,
            "canonical": self._canonical,
        }[name]()  # fmt: skip

    def _rest(self) -> Sum:
        """Rest on the asker's lines."""
        total = Sum()
        for line in self.reading.lines:
            if self.problem.is_askers(line):
                total.constant += line.amount_cents
                total.add(self.paid_on(line.id), -1)
        return total

    def _own_money(self) -> Sum:
        """Rest plus repayable shares on the asker's lines."""
        total = self._rest()
        for offer in self.reading.offers:
            if offer.repayable:
                lines = [line for line in self.reading.lines_of(offer.id) if self.problem.is_askers(line)]
                total.add([self.x[line.id, offer.id] for line in lines], 1)
        return Sum(total.constant, {index: c for index, c in total.terms.items() if c})

    def _priced_money(self) -> Sum:
        """Cents times price per euro: thousandths of a cent."""
        total = Sum()
        for offer in self.reading.offers:
            if offer.administered == "elsewhere":
                total.add(self.paid_by(offer.id), limits.offer_price(self.problem, offer))
            for group in self.reading.groups.get(offer.id, ()):
                for name in group.funding:
                    price = limits.funding_price(self.problem, self.reading.funding[name])
                    part = self.z.get((offer.id, group, name))
                    total.add([self.x[line, offer.id] for line in group.lines] if part is None else [part], price)
        for pledge in self.reading.pledges:
            total.add(self.paid_by(pledge.id), limits.pledge_price(self.problem, pledge))
        return Sum(0, {index: c for index, c in total.terms.items() if c})

    def _schemes(self) -> Sum:
        """How many different schemes are used."""
        by_scheme: dict[str, list[int]] = {}
        for offer in self.reading.offers:
            by_scheme.setdefault(offer.scheme, []).append(self.y[offer.id])
        total = Sum()
        for used in by_scheme.values():
            if len(used) == 1:
                total.add(used)
                continue
            any_used = self._variable(1)
            for one in used:
                self.at_most(Sum().add([one]).add([any_used], -1), 0, "schemes")
            total.add([any_used])
        return total

    def _canonical(self) -> Sum:
        """Fixed weights that leave few ties, by place in the order of the ids; the choice itself means nothing.

        What is left stays on early lines; early payers pay before late ones, and the earlier lines; early funding lines
        are used up first.
        """
        total = Sum()
        lines = {line.id: n for n, line in enumerate(self.reading.lines)}
        payers = [offer.id for offer in self.reading.offers] + [pledge.id for pledge in self.reading.pledges]
        for n, payer in enumerate(payers):
            for line in self.reading.lines_of(payer):
                rank = lines[line.id]
                total.add([self.x[line.id, payer]], 1 + n + (len(lines) - rank) * (n + 1))
        money = {name: n for n, name in enumerate(self.reading.funding)}
        for n, ((_, _, name), part) in enumerate(self.z.items()):
            total.add([part], 1 + (n + 1) * (money[name] + 1))
        return total


def _times(total: Sum, factor: int) -> Sum:
    return Sum(total.constant * factor, {index: c * factor for index, c in total.terms.items()})
