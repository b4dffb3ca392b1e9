"""The editable mix: one amount per cost line and payer, which money pays it, and what is wrong with it at which cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import matching
from matching.problem import CostLine, LockedShare, Locks, Offer, PledgedMoney, Problem
from matching.problem.proposal import Share
from matching.spec import limits
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.mix import CaseNames, kind_of
from portal.web.forms import EuroField, Form, TextField, add_error
from portal.words.wording import violation_sentence
from schemes.definition import SchemeDefinition

MOST_CENTS = 1_000_000_00
LOCK = "vast"
OUT = "weg"
LONGEST_REASON = 2000


class AmendForm(Form):
    """The base of the form with the cells: one field per cell is added, and why an advisor wants another mix than the best."""

    reason = TextField(
        _l("Waarom wijkt u af van de beste verdeling?"), optional=True, maximum=LONGEST_REASON, multiline=True
    )


@dataclass
class Cell:
    """One amount that may be changed."""

    line: str
    offer: str
    limit_cents: int
    locked: bool = False
    input: Any = None
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of its field."""
        return cell_name(self.line, self.offer)


def cell_name(line: str, offer: str) -> str:
    """The name of the field for a cost line and a payer."""
    return f"c.{line}.{offer}"


@dataclass
class Grid:
    """The whole table: payers as columns, cost lines as rows."""

    problem: Problem
    payers: list[dict[str, Any]]
    cells: dict[tuple[str, str], Cell]
    form: AmendForm
    out: frozenset[str] = frozenset()
    """Schemes that the advisor leaves out when computing again."""
    price: list[str] = field(default_factory=list)
    """What the fixed amounts and the schemes that are left out cost, in sentences."""

    def row(self, line: str) -> list[Cell | None]:
        """The cells of a cost line, in the order of the payers; None where a payer does not pay this kind of cost."""
        return [self.cells.get((line, payer["key"])) for payer in self.payers]

    def cents(self, line: str, offer: str) -> int:
        """What stands in a cell now."""
        cell = self.cells.get((line, offer))
        return (cell.input.data or 0) if cell is not None else 0

    def typed(self) -> dict[tuple[str, str], int]:
        """Every amount above zero."""
        found = {key: cell.input.data or 0 for key, cell in self.cells.items()}
        return {key: cents for key, cents in found.items() if cents > 0}

    def rest(self, line: CostLine) -> int:
        """What is left of a cost line; below zero when too much is paid."""
        return line.amount_cents - sum(self.cents(line.id, payer["key"]) for payer in self.payers)

    def locks(self) -> Locks:
        """What the advisor fixed, as the solver takes it."""
        return Locks(
            shares=tuple(
                LockedShare(line=cell.line, offer=cell.offer, cents=cell.input.data or 0)
                for cell in self.cells.values()
                if cell.locked
            ),
            forbidden=tuple(sorted(self.out)),
        )

    @property
    def schemes(self) -> list[dict[str, Any]]:
        """The payers that can be left out: every one that is an offer."""
        offers = {offer.id for offer in self.problem.offers}
        return [payer for payer in self.payers if payer["key"] in offers]


def make_grid(
    problem: Problem,
    shares: Sequence[Share],
    definitions: Mapping[str, SchemeDefinition],
    names: CaseNames,
    locked: Iterable[str] = (),
    out: Iterable[str] = (),
) -> Grid:
    """The table for a problem, filled with these shares (or with what was posted). `locked`: cells; `out`: schemes."""
    start: dict[tuple[str, str], int] = {}
    for share in shares:
        start[share.line, share.offer] = start.get((share.line, share.offer), 0) + share.cents
    cells: dict[tuple[str, str], Cell] = {}
    payers = []
    for payer, limit in _payers(problem):
        mine = {line.id: limit(line) for line in problem.lines}
        mine = {line: cents for line, cents in mine.items() if cents > 0}
        if mine:
            payers.append({"key": payer, "label": names.title(payer), "kind": kind_of(payer, definitions)})
            cells |= {(line, payer): Cell(line, payer, cents) for line, cents in mine.items()}
    fields = {}
    for cell in cells.values():
        label = _l("%(payer)s, %(line)s", payer=names.title(cell.offer), line=names.title(cell.line))
        fields[cell.name] = EuroField(label, at_most=MOST_CENTS)
    form: AmendForm = type("CellsForm", (AmendForm,), fields)(
        data={cell_name(*key): cents for key, cents in start.items()}
    )
    chosen = set(locked)
    for cell in cells.values():
        cell.input = form[cell.name]
        cell.locked = cell.name in chosen
    offers = {offer.id for offer in problem.offers} & {payer["key"] for payer in payers}
    return Grid(problem, payers, cells, form, frozenset(out) & offers)


