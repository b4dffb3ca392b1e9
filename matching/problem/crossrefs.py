"""What a problem must hold between its parts: unique ids, references that exist, combinations that mean something."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

if TYPE_CHECKING:
    from matching.problem.entries import Offer, ProblemFields

EMPLOYER_CATEGORIES: frozenset[str] = frozenset({"wage", "guidance"})
"""Categories that are the employer's cost in every route."""

Place = tuple[str | int, ...]
Wrong = tuple[Place, str, str, dict[str, Any]]
"""Where, code, sentence with {placeholders}, parameters."""


def raise_all(title: str, errors: Iterable[Wrong]) -> None:
    """Raise one ValidationError with every error at its own place; do nothing when there are none."""
    details = [
        InitErrorDetails(type=PydanticCustomError(code, message, params), loc=place, input=params.get("value"))
        for place, code, message, params in errors
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)


def problem_errors(problem: "ProblemFields") -> Iterator[Wrong]:
    """Everything that is wrong between the parts of a problem, in the order of the file."""
    yield from _bearers(problem)
    yield from _unique("lines", [line.id for line in problem.lines])
    payers = [("offers", n, offer.id) for n, offer in enumerate(problem.offers)]
    payers += [("pledges", n, pledge.id) for n, pledge in enumerate(problem.pledges)]
    seen: set[str] = set()
    for part, n, name in payers:
        if name in seen:
            yield (
                (part, n, "id"),
                "duplicate_id",
                "The id {value} is used twice among offers and pledges",
                {"value": name},
            )
        seen.add(name)
    names = {other.id for other in problem.offers}
    for n, offer in enumerate(problem.offers):
        yield from _offer(("offers", n), offer, seen)
        if offer.asks_first:
            yield from _known(("offers", n, "asks_first"), offer.asks_first, names - {offer.id})
    kinds = [pledge.kind for pledge in problem.pledges]
    if len(set(kinds)) < len(kinds):
        yield ("pledges",), "two_pledges_of_one_kind", "There is at most one fixed and one up_to pledge", {}
    yield from _unique("funding_lines", [line.id for line in problem.funding_lines])
    yield from _unique("exclusion_groups", [group.id for group in problem.exclusion_groups])
    offers = {offer.id for offer in problem.offers}
    for n, group in enumerate(problem.exclusion_groups):
        yield from _known(("exclusion_groups", n, "offers"), group.offers, offers)
    yield from _unique("joint_caps", [cap.id for cap in problem.joint_caps])
    for n, cap in enumerate(problem.joint_caps):
        yield from _known(("joint_caps", n, "offers"), cap.offers, offers)
    yield from _unique("holder_caps", [cap.id for cap in problem.holder_caps])
    for n, held in enumerate(problem.holder_caps):
        yield from _known(("holder_caps", n, "offers"), held.offers, offers)
    yield from _parts(problem)
    yield from _locks(problem, offers)


def _parts(problem: "ProblemFields") -> Iterator[Wrong]:
    """Of a bundle every line and offer has its part; of one question none has."""
    yield from _unique("parts", [part.id for part in problem.parts])
    known = {part.id for part in problem.parts}
    if known and problem.pledges:
        yield ("pledges",), "pledge_in_bundle", "A bundle is one employer's, who pays the rest: it has no pledges", {}
    named: list[tuple[str, int, str | None]] = [("lines", n, line.part) for n, line in enumerate(problem.lines)]
    named += [("offers", n, offer.part) for n, offer in enumerate(problem.offers)]
    for name, n, part in named:
        if (part is None) != (not known):
            message = "With parts every line and offer names its part, without parts none does"
            yield (name, n, "part"), "part_does_not_fit", message, {"value": part}
        elif part is not None:
            yield from _known((name, n, "part"), (part,), known, listed=False)


def _bearers(problem: "ProblemFields") -> Iterator[Wrong]:
    for n, line in enumerate(problem.lines):
        if line.bearer == "resident" and problem.circumstances.route == "employer":
            message = "In the employer route every line is the employer's"
            yield ("lines", n, "bearer"), "bearer_in_employer_route", message, {"value": "resident"}
        elif line.bearer == "resident" and line.category in EMPLOYER_CATEGORIES:
            message = "A line of category {category} is always the employer's"
            yield (
                ("lines", n, "bearer"),
                "bearer_of_category",
                message,
                {"value": "resident", "category": line.category},
            )
        if line.without_vat_cents > line.amount_cents:
            message = "The amount without VAT is more than the amount"
            params = {"value": line.without_vat_cents, "amount_cents": line.amount_cents}
            yield ("lines", n, "amount_without_vat_cents"), "without_vat_is_more", message, params


def _offer(place: Place, offer: "Offer", payers: set[str]) -> Iterator[Wrong]:
    if offer.price_permille is not None and offer.administered == "here":
        message = "An offer administered here has no price: its funding lines have"
        yield (*place, "price_permille"), "price_of_offer_here", message, {"value": offer.price_permille}
    if offer.had_before_cents and offer.cap_cents is None:
        message = "What was had before counts against a cap, and this offer has none"
        yield (*place, "had_before_cents"), "had_before_without_cap", message, {"value": offer.had_before_cents}
    for key, rule in (("share_of_base", offer.share_of_base), ("tiers", offer.tiers)):
        if rule is None:
            continue
        if (rule.of == "eligible_cost_less") != bool(rule.less):
            message = "Name in less who is subtracted with of: eligible_cost_less, and only there"
            yield (*place, key, "less"), "less_does_not_fit", message, {"value": rule.of}
        yield from _known((*place, key, "less"), rule.less, payers - {offer.id})


def _locks(problem: "ProblemFields", offers: set[str]) -> Iterator[Wrong]:
    locks = problem.locks
    limited = {pledge.id for pledge in problem.pledges if pledge.kind == "up_to"}
    yield from _known(("locks", "forbidden"), locks.forbidden, offers | limited)
    lines = {line.id for line in problem.lines}
    pledges = {pledge.id for pledge in problem.pledges}
    funding = {line.id for line in problem.funding_lines}
    cells: set[tuple[str, str, str | None]] = set()
    for n, lock in enumerate(locks.shares):
        place = ("locks", "shares", n)
        yield from _known((*place, "line"), (lock.line,), lines, listed=False)
        yield from _known((*place, "offer"), (lock.offer,), offers | pledges, listed=False)
        if lock.funding_line is not None:
            yield from _known((*place, "funding_line"), (lock.funding_line,), funding, listed=False)
        cell = (lock.line, lock.offer, lock.funding_line)
        if cell in cells:
            yield place, "duplicate_lock", "The same share is locked twice", {"value": lock.offer}
        cells.add(cell)


def _unique(part: str, names: list[str]) -> Iterator[Wrong]:
    seen: set[str] = set()
    for n, name in enumerate(names):
        if name in seen:
            yield (part, n, "id"), "duplicate_id", "The id {value} is used twice", {"value": name}
        seen.add(name)


def _known(place: Place, names: Iterable[str], known: set[str], *, listed: bool = True) -> Iterator[Wrong]:
    seen: set[str] = set()
    for n, name in enumerate(names):
        at = (*place, n) if listed else place
        if name not in known:
            yield at, "unknown_id", "{value} does not exist here", {"value": name, "known": sorted(known)}
        elif name in seen:
            yield at, "duplicate_id", "{value} is named twice", {"value": name}
        seen.add(name)
