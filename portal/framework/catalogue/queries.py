"""Reads of the region and its schemes. Definitions are parsed once per content hash and kept in memory: they never change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from portal.framework.catalogue.models import (
    OPEN_STATES,
    RegionRecord,
    RegionSnapshot,
    Scheme,
    SchemeVersion,
    VersionState,
)
from portal.framework.funding.queries import funding_file
from portal.people.actor import Actor, Audience
from portal.platform.errors import PortalError
from portal.platform.i18n import localized
from portal.platform.reading_once import read_once
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import AnyList, ReferenceList
from schemes.region import Region
from schemes.region.cases import CasesFile
from schemes.region.funding import FundingFile
from schemes.region.loading import LoadedRegion

PUBLISHED = (VersionState.SCHEDULED, VersionState.IN_FORCE, VersionState.SUPERSEDED, VersionState.RETIRED)

FIRST_DAY = date(2000, 1, 1)
"""From when the versions of the first load hold: what the desk knew when it opened also holds for what was asked earlier."""


class NoRegion(PortalError):
    """No region was loaded yet: run ``loket region load DIR``."""


@dataclass(frozen=True)
class Catalogue:
    """The region with its facts and reference lists."""

    region: Region
    facts: Mapping[str, FactDefinition]
    references: Mapping[str, AnyList]
    content_hash: str
    holder_salt: str


@dataclass(frozen=True)
class SchemeInForce:
    """One version of a scheme with its definition."""

    slug: str
    version: int
    version_id: int
    content_hash: str
    definition: SchemeDefinition


_IN_ORDER = (SchemeVersion.in_force_from, SchemeVersion.published_at, SchemeVersion.version)
"""The last one of a scheme in this order holds: from its day on it takes the place of those before it."""
_REFERENCES: TypeAdapter[list[AnyList]] = TypeAdapter(list[ReferenceList])
_DEFINITIONS: dict[str, SchemeDefinition] = {}
_MOST_DEFINITIONS = 5000
_NO_FUNDING = FundingFile(format="ontwikkelloket/funding/1", funders=(), agreements=(), funding_lines=())


def has_region(session: Session) -> bool:
    """Whether a region was loaded."""
    try:
        catalogue(session)
    except NoRegion:
        return False
    return True


def catalogue(session: Session) -> Catalogue:
    """The region, its facts and its lists; parsed once per content and salt. Raises ``NoRegion`` when nothing was loaded."""
    known = session.info.get("catalogue")
    if isinstance(known, Catalogue):
        return known
    key = session.execute(select(RegionRecord.content_hash, RegionRecord.holder_salt)).first()
    if key is None:
        raise NoRegion("no region was loaded: run loket region load")
    found = _parsed.get(key)
    if found is None:
        row = session.scalars(select(RegionRecord)).one()
        found = _parse(row.region, row.facts, row.references, row.content_hash, row.holder_salt)
        _parsed.clear()
        _parsed[key] = found
    session.info["catalogue"] = found
    return found


def catalogue_of(session: Session, *, content_hash: str) -> Catalogue | None:
    """The region, facts and lists as they were under a hash; None when they were not kept."""
    if session.scalar(select(RegionRecord.content_hash)) == content_hash:
        return catalogue(session)
    row = session.scalar(select(RegionSnapshot).where(RegionSnapshot.content_hash == content_hash))
    if row is None:
        return None
    return _parse(row.region, row.facts, row.references, row.content_hash, catalogue(session).holder_salt)


_parsed: dict[tuple[str, str], Catalogue] = {}


def _parse(region: Any, facts: Any, references: Any, content: str, salt: str) -> Catalogue:
    definitions = [FactDefinition.model_validate_json(json.dumps(fact)) for fact in facts]
    lists = _REFERENCES.validate_json(json.dumps(references))
    return Catalogue(
        Region.model_validate_json(json.dumps(region)),
        {fact.key: fact for fact in definitions},
        {item.list: item for item in lists},
        content,
        salt,
    )


def region(session: Session) -> Region:
    """The region of this desk. Raises ``NoRegion``."""
    return catalogue(session).region


def schemes_in_force(session: Session, *, on: date, known_at: datetime | None = None) -> list[SchemeInForce]:
    """The version of every scheme that holds on a day, by slug. Ended and closed schemes are in it: they explain themselves.

    `known_at` is the moment a question was sent: what was published later does not count for it, and what was replaced
    later still does. So a running question keeps its versions, also on the very day of a publication. In a unit that only
    reads nothing changes meanwhile: it asks once.
    """
    return list(read_once(session, ("schemes in force", on, known_at), lambda: _held(session, on, known_at)))


def _held(session: Session, on: date, known_at: datetime | None) -> list[SchemeInForce]:
    published: ColumnElement[bool] = SchemeVersion.state.in_(PUBLISHED)
    if known_at is not None:
        published = or_(SchemeVersion.published_at <= known_at, SchemeVersion.in_force_from == FIRST_DAY)
    rows = session.execute(
        select(Scheme.slug, SchemeVersion.version, SchemeVersion.id, SchemeVersion.content_hash, SchemeVersion.last_day)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.in_force_from <= on, published)
        .order_by(Scheme.slug, *_IN_ORDER)
    ).all()
    newest = {row.slug: row for row in rows}
    holding = [row for row in newest.values() if row.last_day is None or row.last_day >= on]
    _load_definitions(session, {row.id: row.content_hash for row in holding})
    return [
        SchemeInForce(row.slug, row.version, row.id, row.content_hash, _DEFINITIONS[row.content_hash])
        for row in holding
    ]


def scheme_titles(session: Session, *, on: date) -> dict[str, str]:
    """What the schemes that hold on a day are called, in the language in use, by slug."""
    return {one.slug: localized(one.definition.title) for one in schemes_in_force(session, on=on)}


def scheme_in_force(session: Session, *, slug: str, on: date, known_at: datetime | None = None) -> SchemeInForce | None:
    """The version of one scheme that holds on a day; None when there is no such scheme then. `known_at` as above."""
    held = schemes_in_force(session, on=on, known_at=known_at)
    return next((scheme for scheme in held if scheme.slug == slug), None)


def scheme_version(session: Session, *, slug: str, version: int) -> SchemeInForce | None:
    """One version of a scheme, whatever its state; None when there is none."""
    asked = {slug: version}
    return read_once(session, (slug, version), lambda: scheme_versions(session, numbers=asked).get(slug))


def scheme_versions(session: Session, *, numbers: Mapping[str, int]) -> dict[str, SchemeInForce]:
    """These versions of schemes by slug, whatever their state; what there is not is left out."""
    rows = session.execute(
        select(Scheme.slug, SchemeVersion.version, SchemeVersion.id, SchemeVersion.content_hash)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(tuple_(Scheme.slug, SchemeVersion.version).in_(list(numbers.items())))
        .order_by(Scheme.slug)
    ).all()
    _load_definitions(session, {row.id: row.content_hash for row in rows})
    return {
        row.slug: SchemeInForce(row.slug, row.version, row.id, row.content_hash, _DEFINITIONS[row.content_hash])
        for row in rows
    }


def as_scheme(row: SchemeVersion) -> SchemeInForce:
    """A version record with its definition."""
    definition = _DEFINITIONS.get(row.content_hash) or _remember(row.content_hash, row.definition_json)
    return SchemeInForce(row.scheme.slug, row.version, row.id, row.content_hash, definition)


def versions_of(session: Session, *, slug: str) -> list[SchemeVersion]:
    """All versions of a scheme, newest first."""
    rows = select(SchemeVersion).join(Scheme, Scheme.id == SchemeVersion.scheme_id).where(Scheme.slug == slug)
    return list(session.scalars(rows.order_by(SchemeVersion.version.desc())))


def newest_published(session: Session, *, scheme_id: int) -> SchemeVersion | None:
    """The version of a scheme that holds now, or from the day for which it is scheduled; None when none was published.

    It is read anew: who locked the scheme first sees what was done to it meanwhile.
    """
    rows = select(SchemeVersion).where(SchemeVersion.scheme_id == scheme_id, SchemeVersion.state.in_(PUBLISHED))
    last = rows.order_by(*(column.desc() for column in _IN_ORDER)).limit(1)
    return session.scalars(last.execution_options(populate_existing=True)).first()


def version_by_id(session: Session, *, version_id: int) -> SchemeVersion | None:
    """A version by its database id."""
    return session.get(SchemeVersion, version_id)


def drafts(session: Session, *, actor: Actor) -> list[SchemeVersion]:
    """Versions that wait to be published: an owner sees those of its own schemes, an advisor and the region all."""
    rows = (
        select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.state.in_(OPEN_STATES))
        .order_by(Scheme.slug, SchemeVersion.version)
    )
    if actor.audience is Audience.OWNER:
        rows = rows.where(Scheme.slug.in_(actor.schemes))
    elif actor.audience not in (Audience.ADVISOR, Audience.REGION, Audience.ADMIN, Audience.SYSTEM):
        return []
    return list(session.scalars(rows))


def schemes_of_owner(session: Session, *, actor: Actor, on: date) -> list[SchemeInForce]:
    """The schemes that hold on a day and that the actor owns."""
    return [scheme for scheme in schemes_in_force(session, on=on) if scheme.slug in actor.schemes]


def as_loaded_region(
    session: Session,
    *,
    on: date,
    with_definition: SchemeDefinition | None = None,
    with_cases: CasesFile | None = None,
) -> LoadedRegion:
    """The whole region as it holds on a day, in the form that ``schemes`` and ``matching`` read from a folder.

    With `with_definition` (a draft, say) that definition takes the place of the scheme's version, or is added; `with_cases`
    are its cases then. Raises ``NoRegion``.
    """
    known = catalogue(session)
    held = schemes_in_force(session, on=on)
    schemes = {scheme.slug: scheme.definition for scheme in held}
    cases = _cases_of(session, {scheme.version_id: scheme.slug for scheme in held})
    if with_definition is not None:
        schemes[with_definition.scheme] = with_definition
        cases.pop(with_definition.scheme, None)
        if with_cases is not None:
            cases[with_definition.scheme] = with_cases
    return LoadedRegion(
        region=known.region,
        path=Path(known.region.region),
        facts=known.facts,
        references=known.references,
        schemes=dict(sorted(schemes.items())),
        funding=funding_file(session),
        organisations={item.id: item for item in known.region.organisations},
        cases=cases,
    )


def region_in_force(session: Session, *, on: date) -> LoadedRegion:
    """The region as it holds on a day, for who asks what schemes pay and says of what money: without cases and budgets.

    Raises ``NoRegion``.
    """
    known = catalogue(session)
    return LoadedRegion(
        region=known.region,
        path=Path(known.region.region),
        facts=known.facts,
        references=known.references,
        schemes={scheme.slug: scheme.definition for scheme in schemes_in_force(session, on=on)},
        funding=_NO_FUNDING,
        organisations={item.id: item for item in known.region.organisations},
    )


def _cases_of(session: Session, versions: Mapping[int, str]) -> dict[str, CasesFile]:
    """The cases of published versions by scheme; parsed once per text."""
    rows = select(SchemeVersion.id, SchemeVersion.cases_json).where(SchemeVersion.id.in_(versions))
    return {versions[row.id]: _cases(row.cases_json) for row in session.execute(rows) if row.cases_json is not None}


@lru_cache(maxsize=500)
def _cases(text: str) -> CasesFile:
    return CasesFile.model_validate_json(text)


def _load_definitions(session: Session, wanted: Mapping[int, str]) -> None:
    missing = [version_id for version_id, content in wanted.items() if content not in _DEFINITIONS]
    if not missing:
        return
    rows = session.execute(
        select(SchemeVersion.content_hash, SchemeVersion.definition_json).where(SchemeVersion.id.in_(missing))
    )
    for content, text in rows:
        _remember(content, text)


def _remember(content: str, text: str) -> SchemeDefinition:
    if len(_DEFINITIONS) >= _MOST_DEFINITIONS:
        _DEFINITIONS.clear()
    _DEFINITIONS[content] = SchemeDefinition.model_validate_json(text)
    return _DEFINITIONS[content]


# Facts as people and records write them ---------------------------------------------------------------------------------


def as_json(value: Any) -> Any:
    """A fact's value as JSON holds it: dates as YYYY-MM-DD, lists as lists, exact numbers as numbers."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else float(value)
