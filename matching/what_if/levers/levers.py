"""What would change the answer: the smallest changes that make the asker pay less, each confirmed by solving again.

A lever is never a guess: the changed question, rule or budget is made ready and solved as the question itself was, and
`gain_cents` is what came out. Levers change what can be changed (another training, another day, a promise of the employer, the
other route, two years; a ceiling, a minimum, a combination, a budget), never who somebody is.
"""

from collections.abc import Iterable
from datetime import date

from matching.offers import Prepared, funding_line
from matching.offers.question import Question
from matching.problem import AvailableFundingLine
from matching.problem.proposal import Proposal
from matching.what_if.levers.asking import pledge_levers, route_levers, split_levers
from matching.what_if.levers.base import WHO, ChangedQuestion, Lever, Who, best_first
from matching.what_if.levers.rules import rule_levers
from matching.what_if.levers.training import moment_levers, training_levers
from schemes.region.loading import LoadedRegion

__all__ = ["WHO", "Lever", "Who", "levers"]


def levers(
    question: Question,
    region: LoadedRegion,
    prepared: Prepared,
    proposal: Proposal,
    *,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    on: date,
) -> tuple[Lever, ...]:
    """Every lever of a question, by who can change it and then by gain. Empty when the asker pays nothing.

    `prepared` and `proposal` are the question made ready and solved, with the locks of an advisor if any; `funding_lines` the
    money it was made ready with (None: the region's whole budgets).
    """
    lines = (
        tuple(funding_line(line) for line in region.funding.funding_lines)
        if funding_lines is None
        else tuple(funding_lines)
    )
    desk = ChangedQuestion(question, region, prepared, proposal, lines, on)
    found: list[Lever] = []
    if desk.problem.lines and desk.own:
        for finder in (training_levers, moment_levers, pledge_levers, split_levers, rule_levers):
            found += finder(desk)
    if desk.problem.lines:
        found += route_levers(desk)
    return best_first(found)
