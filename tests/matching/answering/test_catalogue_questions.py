"""Two hundred generated questions over the shipped catalogue: all proven, all allowed, the same cents in any order."""

import pytest

from matching import explain, propose, violations
from matching.problem.codes import UNCOVERED, UNUSED, USED
from matching.spec.claims import claims
from tests.benchmarks.questions import prepared, region
from tests.matching.solver.test_solve import shuffled

BLOCKS = 10
PER_BLOCK = 20


@pytest.mark.parametrize("block", range(BLOCKS))
def test_generated_questions_are_proven_allowed_and_do_not_depend_on_order(block: int) -> None:
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        ready = prepared(seed)
        proposal = propose(ready.problem)
        assert proposal.status == "proven", seed
        assert violations(ready.problem, proposal.shares) == [], seed
        assert claims(ready.problem, proposal) == [], seed
        other = propose(shuffled(ready.problem, seed))
        assert (other.shares, other.problem_hash) == (proposal.shares, proposal.problem_hash), seed


def test_every_scheme_and_every_euro_has_a_reason() -> None:
    for seed in range(60):
        ready = prepared(seed)
        proposal = propose(ready.problem)
        reasons = explain(ready.problem, proposal, ready.verdicts, region().schemes.values())
        used = {share.offer for share in proposal.shares}
        assert {one.offer for one in reasons.used} == used
        pledges = {pledge.id for pledge in ready.problem.pledges}
        assert {one.scheme for one in reasons.unused} | (used - pledges) == set(region().schemes)
        assert sum(left.cents for left in reasons.uncovered) == sum(left.cents for left in proposal.rest)
        assert set(reasons.pays_first) == used
        for table, found in ((USED, reasons.used), (UNUSED, reasons.unused), (UNCOVERED, reasons.uncovered)):
            assert all(set(table[one.code]) == set(one.params) for one in found)  # type: ignore[attr-defined]


def test_the_generated_questions_are_worth_solving() -> None:
    """The control: in most of them some scheme pays, in some several do."""
    counts = [
        len({share.offer for share in propose(prepared(seed).problem, outlook=False).shares}) for seed in range(100)
    ]
    assert sum(count > 0 for count in counts) > 50
    assert sum(count > 1 for count in counts) > 8


def test_a_scheme_for_which_somebody_is_not_eligible_never_gets_a_cent() -> None:
    for seed in range(200):
        ready = prepared(seed)
        refused = {verdict.scheme for verdict in ready.verdicts if not verdict.can_be_offered}
        assert refused.isdisjoint(offer.scheme for offer in ready.problem.offers)
