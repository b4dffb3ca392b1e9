"""Cases: examples of one scheme with the outcome its owner expects, in sentences an official can approve.

A file `cases/<slug>.yaml` beside the definitions. `given` is what every case starts from; a case writes only what differs.
`matching.answering.cases` runs them.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.codes import AVAILABILITY, RULES
from schemes.basics.costs import Cost, HadBefore, QuestionPledge
from schemes.basics.findings import Finding
from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Key, Line, Model, Slug
from schemes.basics.vocabulary import Route
from schemes.conditions import CONDITION_TYPES, type_name
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition, RawFact, parse_facts
from schemes.files.parsing import nearest_remedy
from schemes.files.reading import Document, PathKey, path_text

CASES_FORMAT: Literal["ontwikkelloket/cases/1"] = "ontwikkelloket/cases/1"
STATES = ("open", "not_yet_open", "closed", "ended", "ceiling_reached", "unknown")
OTHER_REASONS = ("route",)


class Given(Model):
    """The person, the training and the money of a case. What is left out comes from `given` of the file."""

    on: Day | None = None
    """Reference date: the day on which all rules are read. Needed in the case or in `given`."""
    route: Route | None = None
    """Who asks. Leave out for the first route of the scheme."""
    facts: dict[Key, RawFact] = Field(default={}, max_length=500)
    """What is known, by the keys of the region's facts. null: not known, also when `given` has a value."""
    costs: Items[Cost] | None = Field(default=None, max_length=100)
    """The costs. Needed to expect an amount."""
    pledge: QuestionPledge | None = None
    """The employer's promise; only in the individual route."""
    had_before: Items[HadBefore] | None = Field(default=None, max_length=200)
    """Awards that were had before."""
    borrow_up_to_cents: Cents | None = None
    """The most somebody wants to borrow. Left out with a loan: as much as is needed."""


class Expectation(Model):
    """What must come out. At least one of these."""

    verdict: Literal["eligible", "not_eligible", "unknown"] | None = None
    """What the conditions say about the person."""
    reason: Line | None = None
    """The condition that decides when the verdict is not_eligible or unknown: its id, its type, or the code of the rule;
    or `route` when the scheme is not for this route."""
    availability: Line | None = None
    """State of the scheme on that day: open, not_yet_open, closed, ended, unknown; or the code that says so."""
    certainty: Literal["firm", "possible", "none"] | None = None
    """firm: counts in a mix. possible: somebody else still decides, or something is not known. none: plays no part."""
    amount_cents: Cents | None = None
    """What this scheme alone pays, in cents, with enough money in the budget; what is only possible counts as certain."""
    amount_known: bool | None = None
    """false: what it pays is not known, on that day or with these facts. true: it can be worked out."""

    @model_validator(mode="after")
    def _something(self) -> "Expectation":
        if not self.model_dump(exclude_none=True):
            raise PydanticCustomError("nothing_expected", "The case expects nothing, so it cannot fail")
        return self

    def as_dict(self) -> dict[str, Any]:
        """What is expected, by key."""
        return self.model_dump(mode="json", exclude_none=True)


class Case(Given):
    """One example with its expected outcome."""

    name: Line
    """The case as one sentence in Dutch that an official can approve. Each name stands once in the file."""
    article: Line | None = None
    """The article that the case is about."""
    expect: Expectation
    """What must come out."""


