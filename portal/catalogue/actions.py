"""Acts on the catalogue: load a region's folder, publish a version. After loading, the database is the truth."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.accounts.actions import ensure_organisation, own_schemes
from portal.accounts.models import OrganisationKind
from portal.audit.actions import record
from portal.catalogue.models import RegionRecord, Scheme, SchemeVersion, VersionState
from portal.clock import local_date
from portal.errors import Conflict, Refusal
from portal.funding.actions import FundingLoad, load_funding
from portal.i18n import lazy_gettext as _l
from schemes.canonical import canonical, canonical_json, content_hash
from schemes.definition import SchemeDefinition
from schemes.loading import LoadedRegion, packaged_region, packaged_regions
from schemes.loading import load_region as read_region

FIRST_DAY = date(2000, 1, 1)
"""From when the versions of the first load hold: what the desk knew when it opened also holds for earlier days."""


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


def load_region(session: Session, *, folder: Path, actor: Actor, now: datetime, publish: bool = False) -> RegionLoad:
    """Take a region's folder into the database. Raises ``schemes.findings.BadFile``; then nothing is written.

    The first load puts every scheme in force. Later, a scheme that changed or is new becomes a draft version (with `publish`: is
    put in force from today); names, settings, facts and lists are replaced; funding lines that are new are added. A folder that
    is the same as at the last load is not read again.
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
    added, changed = _keep_schemes(session, loaded.schemes.values(), first, actor, now)
    published = _publish_drafts(session, actor, now) if publish and not first else ()
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
    return updated


def _keep_schemes(
    session: Session, definitions: Iterable[SchemeDefinition], first: bool, actor: Actor, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {row.slug: row for row in session.scalars(select(Scheme))}
    hashes: dict[int, set[str]] = {}
    highest: dict[int, int] = {}
    for scheme_id, source, version in session.execute(
        select(SchemeVersion.scheme_id, SchemeVersion.source_hash, SchemeVersion.version)
    ):
        hashes.setdefault(scheme_id, set()).add(source)
        highest[scheme_id] = max(version, highest.get(scheme_id, 0))
    added: list[str] = []
    changed: list[str] = []
    for definition in definitions:
        scheme = known.get(definition.scheme)
        source = content_hash(definition.model_copy(update={"version": 1}))
        if scheme is None:
            scheme = Scheme(slug=definition.scheme, owner=definition.owner, created_at=now)
            session.add(scheme)
            session.flush()
            (added if first else changed).append(definition.scheme)
            _add_version(session, scheme, definition, source, first, actor, now)
        elif source not in hashes[scheme.id]:
            newer = definition.model_copy(update={"version": highest[scheme.id] + 1})
            _add_version(session, scheme, newer, source, False, actor, now)
            changed.append(definition.scheme)
    session.flush()
    return tuple(added), tuple(changed)


def _add_version(
    session: Session,
    scheme: Scheme,
    definition: SchemeDefinition,
    source: str,
    in_force: bool,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        SchemeVersion(
            scheme_id=scheme.id,
            version=definition.version,
            definition_json=canonical_json(definition),
            content_hash=content_hash(definition),
            source_hash=source,
            state=VersionState.IN_FORCE if in_force else VersionState.DRAFT,
            in_force_from=FIRST_DAY if in_force else None,
            created_at=now,
            created_by=actor.reference,
            published_at=now if in_force else None,
            published_by=actor.reference if in_force else None,
        )
    )


def _publish_drafts(session: Session, actor: Actor, now: datetime) -> tuple[str, ...]:
    waiting = session.scalars(
        select(SchemeVersion).where(SchemeVersion.state == VersionState.DRAFT).order_by(SchemeVersion.id)
    )
    newest = {version.scheme_id: version for version in waiting}
    for version in newest.values():
        publish_version(session, version=version, actor=actor, now=now)
    return tuple(sorted(version.scheme.slug for version in newest.values()))


def publish_version(session: Session, *, version: SchemeVersion, actor: Actor, now: datetime) -> SchemeVersion:
    """Put a draft in force from today; the version that held until now ends yesterday. Old decisions keep theirs.

    Raises ``Conflict`` when the version is no draft any more.
    """
    today = local_date(now)
    if version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW):
        raise Conflict("not_a_draft", _l("Deze versie is al gepubliceerd."))
    current = session.scalar(
        select(SchemeVersion)
        .where(SchemeVersion.scheme_id == version.scheme_id, SchemeVersion.state == VersionState.IN_FORCE)
        .with_for_update(of=SchemeVersion)
    )
    if current is not None:
        current.state, current.in_force_until = VersionState.SUPERSEDED, date.fromordinal(today.toordinal() - 1)
        session.flush()
    version.state, version.in_force_from = VersionState.IN_FORCE, today
    version.published_at, version.published_by = now, actor.reference
    session.flush()
    record(
        session,
        actor=actor,
        action="scheme_version.published",
        object_kind="scheme_version",
        object_id=version.id,
        now=now,
    )
    return version


def _keep_owners(session: Session, loaded: LoadedRegion, actor: Actor, now: datetime) -> None:
    owned: dict[str, list[str]] = {}
    for definition in loaded.schemes.values():
        owned.setdefault(definition.owner, []).append(definition.scheme)
    for owner, slugs in sorted(owned.items()):
        name, kind = loaded.organisations[owner].name.nl, OrganisationKind.SCHEME_OWNER
        organisation = ensure_organisation(session, slug=owner, name=name, kind=kind, actor=actor, now=now)
        own_schemes(session, organisation=organisation, schemes=slugs, now=now)
