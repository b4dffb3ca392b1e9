"""Solving a changed problem again: what alternatives, levers, the interval and the price of an override are confirmed with."""

from collections.abc import Iterable

from matching.problem import LockedShare, Locks, Problem
from matching.problem.proposal import PassResult, Proposal, Share
from matching.solver.bounds import least
from matching.solver.prepared import read
from matching.spec import limits


def solved(problem: Problem, *, hashed: bool = True) -> Proposal | None:
    """The best mix; None when the locks clash, or when nothing that keeps them was found in time. `hashed` as in `propose`."""
    from matching.solver.solve import LimitReached, LockConflict, propose

    try:
        return propose(problem, outlook=False, hashed=hashed)
    except (LockConflict, LimitReached):
        return None


def least_own(problem: Problem) -> PassResult | None:
    """What the asker pays or borrows at least: the first pass alone, for who needs nothing else of the mix. None as `solved`."""
    from matching.solver.solve import LimitReached, LockConflict, first_pass

    try:
        return first_pass(problem)
    except (LockConflict, LimitReached):
        return None


def own_at_least(problem: Problem) -> int:
    """What the asker pays or borrows at least, as far as adding up tells: no mix asks less."""
    return least(read(problem), "own_money", ())


def own_cents(proposal: Proposal) -> int:
    """What the asker pays or borrows: the value of pass own_money."""
    return proposal.value_of("own_money")


def own_bound(proposal: Proposal) -> int:
    """What is proven that the asker pays or borrows at least; its own money when the pass is proven."""
    return next(result.bound for result in proposal.passes if result.name == "own_money")


def public_cents(problem: Problem, shares: Iterable[Share]) -> int:
    """Public money in a mix, loans included."""
    public = {offer.id for offer in problem.offers if offer.public_money}
    return sum(share.cents for share in shares if share.offer in public)


def paid_by_offers(problem: Problem, shares: Iterable[Share]) -> dict[str, int]:
    """What each offer pays in a mix; pledges left out."""
    found = {offer.id: 0 for offer in problem.offers}
    for share in shares:
        if share.offer in found:
            found[share.offer] += share.cents
    return {name: cents for name, cents in found.items() if cents}


def schemes_used(problem: Problem, shares: Iterable[Share]) -> frozenset[str]:
    """The schemes that pay in a mix."""
    paid = paid_by_offers(problem, shares)
    return frozenset(offer.scheme for offer in problem.offers if offer.id in paid)


def without_schemes(problem: Problem, schemes: Iterable[str]) -> Problem | None:
    """The problem in which these schemes pay nothing, every rule still holding; None when a lock says that one does.

    Unlike an offer that is forbidden, a scheme that pays nothing here still goes before those that ask it first: each mix of
    this problem is a mix of the problem itself.
    """
    idle = {offer.id for offer in problem.offers if offer.scheme in set(schemes) and limits.in_the_mix(problem, offer)}
    if any(lock.offer in idle and lock.cents for lock in problem.locks.shares):
        return None
    known = {(lock.line, lock.offer) for lock in problem.locks.shares if lock.funding_line is None}
    nothing = tuple(
        LockedShare(line=line.id, offer=offer.id, cents=0)
        for offer in problem.offers
        if offer.id in idle
        for line in problem.lines
        if limits.covers(offer, line) and (line.id, offer.id) not in known
    )
    locks = Locks.model_construct(shares=(*problem.locks.shares, *nothing), forbidden=problem.locks.forbidden)
    return problem.model_copy(update={"locks": locks})
