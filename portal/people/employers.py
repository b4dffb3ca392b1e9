"""Acts on how an employer comes in: the addresses that speak for it, and links that are mailed there. Callers commit."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.people.accounts.actions import LINK_LIFE, LinkUnusable
from portal.people.accounts.models import AddressProof, EmployerAddress, EmployerLink, SessionRecord
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Actor
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

KEPT = timedelta(days=7)
"""How long a link that was asked for stays known; a session that it opened ends within a day."""


def add_address(
    session: Session, *, kvk_number: str, email: str, proof: AddressProof, question_id: int, actor: Actor, now: datetime
) -> EmployerAddress | None:
    """Let an address speak for the employer with this number. None when it does already, or was taken away before an award.

    What an advisor took away comes back only by an advisor.
    """
    address = email.strip().lower()
    same = (EmployerAddress.email == address, EmployerAddress.kvk_number == kvk_number)
    if proof is AddressProof.AWARD and session.scalar(select(EmployerAddress.id).where(*same).limit(1)) is not None:
        return None
    made = EmployerAddress(
        kvk_number=kvk_number,
        email=address,
        proof=proof,
        question_id=question_id,
        made_at=now,
        made_by=actor.reference,
    )
    return made if write_new(session, made, otherwise=None) else None


def end_address(session: Session, *, address: EmployerAddress, actor: Actor, now: datetime) -> None:
    """The address no longer speaks for the employer; who is in by it sees nothing more from now on. Raises ``Conflict``."""
    gone = Conflict("address_ended", _l("Dit e-mailadres is al weggehaald."))
    write_guarded(
        session,
        address,
        EmployerAddress.ended_at.is_(None),
        otherwise=gone,
        ended_at=now,
        ended_by=actor.reference,
    )


def begin_employer_link(session: Session, *, email: str, actor: Actor, now: datetime) -> EmployerLink:
    """A link that somebody asked for at an address; its mail gives it a token. What was asked long ago is cleared away."""
    used = select(SessionRecord.employer_link_id).where(SessionRecord.employer_link_id.is_not(None))
    old = (EmployerLink.created_at < now - KEPT, EmployerLink.id.not_in(used))
    session.execute(delete(EmployerLink).where(*old).execution_options(synchronize_session=False))
    link = EmployerLink(
        email=email.strip().lower(), created_at=now, created_by=actor.reference, created_from=actor.origin
    )
    session.add(link)
    session.flush()
    return link


def arm_employer_link(session: Session, *, link: EmployerLink, now: datetime) -> str:
    """The token of a link, made when its mail leaves: it works once, for ten minutes from now. A mail that is made again has a
    new one, and the old one is worth nothing."""
    token = secrets.token_urlsafe(32)
    link.token_hash, link.expires_at = secret_hash(token), now + LINK_LIFE
    session.flush()
    return token


def consume_employer_link(session: Session, *, token: str, now: datetime) -> EmployerLink:
    """Use up a link for an employer and return it. Raises `LinkUnusable`; of two callers at once only one gets through."""
    link = session.scalar(select(EmployerLink).where(EmployerLink.token_hash == secret_hash(token)))
    if link is None:
        raise LinkUnusable
    still = (EmployerLink.consumed_at.is_(None), EmployerLink.expires_at > now)
    write_guarded(session, link, *still, otherwise=LinkUnusable(), consumed_at=now)
    return link
