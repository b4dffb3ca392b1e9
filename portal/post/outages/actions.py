"""Acts on outages: record one, say that it ended, and take back what was recorded by mistake."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.outages.models import ChannelOutage

KEEPERS = frozenset({Audience.ADMIN, Audience.REGION, Audience.SYSTEM})
"""Who keeps the desk."""
LONGEST = timedelta(days=31)
"""What lasts longer is a mistake in a date."""


def record_outage(
    session: Session, *, began_at: datetime, ended_at: datetime | None, what: str, actor: Actor, now: datetime
) -> ChannelOutage:
    """Record that people could not send anything by the pages: from when, until when (None: it lasts), and what did not work.

    Terms of citizens that end in it, or within a week after it, become longer (Awb 2:21). Raises ``Refusal`` at the field.
    """
    _keeper(actor)
    if not what.strip():
        raise Refusal("what_missing", _l("Schrijf op wat er niet werkte."), field="what")
    if began_at > now:
        raise Refusal("outage_in_future", _l("Kies een moment dat al voorbij is."), field="began_on")
    _require_end(began_at, ended_at, now)
    outage = ChannelOutage(
        began_at=began_at,
        ended_at=ended_at,
        ended_by=actor.reference if ended_at is not None else None,
        what=what.strip(),
        recorded_at=now,
        recorded_by=actor.reference,
    )
    session.add(outage)
    session.flush()
    _record(session, outage, "recorded", actor, now)
    return outage


def end_outage(session: Session, *, outage: ChannelOutage, ended_at: datetime, actor: Actor, now: datetime) -> None:
    """Say when an outage ended that still lasted. Raises ``Refusal``, or ``Conflict`` when that was said before."""
    _keeper(actor)
    _require_end(outage.began_at, ended_at, now)
    lasts = (ChannelOutage.ended_at.is_(None), ChannelOutage.withdrawn_at.is_(None))
    write_guarded(session, outage, *lasts, otherwise=_otherwise(), ended_at=ended_at, ended_by=actor.reference)
    _record(session, outage, "ended", actor, now)


def withdraw_outage(session: Session, *, outage: ChannelOutage, actor: Actor, now: datetime) -> None:
    """Take back an outage that was recorded by mistake: it makes no term longer any more. Raises ``Conflict`` the second time."""
    _keeper(actor)
    write_guarded(
        session,
        outage,
        ChannelOutage.withdrawn_at.is_(None),
        otherwise=_otherwise(),
        withdrawn_at=now,
        withdrawn_by=actor.reference,
    )
    _record(session, outage, "withdrawn", actor, now)


def _require_end(began_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    if ended_at is None:
        return
    if not began_at < ended_at <= now:
        message = _l("Kies een moment na het begin, en niet in de toekomst.")
        raise Refusal("ended_out_of_range", message, field="ended_on")
    if ended_at - began_at > LONGEST:
        raise Refusal("outage_too_long", _l("Een storing duurt hier hoogstens een maand."), field="ended_on")


def _keeper(actor: Actor) -> None:
    if actor.audience not in KEEPERS:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _otherwise() -> Conflict:
    return Conflict("outage_moved_on", _l("Deze storing is intussen veranderd. Bekijk de lijst opnieuw."))


def _record(session: Session, outage: ChannelOutage, act: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=f"outage.{act}", object_kind="outage", object_id=outage.id, now=now)
