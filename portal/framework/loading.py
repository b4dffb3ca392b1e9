"""Loading a region's folder into the database: its settings, facts and lists, its schemes, their owners and the funding.

After loading, the database is the truth; what changed in the folder becomes a draft (`portal.framework.catalogue`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.answering.cases import run_cases
from matching.lint import lint_region
from portal.framework.catalogue.actions import put_in_force, work_hash
from portal.framework.catalogue.models import RegionRecord, RegionSnapshot, Scheme, SchemeVersion, VersionState
from portal.framework.catalogue.queries import FIRST_DAY, newest_published
from portal.framework.funding.actions import FundingLoad, load_funding
from portal.people.accounts.actions import ensure_organisation, own_schemes
from portal.people.accounts.models import OrganisationKind
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical, canonical_json, content_hash
from schemes.region.loading import LoadedRegion, packaged_region, packaged_regions
from schemes.region.loading import load_region as read_region

LOAD_REASON = "Geladen uit het bestand"
FIRST_REASON = "Eerste keer geladen"


@dataclass(frozen=True)
class RegionLoad:
    """What loading a folder did."""

    region: str
    unchanged: bool = False
    schemes_added: tuple[str, ...] = ()
    drafts_made: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    """Which of region, facts and references were replaced."""
    funding: FundingLoad = field(default_factory=FundingLoad)


def load_region(
    session: Session, *, folder: Path, actor: Actor, now: datetime, publish: bool = False, reason: str = LOAD_REASON
) -> RegionLoad:
    """Take a region's folder into the database. Raises ``schemes.basics.findings.BadFile``; then nothing is written.

    The first load puts every scheme in force. Later, a scheme that changed or is new becomes a draft version; names, settings,
    facts and lists are replaced; funding lines that are new are added. With `publish` those drafts are put in force from today
    for `reason`, when the linter finds no error in them and all their cases come out. A folder that is the same as at the last
    load is not read again.
    """
    if not folder.exists() and str(folder) in packaged_regions():
        folder = packaged_region(str(folder))
    record_row = session.scalar(select(RegionRecord))
    if record_row is not None and not publish and _is_same(record_row, folder):
        return RegionLoad(record_row.slug, unchanged=True)
    loaded = read_region(folder)
    slug = loaded.region.region
    if record_row is not None and record_row.slug != slug:
        raise Refusal(
            "other_region", _l("Dit loket hoort bij een andere regio. Gebruik voor elke regio een eigen database.")
        )
    first = record_row is None
    updated = _keep_region(session, loaded, record_row, _fingerprint(folder, loaded.region.includes), actor, now)
    session.info.pop("catalogue", None)
    added, changed = _keep_schemes(session, loaded, first, actor, now)
    published = _publish_drafts(session, loaded, reason, actor, now) if publish and not first else ()
    _keep_owners(session, loaded, actor, now)
    funding = load_funding(session, funding=loaded.funding, actor=actor, now=now)
    record(session, actor=actor, action="region.loaded", object_kind="region", object_id=slug, now=now, fields=updated)
    session.flush()
    return RegionLoad(
        slug, False, added, tuple(name for name in changed if name not in published), published, updated, funding
    )


def _is_same(row: RegionRecord, folder: Path) -> bool:
    return folder.is_dir() and row.loaded_hash == _fingerprint(folder, row.region.get("includes", []))


def _fingerprint(folder: Path, includes: Iterable[str]) -> str:
    """A hash over every file of the folder and of the regions it includes."""
    digest = hashlib.sha256()
    folders = [folder]
    for name in includes:
        beside = folder.resolve().parent / name
        folders.append(beside if beside.is_dir() else packaged_region(name))
    for base in folders:
        for path in sorted(item for item in base.rglob("*") if item.suffix in (".yaml", ".yml", ".json", ".md")):
            content = path.read_bytes()
            digest.update(f"{base.name}/{path.relative_to(base).as_posix()}:{len(content)}:".encode())
            digest.update(content)
    return digest.hexdigest()


def _keep_region(
    session: Session, loaded: LoadedRegion, row: RegionRecord | None, fingerprint: str, actor: Actor, now: datetime
) -> tuple[str, ...]:
    own = {item.id: item for item in loaded.region.organisations}
    everybody = (*loaded.region.organisations, *(item for key, item in loaded.organisations.items() if key not in own))
    region = loaded.region.model_copy(update={"organisations": tuple(everybody)})
    values = {
        "region": canonical(region),
        "facts": [canonical(fact) for fact in loaded.facts.values()],
        "references": [canonical(loaded.references[name]) for name in sorted(loaded.references)],
    }
    content = hashlib.sha256(repr(values).encode()).hexdigest()
    if row is None:
        row = RegionRecord(id=1, slug=region.region, holder_salt=secrets.token_hex(32), **values)
        session.add(row)
        updated: tuple[str, ...] = tuple(values)
    else:
        updated = tuple(name for name, value in values.items() if getattr(row, name) != value)
        for name in updated:
            setattr(row, name, values[name])
    row.content_hash, row.loaded_hash, row.loaded_at, row.loaded_by = content, fingerprint, now, actor.reference
    if session.scalar(select(RegionSnapshot.id).where(RegionSnapshot.content_hash == content)) is None:
        session.add(RegionSnapshot(content_hash=content, kept_at=now, **values))
    return updated


def _keep_schemes(
    session: Session, loaded: LoadedRegion, first: bool, actor: Actor, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {row.slug: row for row in session.scalars(select(Scheme))}
    versions: dict[int, list[SchemeVersion]] = {}
    for version in session.scalars(select(SchemeVersion).order_by(SchemeVersion.version)):
        versions.setdefault(version.scheme_id, []).append(version)
    added: list[str] = []
    changed: list[str] = []
    for slug, definition in loaded.schemes.items():
        cases = _cases_text(loaded, slug)
        scheme = known.get(slug)
        if scheme is None:
            scheme = Scheme(slug=slug, owner=definition.owner, created_at=now)
            session.add(scheme)
            session.flush()
            (added if first else changed).append(slug)
            session.add(_new_version(scheme, definition, cases, None, first, actor, now))
        elif _says_something_new(versions.get(scheme.id, []), definition, cases):
            numbered = definition.model_copy(update={"version": versions[scheme.id][-1].version + 1})
            base = newest_published(session, scheme_id=scheme.id)
            session.add(_new_version(scheme, numbered, cases, base, False, actor, now))
            changed.append(slug)
    session.flush()
    return tuple(added), tuple(changed)


def _cases_text(loaded: LoadedRegion, slug: str) -> str | None:
    file = loaded.cases.get(slug)
    return canonical_json(file) if file is not None else None


def _says_something_new(versions: list[SchemeVersion], definition: SchemeDefinition, cases: str | None) -> bool:
    """Whether no version has this definition with these cases. Cases that come with a known definition for the first time are
    taken over where they belong: they say nothing else about it."""
    both, alone = work_hash(definition, cases), work_hash(definition, None)
    if any(both in (version.source_hash, version.work_hash) for version in versions):
        return False
    bare = [version for version in versions if version.cases_json is None and version.source_hash == alone]
    for version in bare:
        version.cases_json, version.source_hash, version.work_hash = cases, both, both
    return not bare


def _new_version(
    scheme: Scheme,
    definition: SchemeDefinition,
    cases: str | None,
    base: SchemeVersion | None,
    in_force: bool,
    actor: Actor,
    now: datetime,
) -> SchemeVersion:
    source, person = work_hash(definition, cases), actor.reference
    version = SchemeVersion(
        scheme_id=scheme.id,
        version=definition.version,
        definition_json=canonical_json(definition),
        cases_json=cases,
        content_hash=content_hash(definition),
        source_hash=source,
        work_hash=source,
        revision=1,
        state=VersionState.DRAFT,
        based_on_id=base.id if base is not None else None,
        created_at=now,
        created_by=person,
        edited_at=now,
        edited_by=person,
    )
    if in_force:
        version.state, version.in_force_from = VersionState.IN_FORCE, FIRST_DAY
        version.published_at, version.published_by, version.publish_reason = now, person, FIRST_REASON
    return version


def _publish_drafts(
    session: Session, loaded: LoadedRegion, reason: str, actor: Actor, now: datetime
) -> tuple[str, ...]:
    waiting = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.state == VersionState.DRAFT, SchemeVersion.edited_by == actor.reference)
        .order_by(SchemeVersion.id)
    )
    newest = {version.scheme_id: version for version in waiting if version.scheme.slug in loaded.schemes}
    wrong = [finding for version in newest.values() for finding in _not_publishable(loaded, version, local_date(now))]
    if wrong:
        raise BadFile(wrong)
    for version in newest.values():
        put_in_force(
            session,
            version=version,
            from_day=local_date(now),
            reason=reason,
            actor=actor,
            now=now,
            allowed=(VersionState.DRAFT,),
        )
    return tuple(sorted(version.scheme.slug for version in newest.values()))


def _not_publishable(loaded: LoadedRegion, version: SchemeVersion, today: date) -> Iterator[Finding]:
    """Errors of the linter, and cases that do not come out."""
    slug = version.scheme.slug
    yield from (found for found in lint_region(loaded, scheme=slug, on=today) if found.severity == "error")
    cases = loaded.cases.get(slug)
    for result in run_cases(cases, loaded.schemes[slug], loaded) if cases is not None else ():
        if not result.passed:
            said = ", ".join(f"{key}: {want} / {got}" for key, (want, got) in result.differences.items())
            yield Finding(
                loaded.files.get(f"cases:{slug}", f"cases/{slug}"),
                "",
                "case_fails",
                f"The case {result.name!r} does not come out ({said}).",
                "Correct the definition or the case.",
                {"name": result.name, "found": f"{result.name} ({said})"},
            )


def _keep_owners(session: Session, loaded: LoadedRegion, actor: Actor, now: datetime) -> None:
    owned: dict[str, list[str]] = {}
    for definition in loaded.schemes.values():
        owned.setdefault(definition.owner, []).append(definition.scheme)
    for owner, slugs in sorted(owned.items()):
        name, kind = loaded.organisations[owner].name.nl, OrganisationKind.SCHEME_OWNER
        organisation = ensure_organisation(session, slug=owner, name=name, kind=kind, actor=actor, now=now)
        own_schemes(session, organisation=organisation, schemes=slugs, now=now)
