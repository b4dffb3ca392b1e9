"""Amounts that nobody can ever be paid: a fixed amount that is no whole number of units, or is too small to be applied for."""

from collections.abc import Iterator

from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.lint.subject import LintSubject


def about_amounts(subject: LintSubject) -> Iterator[Finding]:
    """Findings about fixed amounts. What a reduction or a rate leaves is rounded down, so that only its size counts."""
    for definition in subject.living():
        yield from _fixed(subject, definition, definition, "")
        for position, variant in enumerate(definition.variants):
            if variant.fixed_amount_cents is not None:
                yield from _fixed(subject, definition, variant.applied_to(definition), f"variants[{position}].")


def _fixed(subject: LintSubject, whole: SchemeDefinition, form: SchemeDefinition, prefix: str) -> Iterator[Finding]:
    if form.fixed_amount_cents is None:
        return
    unit, path = form.rounding_unit_cents, f"{prefix}fixed_amount_cents"
    smallest = subject.region.region.settings.smallest_share_cents
    for day in subject.days(whole):
        fixed = value_on(form.fixed_amount_cents, day)
        if fixed is None:
            continue
        if fixed % unit and form.reduction is None:
            message = f"{_euros(fixed)} is never paid: this scheme pays whole amounts of {_euros(unit)}."
            remedy = "Write an amount that is a whole number of units, or another rounding_unit_cents."
            yield subject.finding(whole, path, "fixed_not_whole", message, remedy, fixed_cents=fixed, unit_cents=unit)
            return
        if fixed < smallest:
            message = f"{_euros(fixed)} is never paid: in this region nobody is sent to apply for less than {_euros(smallest)}."
            remedy = "Write another amount, or lower smallest_share_cents of the region."
            params = {"fixed_cents": fixed, "minimum_cents": smallest}
            yield subject.finding(whole, path, "fixed_too_small", message, remedy, **params)
            return


def _euros(cents: int) -> str:
    return f"€ {cents // 100:,}.{cents % 100:02d}"
