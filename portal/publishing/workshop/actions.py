"""The life of a scheme version: draft, in review, published by a second person, ended. Nothing commits."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.framework.catalogue.actions import lock_scheme, move_version, plain_json, work_hash
from portal.framework.catalogue.models import OPEN_STATES, Scheme, SchemeVersion, VersionState
from portal.framework.catalogue.queries import as_scheme, newest_published
from portal.framework.powers import Power, require_power
from portal.people.accounts.actions import disown_scheme, own_schemes
from portal.people.accounts.models import Organisation
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.endings import tell_of_end
from portal.publishing.workshop.queries import document_of, may_review, may_write, parsed, parsed_version
from schemes.files.canonical import canonical_json, content_hash
from schemes.region.cases import CASES_FORMAT

MOST_CHARACTERS = 1_000_000
LONGEST_REASON = 2000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


# Writing ---------------------------------------------------------------------------------------------------------------


def start_draft(session: Session, *, scheme: str | None, actor: Actor, now: datetime) -> SchemeVersion:
    """A draft of a scheme to work on: a copy of the newest published version, or with None an empty new scheme.

    Who already has a draft of this scheme gets that one. A new scheme belongs to the actor's organisation and gets a name of its
    own; it is renamed by saving another `scheme`, as long as nothing of it was published. Raises ``Refusal`` (not_yours).
    """
    row = _start_scheme(session, actor, now) if scheme is None else _scheme(session, scheme)
    if row is None or not may_write(session, scheme=row, actor=actor):
        raise not_yours()
    lock_scheme(session, scheme_id=row.id)
    mine = select(SchemeVersion).where(
        SchemeVersion.scheme_id == row.id,
        SchemeVersion.state == VersionState.DRAFT,
        SchemeVersion.created_by == actor.reference,
    )
    known = session.scalars(mine.order_by(SchemeVersion.version.desc())).first()
    if known is not None:
        return known
    base = newest_published(session, scheme_id=row.id)
    number = _next_number(session, row.id)
    cases = json.loads(base.cases_json) if base is not None and base.cases_json else None
    content = _content(row, number, document_of(base) if base is not None else {}, cases, base is not None)
    version = SchemeVersion(
        scheme=row,
        version=number,
        revision=1,
        state=VersionState.DRAFT,
        based_on_id=base.id if base is not None else None,
        created_at=now,
        created_by=actor.reference,
        edited_at=now,
        edited_by=actor.reference,
        source_hash=content["work_hash"],
        **content,
    )
    session.add(version)
    session.flush()
    record_act(session, version, "started", actor, now)
    return version


def _scheme(session: Session, slug: str) -> Scheme | None:
    return session.scalar(select(Scheme).where(Scheme.slug == slug))


def _start_scheme(session: Session, actor: Actor, now: datetime) -> Scheme:
    organisation = session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    if actor.audience is not Audience.OWNER or organisation is None:
        raise not_yours()
    row = Scheme(slug=secrets.token_hex(16), owner=organisation.slug, created_at=now)
    session.add(row)
    session.flush()
    row.slug = f"nieuwe-regeling-{row.id}"
    session.flush()
    own_schemes(session, organisation=organisation, schemes=[row.slug], now=now)
    return row


def _next_number(session: Session, scheme_id: int) -> int:
    highest = session.scalar(select(func.max(SchemeVersion.version)).where(SchemeVersion.scheme_id == scheme_id))
    return (highest or 0) + 1


def _content(
    scheme: Scheme, number: int, document: Mapping[str, Any], cases: Mapping[str, Any] | None, published: bool
) -> dict[str, Any]:
    """The columns that hold what is written: in canonical form when it parses, else as it is."""
    whole: dict[str, Any] = {
        "format": "ontwikkelloket/scheme/1",
        "scheme": scheme.slug,
        **document,
        "version": number,
        "owner": scheme.owner,
    }
    if published:
        whole["scheme"] = scheme.slug
    examples = None if cases is None else {"format": CASES_FORMAT, **cases, "scheme": whole["scheme"]}
    try:
        kept = parsed(whole, examples)
        cases_json = None if examples is None else plain_json(examples)
        if kept.cases is not None:
            cases_json = canonical_json(kept.cases)
        if kept.definition is not None:
            text, content = canonical_json(kept.definition), content_hash(kept.definition)
        else:
            text, content = plain_json(whole), work_hash(whole, None)
        work = work_hash(kept.definition or whole, cases_json)
    except (TypeError, ValueError, RecursionError) as error:
        message = _l("Deze regeling kan zo niet worden bewaard. Er staat iets in dat geen tekst of getal is.")
        raise Refusal("not_json", message) from error
    if max(len(text), len(cases_json or "")) > MOST_CHARACTERS:
        raise Refusal("too_large", _l("De regeling is te groot. Maak haar korter."))
    return {"definition_json": text, "cases_json": cases_json, "content_hash": content, "work_hash": work}


def save_draft(
    session: Session,
    *,
    version: SchemeVersion,
    document: Mapping[str, Any],
    cases: Mapping[str, Any] | None,
    revision: int,
    actor: Actor,
    now: datetime,
) -> SchemeVersion:
    """Keep what was written, also when it does not parse yet. Format, owner and version number are filled in.

    Raises ``Conflict`` when the draft was saved by somebody else since `revision`, or is no draft any more; ``Refusal`` when
    it is not the actor's, is too large, or takes a name (field `scheme`) that another scheme has.
    """
    row = _writable(session, version, actor)
    if version.state is not VersionState.DRAFT:
        raise Conflict("not_a_draft", _l("Deze versie is geen concept meer. U kunt haar niet veranderen."))
    if version.revision != revision:
        raise Conflict("saved_by_other", _l("Iemand anders heeft dit concept intussen bewaard. Bekijk het opnieuw."))
    published = newest_published(session, scheme_id=row.id) is not None
    if not published:
        _rename(session, row, document.get("scheme"), now)
    content = _content(row, version.version, document, cases, published)
    move_version(
        session,
        version=version,
        to=VersionState.DRAFT,
        allowed=(VersionState.DRAFT,),
        values={**content, "revision": revision + 1, "edited_at": now, "edited_by": actor.reference},
    )
    record_act(session, version, "saved", actor, now)
    return version


def _rename(session: Session, scheme: Scheme, name: Any, now: datetime) -> None:
    """A scheme of which nothing was published yet takes the name that is written in its draft."""
    if name == scheme.slug or not isinstance(name, str) or not _SLUG.fullmatch(name) or len(name) > 80:
        return
    if _scheme(session, name) is not None:
        raise Refusal("scheme_name_taken", _l("Er is al een regeling met deze naam."), field="scheme")
    organisation = session.scalar(select(Organisation).where(Organisation.slug == scheme.owner))
    disown_scheme(session, scheme=scheme.slug)
    scheme.slug = name
    session.flush()
    if organisation is not None:
        own_schemes(session, organisation=organisation, schemes=[name], now=now)


def rebase_draft(session: Session, *, version: SchemeVersion, actor: Actor, now: datetime) -> SchemeVersion:
    """Say that the draft takes the place of the version that was published meanwhile. It gets the next number.

    Raises ``Conflict`` when it is no draft, or is made from the newest published version already.
    """
    row = _writable(session, version, actor)
    lock_scheme(session, scheme_id=row.id)
    base = newest_published(session, scheme_id=row.id)
    if version.state is not VersionState.DRAFT or base is None or base.id == version.based_on_id:
        raise Conflict("nothing_newer", _l("Er is geen nieuwere versie om rekening mee te houden."))
    number = _next_number(session, row.id)
    cases = json.loads(version.cases_json) if version.cases_json else None
    content = _content(row, number, document_of(version), cases, True)
    move_version(
        session,
        version=version,
        to=VersionState.DRAFT,
        allowed=(VersionState.DRAFT,),
        values={
            **content,
            "revision": version.revision + 1,
            "version": number,
            "based_on_id": base.id,
            "edited_at": now,
            "edited_by": actor.reference,
        },
    )
    record_act(session, version, "rebased", actor, now)
    return version


def withdraw_draft(session: Session, *, version: SchemeVersion, actor: Actor, now: datetime) -> None:
    """Throw a draft away. A scheme of which nothing was ever published goes with its last draft."""
    row = _writable(session, version, actor)
    lock_scheme(session, scheme_id=row.id)
    move_version(session, version=version, to=VersionState.DRAFT, allowed=OPEN_STATES, values=NOT_SUBMITTED)
    record_act(session, version, "withdrawn", actor, now)
    session.delete(version)
    session.flush()
    if session.scalar(select(SchemeVersion.id).where(SchemeVersion.scheme_id == row.id).limit(1)) is None:
        disown_scheme(session, scheme=row.slug)
        session.delete(row)
        session.flush()


# Reviewing -------------------------------------------------------------------------------------------------------------

NOT_SUBMITTED: dict[str, Any] = {"submitted_at": None, "submitted_by": None}


def submit_for_review(session: Session, *, version: SchemeVersion, actor: Actor, now: datetime) -> SchemeVersion:
    """Offer a draft to a second person. From here it is not changed any more, unless it comes back.

    Raises ``Refusal`` (does_not_parse) while the definition or its cases do not parse, ``Conflict`` when it is no draft.
    """
    _writable(session, version, actor)
    if version.state is VersionState.DRAFT and parsed_version(version).findings:
        message = _l("Deze regeling is nog niet af. Verbeter eerst wat er niet klopt.")
        raise Refusal("does_not_parse", message)
    move_version(
        session,
        version=version,
        to=VersionState.IN_REVIEW,
        allowed=(VersionState.DRAFT,),
        values={
            "submitted_at": now,
            "submitted_by": actor.reference,
            "returned_at": None,
            "returned_by": None,
            "return_reason": None,
        },
    )
    record_act(session, version, "submitted", actor, now)
    return version


def retire_scheme(
    session: Session,
    *,
    scheme: str,
    last_day: date,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> SchemeVersion:
    """Decide that a scheme ends: `last_day` is the last day on which its version holds. Awards that were given stay.

    It takes two people, and the second has a mandate for the scheme. Who waits for it, applied for it or still could is told.

    Raises ``Refusal`` (reason_missing, day_in_past, not_yours), ``Conflict`` when it does not hold now, was ended already, or a
    next version is scheduled.
    """
    row = _scheme(session, scheme)
    if row is None or not may_review(session, scheme=row, actor=actor):
        raise not_yours()
    text = needed_reason(reason)
    if last_day < local_date(now):
        raise Refusal("day_in_past", _l("Kies vandaag of een latere dag."), field="last_day")
    lock_scheme(session, scheme_id=row.id)
    newest = newest_published(session, scheme_id=row.id)
    if newest is None or newest.state is not VersionState.IN_FORCE or newest.retired_at is not None:
        message = _l("Deze regeling is al beëindigd, of er staat een nieuwe versie klaar.")
        raise Conflict("not_in_force", message)
    on, held = local_date(now), as_scheme(newest)
    require_power(session, Power.STOP_SCHEME, actor=actor, on=on, scheme=held, prepared_by=prepared_by)
    move_version(
        session,
        version=newest,
        to=VersionState.IN_FORCE,
        allowed=(VersionState.IN_FORCE,),
        values={
            "last_day": last_day,
            "retired_at": now,
            "retired_by": actor.reference,
            "retire_reason": text,
        },
    )
    tell_of_end(session, scheme=held, last_day=last_day, on=on, now=now)
    record_act(session, newest, "retired", actor, now)
    return newest


# Shared by the acts above ----------------------------------------------------------------------------------------------


def _writable(session: Session, version: SchemeVersion, actor: Actor) -> Scheme:
    if not may_write(session, scheme=version.scheme, actor=actor):
        raise not_yours()
    return version.scheme


def reviewable(session: Session, version: SchemeVersion, actor: Actor) -> None:
    if not may_review(session, scheme=version.scheme, actor=actor):
        raise not_yours()


def not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit is geen regeling van uw organisatie."))


def needed_reason(text: str) -> str:
    kept = text.strip()
    if not kept:
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    if len(kept) > LONGEST_REASON:
        raise Refusal("reason_too_long", _l("Gebruik niet meer dan 2.000 tekens."), field="reason")
    return kept


def record_act(session: Session, version: SchemeVersion, verb: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"scheme_version.{verb}",
        object_kind="scheme_version",
        object_id=version.id,
        now=now,
    )
