"""The same problems by another solver: HiGHS, a mixed-integer linear solver, one thread, no gap.

Written from the specification (limits.py and the README of matching), not from the CP-SAT model: every line, offer and funding
line has its own variable and nothing is reduced. Passes 1 to 4 one after the other, each value held in the next. Who pays first
stands in highs_first.py. Locked shares are not written down here; `NotWritten` names them. Anything else that a problem may hold
is: a test goes over its fields.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import highspy
import numpy as np

from matching.problem import CostLine, Offer, OfferShareOfBase, OfferTiers, Problem
from matching.problem.settings import PassName
from matching.spec import limits
from schemes.basics.money import ceil_share, floor_share
from tests.benchmarks.highs_first import Precedence

Terms = dict[int, float]
INFINITY = highspy.kHighsInf


class NotWritten(ValueError):
    """The problem has a rule that is not in this formulation; `rule` is its name in the problem."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"{rule} is not in this formulation")
        self.rule = rule


class TooLong(RuntimeError):
    """It was not done within the time it was given."""


WRITTEN = frozenset(
    {
        "format",
        "reference_date",
        "circumstances",
        "lines",
        "offers",
        "pledges",
        "funding_lines",
        "exclusion_groups",
        "joint_caps",
        "parts",
        "holder_caps",
        "borrow_up_to_cents",
        "de_minimis_room_cents",
        "locks",
        "settings",
    }
)
"""Fields of a problem that are read here, locks in so far as they forbid."""


@dataclass
class Milp:
    """Variables with bounds (all whole numbers) and rows with bounds."""

    upper: list[float] = field(default_factory=list)
    rows: list[tuple[float, Terms, float]] = field(default_factory=list)

    def variable(self, upper: float) -> int:
        """A whole number from 0 up to and including `upper`."""
        self.upper.append(float(upper))
        return len(self.upper) - 1

    def row(self, terms: Terms, *, low: float = -INFINITY, high: float = INFINITY) -> None:
        """low <= sum of coefficient * variable <= high."""
        self.rows.append((low, {index: c for index, c in terms.items() if c}, high))


def summed(*parts: tuple[Iterable[int], float]) -> Terms:
    """Variables with coefficients; those that come more than once are added up."""
    total: Terms = {}
    for indices, coefficient in parts:
        for index in indices:
            total[index] = total.get(index, 0.0) + coefficient
    return total


