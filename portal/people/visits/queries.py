"""Reads of who an account is at an identity service."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.accounts.models import Account
from portal.people.visits.models import ServiceIdentity


def subject_hash(key: str, *, issuer: str, subject: str) -> str:
    """What a service calls somebody, as it is kept: a keyed hash, which nobody turns back without the secret of the desk."""
    said = f"subject\x00{issuer}\x00{subject}"
    return hmac.new(key.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def account_at_service(session: Session, *, service: str, subject: str) -> Account | None:
    """The account that is this person at this service; `subject` as `subject_hash` says it."""
    mine = (ServiceIdentity.service == service, ServiceIdentity.subject_hash == subject)
    return session.scalar(select(Account).join(ServiceIdentity).where(*mine))


def services_of(session: Session, *, account_id: int) -> list[str]:
    """The services at which this account is known."""
    mine = select(ServiceIdentity.service).where(ServiceIdentity.account_id == account_id)
    return list(session.scalars(mine.order_by(ServiceIdentity.service)))
