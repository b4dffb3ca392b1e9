"""What is linted: a region on a day, wholly or one scheme of it; and the making of findings with their file and line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from schemes.conditions import AnyCondition
from schemes.crosscheck import path_key
from schemes.definition import SchemeDefinition
from schemes.findings import BadFile, Finding
from schemes.lint.rules import RULES
from schemes.lint.walking import changes
from schemes.loading import LoadedRegion
from schemes.reading import Document, read_yaml_or_json

_MOST_DAYS = 12


@dataclass(frozen=True)
class Subject:
    """A region on a day. With `only` the findings are about that scheme; the others are still looked at beside it."""

    region: LoadedRegion
    on: date
    only: str | None = None
    _documents: dict[str, Document | None] = field(default_factory=dict, repr=False)

    def schemes(self) -> Iterator[SchemeDefinition]:
        """The definitions that findings are about, by slug; those that have ended too."""
        for slug in sorted(self.region.schemes):
            if self.only in (None, slug):
                yield self.region.schemes[slug]

    def living(self) -> Iterator[SchemeDefinition]:
        """The same without those that have ended: nobody can ask for them, so their amounts and stacking are history."""
        return (definition for definition in self.schemes() if definition.state != "ended")

    def others(self, than: SchemeDefinition) -> Iterator[SchemeDefinition]:
        """Every other definition of the region that has not ended, by slug."""
        for slug in sorted(self.region.schemes):
            other = self.region.schemes[slug]
            if slug != than.scheme and other.state != "ended":
                yield other

    def days(self, definition: SchemeDefinition) -> list[date]:
        """Days that stand for all days on which one can ask for the scheme, from the day of linting on: the ends of the
        periods and the days on which a value or list changes. When no period is left: of the last one."""
        found: list[date] = []
        for first, last in self.periods(definition):
            found += [first, last]
            found += [day for day in self._changes(definition) if first < day <= last]
        return sorted(set(found))[:_MOST_DAYS]

    def periods(self, definition: SchemeDefinition) -> list[tuple[date, date]]:
        """When one can ask for the scheme, from the day of linting on; without windows that day alone."""
        windows = [
            (window.opens_on, window.closes_on or max(window.opens_on, self.on)) for window in definition.windows
        ]
        to_come = [(max(first, self.on), last) for first, last in windows if last >= self.on]
        if definition.state == "ended" and not windows:
            day = self.on if definition.ended_on is None else min(self.on, definition.ended_on - timedelta(days=1))
            return [(day, day)]
        return to_come or windows[-1:] or [(self.on, self.on)]

    def _changes(self, definition: SchemeDefinition) -> set[date]:
        days = changes(definition)
        for _, condition in definition.walk_conditions():
            for name in lists_of(condition):
                reference = self.region.references.get(name)
                days |= {version.from_ for version in reference.versions} if reference else set()
        return days

    # -- findings ----------------------------------------------------------------------------------------------------------

    def finding(
        self, definition: SchemeDefinition, path: str, code: str, message: str, remedy: str, **params: Any
    ) -> Finding:  # fmt: skip
        """A finding about a scheme, at a path in its file."""
        file = self.region.files.get(f"scheme:{definition.scheme}", f"{definition.scheme}.yaml")
        return self.finding_in(file, path, code, message, remedy, **params)

    def finding_in(self, file: str, path: str, code: str, message: str, remedy: str, **params: Any) -> Finding:
        """A finding at a path of a file; the line is known when the file can be read."""
        document = self._document(file)
        line = document.line(path_key(path)) if document else None
        return Finding(file, path, code, message, remedy, params, line, RULES[code])

    def _document(self, file: str) -> Document | None:
        if file not in self._documents:
            try:
                self._documents[file] = read_yaml_or_json(file) if Path(file).is_file() else None
            except BadFile:
                self._documents[file] = None
        return self._documents[file]


def lists_of(condition: AnyCondition) -> list[str]:
    """The reference lists that a condition without its parts looks at."""
    named = [getattr(condition, "list", None)]
    if condition.type == "age" and condition.below_state_pension:
        named.append("state_pension_age")
    return [name for name in named if name is not None]


def share_group(one: SchemeDefinition, other: SchemeDefinition, scopes: tuple[str, ...] = ("training",)) -> str | None:
    """The exclusion group that keeps two schemes from being used together; None when no group does."""
    theirs = {(rule.group, rule.scope): rule for rule in other.exclusion.groups}
    for rule in one.exclusion.groups:
        match = theirs.get((rule.group, rule.scope))
        if match is not None and rule.scope in scopes and min(rule.at_most, match.at_most) == 1:
            return rule.group
    return None


def excluded_by_public_money(one: SchemeDefinition, other: SchemeDefinition) -> bool:
    """Whether one of the two allows no other public money, and the other is public money."""
    return (one.exclusion.no_other_public_money and other.public_money) or (
        other.exclusion.no_other_public_money and one.public_money
    )


def never_together(one: SchemeDefinition, other: SchemeDefinition) -> bool:
    """Whether two schemes can never be used for the same training."""
    return share_group(one, other) is not None or excluded_by_public_money(one, other)
