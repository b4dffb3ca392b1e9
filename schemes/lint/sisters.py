"""Age bounds between sister schemes and between variants: ages that fall in between, or in two at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.conditions import AgeIs, AnyCondition
from schemes.definition import SchemeDefinition
from schemes.lint.subject import LintSubject, never_together, share_group
from schemes.proof.cells import Cells, together

_OLDEST = 120
_REMEDY = "Let one begin where the other ends, or leave it when it is meant."


@dataclass(frozen=True, slots=True)
class _Ages:
    """The ages that may have something, and where that is written. `name` is a scheme or a variant."""

    name: str
    path: str
    low: int
    high: int
    others: tuple[AnyCondition, ...]
    """The other conditions."""


def about_ages(subject: LintSubject) -> Iterator[Finding]:
    """Findings about ages between schemes of one owner that belong together, and between variants of one scheme."""
    for definition in subject.living():
        own = _ages_of(subject, definition.scheme, "conditions", definition.conditions)
        if own is not None:
            yield from _between_sisters(subject, definition, own)
        parts = [
            (variant.id, f"variants[{i}].when", _members(variant.when)) for i, variant in enumerate(definition.variants)
        ]
        found = [ages for name, path, members in parts if (ages := _ages_of(subject, name, path, members)) is not None]
        if own is not None:
            found = [one for one in found if one.low <= own.high and own.low <= one.high]
        yield from _gaps(subject, definition, found, found)


def _between_sisters(subject: LintSubject, definition: SchemeDefinition, own: _Ages) -> Iterator[Finding]:
    sisters = [other for other in subject.others(definition) if _is_sister(definition, other)]
    found = [(one, _ages_of(subject, one.scheme, "conditions", one.conditions)) for one in sisters]
    same = [(one, ages) for one, ages in found if ages is not None and _same_people(subject, own, ages)]
    yield from _gaps(subject, definition, [own], [own, *(ages for _, ages in same)])
    for sister, ages in same:
        if own.low < ages.low <= own.high < ages.high and never_together(definition, sister):
            message = (
                f"The ages {ages.low} to {own.high} fall in both {own.name} and {ages.name}; only one can be used."
            )
            yield subject.finding(
                definition,
                own.path,
                "ages_overlap",
                message,
                _REMEDY,
                other=ages.name,
                ages=_span(ages.low, own.high),
            )


def _gaps(
    subject: LintSubject, definition: SchemeDefinition, own: Sequence[_Ages], all_: Sequence[_Ages]
) -> Iterator[Finding]:
    """Ages just above one of `own` that nothing of `all_` holds, while something holds the ages above them."""
    for ages in own:
        above = sorted(one.low for one in all_ if one.low > ages.high)
        covered = any(one.low <= ages.high + 1 <= one.high for one in all_)
        if not above or covered:
            continue
        between = _span(ages.high + 1, above[0] - 1)
        other = next(one.name for one in all_ if one.low == above[0])
        message = f"The ages {between} fall between {ages.name} and {other}."
        yield subject.finding(
            definition,
            ages.path,
            "ages_gap",
            message,
            _REMEDY,
            other=other,
            ages=between,
        )


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


def _is_sister(one: SchemeDefinition, other: SchemeDefinition) -> bool:
    """Of one owner, asked for in the same way, and bound together by a group or by the beginning of their names."""
    named_alike = one.scheme.startswith(f"{other.scheme}-") or other.scheme.startswith(f"{one.scheme}-")
    grouped = share_group(one, other) is not None
    return one.owner == other.owner and bool(set(one.routes) & set(other.routes)) and (named_alike or grouped)


def _same_people(subject: LintSubject, one: _Ages, other: _Ages) -> bool:
    """Whether somebody can meet all other conditions of both."""
    whole = together([*one.others, *other.others])
    region = subject.region
    found = Cells([whole], region.facts, region.references, subject.on).possible(whole)
    return not whole.parts or "met" in found.examples


def _members(condition: AnyCondition) -> tuple[AnyCondition, ...]:
    return condition.conditions if condition.type == "all" else (condition,)


def _ages_of(subject: LintSubject, name: str, path: str, conditions: Sequence[AnyCondition]) -> _Ages | None:
    """The ages that conditions admit, when they bound the age of the person on the reference date; None when they do not."""
    low, high, place = 0, _OLDEST, None
    for position, condition in enumerate(conditions):
        if not isinstance(condition, AgeIs) or condition.on_fact is not None or condition.birth_date != "birth_date":
            continue
        place = f"{path}[{position}]" if path == "conditions" else path
        bounds = (condition.at_least, condition.at_most, condition.below)
        least, most, below = (None if bound is None else value_on(bound, subject.on) for bound in bounds)
        low = low if least is None else max(low, least)
        high = high if most is None else min(high, most)
        high = high if below is None else min(high, below - 1)
    others = tuple(one for one in conditions if not isinstance(one, AgeIs))
    return None if place is None or low > high else _Ages(name, place, low, high, others)
