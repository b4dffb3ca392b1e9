"""Reads of the workshop: who may touch a version, what it says, and which schemes need care."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import OPEN_STATES, Scheme, SchemeVersion
from portal.framework.catalogue.queries import schemes_in_force
from portal.people.accounts.queries import schemes_of
from portal.people.actor import Actor, Audience
from portal.people.second_person import may_be_second
from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.files.parsing import validate
from schemes.region.cases import CasesFile

REVIEWERS = (Audience.REGION, Audience.SYSTEM)


@dataclass(frozen=True)
class Parsed:
    """What a document says: the value when it parses, else what is wrong."""

    definition: SchemeDefinition | None = None
    cases: CasesFile | None = None
    findings: tuple[Finding, ...] = ()


# Who -------------------------------------------------------------------------------------------------------------------


def may_write(session: Session, *, scheme: Scheme, actor: Actor) -> bool:
    """Whether the actor may write drafts of this scheme: it works for the organisation that owns it."""
    if actor.audience is Audience.SYSTEM:
        return True
    if actor.audience is not Audience.OWNER:
        return False
    return scheme.slug in actor.schemes or scheme.slug in schemes_of(session, organisation_id=actor.organisation_id)


def may_review(session: Session, *, scheme: Scheme, actor: Actor) -> bool:
    """Whether the actor may look at drafts of this scheme, send them back and publish them: its owner, or the region."""
    return actor.audience in REVIEWERS or may_write(session, scheme=scheme, actor=actor)


def is_second_person(version: SchemeVersion, actor: Actor) -> bool:
    """Whether the actor can publish this version: of the whole role, and not who edited or submitted it last."""
    return may_be_second(actor, earlier=(version.edited_by, version.submitted_by))


def version_for(session: Session, *, version_id: int, actor: Actor) -> SchemeVersion | None:
    """A version in any state; None when there is none or the actor may not see it."""
    found = session.get(SchemeVersion, version_id)
    return found if found is not None and may_review(session, scheme=found.scheme, actor=actor) else None


def version_of_scheme(session: Session, *, scheme: str, number: int, actor: Actor) -> SchemeVersion | None:
    """The version of a scheme with this number, in any state; None when there is none or the actor may not see it."""
    rows = select(SchemeVersion).join(Scheme, Scheme.id == SchemeVersion.scheme_id)
    found = session.scalar(rows.where(Scheme.slug == scheme, SchemeVersion.version == number))
    return found if found is not None and may_review(session, scheme=found.scheme, actor=actor) else None


def open_versions(session: Session, *, scheme: str, actor: Actor) -> list[SchemeVersion]:
    """The drafts of a scheme and those in review, the newest first; empty when the actor may not see them."""
    row = session.scalar(select(Scheme).where(Scheme.slug == scheme))
    if row is None or not may_review(session, scheme=row, actor=actor):
        return []
    rows = select(SchemeVersion).where(SchemeVersion.scheme_id == row.id, SchemeVersion.state.in_(OPEN_STATES))
    return list(session.scalars(rows.order_by(SchemeVersion.version.desc())))


# What it says ----------------------------------------------------------------------------------------------------------


def document_of(version: SchemeVersion) -> dict[str, Any]:
    """The definition of a version as plain data, whether it parses or not."""
    found: dict[str, Any] = json.loads(version.definition_json)
    return found


def cases_document_of(version: SchemeVersion) -> dict[str, Any] | None:
    """The cases of a version as plain data; None when there are none."""
    return json.loads(version.cases_json) if version.cases_json is not None else None


def parsed(document: dict[str, Any], cases: dict[str, Any] | None = None, *, name: str = "") -> Parsed:
    """The definition and the cases of plain documents; `findings` say what does not parse. Knows no region."""
    findings: list[Finding] = []
    definition: SchemeDefinition | None = None
    examples: CasesFile | None = None
    try:
        definition = validate(SchemeDefinition, document, name)
    except BadFile as bad:
        findings += bad.findings
    if cases is not None:
        try:
            examples = validate(CasesFile, cases, name)
        except BadFile as bad:
            findings += bad.findings
    return Parsed(definition, examples, tuple(findings))


def parsed_version(version: SchemeVersion) -> Parsed:
    """The definition and the cases of a version, or what is wrong with them. Parsed once per content."""
    key = (version.definition_json, version.cases_json)
    if key not in _PARSED:
        if len(_PARSED) >= 200:
            _PARSED.clear()
        name = version.scheme.slug
        _PARSED[key] = parsed(document_of(version), cases_document_of(version), name=name)
    return _PARSED[key]


_PARSED: dict[tuple[str, str | None], Parsed] = {}


# What needs care -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaleScheme:
    """A scheme whose definition must be looked at again."""

    slug: str
    owner: str
    version: int
    title: Mapping[str, str]
    review_on: date
    past_review: bool
    closed_since: date | None
    """Last day of the last window, when it has passed and no next one is known."""


def stale(session: Session, *, on: date, actor: Actor) -> list[StaleScheme]:
    """Definitions past their review date, or with a closed window and no next one; an owner gets its own."""
    found = []
    for scheme in schemes_in_force(session, on=on):
        definition = scheme.definition
        if actor.audience is Audience.OWNER and scheme.slug not in actor.schemes:
            continue
        closed = _closed_since(definition, on)
        if definition.review_on < on or closed is not None:
            title = {"nl": definition.title.nl, "en": definition.title.en}
            found.append(
                StaleScheme(
                    scheme.slug,
                    definition.owner,
                    scheme.version,
                    title,
                    definition.review_on,
                    definition.review_on < on,
                    closed,
                )
            )
    return found


def _closed_since(definition: SchemeDefinition, on: date) -> date | None:
    if definition.state != "open" or not definition.windows:
        return None
    last = max((window.closes_on or date.max) for window in definition.windows)
    return last if last < on else None
