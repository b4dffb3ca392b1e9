"""What desks do today: the schemes in order of the alphabet, each pays what it may of what is left. The baseline."""

from matching import violations
from matching.problem import CostLine, Offer, Problem
from matching.problem.proposal import Share
from matching.spec import limits


def cascade(problem: Problem) -> list[Share]:
    """First the fixed pledge, then scheme by scheme as much as it may pay by itself, then the other pledge; always allowed."""
    shares: list[Share] = []
    left = {line.id: line.amount_cents for line in problem.lines}
    money = {line.id: line.available_cents for line in problem.funding_lines}
    _pledged(problem, "fixed", shares, left)
    for offer in sorted(problem.offers, key=lambda offer: offer.id):
        if limits.in_the_mix(problem, offer) and not offer.repayable:
            _add(problem, offer, shares, left, money)
    _pledged(problem, "up_to", shares, left)
    return shares


def _pledged(problem: Problem, kind: str, shares: list[Share], left: dict[str, int]) -> None:
    for pledge in problem.pledges:
        room = limits.pledge_in_full(problem, pledge) if pledge.kind == kind else 0
        for line in problem.lines:
            cents = min(room, left[line.id]) if limits.pledge_pays(problem, pledge, line) else 0
            if cents:
                shares.append(Share(line=line.id, offer=pledge.id, cents=cents))
                left[line.id] -= cents
                room -= cents


def _add(problem: Problem, offer: Offer, shares: list[Share], left: dict[str, int], money: dict[str, int]) -> None:
    cap = limits.own_room(problem, offer)
    room = sum(left.values()) if cap is None else cap
    new: list[Share] = []
    before_left, before_money = dict(left), dict(money)
    for line in problem.lines:
        wanted = min(room, left[line.id], limits.coverage_limit(offer, line)) if problem.is_askers(line) else 0
        for source in _sources(problem, offer, line):
            cents = wanted if source is None else min(wanted, money[source])
            if cents > 0:
                new.append(Share(line=line.id, offer=offer.id, funding_line=source, cents=cents))
                left[line.id] -= cents
                room -= cents
                wanted -= cents
                if source is not None:
                    money[source] -= cents
    if violations(problem, [*shares, *new]):
        left.update(before_left)
        money.update(before_money)
        return
    shares.extend(new)


def _sources(problem: Problem, offer: Offer, line: CostLine) -> list[str | None]:
    if offer.administered == "elsewhere":
        return [None]
    return [one.id for one in problem.funding_lines if limits.refusal_of(problem, one, offer, line) is None]
