"""Gaps in days: windows, dated values and lists that say nothing on a day on which somebody can ask. And what is out of date."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from schemes.basics.findings import Finding
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.facts.references import version_on
from schemes.lint.subject import LintSubject, lists_of
from schemes.lint.walking import dated, gaps

_DAY = timedelta(days=1)
_ASKED = ("open", "not_yet_open")
"""The states in which one can ask for a scheme, now or later."""


def about_dates(subject: LintSubject) -> Iterator[Finding]:
    """Findings about days."""
    for definition in subject.living():
        yield from _windows(subject, definition)
        yield from _values(subject, definition)
        yield from _lists(subject, definition)
        yield from _stale(subject, definition)


def _windows(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    for position, (earlier, later) in enumerate(pairwise(definition.windows), start=1):
        if earlier.closes_on is not None and later.opens_on - earlier.closes_on == 2 * _DAY:
            day = earlier.closes_on + _DAY
            message = f"Between two windows one day is missing: {day}."
            remedy = "Let the first window close, or the second open, on that day; or leave it when it is meant."
            yield subject.finding(definition, f"windows[{position}].opens_on", "window_gap", message, remedy, day=day)


def _values(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    for path, entries in dated(definition):
        holes = list(gaps(entries))
        for position, first, last in holes:
            message = f"From {first} to {last} no value holds."
            remedy = "Let the value before it hold until the next one, or add the value of these days."
            yield subject.finding(
                definition, f"{path}[{position}].from", "dated_gap", message, remedy, first=first, last=last
            )
        asked = definition.state in _ASKED and not path.startswith("budget")
        for first, last in subject.periods(definition) if asked else ():
            day = next((day for day in _candidates(first, last, entries) if value_on(entries, day) is None), None)
            if day is not None and not any(hole[1] <= day <= hole[2] for hole in holes):
                message = f"One can ask for this scheme on {day}, but no value holds on that day."
                yield subject.finding(
                    definition, path, "value_missing", message, "Add the value that holds then.", day=day
                )
                break


def _candidates(first: date, last: date, entries: tuple[object, ...]) -> list[date]:
    """The days of a period on which a dated value may begin to fail: its first day, and the day after each last one."""
    ends = [until + _DAY for entry in entries if (until := getattr(entry, "until", None)) is not None]
    return [first, *(day for day in ends if first < day <= last)]


def _lists(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    for path, condition in definition.walk_conditions() if definition.state in _ASKED else ():
        for name in lists_of(condition):
            reference = subject.region.references.get(name)
            missing = [day for day in subject.days(definition) if reference and version_on(reference, day) is None]
            if missing:
                message = (
                    f"One can ask for this scheme on {missing[0]}, but the list {name} says nothing about that day."
                )
                yield subject.finding(
                    definition, path, "list_missing", message, "Add a version of the list.", list=name, day=missing[0]
                )


def _stale(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    if definition.review_on < subject.on:
        message = f"This definition should have been checked again on {definition.review_on}."
        remedy = "Check it against its sources and choose a new review_on."
        yield subject.finding(definition, "review_on", "review_passed", message, remedy, day=definition.review_on)
    windows = definition.windows
    if definition.state in _ASKED and windows and all(w.is_past(subject.on) for w in windows):
        message = f"The last window closed on {windows[-1].closes_on}, and there is no next one."
        remedy = "Add the next window, or write state closed, ended or unknown."
        yield subject.finding(
            definition, f"windows[{len(windows) - 1}]", "windows_passed", message, remedy, day=windows[-1].closes_on
        )