class CasesFile(Model):
    """cases/<slug>.yaml: the cases of one scheme."""

    format: Literal["ontwikkelloket/cases/1"]
    """Always ontwikkelloket/cases/1."""
    scheme: Slug
    """The scheme, by slug. The file has the same name."""
    given: Given = Given()
    """What every case starts from."""
    cases: Items[Case] = Field(min_length=1, max_length=500)
    """The cases."""

    @model_validator(mode="after")
    def _consistent(self) -> "CasesFile":
        names = [case.name for case in self.cases]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError("duplicate_case", "The case {name} stands twice in this file", {"name": name})
        for position, case in enumerate(self.cases):
            merged = self.merged(case)
            if merged.on is None:
                raise PydanticCustomError(
                    "case_without_day",
                    "The case {name} has no day; write `on` in the case or in given",
                    {"name": case.name, "at": f"cases[{position}].on"},
                )
            if case.expect.amount_cents and not merged.costs:
                raise PydanticCustomError(
                    "case_without_costs",
                    "The case {name} expects an amount but has no costs",
                    {"name": case.name, "at": f"cases[{position}].costs"},
                )
        return self

    @model_serializer(mode="wrap")
    def _with_what_is_taken_back(self, plain: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        """A case that says null takes back what is given: the null is kept where it says something, and only there."""
        found: dict[str, Any] = plain(self)
        given = [name for name in Given.model_fields if name != "facts" and getattr(self.given, name) is not None]
        for case, written in zip(self.cases, found.get("cases", ()), strict=False):
            for name in given:
                if name in case.model_fields_set and getattr(case, name) is None and not info.exclude_none:
                    written[name] = None
        return found

    def merged(self, case: Case) -> Given:
        """The case on top of what is given: facts by key, everything else as a whole."""
        base = {name: getattr(self.given, name) for name in Given.model_fields}
        own = {name: getattr(case, name) for name in case.model_fields_set if name in base}
        return Given.model_construct(**{**base, **own, "facts": {**self.given.facts, **case.facts}})


def cases_checked(
    file: CasesFile,
    name: str,
    definition: SchemeDefinition | None,
    known_schemes: list[str],
    facts: Mapping[str, FactDefinition],
    document: Document | None,
) -> Iterator[Finding]:
    """Findings between a cases file and the rest of its region: the scheme, the facts, the reasons, the days."""
    if definition is None:
        near = get_close_matches(file.scheme, known_schemes, n=1)
        remedy = nearest_remedy(near[0] if near else None, known_schemes)
        params = {"name": file.scheme, "nearest": near[0] if near else None}
        message = f"There is no scheme {file.scheme!r}."
        yield _finding(name, ("scheme",), "unknown_scheme", message, remedy, document, params)
        return
    reasons, said = _reasons(definition), set[tuple[str, str]]()
    for position, case in enumerate(file.cases):
        place: PathKey = ("cases", position)
        merged = file.merged(case)
        if merged.on is not None:
            for found in parse_facts(merged.facts, facts, on=merged.on, file=name, path="").findings:
                placed = _placed(found, file, case, position, document)
                if (placed.path, placed.code) not in said:
                    said.add((placed.path, placed.code))
                    yield placed
            late = [entry for entry in merged.had_before or () if entry.awarded_on > merged.on]
            if late:
                message = f"An award of before ({late[0].awarded_on}) lies after the reference date."
                path = (*place, "had_before")
                yield _finding(name, path, "award_after_reference", message, "Correct one of the two.", document, {})
        expect = case.expect
        if expect.reason is not None and expect.reason not in reasons:
            path = (*place, "expect", "reason")
            yield _unknown(name, path, "unknown_reason", "reason", expect.reason, reasons, document)
        states = [*STATES, *AVAILABILITY]
        if expect.availability is not None and expect.availability not in states:
            path = (*place, "expect", "availability")
            yield _unknown(name, path, "unknown_state", "state", expect.availability, states, document)


def _reasons(definition: SchemeDefinition) -> list[str]:
    ids = [condition.id for _, condition in definition.walk_conditions() if condition.id]
    types = [type_name(kind) for kind in CONDITION_TYPES]
    return [*dict.fromkeys([*ids, *types, *RULES, *OTHER_REASONS])]


def _placed(found: Finding, file: CasesFile, case: Case, position: int, document: Document | None) -> Finding:
    key = str(found.params.get("fact", found.path))
    where: PathKey = ("cases", position, "facts", key) if key in case.facts else ("given", "facts", key)
    return _finding(found.file, where, found.code, found.message_en, found.remedy_en, document, dict(found.params))


def _unknown(
    name: str, path: PathKey, code: str, what: str, value: str, allowed: list[str], document: Document | None
) -> Finding:
    near = get_close_matches(value, allowed, n=1)
    remedy = nearest_remedy(near[0] if near else None, allowed)
    params = {"name": value, "nearest": near[0] if near else None}
    return _finding(name, path, code, f"There is no {what} {value!r} here.", remedy, document, params)


def _finding(
    name: str, path: PathKey, code: str, message: str, remedy: str, document: Document | None, params: dict[str, Any]
) -> Finding:
    line = document.line(path) if document else None
    return Finding(name, path_text(path), code, message, remedy, params, line)
