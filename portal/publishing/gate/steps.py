"""The gate: everything that is looked at before a draft is published, and what its cases now do differently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.answering.cases import run_case
from matching.lint import lint_region
from portal.framework.catalogue.models import SchemeVersion
from portal.framework.catalogue.queries import as_loaded_region, newest_published
from portal.people.actor import Actor
from portal.publishing.effects import ReplayResult
from portal.publishing.gate.models import OutcomeApproval
from portal.publishing.replay.queries import replay_of
from portal.publishing.workshop.queries import is_second_person, parsed_version
from schemes.basics.findings import Finding
from schemes.definition import SchemeDefinition
from schemes.region.cases import Case, CasesFile, cases_checked
from schemes.region.crosscheck import CrossCheck
from schemes.region.loading import LoadedRegion

REPLAY_HOLDS = timedelta(days=7)
"""How long a replay is good for: after that there are questions, and other schemes, that it does not know."""

StepName = Literal["parses", "lint", "cases", "replay", "second_person"]
StepState = Literal["passed", "failed", "to_do"]


@dataclass(frozen=True)
class GateStep:
    """One step of the gate. Findings with severity warning do not keep it shut."""

    name: StepName
    state: StepState
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class CaseOutcome:
    """One case of the draft: what its owner expects and what came out, by the keys of `expect`."""

    name: str
    article: str | None
    passed: bool
    expected: Mapping[str, Any]
    found: Mapping[str, Any]


@dataclass(frozen=True)
class ChangedOutcome:
    """A case that ends differently than under the version in force. Each must be approved by itself.

    changed: another outcome for the same case. rewritten: the case says something else than before. removed: it is gone.
    """

    key: str
    name: str
    kind: Literal["changed", "rewritten", "removed"]
    before: Mapping[str, Any] | None
    """verdict, reason, certainty, availability and (with costs) amount_cents under the version it replaces."""
    after: Mapping[str, Any] | None
    """The same under the draft; None when the case was removed."""
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Gate:
    """What stands between a draft and its publication, for one content of it and for who looks."""

    version_id: int
    work_hash: str
    steps: tuple[GateStep, ...]
    cases: tuple[CaseOutcome, ...]
    changes: tuple[ChangedOutcome, ...]
    replay: ReplayResult | None
    based_on_newest: bool
    """False: another version was published since this draft was begun; see ``rebase_draft``."""

    @property
    def is_open(self) -> bool:
        """Whether this person may publish it now."""
        return self.based_on_newest and all(step.state == "passed" for step in self.steps)

    def step(self, name: StepName) -> GateStep:
        """One step by its name."""
        return next(step for step in self.steps if step.name == name)


def gate(session: Session, *, version: SchemeVersion, actor: Actor, on: date) -> Gate:
    """Look at a draft with everything the gate asks. `on` is today. Writes nothing; does not run the replay."""
    found, base = parsed_version(version), newest_published(session, scheme_id=version.scheme_id)
    newest = base is None or base.id == version.based_on_id
    person = GateStep("second_person", "passed" if is_second_person(version, actor) else "to_do")
    definition = found.definition
    if definition is None or found.findings:
        waiting = tuple(GateStep(name, "to_do") for name in _AFTER_PARSING)
        steps = (GateStep("parses", "failed", found.findings), *waiting, person)
        return Gate(version.id, version.work_hash, steps, (), (), None, newest)
    region = as_loaded_region(session, on=on, with_definition=definition, with_cases=found.cases)
    fits = tuple(misfits(region, definition, found.cases))
    if any(finding.severity == "error" for finding in fits):
        waiting = tuple(GateStep(name, "to_do") for name in _AFTER_PARSING)
        return Gate(
            version.id, version.work_hash, (GateStep("parses", "failed", fits), *waiting, person), (), (), None, newest
        )
    lint = tuple(lint_region(region, scheme=definition.scheme, on=on))
    wrong = any(finding.severity == "error" for finding in lint)
    outcomes = tuple(case_outcomes(found.cases, definition, region))
    changes = tuple(_approved(session, version, _changes(found.cases, definition, base, region)))
    replay = replay_of(session, version=version, compared_with=base)
    steps = (
        GateStep("parses", "passed", fits),
        GateStep("lint", "failed" if wrong else "passed", lint),
        _cases_step(definition, outcomes, changes),
        GateStep("replay", "passed" if replay is not None and on - replay.on <= REPLAY_HOLDS else "to_do"),
        person,
    )
    return Gate(version.id, version.work_hash, steps, outcomes, changes, replay, newest)


_AFTER_PARSING: tuple[StepName, ...] = ("lint", "cases", "replay")


def misfits(region: LoadedRegion, definition: SchemeDefinition, cases: CasesFile | None) -> Iterator[Finding]:
    """What does not fit between a definition, its cases and the facts, lists, schemes and organisations of the region."""
    check = CrossCheck(
        region.facts, region.references, region.schemes, region.funding, region.organisations, {}, {}, region.region, ""
    )
    yield from check.scheme_checked(definition, definition.scheme)
    if cases is not None:
        name = f"cases/{definition.scheme}"
        yield from cases_checked(cases, name, definition, list(region.schemes), region.facts, None)


def _cases_step(
    definition: SchemeDefinition, outcomes: tuple[CaseOutcome, ...], changes: tuple[ChangedOutcome, ...]
) -> GateStep:
    if not outcomes:
        message = "There is no case that shows what the scheme does."
        remedy = "Write at least one example with its outcome."
        return GateStep("cases", "failed", (Finding(definition.scheme, "", "no_cases", message, remedy),))
    if not all(outcome.passed for outcome in outcomes):
        return GateStep("cases", "failed")
    return GateStep("cases", "passed" if all(change.approved_by for change in changes) else "to_do")


def case_outcomes(cases: CasesFile | None, definition: SchemeDefinition, region: LoadedRegion) -> Iterator[CaseOutcome]:
    """Every case against the definition, in the order of the file."""
    if cases is None:
        return
    for case in cases.cases:
        result = run_case(cases, case, definition, region)
        found = _plain(result.found)
        yield CaseOutcome(case.name, case.article, result.passed, result.expected, found)


def _changes(
    cases: CasesFile | None, definition: SchemeDefinition, base: SchemeVersion | None, region: LoadedRegion
) -> Iterator[ChangedOutcome]:
    """The cases that end differently than under `base`: the same cases, run on both definitions."""
    before = parsed_version(base) if base is not None else None
    if before is None or before.definition is None:
        return
    old = {case.name: (before.cases.merged(case), case) for case in before.cases.cases} if before.cases else {}
    for case in cases.cases if cases is not None else ():
        assert cases is not None
        was = _outcome(cases, case, before.definition, region)
        becomes = _outcome(cases, case, definition, region)
        known = old.pop(case.name, None)
        same_case = known is None or (known[0] == cases.merged(case) and known[1].expect == case.expect)
        if _differ(was, becomes):
            yield _change(case.name, "changed", was, becomes, case)
        elif not same_case and before.cases is not None and known is not None:
            yield _change(
                case.name, "rewritten", _outcome(before.cases, known[1], before.definition, region), becomes, case
            )
    for _, gone in old.values():
        if before.cases is not None:
            yield _change(gone.name, "removed", _outcome(before.cases, gone, before.definition, region), None, gone)


def _change(
    name: str,
    kind: Literal["changed", "rewritten", "removed"],
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
    case: Case,
) -> ChangedOutcome:
    said = json.dumps([name, kind, before, after, case.model_dump(mode="json")], sort_keys=True, default=str)
    return ChangedOutcome(hashlib.sha256(said.encode()).hexdigest()[:32], name, kind, before, after)


def _outcome(cases: CasesFile, case: Case, definition: SchemeDefinition, region: LoadedRegion) -> dict[str, Any]:
    """What comes out of a case, with the amount whenever there are costs."""
    return _plain(run_case(cases, case, definition, region, with_amount=True).found)


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two outcomes differ for people. A refusal for the same condition under another name is the same."""
    if any(one.get(key) != other.get(key) for key in ("verdict", "certainty", "availability", "amount_cents")):
        return True
    reasons = set(one.get("reason", ())), set(other.get("reason", ()))
    return bool(reasons[0] and reasons[1] and not reasons[0] & reasons[1])


def _approved(session: Session, version: SchemeVersion, changes: Iterator[ChangedOutcome]) -> Iterator[ChangedOutcome]:
    """The changes with who approved them for exactly this content."""
    rows = select(OutcomeApproval).where(
        OutcomeApproval.scheme_version_id == version.id, OutcomeApproval.work_hash == version.work_hash
    )
    known = {row.key: row for row in session.scalars(rows)}
    for change in changes:
        row = known.get(change.key)
        yield change if row is None else replace(change, approved_by=row.approved_by, approved_at=row.approved_at)


def changed_outcomes(session: Session, *, version: SchemeVersion, on: date) -> tuple[ChangedOutcome, ...]:
    """The cases of a draft that end differently than under the version it replaces; empty while it does not parse."""
    found, base = parsed_version(version), newest_published(session, scheme_id=version.scheme_id)
    if found.definition is None or found.findings:
        return ()
    region = as_loaded_region(session, on=on, with_definition=found.definition, with_cases=found.cases)
    if any(finding.severity == "error" for finding in misfits(region, found.definition, found.cases)):
        return ()
    return tuple(_approved(session, version, _changes(found.cases, found.definition, base, region)))
