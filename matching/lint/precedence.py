"""Precedence that costs people money: the scheme that comes first pays more, and the person is worse off. Found by solving.

Where a scheme pays on a cost, a scheme it asks first pays there what it can (constraint 12 of the model). So a little money of
the first may leave no room for a fixed amount or a minimum of another, and a first one that needs money of the employer makes
others wait for nothing. What the first one holds can become little on any day, for its funding lines run out: it is tried with
the least it may pay and with all it may pay, beside the scheme that asks it alone and with each third scheme.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from matching.lint.trial import euros, problem_of, somebody, with_amount_facts
from matching.problem import Locks, Offer, Problem
from matching.problem.crossrefs import EMPLOYER_CATEGORIES
from matching.spec import limits
from schemes.basics.costs import Cost
from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.basics.vocabulary import CostCategory
from schemes.definition import SchemeDefinition
from schemes.lint import LintSubject
from schemes.lint.subject import never_together

_COSTS = (100_000, 500_000)
"""Costs that are always tried, in cents, beside those at which an amount just fits."""


@dataclass(frozen=True, slots=True)
class _Example:
    """Somebody who pays more because of a scheme that comes first. `others`: the schemes beside it."""

    others: tuple[str, ...]
    category: CostCategory
    cost_cents: int
    first_cents: int
    without_cents: int
    with_cents: int

    @property
    def loss_cents(self) -> int:
        """How much more the person pays."""
        return self.with_cents - self.without_cents


def about_precedence(subject: LintSubject) -> Iterator[Finding]:
    """One finding per scheme and scheme it asks first, with the example that costs most."""
    for later in subject.living():
        for position, slug in enumerate(later.precedence.asks_first if later.precedence else ()):
            first = subject.region.schemes.get(slug)
            if first is None or first.state == "ended" or never_together(first, later):
                continue
            worst = max(_examples(subject, first, later), key=lambda example: example.loss_cents, default=None)
            if worst is not None:
                yield _said(subject, later, f"precedence.asks_first[{position}]", slug, worst)


def _said(subject: LintSubject, later: SchemeDefinition, path: str, slug: str, found: _Example) -> Finding:
    others = " and ".join(found.others)
    message = (
        f"That {slug} comes first can cost money. Of a cost of {euros(found.cost_cents)} ({found.category}), with {others}, "
        f"somebody pays {euros(found.without_cents)} without {slug}, and {euros(found.with_cents)} when {slug} may pay "
        f"{euros(found.first_cents)}."
    )
    remedy = "Leave out the precedence, or change the amount or the rule that then no longer fits."
    return subject.finding(
        later,
        path,
        "precedence_costs_money",
        message,
        remedy,
        first=slug,
        others=others,
        cost_cents=found.cost_cents,
        first_cents=found.first_cents,
        without_cents=found.without_cents,
        with_cents=found.with_cents,
    )


def _examples(subject: LintSubject, first: SchemeDefinition, later: SchemeDefinition) -> Iterator[_Example]:
    thirds = [
        (other,)
        for other in subject.others(later)
        if other.scheme != first.scheme and (never_together(first, other) or _all_or_nothing(other))
    ]
    if _all_or_nothing(first) or _all_or_nothing(later):
        yield from _tried(subject, first, (later,))
    for third in thirds:
        yield from _tried(subject, first, (later, *third))


def _all_or_nothing(definition: SchemeDefinition) -> bool:
    """Whether a little less room, or a little less money of the employer, can make a scheme pay nothing at all."""
    parts = (definition.fixed_amount_cents, definition.minimum_cents, definition.rate, definition.co_financing)
    return any(part is not None for part in parts) or bool(definition.variants)


def _tried(subject: LintSubject, first: SchemeDefinition, beside: tuple[SchemeDefinition, ...]) -> Iterator[_Example]:
    """The costs and amounts of the first scheme at which somebody is worse off than without it."""
    everyone, day = (first, *beside), subject.days(beside[0])[0]
    routes = [route for route in beside[0].routes if all(route in one.routes for one in everyone)]
    facts = somebody(subject, [condition for one in everyone for condition in one.conditions], day) if routes else None
    if facts is None:
        return
    for one in everyone:
        facts = with_amount_facts(subject, one, facts)
    own = routes[0] == "employer"
    covered = [one for coverage in beside[0].coverage for one in coverage.categories]
    shared = [one for one in covered if first.share_for(one, day) and (own or one not in EMPLOYER_CATEGORIES)]
    for category in shared[:1]:
        for amount in sorted({*_COSTS, *(fit for one in everyone for fit in _just_fits(one, category, subject))}):
            cost = Cost(category=category, amount_cents=amount)
            problem = problem_of(subject, everyone, facts, [cost], routes[0], day, pledge=False)
            names = tuple(one.scheme for one in beside)
            for pays, without, with_ in _compared(problem, first.scheme):
                yield _Example(names, category, amount, pays, without, with_)


def _just_fits(definition: SchemeDefinition, category: CostCategory, subject: LintSubject) -> Iterator[int]:
    """The cost, in cents, of which a scheme can just pay its fixed amount or its minimum."""
    day = subject.days(definition)[0]
    share = definition.share_for(category, day)
    for dated in (definition.fixed_amount_cents, definition.minimum_cents):
        amount = None if dated is None else value_on(dated, day)
        if amount and share:
            yield ceil(amount / share)


def _compared(problem: Problem, scheme: str) -> Iterator[tuple[int, int, int]]:
    """What the first scheme may pay, the asker's own money without it, and with it where that is more."""
    first = next((offer for offer in problem.offers if offer.scheme == scheme and offer.amount_known), None)
    if first is None:
        return
    without = _own_money(problem.model_copy(update={"locks": Locks(forbidden=(first.id,))}))
    line = problem.lines[0]
    own_limit = limits.cap_left(first)
    most = min(limits.coverage_limit(first, line), line.amount_cents if own_limit is None else own_limit)
    least = most if first.fixed_amount_cents is not None else limits.smallest_total(problem, first)
    for pays in sorted({least, most}):
        with_ = _own_money(_limited(problem, first, pays)) if 0 < pays <= most else without
        if with_ > without:
            yield pays, without, with_


def _limited(problem: Problem, first: Offer, cents: int) -> Problem:
    """The problem when the first offer may pay no more than this."""
    smaller = first.model_copy(update={"cap_cents": cents, "had_before_cents": 0})
    return problem.model_copy(
        update={"offers": tuple(smaller if offer.id == first.id else offer for offer in problem.offers)}
    )


def _own_money(problem: Problem) -> int:
    from matching.solver.solve import propose

    return propose(problem, outlook=False).value_of("own_money")