def _payers(problem: Problem) -> Iterable[tuple[str, Any]]:
    def by_pledge(pledge: PledgedMoney) -> Any:
        return lambda line: (
            min(pledge.amount_cents, line.amount_cents) if limits.pledge_pays(problem, pledge, line) else 0
        )

    def by_offer(offer: Offer) -> Any:
        return lambda line: limits.payable(problem, offer, line)

    for pledge in problem.pledges:
        yield pledge.id, by_pledge(pledge)
    for offer in sorted(
        problem.offers, key=lambda offer: (offer.repayable, limits.offer_price(problem, offer), offer.id)
    ):
        wanted = problem.borrow_up_to_cents > 0 or not offer.repayable
        if wanted and limits.in_the_mix(problem, offer):
            yield offer.id, by_offer(offer)


# Which money pays ------------------------------------------------------------------------------------------------------


def shares_of(problem: Problem, typed: Mapping[tuple[str, str], int]) -> tuple[Share, ...]:
    """The amounts as shares, each from funding lines that may pay it.

    When the mix is allowed the solver divides the money, as for a proposal. When it is not, the cheapest money that admits a
    share is taken first, so that what is wrong can be shown.
    """
    from matching.solver.solve import LimitReached, LockConflict

    every = [
        LockedShare(line=line.id, offer=payer, cents=typed.get((line.id, payer), 0))
        for line in problem.lines
        for payer in {key[1] for key in typed}
    ]
    idle = [offer.id for offer in problem.offers if offer.id not in {key[1] for key in typed}]
    fixed = Problem.model_validate({**dict(problem), "locks": Locks(shares=tuple(every), forbidden=tuple(idle))})
    try:
        mix = matching.propose(fixed, outlook=False)
    except (LockConflict, LimitReached):
        return _by_price(problem, typed)
    found = {(share.line, share.offer) for share in mix.shares}
    return mix.shares if found == set(typed) else _by_price(problem, typed)


def _by_price(problem: Problem, typed: Mapping[tuple[str, str], int]) -> tuple[Share, ...]:
    left = {money.id: money.available_cents for money in problem.funding_lines}
    offers = {offer.id: offer for offer in problem.offers}
    lines = {line.id: line for line in problem.lines}
    by_price = sorted(problem.funding_lines, key=lambda money: (limits.funding_price(problem, money), money.id))
    shares: list[Share] = []
    for (line, payer), cents in typed.items():
        offer = offers.get(payer)
        if offer is None or offer.administered == "elsewhere":
            shares.append(Share(line=line, offer=payer, cents=cents))
            continue
        admitting = [money for money in by_price if limits.refusal_of(problem, money, offer, lines[line]) is None]
        for money in admitting:
            part = cents if money is admitting[-1] else min(cents, left[money.id])
            if part > 0:
                shares.append(Share(line=line, offer=payer, funding_line=money.id, cents=part))
                left[money.id] -= part
                cents -= part
        if cents:
            shares.append(Share(line=line, offer=payer, cents=cents))
    return tuple(shares)


# What is wrong, at the cell --------------------------------------------------------------------------------------------


def show_violations(grid: Grid, found: Iterable[matching.Violation], shares: Sequence[Share], names: CaseNames) -> None:
    """Put every broken rule at the cell it is about, else at the first cell of its payer or cost line, else on the form."""
    for violation in found:
        sentence = violation_sentence(violation, names.names)
        cell = _cell_of(grid, violation, shares)
        if cell is None:
            grid.form.form_errors.append(sentence)
        else:
            cell.errors.append(sentence)
            add_error(cell.input, sentence)


def _cell_of(grid: Grid, violation: matching.Violation, shares: Sequence[Share]) -> Cell | None:
    if violation.line and violation.offer:
        return grid.cells.get((violation.line, violation.offer))
    filled = [cell for cell in grid.cells.values() if cell.input.data]
    if violation.funding_line and not violation.offer:
        taken = {(share.line, share.offer) for share in shares if share.funding_line == violation.funding_line}
        return next((cell for cell in filled if (cell.line, cell.offer) in taken), None)
    wanted = [
        cell for cell in filled if violation.offer == cell.offer or (violation.line and violation.line == cell.line)
    ]
    if wanted:
        return wanted[0]
    return next((cell for cell in grid.cells.values() if violation.offer == cell.offer), None)


def show_clash(grid: Grid, locks: Locks, broken: Iterable[matching.Violation], names: CaseNames) -> None:
    """Say which fixed amounts cannot stand together, and why."""
    why = [violation_sentence(violation, names.names) for violation in broken]
    reason = why[0] if why else _("Deze vaste bedragen passen niet bij elkaar.")
    for lock in locks.shares:
        cell = grid.cells.get((lock.line, lock.offer))
        if cell is not None:
            message = _("Dit vaste bedrag kan niet. %(reason)s", reason=reason)
            cell.errors.append(message)
            add_error(cell.input, message)
    if not locks.shares or not any(cell.errors for cell in grid.cells.values()):
        grid.form.form_errors.append(reason)
