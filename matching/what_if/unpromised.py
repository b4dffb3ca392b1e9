"""What the asker pays when the employer does not pay after all: the same question without the promise, from worst to best."""

from collections.abc import Iterable
from datetime import date

from matching.answering.answer import prepare
from matching.offers import Rules
from matching.offers.question import Question
from matching.problem import AvailableFundingLine
from matching.solver.again import solved
from matching.what_if.interval import Interval, interval
from matching.what_if.unsure import unsure
from schemes.region.loading import LoadedRegion


def unpromised(
    question: Question,
    region: LoadedRegion,
    *,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    on: date,
) -> Interval | None:
    """The interval of a question without what its employer promised; schemes that need that money do not pay either.

    `funding_lines` are the money that the question is read with (None: the region's whole budgets). None when nothing was
    promised, when there are no costs, and when no mix was found in time.
    """
    if question.pledge is None or not question.costs:
        return None
    alone = question.model_copy(update={"pledge": None})
    made = prepare(alone, region, on=on, funding_lines=funding_lines)
    best = solved(made.problem)
    return None if best is None else interval(made.problem, best, unsure(alone, made, Rules.of_region(region, on)))