class Formulation:
    """One problem as rows and columns."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.milp = problem, Milp()
        self.offers = [offer for offer in problem.offers if limits.in_the_mix(problem, offer)]
        for rule, there in (
            ("locks.shares", bool(problem.locks.shares)),
            *((name, bool(getattr(problem, name))) for name in type(problem).model_fields if name not in WRITTEN),
        ):
            if there:
                raise NotWritten(rule)
        self.x: dict[tuple[str, str], int] = {}
        self.z: dict[tuple[str, str, str], int] = {}
        self.y = {offer.id: self.milp.variable(1) for offer in self.offers}
        for offer in self.offers:
            for line in problem.lines:
                most = limits.payable(problem, offer, line)
                if most > 0:
                    self.x[line.id, offer.id] = self.milp.variable(most)
        for pledge in problem.pledges:
            for line in problem.lines:
                if limits.pledge_pays(problem, pledge, line):
                    self.x[line.id, pledge.id] = self.milp.variable(line.amount_cents)
        for offer in self.offers:
            self._one_offer(offer)
        self._lines_and_pledges()
        self._funding()
        self._caps()
        self._together()
        Precedence(self)

    def paid_by(self, payer: str, lines: Iterable[CostLine] | None = None) -> list[int]:
        """The cells of one payer."""
        wanted = None if lines is None else {line.id for line in lines}
        return [cell for (line, name), cell in self.x.items() if name == payer and (wanted is None or line in wanted)]

    def paid_on(self, line: str) -> list[int]:
        """The cells of one cost line."""
        return [cell for (name, _), cell in self.x.items() if name == line]

    def _one_offer(self, offer: Offer) -> None:
        problem, milp, used = self.problem, self.milp, self.y[offer.id]
        cells, total = self.paid_by(offer.id), sum(line.amount_cents for line in problem.lines)
        for cell in cells:
            milp.row(summed(([cell], 1), ([used], -milp.upper[cell])), high=0)
        room = limits.own_room(problem, offer)
        milp.row(summed((cells, 1), ([used], -(total if room is None else min(room, total)))), high=0)
        milp.row(summed((cells, 1), ([used], -limits.smallest_total(problem, offer))), low=0)
        if offer.fixed_amount_cents is not None:
            milp.row(summed((cells, 1), ([used], -offer.fixed_amount_cents)), low=0, high=0)
        if offer.rounding_unit_cents > 1:
            units = milp.variable(total // offer.rounding_unit_cents)
            milp.row(summed((cells, 1), ([units], -offer.rounding_unit_cents)), low=0, high=0)
        for rule in (offer.share_of_base, offer.tiers):
            if rule is not None:
                self._base(offer, rule, cells)
        if offer.co_financing is not None:
            self._co_financing(offer, cells)

    def _base(self, offer: Offer, rule: OfferShareOfBase | OfferTiers, cells: list[int]) -> None:
        cost = limits.eligible_cost(self.problem, offer)
        if rule.of == "eligible_cost":
            most = floor_share(rule.share, cost) if isinstance(rule, OfferShareOfBase) else limits.in_tiers(rule, cost)
            self.milp.row(summed((cells, 1)), high=most)
            return
        taken = [self._converted(offer, line, rule.less) for line in self.problem.lines if limits.covers(offer, line)]
        for share, beside in limits.base_lines(rule):
            unit = lcm(share.denominator, beside.denominator)
            high = float(unit * (share * cost + beside))
            self.milp.row(summed((cells, unit), (taken, float(share * unit))), high=high)

    def _converted(self, offer: Offer, line: CostLine, names: Iterable[str]) -> int:
        """What others pay on a line, on the VAT basis of the offer, rounded up to a whole cent."""
        others = [self.x[line.id, name] for name in set(names) if (line.id, name) in self.x]
        found = self.milp.variable(line.amount_cents)
        share = Fraction(1)
        if offer.vat == "excluding" and line.amount_cents:
            share = Fraction(line.without_vat_cents, line.amount_cents)
        self.milp.row(summed(([found], share.denominator), (others, -share.numerator)), low=0)
        return found

    def _co_financing(self, offer: Offer, cells: list[int]) -> None:
        problem, rule = self.problem, offer.co_financing
        assert rule is not None
        lines = [line for line in problem.lines if limits.covers(offer, line)]
        givers = [pledge.id for pledge in problem.pledges]
        if rule.counts_sector_fund:
            givers += [other.id for other in self.offers if other.sector_fund and other.id != offer.id]
        given = [cell for name in givers for cell in self.paid_by(name, lines)]
        own = [line for line in lines if problem.bearer(line) == "employer"]
        rest = [cell for line in own for cell in self.paid_on(line.id)]
        there = sum(line.amount_cents for line in own)
        if rule.of == "own_amount":
            share = Fraction(rule.share)
            terms = summed((given, share.denominator), (rest, -share.denominator), (cells, -share.numerator))
            self.milp.row(terms, low=-there * share.denominator)
        else:
            needed = ceil_share(rule.share, limits.eligible_cost(problem, offer))
            self.milp.row(summed((given, 1), (rest, -1), ([self.y[offer.id]], -needed)), low=-there)

    def _lines_and_pledges(self) -> None:
        problem = self.problem
        for line in problem.lines:
            self.milp.row(summed((self.paid_on(line.id), 1)), high=line.amount_cents)
        for pledge in problem.pledges:
            full = limits.pledge_in_full(problem, pledge)
            self.milp.row(summed((self.paid_by(pledge.id), 1)), low=full if pledge.kind == "fixed" else 0, high=full)

    def _funding(self) -> None:
        problem = self.problem
        for offer in self.offers:
            if offer.administered == "elsewhere":
                continue
            for line in problem.lines:
                cell = self.x.get((line.id, offer.id))
                if cell is None:
                    continue
                parts = []
                for money in problem.funding_lines:
                    if limits.refusal_of(problem, money, offer, line) is None:
                        part = self.milp.variable(min(self.milp.upper[cell], money.available_cents))
                        self.z[line.id, offer.id, money.id] = part
                        parts.append(part)
                self.milp.row(summed((parts, 1), ([cell], -1)), low=0, high=0)
        for money in problem.funding_lines:
            parts = [part for (_, _, name), part in self.z.items() if name == money.id]
            self.milp.row(summed((parts, 1)), high=money.available_cents)

    def _caps(self) -> None:
        problem, milp = self.problem, self.milp
        for holder in problem.holder_caps:
            cells = [cell for name in holder.offers for cell in self.paid_by(name)]
            milp.row(summed((cells, 1)), high=limits.holder_left(holder))
        for cap in problem.joint_caps:
            cells = [cell for name in cap.offers for cell in self.paid_by(name)]
            milp.row(summed((cells, 1)), high=limits.joint_limit(problem, cap))

    def _together(self) -> None:
        problem, milp = self.problem, self.milp
        loans = [cell for offer in self.offers if offer.repayable for cell in self.paid_by(offer.id)]
        milp.row(summed((loans, 1)), high=problem.borrow_up_to_cents)
        if problem.de_minimis_room_cents is not None:
            aid = [cell for offer in self.offers if offer.de_minimis for cell in self.paid_by(offer.id)]
            milp.row(summed((aid, 1)), high=problem.de_minimis_room_cents)
        for group in problem.exclusion_groups:
            members = [name for name in group.offers if name in self.y]
            if group.scope == "training":
                milp.row(summed(([self.y[name] for name in members], 1)), high=group.at_most)
                continue
            for line in problem.lines:
                flags = []
                for name in members:
                    cell = self.x.get((line.id, name))
                    if cell is not None:
                        flag = milp.variable(1)
                        milp.row(summed(([cell], 1), ([flag], -milp.upper[cell])), high=0)
                        flags.append(flag)
                milp.row(summed((flags, 1)), high=group.at_most)
        for offer in self.offers:
            if offer.no_other_public_money:
                for other in self.offers:
                    if other.id != offer.id and other.public_money and limits.same_part(offer, other):
                        milp.row(summed(([self.y[offer.id], self.y[other.id]], 1)), high=1)

    def objective(self, name: PassName) -> tuple[Terms, int]:
        """What a pass makes as small as possible: terms and a constant."""
        problem = self.problem
        askers = [line for line in problem.lines if problem.is_askers(line)]
        if name in ("own_money", "rest"):
            total = summed(*((self.paid_on(line.id), -1) for line in askers))
            if name == "own_money":
                loans = [cell for one in self.offers if one.repayable for cell in self.paid_by(one.id, askers)]
                for cell in loans:
                    total[cell] = total.get(cell, 0.0) + 1
            return total, sum(line.amount_cents for line in askers)
        if name == "priced_money":
            money = {line.id: limits.funding_price(problem, line) for line in problem.funding_lines}
            parts: list[tuple[Iterable[int], float]] = [([part], money[key[2]]) for key, part in self.z.items()]
            parts += [(self.paid_by(one.id), limits.offer_price(problem, one)) for one in self.offers]
            parts += [(self.paid_by(one.id), limits.pledge_price(problem, one)) for one in problem.pledges]
            return summed(*parts), 0
        schemes: dict[tuple[str | None, str], list[int]] = {}
        for offer in self.offers:
            schemes.setdefault((offer.part, offer.scheme), []).append(self.y[offer.id])
        flags = []
        for used in schemes.values():
            flag = used[0]
            if len(used) > 1:
                flag = self.milp.variable(1)
                for one in used:
                    self.milp.row(summed(([one], 1), ([flag], -1)), high=0)
            flags.append(flag)
        return summed((flags, 1)), 0


WAYS = ((1e-6, "choose"), (1e-6, "off"), (1e-5, "choose"), (1e-5, "off"), (1e-4, "choose"), (1e-4, "off"))
"""How far a whole number may be off, and whether the problem is simplified first."""


def solve(
    problem: Problem,
    names: Iterable[PassName] = ("own_money", "rest", "priced_money", "schemes"),
    *,
    seconds: float | None = None,
    ways: Sequence[tuple[float, str]] = WAYS,
) -> dict[str, int]:
    """The proven value of each pass. Raises NotWritten, TooLong past so many seconds (together), or RuntimeError when HiGHS does
    not reach an optimum.

    The mix of one pass fits in the next. When HiGHS says that nothing does, it lost that mix in its floating point: everything is
    solved once more in the next of the `ways`; what it then finds is compared as all else."""
    end = None if seconds is None else time.monotonic() + seconds
    formulation = Formulation(problem)
    objectives = [(name, *formulation.objective(name)) for name in names]
    solver = _solver(formulation.milp, *ways[0])
    found: dict[str, int] = {}
    count = len(formulation.milp.upper)
    if count == 0:
        return {name: constant for name, _, constant in objectives}
    everything = np.arange(count, dtype=np.int32)
    for name, terms, constant in objectives:
        costs = np.zeros(count)
        costs[list(terms)] = list(terms.values())
        solver.changeColsCost(count, everything, costs)
        if end is not None:
            solver.setOptionValue("time_limit", solver.getRunTime() + max(0.01, end - time.monotonic()))
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            raise TooLong(name)
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible and len(ways) > 1:
            return solve(problem, names, seconds=seconds, ways=ways[1:])
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"{name}: {solver.modelStatusToString(solver.getModelStatus())}")
        value = round(solver.getInfo().objective_function_value)
        found[name] = value + constant
        indices = np.array(list(terms), dtype=np.int32)
        solver.addRow(-INFINITY, value + 0.25, len(terms), indices, np.array(list(terms.values())))
    return found


def _solver(milp: Milp, room: float, presolve: str) -> Any:
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("log_to_console", False),
        ("threads", 1),
        ("parallel", "off"),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
        ("mip_feasibility_tolerance", room),
        ("presolve", presolve),
        ("primal_feasibility_tolerance", 1e-7),
        ("random_seed", 0),
    ):
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(milp.upper), len(milp.rows)
    model.col_cost_ = np.zeros(len(milp.upper))
    model.col_lower_ = np.zeros(len(milp.upper))
    model.col_upper_ = np.array(milp.upper)
    model.row_lower_ = np.array([low for low, _, _ in milp.rows])
    model.row_upper_ = np.array([high for _, _, high in milp.rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts, indices, values = [0], [], []
    for _, terms, _ in milp.rows:
        indices += list(terms)
        values += list(terms.values())
        starts.append(len(indices))
    model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(indices, dtype=np.int32)
    model.a_matrix_.value_ = np.array(values, dtype=float)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(milp.upper)
    solver.passModel(model)
    return solver
