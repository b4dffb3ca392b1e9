"""Precedence that costs people money: the scheme that comes first pays more, and the person is worse off. Found by solving.

Where a scheme pays on a cost, a scheme it asks first pays there what it can (constraint 12 of the model), unless a scheme that
is used excludes the first one. So a little money of the first may push out a lot of another: of the scheme itself, when that
pays a fixed amount or has a minimum, or of a third scheme that the first one shuts out. What the first one holds can become
little on any day, for its funding lines run out: it is tried with the least it may pay and with all it may pay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching import limits
from matching.crossrefs import EMPLOYER_CATEGORIES
from matching.lint.trial import euros, problem_of, somebody, with_amount_facts
from matching.problem import LockedShare, Locks, Offer, Problem
from schemes.costs import Cost
from schemes.definition import SchemeDefinition
from schemes.findings import Finding
from schemes.lint import Subject
from schemes.lint.subject import excluded_by_public_money, never_together, share_group
from schemes.vocabulary import CostCategory

_COSTS = (100_000, 500_000)
_LINE = "k1"


@dataclass(frozen=True, slots=True)
class _Example:
    """Somebody who pays more because the scheme that comes first pays something. `third` is who is shut out, if another."""

    third: str | None
    category: CostCategory
    cost_cents: int
    first_cents: int
    without_cents: int
    with_cents: int

    @property
    def loss_cents(self) -> int:
        """How much more the person pays."""
        return self.with_cents - self.without_cents


def about_precedence(subject: Subject) -> Iterator[Finding]:
    """One finding per scheme and scheme it asks first, with the example that costs most."""
    for later in subject.living():
        for position, slug in enumerate(later.precedence.asks_first if later.precedence else ()):
            first = subject.region.schemes.get(slug)
            if first is None or first.state == "ended" or first.repayable or never_together(first, later):
                continue
            worst = max(_examples(subject, first, later), key=lambda example: example.loss_cents, default=None)
            if worst is not None:
                yield _said(subject, later, f"precedence.asks_first[{position}]", slug, worst)


def _said(subject: Subject, later: SchemeDefinition, path: str, slug: str, found: _Example) -> Finding:
    out = later.scheme if found.third is None else found.third
    message = (
        f"A little money of {slug}, which comes first, shuts out {out}: of a cost of {euros(found.cost_cents)} "
        f"({found.category}) somebody pays {euros(found.without_cents)} without {slug}, and {euros(found.with_cents)} "
        f"when it pays {euros(found.first_cents)}."
    )
    remedy = f"Leave out the precedence, or let {slug} and {out} be used together."
    return subject.finding(
        later, path, "precedence_costs_money", message, remedy, first=slug, other=out, cost_cents=found.cost_cents,
        first_cents=found.first_cents, without_cents=found.without_cents, with_cents=found.with_cents,
    )  # fmt: skip


def _examples(subject: Subject, first: SchemeDefinition, later: SchemeDefinition) -> Iterator[_Example]:
    if _all_or_nothing(later):
        yield from _tried(subject, first, later, None)
    for third in subject.others(later):
        if third.scheme != first.scheme and third.amount_known and _shuts_out(first, third):
            yield from _tried(subject, first, later, third)


def _all_or_nothing(definition: SchemeDefinition) -> bool:
    """Whether a little less room can make a scheme pay nothing at all."""
    parts = (definition.fixed_amount_cents, definition.minimum_cents, definition.rate, definition.co_financing)
    return any(part is not None for part in parts) or bool(definition.variants)


def _shuts_out(first: SchemeDefinition, third: SchemeDefinition) -> bool:
    """Whether the first may leave no room for the third, while the third does not shut out the first: then the first need
    not be asked any more."""
    if share_group(first, third) is not None or (third.exclusion.no_other_public_money and first.public_money):
        return False
    return excluded_by_public_money(first, third) or _all_or_nothing(third)


def _tried(
    subject: Subject, first: SchemeDefinition, later: SchemeDefinition, third: SchemeDefinition | None
) -> Iterator[_Example]:
    """The costs and amounts of the first scheme at which somebody is worse off than without it."""
    beside = [later] if third is None else [later, third]
    everyone, day = [first, *beside], subject.days(later)[0]
    routes = [route for route in later.routes if all(route in one.routes for one in everyone)]
    facts = somebody(subject, [condition for one in everyone for condition in one.conditions], day) if routes else None
    if facts is None:
        return
    for one in everyone:
        facts = with_amount_facts(subject, one, facts)
    covered = [
        c
        for coverage in later.coverage
        for c in coverage.categories
        if routes[0] == "employer" or c not in EMPLOYER_CATEGORIES
    ]
    shared = [c for c in covered if all(one.share_for(c, day) for one in everyone)]
    for amount in _COSTS if shared else ():
        cost = Cost(id=_LINE, category=shared[0], amount_cents=amount)
        problem = problem_of(subject, everyone, facts, [cost], routes[0], day)
        offers = {offer.scheme: offer for offer in problem.offers if offer.amount_known}
        if len(offers) == len(everyone):
            own = [offers[one.scheme] for one in beside]
            for pays, without, with_ in _compared(problem, offers[first.scheme], own):
                name = None if third is None else third.scheme
                yield _Example(name, shared[0], amount, pays, without, with_)


def _compared(problem: Problem, first: Offer, beside: list[Offer]) -> Iterator[tuple[int, int, int]]:
    """What the first pays, what is left to pay without it, and what is left with it, where that is more."""
    total = problem.lines[0].amount_cents
    without = total - sum((_paid(problem, beside, {}) or {}).values())
    most = (_paid(problem, [first], {}) or {}).get(first.id, 0)
    least = most if first.fixed_amount_cents is not None else limits.smallest_total(problem, first)
    for pays in sorted({least, most}):
        if not 0 < pays <= most:
            continue
        smaller = first.model_copy(update={"cap_cents": pays, "had_before_cents": 0})
        offers = tuple(smaller if offer.id == first.id else offer for offer in problem.offers)
        limited = problem.model_copy(update={"offers": offers})
        ways = [
            _paid(limited, [smaller, *beside], {first.id: pays}),
            _paid(limited, [smaller, *beside[1:]], {}),
        ]
        best = max(sum(way.values()) for way in ways if way is not None)
        if total - best > without:
            yield pays, without, total - best


def _paid(problem: Problem, used: Sequence[Offer], fixed: dict[str, int]) -> dict[str, int] | None:
    """What these offers pay in the best mix of only these, with the amounts that are fixed; None when that cannot be."""
    from matching.solve import LockConflict, propose

    names = {offer.id for offer in used}
    locks = Locks(
        shares=tuple(LockedShare(line=_LINE, offer=name, cents=cents) for name, cents in sorted(fixed.items())),
        forbidden=tuple(sorted(offer.id for offer in problem.offers if offer.id not in names)),
    )
    try:
        proposal = propose(problem.model_copy(update={"locks": locks}), outlook=False)
    except LockConflict:
        return None
    paid = dict.fromkeys(sorted(names), 0)
    for share in proposal.shares:
        if share.offer in paid:
            paid[share.offer] += share.cents
    return paid
