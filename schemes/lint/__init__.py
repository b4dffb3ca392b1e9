"""The linter: what a definition says that its writer cannot have meant, and what is missing.

Pure rules on definitions. Those that need amounts to be worked out are in `matching.lint`, which calls this one too.
"""

from collections.abc import Callable, Iterator
from datetime import date

from schemes.basics.findings import Finding
from schemes.lint.amounts import about_amounts
from schemes.lint.beaten import about_beaten
from schemes.lint.budgets import about_budgets
from schemes.lint.conditions import about_conditions
from schemes.lint.dates import about_dates
from schemes.lint.rules import RULES
from schemes.lint.sisters import about_ages
from schemes.lint.stacking import about_stacking
from schemes.lint.subject import LintSubject
from schemes.lint.texts import about_texts
from schemes.region.loading import LoadedRegion

__all__ = ["FAMILIES", "RULES", "LintSubject", "in_order", "lint"]

FAMILIES: tuple[Callable[[LintSubject], Iterator[Finding]], ...] = (
    about_conditions,
    about_stacking,
    about_amounts,
    about_beaten,
    about_ages,
    about_dates,
    about_budgets,
    about_texts,
)


def lint(region: LoadedRegion, scheme: str | None = None, *, on: date) -> list[Finding]:
    """What is wrong or doubtful in the definitions of a region on a day, errors first; or in one scheme of it by its slug.

    The region has been loaded, so that its files are right by themselves. Raises KeyError for a slug that is not there.
    """
    if scheme is not None and scheme not in region.schemes:
        raise KeyError(scheme)
    subject = LintSubject(region, on, scheme)
    return in_order(finding for family in FAMILIES for finding in family(subject))


def in_order(findings: Iterator[Finding]) -> list[Finding]:
    """Errors first, then by file and line; of findings that are the same one is kept."""
    unique = {(f.file, f.path, f.code, f.message_en): f for f in findings}
    return sorted(unique.values(), key=lambda f: (f.severity, f.file, f.line or 0, f.path, f.code))
