"""A proposal and its problem together, for the reasons."""

from matching.problem import CostLine, Offer, Problem
from matching.problem.proposal import Proposal
from matching.spec import limits


class MixSums:
    """The shares of a proposal, added up in the ways that reasons look at them."""

    def __init__(self, problem: Problem, proposal: Proposal) -> None:
        self.problem = problem
        self.offers = {offer.id: offer for offer in problem.offers}
        self.lines = {line.id: line for line in problem.lines}
        self.rest = {left.line: left.cents for left in proposal.rest}
        self.paid: dict[tuple[str, str], int] = {}
        self.cells = [(share.line, share.offer, share.funding_line) for share in proposal.shares]
        self.taken: dict[str, int] = {}
        self.taken_by: dict[tuple[str, str], int] = {}
        self.funding: dict[str, dict[str, int]] = {}
        for share in proposal.shares:
            cell = (share.line, share.offer)
            self.paid[cell] = self.paid.get(cell, 0) + share.cents
            if share.funding_line is not None:
                parts = self.funding.setdefault(share.offer, {})
                parts[share.funding_line] = parts.get(share.funding_line, 0) + share.cents
                self.taken[share.funding_line] = self.taken.get(share.funding_line, 0) + share.cents
                by = (share.funding_line, share.offer)
                self.taken_by[by] = self.taken_by.get(by, 0) + share.cents

    def total(self, payer: str) -> int:
        """Everything one offer or pledge pays."""
        return sum(cents for (_, name), cents in self.paid.items() if name == payer)

    def used(self) -> set[str]:
        """The offers and pledges that pay."""
        return {payer for _, payer in self.paid}

    def room_left(self) -> int | None:
        """What this mix leaves of the undertaking's room for de-minimis aid; None when there is no such limit."""
        room = self.problem.de_minimis_room_cents
        return (
            None if room is None else room - sum(self.total(one.id) for one in self.offers.values() if one.de_minimis)
        )

    def covered(self, offer: Offer) -> list[CostLine]:
        """The lines that an offer could pay something of."""
        return [line for line in self.lines.values() if limits.payable(self.problem, offer, line) > 0]
