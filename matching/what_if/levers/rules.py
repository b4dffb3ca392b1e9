"""What a scheme owner, the region or the advisor could change: a ceiling, a minimum, a combination, a budget, a lock."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from matching.problem import Locks, Offer, Problem
from matching.solver.again import own_cents, paid_by_offers
from matching.spec import limits
from matching.what_if.levers.base import ChangedQuestion, Lever, smallest

Build = Callable[[int], Problem]
"""A changed problem for an amount."""


def rule_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """Every lever that is a rule, a budget or a lock."""
    if not desk.own:
        return
    for offer in desk.problem.offers:
        if limits.in_the_mix(desk.problem, offer):
            yield from _cap(desk, offer)
            yield from _minimum(desk, offer)
            yield from _combination(desk, offer)
    yield from _budgets(desk)
    yield from _opened(desk)
    yield from _unlocked(desk)


def _with(problem: Problem, offer: Offer, **changed: object) -> Problem:
    offers = tuple(one.model_copy(update=changed) if one.id == offer.id else one for one in problem.offers)
    return problem.model_copy(update={"offers": offers})


def _least(desk: ChangedQuestion, now: int, guess: int, gain: int, build: Build) -> int:
    """The least amount above `now` that gains as much; nearly always the guess, what the best mix then takes."""
    if desk.gain(build(guess)) >= gain and (guess - 1 <= now or desk.gain(build(guess - 1)) < gain):
        return guess
    high = now + 1
    while desk.gain(build(high)) < gain:
        high = now + 2 * (high - now)
    return smallest(now, high, lambda cents: desk.gain(build(cents)) >= gain)


def _cap(desk: ChangedQuestion, offer: Offer) -> Iterator[Lever]:
    """The most that a scheme pays, where that is what binds."""
    left, paid = limits.cap_left(offer), desk.paid.get(offer.id, 0)
    if offer.cap_cents is None or left is None or (paid != left and offer.id in desk.paid):
        return
    without = _with(desk.problem, offer, cap_cents=None)
    gain = desk.gain(without)
    free = desk.solved(without) if gain > 0 else None
    if free is None:
        return
    used = paid_by_offers(desk.problem, free.shares).get(offer.id, 0)
    now, had = offer.cap_cents, offer.had_before_cents

    def build(cents: int) -> Problem:
        return _with(desk.problem, offer, cap_cents=cents)

    to = _least(desk, now, max(used + had, now + 1), gain, build)
    params = {"offers": (offer.id,), "from_cents": now, "to_cents": to, "by_cents": to - now}
    yield Lever("ceiling_raised", "scheme_owner", params, gain)


def _minimum(desk: ChangedQuestion, offer: Offer) -> Iterator[Lever]:
    """The least that a scheme pays, where less would be left."""
    if not offer.minimum_cents or offer.id in desk.paid:
        return
    gain = desk.gain(_with(desk.problem, offer, minimum_cents=0))
    if gain > 0:
        most = smallest(
            0,
            offer.minimum_cents,
            lambda off: desk.gain(_with(desk.problem, offer, minimum_cents=offer.minimum_cents - off)) >= gain,
        )
        to = offer.minimum_cents - most
        params = {"offers": (offer.id,), "from_cents": offer.minimum_cents, "to_cents": to}
        yield Lever("minimum_lowered", "scheme_owner", params, gain)


def _combination(desk: ChangedQuestion, offer: Offer) -> Iterator[Lever]:
    """A scheme that may not go together with one that pays."""
    if offer.id in desk.paid:
        return
    problem = allowed_together(desk.problem, offer.id, set(desk.paid))
    if problem is None or desk.gain(problem) <= 0:
        return
    mix = desk.solved(problem)
    if mix is not None and own_cents(mix) < desk.own and offer.id in paid_by_offers(problem, mix.shares):
        params = {"offers": (offer.id,), "others": tuple(sorted(desk.paid))}
        yield Lever("combination_allowed", "scheme_owner", params, desk.own - own_cents(mix))


def allowed_together(problem: Problem, offer: str, others: set[str]) -> Problem | None:
    """The problem in which an offer may go together with these others; None when it already may."""
    groups = tuple(
        group.model_copy(update={"offers": tuple(name for name in group.offers if name != offer)})
        if offer in group.offers and others.intersection(group.offers)
        else group
        for group in problem.exclusion_groups
    )
    alone = {one.id for one in problem.offers if one.no_other_public_money and one.id in {offer, *others}}
    if groups == problem.exclusion_groups and not alone:
        return None
    offers = tuple(
        one.model_copy(update={"no_other_public_money": False}) if one.id in alone else one for one in problem.offers
    )
    return problem.model_copy(update={"exclusion_groups": groups, "offers": offers})


def _budgets(desk: ChangedQuestion) -> Iterator[Lever]:
    """More money on a funding line that is used up, or nearly."""
    here = [one for one in desk.problem.offers if one.administered == "here" and limits.in_the_mix(desk.problem, one)]
    for line in desk.problem.funding_lines:
        admits = any(
            limits.refusal_of(desk.problem, line, offer, cost) is None for offer in here for cost in desk.problem.lines
        )
        if not admits or line.available_cents >= sum(cost.amount_cents for cost in desk.problem.lines):
            continue

        def build(cents: int, name: str = line.id) -> Problem:
            return with_budget(desk.problem, name, cents)

        ample = build(line.available_cents + desk.own)
        gain = desk.gain(ample)
        free = desk.solved(ample) if gain > 0 else None
        if free is None:
            continue
        taken = sum(share.cents for share in free.shares if share.funding_line == line.id)
        to = _least(desk, line.available_cents, max(taken, line.available_cents + 1), gain, build)
        params = {"funding_lines": (line.id,), "by_cents": to - line.available_cents, "to_cents": to}
        yield Lever("budget_raised", "region", params, gain)


def with_budget(problem: Problem, name: str, cents: int) -> Problem:
    """The problem with so much available on one funding line."""
    lines = tuple(
        line.model_copy(update={"available_cents": cents}) if line.id == name else line
        for line in problem.funding_lines
    )
    return problem.model_copy(update={"funding_lines": lines})


def _opened(desk: ChangedQuestion) -> Iterator[Lever]:
    """A scheme that this person could use, but that is closed or out of money."""
    for verdict in desk.prepared.verdicts:
        definition = desk.region.schemes[verdict.scheme]
        shut = verdict.availability.state in ("closed", "ceiling_reached") and verdict.status == "eligible"
        if not shut or not verdict.route_fits or definition.only_possible:
            continue
        opened = definition.model_copy(update={"state": "open", "windows": (), "state_since": None})
        region = replace(desk.region, schemes={**desk.region.schemes, verdict.scheme: opened})
        found = desk.better(desk.ready(desk.question, region=region))
        if found is not None:
            yield Lever("scheme_open", "scheme_owner", {"offers": (verdict.scheme,)}, desk.own - found.own_cents)


def _unlocked(desk: ChangedQuestion) -> Iterator[Lever]:
    """The mix without what an advisor fixed or left out."""
    locks = desk.problem.locks
    if not locks.shares and not locks.forbidden:
        return
    gain = desk.gain(desk.problem.model_copy(update={"locks": Locks()}))
    if gain > 0:
        names = tuple(sorted({*(lock.offer for lock in locks.shares), *locks.forbidden}))
        yield Lever("lock_released", "advisor", {"offers": names}, gain)
