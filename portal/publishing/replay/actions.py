"""Keeping replays. Computing one reads only and may take a while; keeping it is one short write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion
from portal.framework.catalogue.queries import newest_published
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.replay.models import ReplayRun
from portal.publishing.replay.queries import PEOPLE, RESULT, ReplayResult, compute_replay, hiding_few
from portal.publishing.workshop.actions import reviewable
from portal.publishing.workshop.queries import parsed_version


def run_replay(
    session: Session, *, version: SchemeVersion, actor: Actor, now: datetime, people: int = PEOPLE
) -> ReplayRun:
    """Run a draft over all past questions and generated people, and keep the figures.

    Raises ``Refusal`` while the draft does not parse (does_not_parse) or is not the actor's (not_yours).
    """
    reviewable(session, version, actor)
    if parsed_version(version).findings:
        raise Refusal("does_not_parse", _l("Deze regeling is nog niet af. Verbeter eerst wat er niet klopt."))
    base = newest_published(session, scheme_id=version.scheme_id)
    result = compute_replay(session, version=version, compared_with=base, on=local_date(now), people=people)
    return keep_replay(
        session, version=version, compared_with=base, work_hash=version.work_hash, result=result, actor=actor, now=now
    )


def keep_replay(
    session: Session,
    *,
    version: SchemeVersion,
    compared_with: SchemeVersion | None,
    work_hash: str,
    result: ReplayResult,
    actor: Actor,
    now: datetime,
) -> ReplayRun:
    """Keep a replay that was computed before, of the content `work_hash`. What is about a few real people is not kept.

    Raises ``Conflict`` when the draft was edited or another version was published meanwhile.
    """
    reviewable(session, version, actor)
    base = newest_published(session, scheme_id=version.scheme_id)
    if version.work_hash != work_hash or (base and base.id) != (compared_with and compared_with.id):
        raise Conflict("version_moved_on", _l("Deze versie is intussen veranderd. Bekijk haar opnieuw."))
    kept = replace(result, past=hiding_few(result.past))
    run = ReplayRun(
        scheme_version_id=version.id,
        work_hash=work_hash,
        compared_with_id=base.id if base is not None else None,
        result_json=RESULT.dump_json(kept).decode(),
        made_at=now,
        made_by=actor.reference,
    )
    session.add(run)
    session.flush()
    record(
        session,
        actor=actor,
        action="scheme_version.replayed",
        object_kind="scheme_version",
        object_id=version.id,
        now=now,
    )
    return run
