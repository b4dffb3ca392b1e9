"""A scheme that is of no use to anybody: whoever may have it may have another one that never pays less, and not both."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.lint.subject import LintSubject, never_together
from schemes.proof.cells import Cells, atoms_of, opposite, together

_SAME = ("rate", "reduction", "tiers", "share_of_base", "co_financing", "joint_caps", "precedence", "voucher", "budget")
"""Keys that make paying depend on more than the costs: the other scheme has none of it, or exactly the same."""


def about_beaten(subject: LintSubject) -> Iterator[Finding]:
    """Findings about schemes that are always beaten. Nothing is said where the amounts cannot be compared for certain."""
    for definition in subject.living():
        for other in subject.others(definition):
            if _beats(subject, other, definition):
                message = f"Whoever may have this scheme may have {other.scheme}, which never pays less, and not both."
                remedy = "Check the amounts and conditions of both; leave one out when it is of no use."
                yield subject.finding(definition, "", "scheme_beaten", message, remedy, other=other.scheme)


def _beats(subject: LintSubject, better: SchemeDefinition, worse: SchemeDefinition) -> bool:
    """Whether the better one is at least as good in everything. Of two that are equally good the later name is beaten."""
    comparable = (
        never_together(better, worse)
        and better.amount_known
        and worse.amount_known
        and set(worse.routes) <= set(better.routes)
        and better.state == worse.state
        and (worse.only_possible or not better.only_possible)
        and (worse.repayable or not better.repayable)
        and (better.state_aid == "none" or better.state_aid == worse.state_aid)
    )
    if not comparable or not _at_least_as_good(subject, better, worse):
        return False
    return worse.scheme > better.scheme or not _at_least_as_good(subject, worse, better)


def _at_least_as_good(subject: LintSubject, better: SchemeDefinition, worse: SchemeDefinition) -> bool:
    """Whether everybody who may have the worse one may have the better one, then and there, for no less money."""
    days = subject.days(worse)
    return (
        _open_whenever(better, worse)
        and all(_pays_as_much(better, worse, day) for day in days)
        and all(_holds_for_all(subject, better, worse, day) for day in days)
    )


def _open_whenever(better: SchemeDefinition, worse: SchemeDefinition) -> bool:
    """Whether one can ask for the better one on every day on which one can ask for the worse one."""
    if not better.windows:
        return True
    return bool(worse.windows) and all(
        any(
            other.opens_on <= window.opens_on
            and (other.closes_on is None or (window.closes_on is not None and window.closes_on <= other.closes_on))
            for other in better.windows
        )
        for window in worse.windows
    )


def _pays_as_much(better: SchemeDefinition, worse: SchemeDefinition, on: date) -> bool:
    """Whether the better one pays at least as much for every set of costs, as far as its limits show for certain."""
    if (
        better.variants
        or worse.variants
        or any(_alike(better, key) not in (None, (), _alike(worse, key)) for key in _SAME)
    ):
        return False
    if better.rounding_unit_cents not in (1, worse.rounding_unit_cents):
        return False
    if better.vat == "excluding" and worse.vat == "including":
        return False
    fixed, theirs = _on(better.fixed_amount_cents, on), _on(worse.fixed_amount_cents, on)
    if fixed is not None and (theirs is None or fixed < theirs):
        return False
    least, their_least = _on(better.minimum_cents, on) or 0, theirs or _on(worse.minimum_cents, on) or 0
    return least <= their_least and _covers(better, worse, on) and all(_allows(cap, worse, on) for cap in better.caps)


def _covers(better: SchemeDefinition, worse: SchemeDefinition, on: date) -> bool:
    categories = {category for coverage in worse.coverage for category in coverage.categories}
    return all((better.share_for(one, on) or 0) >= (worse.share_for(one, on) or 0) for one in categories)


def _allows(cap: Cap, worse: SchemeDefinition, on: date) -> bool:
    """Whether a cap of the better one never binds before a limit of the worse one does."""
    most = _on(cap.amount_cents, on)
    if most is None:
        return False
    same = [one for one in worse.caps if (one.per, one.period, one.years) == (cap.per, cap.period, cap.years)]
    limits = [_on(one.amount_cents, on) for one in same]
    if cap.per == "award":
        limits.append(_on(worse.fixed_amount_cents, on))
    return any(limit is not None and limit <= most for limit in limits)


def _holds_for_all(subject: LintSubject, better: SchemeDefinition, worse: SchemeDefinition, on: date) -> bool:
    """Proven that everybody who meets the conditions of the worse one meets those of the better one.

    A condition on awards of the scheme itself means something else in each of the two, so nothing follows from it.
    """
    if not better.conditions:
        return True
    if any(atom.type == "awards" and not atom.schemes for one in better.conditions for atom in atoms_of(one)):
        return False
    region = subject.region
    cells = Cells([*better.conditions, *worse.conditions], region.facts, region.references, on)
    return all(
        cells.possible(together([*worse.conditions, opposite(condition)])).never_met for condition in better.conditions
    )


def _alike(definition: SchemeDefinition, key: str) -> Any:
    """The value of a key, without where it was read."""
    value = getattr(definition, key)
    return value.model_copy(update={"article": None}) if hasattr(value, "article") else value


def _on(dated: Any, on: date) -> Any:
    return None if dated is None else value_on(dated, on)
