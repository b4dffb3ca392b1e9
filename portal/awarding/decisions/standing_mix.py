"""The whole mix of a question that was decided, as it stands now: to look at with the rules when something is added to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from matching.problem import AvailableFundingLine, Offer, PledgedMoney, Problem
from matching.problem.proposal import Mix, Share
from matching.spec import limits
from portal.awarding.answering import fresh_problem
from portal.awarding.decisions.models import Decision
from portal.awarding.held_money import HELD, Cells, held_cells
from portal.awarding.shares_elsewhere.models import ShareElsewhere
from portal.cases.questions.models import DevelopmentQuestion
from portal.spending.vouchers.models import Award


@dataclass(frozen=True)
class StandingMix:
    """What pays for a question now, and the problem to look at it with: rules of the reference date, money of today."""

    problem: Problem
    shares: tuple[Share, ...]
    scheme: str
    """The scheme to which something is to be added; the others stand as they were decided."""

    @property
    def offer(self) -> Offer | None:
        """What this scheme can pay by its rules now; None when it can pay nothing any more."""
        return next((one for one in self.problem.offers if one.id == self.scheme), None)

    def broken_by(self, line: str, funding_line: str, cents: int) -> list[matching.Violation]:
        """The rules that the mix breaks with so much more of the scheme. What a budget has left the books say themselves."""
        more = [Share(line=line, offer=self.scheme, funding_line=funding_line, cents=cents)] if cents else []
        found = matching.violations(self.problem, (*self.shares, *more))
        return [one for one in found if one.code != "above_available"]

    def most_that_fits(self, line: str, funding_line: str, below_cents: int) -> int:
        """The most cents under an amount that can be added; 0 when nothing can, or when the mix breaks a rule already."""
        unit = self.offer.rounding_unit_cents if self.offer is not None else 1
        held = sum(share.cents for share in self.shares if share.offer == self.scheme)
        start = -held % unit
        fits, steps = -1, max(0, (below_cents - start) // unit + 1)
        while steps - fits > 1:
            middle = (fits + steps) // 2
            if self.broken_by(line, funding_line, start + middle * unit):
                steps = middle
            else:
                fits = middle
        return start + fits * unit if fits >= 0 else 0


def standing_mix(session: Session, *, question: DevelopmentQuestion, award: Award, today: date) -> StandingMix:
    """The mix of the question of an award as it stands: awards less what was given back, pledges, and what others pay.

    The scheme of the award is read by the rules of the reference date, as when it is awarded; other schemes as they were decided.
    """
    decision = session.get_one(Decision, award.decision_id)
    problem_json, shares_json = decision.problem_json, decision.shares_json
    offers = Problem.model_validate_json(problem_json).offers if problem_json is not None else ()
    shares = Mix.model_validate_json(shares_json).shares if shares_json is not None else ()
    here = held_cells(session, question=question)
    paid = here | _elsewhere(session, decision, offers, shares)
    problem = fresh_problem(session, question=question, today=today, own_too=False)
    problem = problem.model_copy(
        update={
            "reference_date": today,
            "offers": tuple(_offers(problem.offers, offers, {offer for _, offer in paid} - {award.scheme})),
            "funding_lines": (
                *problem.funding_lines,
                AvailableFundingLine(id=HELD, funder=HELD, available_cents=sum(here.values())),
            ),
        }
    )
    for pledge in problem.pledges:
        paid |= _promised(problem, pledge, shares, paid)
    mix = tuple(
        Share(line=line, offer=payer, funding_line=HELD if (line, payer) in here else None, cents=cents)
        for (line, payer), cents in sorted(paid.items())
        if cents > 0
    )
    return StandingMix(problem, mix, award.scheme)


def _offers(fresh: Iterable[Offer], decided: Iterable[Offer], others: set[str]) -> Iterator[Offer]:
    stand = {offer.id: offer for offer in decided if offer.id in others}
    yield from (stand.pop(offer.id, offer) for offer in fresh)
    yield from stand.values()


def _elsewhere(session: Session, decision: Decision, decided: Iterable[Offer], shares: Iterable[Share]) -> Cells:
    """What schemes elsewhere pay: as was decided here, until that body said what it gives."""
    others = {offer.id for offer in decided if offer.administered == "elsewhere"}
    found = {(share.line, share.offer): share.cents for share in shares if share.offer in others}
    rows = select(ShareElsewhere.scheme, ShareElsewhere.granted_cents)
    told = rows.where(ShareElsewhere.decision_id == decision.id, ShareElsewhere.granted_cents.is_not(None))
    for scheme, granted in session.execute(told):
        found |= _brought_to(granted or 0, {cell: cents for cell, cents in found.items() if cell[1] == scheme})
    return found


def _promised(
    problem: Problem, pledge: PledgedMoney, shares: Iterable[Share], paid: Mapping[tuple[str, str], int]
) -> Cells:
    """What a pledge pays: what was decided, within what is promised now; a fixed one always pays all that it can."""
    cells = {(share.line, share.offer): share.cents for share in shares if share.offer == pledge.id}
    due = limits.pledge_in_full(problem, pledge)
    found = _brought_to(min(due, sum(cells.values())), cells, add=False)
    if pledge.kind == "fixed":
        for line in problem.lines:
            taken = sum(cents for (name, _), cents in (*paid.items(), *found.items()) if name == line.id)
            room = line.amount_cents - taken if limits.pledge_pays(problem, pledge, line) else 0
            more = max(0, min(room, due - sum(found.values())))
            found[line.id, pledge.id] = found.get((line.id, pledge.id), 0) + more
    return found


def _brought_to(total: int, cells: Mapping[tuple[str, str], int], *, add: bool = True) -> Cells:
    """Amounts that together are another total: the first ones stay as long as there is enough, the last one gets what is over."""
    found, left = dict[tuple[str, str], int](), total
    for cell, cents in sorted(cells.items()):
        found[cell] = min(left, cents)
        left -= found[cell]
    if add and left and found:
        found[max(found)] += left
    return found
