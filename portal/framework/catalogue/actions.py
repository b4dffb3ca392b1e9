"""Acts on versions of schemes: what a version says, and its way into force and out of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme, SchemeVersion, VersionState
from portal.framework.catalogue.queries import newest_published
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical_json


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
        count_act(session, "scheme_version.came_into_force")
    for _ in range(ended):
        count_act(session, "scheme.ended")
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
