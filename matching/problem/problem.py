"""What goes into one mix: cost lines, offers, pledges, funding lines, locks. Frozen data that refuses to be invalid.

A problem file (JSON, `"format": "ontwikkelloket/problem/1"`) is this class, field by field. `loket schema problem` prints
its schema; `loket solve` solves it and `loket verify` checks a mix against it. Amounts are whole euro cents, shares are
exact fractions written as text ("1/3", "50%", "12,5%", "1"). The whole model on one page: matching/README.md.
"""

from typing import Self

from pydantic import model_validator

from matching.problem.crossrefs import EMPLOYER_CATEGORIES, problem_errors, raise_all
from matching.problem.entries import CostLine, ProblemFields
from schemes.basics.costs import Bearer


class Problem(ProblemFields):
    """One development question as a mathematical problem."""

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        raise_all("Problem", problem_errors(self))
        return self

    def bearer(self, line: CostLine) -> Bearer:
        """Who owes the line when nobody else pays."""
        if self.circumstances.route == "employer" or line.category in EMPLOYER_CATEGORIES:
            return "employer"
        return line.bearer or "resident"

    def is_askers(self, line: CostLine) -> bool:
        """Whether the line is the asker's: the resident's in the individual route, every line in the employer route."""
        return self.circumstances.route == "employer" or self.bearer(line) == "resident"
