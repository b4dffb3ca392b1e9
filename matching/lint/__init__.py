"""The linter with everything in it: the pure rules of `schemes.lint`, and those that need amounts to be worked out."""

from collections.abc import Callable, Iterator
from datetime import date

from matching.lint.cliffs import about_cliffs
from matching.lint.precedence import about_precedence
from schemes.basics.findings import Finding
from schemes.lint import FAMILIES as PURE
from schemes.lint import LintSubject, in_order
from schemes.region.loading import LoadedRegion

FAMILIES: tuple[Callable[[LintSubject], Iterator[Finding]], ...] = (*PURE, about_precedence, about_cliffs)


def lint_region(region: LoadedRegion, scheme: str | None = None, *, on: date) -> list[Finding]:
    """What is wrong or doubtful in the definitions of a region on a day, errors first; or in one scheme of it by its slug.

    The region has been loaded, so that its files are right by themselves. Raises KeyError for a slug that is not there.
    """
    if scheme is not None and scheme not in region.schemes:
        raise KeyError(scheme)
    subject = LintSubject(region, on, scheme)
    return in_order(finding for family in FAMILIES for finding in family(subject))
