"""What is linted: a region on a day, wholly or one scheme of it; and the making of findings with their file and line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from schemes.basics.findings import BadFile, Finding
from schemes.basics.values import EARLIEST, LATEST
from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.files.parsing import validate_document
from schemes.files.reading import Document, read_yaml_or_json
from schemes.lint.rules import RULES
from schemes.lint.walking import changes, walk
from schemes.region.crosscheck import path_key
from schemes.region.loading import LoadedRegion

_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class LintSubject:
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
        """Days that stand for all days on which one can ask for the scheme, from the day of linting on, the first one first.

        The ends of the periods and the days on which a value or list changes; every day of them when a rule compares a fixed
        day with the day of asking, for then it may hold on some days in the middle only. Without windows: of the coming year.
        """
        found: set[date] = set()
        changes = self._changes(definition)
        every = _compares_days(definition)
        for first, last in self.periods(definition):
            if not definition.windows and definition.state != "ended":
                last = self._horizon(definition, changes) if every else max([last, *changes])
            found |= {day for day in changes if first < day <= last} | {first}
            found |= {last} if definition.windows else set()
            found |= {first + timedelta(days=n) for n in range((last - first).days + 1)} if every else set()
        return sorted(found)

    def _horizon(self, definition: SchemeDefinition, changes: set[date]) -> date:
        """Of a scheme without windows: a year ahead, or until the last day that a rule or a value names, ten years at most."""
        named = {
            value for _, part in definition.walk_conditions() for _, value in walk(part) if isinstance(value, date)
        }
        latest = max([self.on + _YEAR, *named, *changes])
        return min(latest, self.on + 10 * _YEAR)

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
    ) -> Finding:
        """A finding about a scheme, at a path in its file. A draft that is no longer what its file holds has no lines."""
        file = self.region.files.get(f"scheme:{definition.scheme}", f"{definition.scheme}.yaml")
        if file not in self._documents:
            document = _read(file)
            self._documents[file] = document if document is not None and _holds(document, definition) else None
        return self.finding_in(file, path, code, message, remedy, **params)

    def finding_in(self, file: str, path: str, code: str, message: str, remedy: str, **params: Any) -> Finding:
        """A finding at a path of a file; the line is known when the file can be read."""
        if file not in self._documents:
            self._documents[file] = _read(file)
        document = self._documents[file]
        line = document.line(path_key(path)) if document else None
        return Finding(file, path, code, message, remedy, params, line, RULES[code])


def _read(file: str) -> Document | None:
    """What a file holds; None when there is no such file or it cannot be read."""
    try:
        return read_yaml_or_json(file) if Path(file).is_file() else None
    except BadFile:
        return None


def _holds(document: Document, definition: SchemeDefinition) -> bool:
    try:
        return bool(validate_document(SchemeDefinition, document) == definition)
    except BadFile:
        return False


def _compares_days(definition: SchemeDefinition) -> bool:
    """Whether rules name a fixed day or year, and other rules the day of asking."""
    atoms = [condition for _, condition in definition.walk_conditions() if not condition.parts]
    named = any(True for condition in atoms for _ in _named(condition))
    return named and any(condition.type in _MOVING or _counts_days(condition) for condition in atoms)


def _named(condition: AnyCondition) -> Iterator[date | int]:
    """The days that a condition names, and the numbers that may be years; not those from which its values hold."""
    for path, value in walk(condition):
        year = condition.type == "number" and isinstance(value, int) and EARLIEST.year <= value <= LATEST.year
        if (year or isinstance(value, date)) and not path.endswith((".from", ".until")):
            yield value


_MOVING = ("age", "starts_after_reference", "elapsed", "awards")


def _counts_days(condition: AnyCondition) -> bool:
    counted = ("days_after_reference_at_least", "days_after_reference_at_most")
    return any(getattr(condition, name, None) is not None for name in counted)


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
