"""The optimiser: which schemes pay which cents of which costs, proven to be best. No web, no database, no texts.

Start reading at `problem.Problem` and `proposal.Proposal`; `check.violations` is the specification without a solver.
"""
