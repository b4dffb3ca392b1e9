"""Raising flags, and closing them with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.rights.restricted import restricted_ids
from portal.oversight.flags.models import Flag
from portal.oversight.flags.queries import SEES_FLAGS, sightings
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Voucher


def raise_flags(session: Session, *, now: datetime) -> int:
    """Flag everything that stands out and was not flagged in its period yet; returns how many. Nothing is stopped by it.

    May run as often as one likes.
    """
    actor, raised, still = Actor.system("tripwires"), 0, restricted_ids(session)
    for seen in sightings(session, today=local_date(now)):
        if seen.voucher_id is not None and session.get_one(Voucher, seen.voucher_id).question_id in still:
            continue
        same = (Flag.kind == seen.kind, Flag.subject == seen.subject, Flag.period == seen.period)
        if session.scalar(select(Flag.id).where(*same)) is not None:
            continue
        flag = Flag(
            kind=seen.kind,
            subject=seen.subject,
            period=seen.period,
            number=seen.number,
            threshold=seen.threshold,
            provider_id=seen.provider_id,
            voucher_id=seen.voucher_id,
            raised_at=now,
        )
        if not write_new(session, flag, otherwise=None):
            continue  # somebody else did a moment ago
        record(session, actor=actor, action="flag.raised", object_kind="flag", object_id=flag.id, now=now)
        raised += 1
    return raised


def close_flag(session: Session, *, flag: Flag, reason: str, actor: Actor, now: datetime) -> None:
    """Somebody looked at it: close a flag with what was found. Raises ``Refusal`` (field reason), ``Conflict`` when closed."""
    if actor.audience not in SEES_FLAGS:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op wat u hebt gezien en gedaan."), field="reason")
    write_guarded(
        session,
        flag,
        Flag.closed_at.is_(None),
        otherwise=Conflict("flag_closed", _l("Dit signaal is al afgehandeld.")),
        closed_at=now,
        closed_by=actor.reference,
        close_reason=reason.strip(),
    )
    record(session, actor=actor, action="flag.closed", object_kind="flag", object_id=flag.id, now=now)
