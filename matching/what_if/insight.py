"""Everything that explains a mix further than its amounts: other mixes, what each scheme is worth, what is not certain, and what
would make the answer better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.offers import Prepared, Rules
from matching.offers.question import Question
from matching.problem import AvailableFundingLine
from matching.problem.proposal import Proposal
from matching.what_if.alternatives import Alternative, Others, Worth
from matching.what_if.interval import Interval, interval
from matching.what_if.levers.levers import Lever, levers
from matching.what_if.unsure import unsure
from schemes.region.loading import LoadedRegion

MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Insight:
    """What was found by solving again: every amount in it is one that came out."""

    alternatives: tuple[Alternative, ...]
    worths: tuple[Worth, ...]
    interval: Interval
    levers: tuple[Lever, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        return {
            "alternatives": [one.as_dict() for one in self.alternatives],
            "worths": [one.as_dict() for one in self.worths],
            "interval": self.interval.as_dict(),
            "levers": [one.as_dict() for one in self.levers],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Insight":
        """The insight that `as_dict` wrote."""
        return cls(
            alternatives=tuple(Alternative.from_dict(one) for one in data["alternatives"]),
            worths=tuple(Worth(**one) for one in data["worths"]),
            interval=Interval.from_dict(data["interval"]),
            levers=tuple(Lever.from_dict(one) for one in data["levers"]),
        )


def insight(
    question: Question,
    region: LoadedRegion,
    prepared: Prepared,
    proposal: Proposal,
    *,
    funding_lines: Iterable[AvailableFundingLine] | None = None,
    on: date,
) -> Insight:
    """Explain the best mix of a question further.

    `prepared` and `proposal` are the question made ready and solved; `funding_lines` the money it was made ready with (None: the
    region's whole budgets). Solves some tens of problems; none of them raises.
    """
    problem = prepared.problem
    open_points = unsure(question, prepared, Rules.of_region(region, on))
    others = Others(problem, proposal)
    return Insight(
        alternatives=tuple(others.alternatives(MOST_ALTERNATIVES)),
        worths=tuple(others.worths()),
        interval=interval(problem, proposal, open_points),
        levers=levers(question, region, prepared, proposal, funding_lines=funding_lines, on=on),
    )
