"""The optimiser: which schemes pay which cents of which costs, proven to be best. No web, no database, no texts.

The public verbs: `assess` (schemes x facts -> verdicts), `propose` (problem -> the best mix, proven), `violations` (a mix,
checked without a solver) and `explain` (the reasons). Only `propose` loads the solver, and only when it is called.
"""

from matching.offers.eligibility import Verdict, assess
from matching.problem import Problem
from matching.problem.proposal import Proposal, Share
from matching.reasons.explain import Explanation, explain
from matching.spec.check import Violation, violations

__all__ = [
    "Explanation",
    "Problem",
    "Proposal",
    "Share",
    "Verdict",
    "Violation",
    "assess",
    "explain",
    "propose",
    "violations",
]


def propose(problem: Problem, *, outlook: bool = True) -> Proposal:
    """The best mix of a problem: see `matching.solver.solve.propose`. Loads OR-Tools on the first call."""
    from matching.solver import solve

    return solve.propose(problem, outlook=outlook)
