"""What a mix costs whom: the values of the first four passes and the totals, added up from the shares alone."""

from collections.abc import Iterable

from matching.problem import Problem
from matching.problem.proposal import Rest, Share
from matching.problem.settings import PassName
from matching.spec import limits


def rest_of(problem: Problem, shares: Iterable[Share]) -> tuple[Rest, ...]:
    """Per cost line, by id, what its bearer pays. Negative when a line is overpaid (then nothing is raised here)."""
    left = {line.id: line.amount_cents for line in problem.lines}
    for share in shares:
        left[share.line] -= share.cents
    ordered = sorted(problem.lines, key=lambda line: line.id)
    return tuple(
        Rest.model_construct(line=line.id, bearer=problem.bearer(line), cents=left[line.id]) for line in ordered
    )


def values(problem: Problem, shares: Iterable[Share]) -> dict[PassName, int]:
    """Values of passes own_money, rest, priced_money and schemes for a mix whose references all exist."""
    shares = tuple(shares)
    offers = {offer.id: offer for offer in problem.offers}
    pledges = {pledge.id: pledge for pledge in problem.pledges}
    funding = {line.id: line for line in problem.funding_lines}
    askers = {line.id for line in problem.lines if problem.is_askers(line)}
    rest = sum(left.cents for left in rest_of(problem, shares) if left.line in askers)
    loans = sum(s.cents for s in shares if s.line in askers and s.offer in offers and offers[s.offer].repayable)
    priced = 0
    for share in shares:
        if share.offer in pledges:
            price = limits.pledge_price(problem, pledges[share.offer])
        elif share.funding_line is not None:
            price = limits.funding_price(problem, funding[share.funding_line])
        else:
            price = limits.offer_price(problem, offers[share.offer])
        priced += share.cents * price
    paying = [offers[share.offer] for share in shares if share.offer in offers and share.cents > 0]
    used = {(offer.part, offer.scheme) for offer in paying}
    return {"own_money": rest + loans, "rest": rest, "priced_money": priced, "schemes": len(used)}


def totals(problem: Problem, shares: Iterable[Share]) -> dict[str, int]:
    """Own contribution of the resident, contribution of the employer, and what is repayable, in cents."""
    shares = tuple(shares)
    pledges = {pledge.id for pledge in problem.pledges}
    loans = {offer.id for offer in problem.offers if offer.repayable}
    rest = rest_of(problem, shares)
    pledged = sum(share.cents for share in shares if share.offer in pledges)
    return {
        "own_contribution_cents": sum(left.cents for left in rest if left.bearer == "resident"),
        "employer_contribution_cents": pledged + sum(left.cents for left in rest if left.bearer == "employer"),
        "repayable_cents": sum(share.cents for share in shares if share.offer in loans),
    }
