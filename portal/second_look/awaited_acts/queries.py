"""Reads of awaited acts. Who may not do or lay down a kind does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.second_look.awaited_acts.kinds import kinds_for
from portal.second_look.awaited_acts.models import AwaitedAct, AwaitedState


def waiting_acts(session: Session, *, actor: Actor, limit: int = 200) -> Sequence[AwaitedAct]:
    """What waits for a second person and this one may see, the oldest first; what they laid down themselves too."""
    rows = select(AwaitedAct).where(AwaitedAct.state == AwaitedState.WAITING, AwaitedAct.kind.in_(kinds_for(actor)))
    found = session.scalars(rows.order_by(AwaitedAct.laid_down_at, AwaitedAct.id).limit(limit)).all()
    return [one for one in found if may_see(one, actor)]


def closed_acts(session: Session, *, actor: Actor, limit: int = 20) -> Sequence[AwaitedAct]:
    """What was done, sent back or taken back, the newest first."""
    rows = select(AwaitedAct).where(AwaitedAct.state != AwaitedState.WAITING, AwaitedAct.kind.in_(kinds_for(actor)))
    found = session.scalars(rows.order_by(AwaitedAct.closed_at.desc(), AwaitedAct.id.desc()).limit(limit)).all()
    return [one for one in found if may_see(one, actor)]


def how_many_wait_for(session: Session, *, actor: Actor) -> int:
    """How many acts this person could do now: those that somebody else laid down."""
    rows = select(func.count(AwaitedAct.id)).where(
        AwaitedAct.state == AwaitedState.WAITING,
        AwaitedAct.kind.in_(kinds_for(actor)),
        AwaitedAct.laid_down_by != actor.reference,
    )
    return session.scalar(rows) or 0


def awaited_by_public_id(session: Session, *, public_id: str, actor: Actor) -> AwaitedAct | None:
    """One awaited act, whatever became of it; None when there is none or the actor may not see it."""
    found = session.scalar(select(AwaitedAct).where(AwaitedAct.public_id == public_id))
    return found if found is not None and may_see(found, actor) else None


def awaited_on(session: Session, *, subject: str) -> AwaitedAct | None:
    """The act that waits on this subject; at most one does. The caller guards who may see the subject."""
    rows = select(AwaitedAct).where(AwaitedAct.subject == subject, AwaitedAct.state == AwaitedState.WAITING)
    return session.scalars(rows).one_or_none()


def may_see(awaited: AwaitedAct, actor: Actor) -> bool:
    """Whether somebody may see an awaited act: who may do its kind; an owner only about the own schemes."""
    if awaited.kind not in kinds_for(actor):
        return False
    scheme = awaited.details.get("scheme")
    return not actor.schemes or scheme is None or scheme in actor.schemes
