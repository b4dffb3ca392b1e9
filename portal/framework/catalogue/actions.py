"""Acts on the catalogue: load a region's folder, publish a version. After loading, the database is the truth."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching.answering.cases import run_cases
from matching.lint import lint_region
from portal.framework.catalogue.models import RegionRecord, RegionSnapshot, Scheme, SchemeVersion, VersionState
from portal.framework.catalogue.queries import FIRST_DAY, newest_published
from portal.framework.funding.actions import FundingLoad, load_funding
from portal.people.accounts.actions import ensure_organisation, own_schemes
from portal.people.accounts.models import OrganisationKind
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
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


def work_hash(definition: SchemeDefinition | Mapping[str, Any], cases_json: str | None) -> str:
    """SHA-256 over what a version says: its definition without the version number, and its cases.

    A definition that does not parse is given as the plain document.
    """
    if isinstance(definition, SchemeDefinition):
        text = canonical_json(definition.model_copy(update={"version": 1}))
    else:
        text = plain_json({**definition, "version": 1})
    whole = text if cases_json is None else f"{text}\n{cases_json}"
    return "sha256:" + hashlib.sha256(whole.encode()).hexdigest()


def plain_json(document: Mapping[str, Any]) -> str:
    """A plain document as text, in the way of the canonical form: keys in order, no spaces."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


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


def lock_scheme(session: Session, *, scheme_id: int) -> Scheme:
    """The scheme, locked until the end of the transaction: its versions change state one after the other."""
    return session.scalars(select(Scheme).where(Scheme.id == scheme_id).with_for_update(of=Scheme)).one()


def put_in_force(
    session: Session,
    *,
    version: SchemeVersion,
    from_day: date,
    reason: str,
    actor: Actor,
    now: datetime,
    allowed: Sequence[VersionState] = (VersionState.IN_REVIEW,),
) -> SchemeVersion:
    """Publish a version: in force from today, or scheduled for a later day. The version before it then ends the day before.

    This is only the change of state; who may do it, and when, is in ``portal.publishing.workshop``. Raises ``Conflict`` when
    the version was changed or published meanwhile, is not made from the newest published one, or another one starts on or after
    this day.
    """
    lock_scheme(session, scheme_id=version.scheme_id)
    newest = newest_published(session, scheme_id=version.scheme_id)
    if newest is not None and newest.id != version.based_on_id and newest.id != version.id:
        message = _l("Er is intussen een andere versie gepubliceerd. Bekijk eerst wat daarin staat.")
        raise Conflict("other_version_published", message)
    scheduled = newest is not None and newest.state is VersionState.SCHEDULED and newest.id != version.id
    if newest is not None and scheduled and newest.in_force_from is not None and from_day <= newest.in_force_from:
        message = _l("Er staat al een versie klaar die op of na deze dag ingaat. Kies een latere dag.")
        raise Conflict("other_version_scheduled", message, field="from_day")
    today = local_date(now)
    if from_day <= today:
        _retire_past(session, from_day)
        _end_current(session, version.scheme_id, from_day)
    move_version(
        session,
        version=version,
        to=VersionState.IN_FORCE if from_day <= today else VersionState.SCHEDULED,
        allowed=allowed,
        values={
            "in_force_from": from_day,
            "published_at": now,
            "published_by": actor.reference,
            "publish_reason": reason,
        },
    )
    record(
        session,
        actor=actor,
        action="scheme_version.published",
        object_kind="scheme_version",
        object_id=version.id,
        now=now,
    )
    return version


def _end_current(session: Session, scheme_id: int, from_day: date) -> None:
    """The version in force ends on the day before another one begins."""
    session.execute(
        update(SchemeVersion)
        .where(SchemeVersion.scheme_id == scheme_id, SchemeVersion.state == VersionState.IN_FORCE)
        .values(state=VersionState.SUPERSEDED, in_force_until=from_day - timedelta(days=1))
    )


def move_version(
    session: Session,
    *,
    version: SchemeVersion,
    to: VersionState,
    allowed: Sequence[VersionState],
    values: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Change the state of a version, guarded in the write: of two people who take the same step, one wins.

    Raises ``Conflict`` when the version is no longer in one of the allowed states, or was saved since it was read.
    """
    write_guarded(
        session,
        version,
        SchemeVersion.state.in_(allowed),
        SchemeVersion.revision == version.revision,
        otherwise=Conflict("version_moved_on", _l("Deze versie is intussen veranderd. Bekijk haar opnieuw.")),
        **values,
        state=to,
    )


def activate_due_versions(session: Session, *, now: datetime) -> tuple[int, int]:
    """Bring the states up to date with the calendar: (versions that came into force, schemes that ended).

    What holds on a day follows from the dates, so nothing depends on the moment at which this runs.
    """
    today = local_date(now)
    ended = _retire_past(session, today)
    due = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.state == VersionState.SCHEDULED, SchemeVersion.in_force_from <= today)
        .order_by(SchemeVersion.in_force_from, SchemeVersion.id)
        .with_for_update(of=SchemeVersion)
    ).all()
    for version in due:
        assert version.in_force_from is not None
        _end_current(session, version.scheme_id, version.in_force_from)
        version.state = VersionState.IN_FORCE
        session.flush()
    return len(due), ended


def _retire_past(session: Session, day: date) -> int:
    """Schemes whose last day lies before `day` are retired; returns how many."""
    ended = session.execute(
        update(SchemeVersion)
        .where(SchemeVersion.state == VersionState.IN_FORCE, SchemeVersion.last_day < day)
        .values(state=VersionState.RETIRED, in_force_until=SchemeVersion.last_day)
        .execution_options(synchronize_session="fetch")
    )
    return int(getattr(ended, "rowcount", 0))


def _keep_owners(session: Session, loaded: LoadedRegion, actor: Actor, now: datetime) -> None:
    owned: dict[str, list[str]] = {}
    for definition in loaded.schemes.values():
        owned.setdefault(definition.owner, []).append(definition.scheme)
    for owner, slugs in sorted(owned.items()):
        name, kind = loaded.organisations[owner].name.nl, OrganisationKind.SCHEME_OWNER
        organisation = ensure_organisation(session, slug=owner, name=name, kind=kind, actor=actor, now=now)
        own_schemes(session, organisation=organisation, schemes=slugs, now=now)
