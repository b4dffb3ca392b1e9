"""A conflict of locks names a smallest set that clashes: compared with trying every set, on problems with precedence."""

import random
from itertools import combinations

from matching import propose
from matching.problem import LockedShare, Locks, Problem
from matching.solver.clashing import smallest_clash
from matching.solver.solve import LockConflict
from tests.benchmarks.hard import small
from tests.matching.building import line, offer, problem
from tests.matching.depth import PROOF


def clashes(given: Problem, some: tuple[LockedShare | str, ...]) -> bool:
    shares = tuple(one for one in some if isinstance(one, LockedShare))
    forbidden = tuple(one for one in some if isinstance(one, str))
    try:
        propose(given.model_copy(update={"locks": Locks(shares=shares, forbidden=forbidden)}), outlook=False)
    except LockConflict:
        return True
    return False


def locked(seed: int) -> Problem:
    """A small hard problem with amounts of two mixes that are each allowed, and now and then a forbidden offer."""
    r, given = random.Random(f"locks/{seed}"), small(seed)
    first = propose(given, outlook=False).shares
    names = sorted({share.offer for share in first} & {offer.id for offer in given.offers})
    out = Locks(forbidden=tuple(names[:1]))
    second = propose(given.model_copy(update={"locks": out}), outlook=False).shares
    found: dict[tuple[str, str], int] = {}
    for mix in (first, second):
        paid: dict[tuple[str, str], int] = {}
        for share in mix:
            paid[share.line, share.offer] = paid.get((share.line, share.offer), 0) + share.cents
        for cell in r.sample(sorted(paid), min(2, len(paid))):
            found[cell] = paid[cell]
    shares = tuple(LockedShare(line=name, offer=payer, cents=cents) for (name, payer), cents in sorted(found.items()))
    free = [offer.id for offer in given.offers if offer.id not in {lock.offer for lock in shares}]
    forbidden = tuple(r.sample(free, min(len(free), r.choice([0, 1]))))
    return given.model_copy(update={"locks": Locks(shares=shares, forbidden=forbidden)})


def test_a_lock_conflict_names_a_smallest_set_that_clashes() -> None:
    conflicts = larger = 0
    for seed in range(600 if PROOF else 80):
        given = locked(seed)
        try:
            propose(given, outlook=False)
        except LockConflict as clash:
            found = (*clash.locks.shares, *clash.locks.forbidden)
            every = (*given.locks.shares, *given.locks.forbidden)
            assert clashes(given, found), f"seed {seed}: what is named does not clash"
            for size in range(1, len(found)):
                for some in combinations(every, size):
                    assert not clashes(given, some), f"seed {seed}: a smaller set clashes: {some}"
            conflicts += 1
            larger += len(found) > 1
    assert conflicts >= 5 and larger, "a comparison without conflicts proves nothing"


def test_what_was_forbidden_is_not_named_when_the_amount_alone_cannot_be() -> None:
    locks = Locks(shares=(LockedShare(line="a", offer="x", cents=60_000),), forbidden=("x",))
    given = problem([line("a", 1000)], [offer("x", cap_cents=50_000)], locks=locks)
    try:
        propose(given)
    except LockConflict as clash:
        assert clash.locks == Locks(shares=locks.shares)
        return
    raise AssertionError("the locks clash")


def test_a_smaller_set_is_found_although_no_single_lock_can_be_left_out_of_the_larger_one() -> None:
    """a alone clashes; with b or c it does not, with both it does: forbidding an offer can make room for another."""
    a, b, c = (LockedShare(line=name, offer="x", cents=1) for name in "abc")
    clash = [{a}, {a, b, c}]
    every = Locks(shares=(a, b, c))
    assert smallest_clash(every, lambda some: set(some.shares) in [set(one) for one in clash]) == Locks(shares=(a,))
