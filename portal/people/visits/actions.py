"""Acts on visits to an identity service. Callers commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.people.accounts.models import Account, Door
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Actor
from portal.people.visits.models import ServiceIdentity, ServiceVisit, VisitPurpose
from portal.platform.errors import Refusal
from portal.platform.guarded import write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import OUTSIDE_BEGUN

LIVES = timedelta(minutes=15)
"""How long somebody may take at a service."""
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class VisitToBegin:
    """Where somebody goes and why; `state`, `nonce` and `verifier` are for this visit alone."""

    service: str
    purpose: VisitPurpose
    state: str
    nonce: str
    verifier: str
    back: str
    question_id: int | None = None
    door: Door | None = None
    representative_id: int | None = None


def begin_visit(session: Session, *, visit: VisitToBegin, browser: str, actor: Actor, now: datetime) -> None:
    """Note that this browser goes to a service. Raises `TooMany` for the place. Old visits are cleared away in passing."""
    take(session, limit=OUTSIDE_BEGUN, who=actor.origin, now=now)
    session.execute(delete(ServiceVisit).where(ServiceVisit.expires_at < now - KEPT))
    session.add(
        ServiceVisit(
            state_hash=secret_hash(visit.state),
            browser_hash=secret_hash(browser),
            service=visit.service,
            purpose=visit.purpose,
            nonce=visit.nonce,
            verifier=visit.verifier,
            question_id=visit.question_id,
            door=visit.door,
            representative_id=visit.representative_id,
            back=visit.back,
            begun_at=now,
            expires_at=now + LIVES,
        )
    )
    session.flush()


def end_visit(session: Session, *, state: str, browser: str, now: datetime) -> ServiceVisit:
    """Somebody comes back from a service: the visit, which is used up by it.

    Raises ``Refusal`` `visit_unusable` for one that never was, is over, was used, or began in another browser.
    """
    mine = (ServiceVisit.state_hash == secret_hash(state), ServiceVisit.browser_hash == secret_hash(browser))
    used = session.execute(
        update(ServiceVisit)
        .where(*mine, ServiceVisit.used_at.is_(None), ServiceVisit.expires_at > now)
        .values(used_at=now)
    )
    visit = session.scalar(select(ServiceVisit).where(*mine).execution_options(populate_existing=True))
    if visit is None or getattr(used, "rowcount", 0) != 1:
        raise Refusal(
            "visit_unusable", _l("Dit inloggen duurde te lang of begon in een andere browser. Begin opnieuw.")
        )
    return visit


def give_up_visit(session: Session, *, browser: str, now: datetime) -> ServiceVisit | None:
    """A service sends somebody back who did not sign in there, and does not say of which visit: the last one of this browser.

    It is used up, and nothing counts for it. None when this browser has none that can be used.
    """
    mine = (ServiceVisit.browser_hash == secret_hash(browser), ServiceVisit.used_at.is_(None))
    last = select(ServiceVisit).where(*mine, ServiceVisit.expires_at > now).order_by(ServiceVisit.id.desc()).limit(1)
    visit = session.scalar(last)
    if visit is not None:
        visit.used_at = now
    return visit


def know_at_service(
    session: Session, *, account: Account, service: str, subject: str, actor: Actor, now: datetime
) -> None:
    """From now on this account is this person at a service. Raises ``Refusal`` when it is somebody else there."""
    made = ServiceIdentity(
        account_id=account.id, service=service, subject_hash=subject, made_at=now, made_by=actor.reference
    )
    message = _l("Dit account hoort bij de inlogdienst al bij iemand anders. Vraag het de beheerder.")
    write_new(session, made, otherwise=Refusal("somebody_else", message))
