"""Doing an act once, however often it is sent: double click, back button, resend after a time-out.

The key is claimed by an INSERT in the same transaction as the effect, so that both are there or neither is. A second caller
with the same key waits for the first one and then gets its answer.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, UniqueConstraint, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.platform.database import Base
from portal.platform.errors import KeyReused

KEEP = timedelta(days=30)


class IdempotencyKey(Base):
    """One act that was claimed: who, where, which key, what was sent (as a hash) and what was answered (ids only)."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor_key", "route", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_key: Mapped[str] = mapped_column(String(80))
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(String(500))
    body: Mapped[dict[str, Any] | None]


@dataclass(frozen=True)
class FirstCall:
    """This caller is the first: do the act, then ``remember`` the answer."""

    row_id: int


@dataclass(frozen=True)
class Replay:
    """The act was done before: give the same answer again."""

    status: int | None
    location: str | None
    body: dict[str, Any] | None


def new_token() -> str:
    """A fresh submission token (128 bit) for a form."""
    return secrets.token_urlsafe(16)


def fingerprint(*parts: bytes | str) -> str:
    """SHA-256 over what was sent; each part is prefixed by its length, so that parts cannot run into each other."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(str(len(raw)).encode() + b":" + raw)
    return digest.hexdigest()


def claim_idempotency(
    session: Session, *, actor_key: str, route: str, key: str, fingerprint: str, now: datetime
) -> FirstCall | Replay:
    """Claim a key as the first statement of a unit of work, before its effect.

    Returns ``FirstCall`` to the first caller and ``Replay`` to every later one with the same body. Raises ``KeyReused`` (409)
    when
    the same actor sends the same key to the same route with another body.
    """
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = (
        insert(IdempotencyKey)
        .values(
            actor_key=actor_key, route=route, key=key, fingerprint=fingerprint, created_at=now, expires_at=now + KEEP
        )
        .on_conflict_do_nothing(index_elements=["actor_key", "route", "key"])
        .returning(IdempotencyKey.id)
    )
    row_id = session.execute(statement).scalar_one_or_none()
    session.info["idempotent"] = True
    if row_id is not None:
        return FirstCall(row_id)
    known = session.execute(
        select(IdempotencyKey)
        .where(IdempotencyKey.actor_key == actor_key, IdempotencyKey.route == route, IdempotencyKey.key == key)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if known.fingerprint != fingerprint:
        raise KeyReused("key_reused", "Dit formulier is al eerder verstuurd, met andere antwoorden.")
    return Replay(known.status, known.location, known.body)


def remember(
    session: Session,
    claim: FirstCall,
    *,
    status: int,
    location: str | None = None,
    body: dict[str, Any] | None = None,
) -> None:
    """Store the answer with the claim, in the same transaction. Bodies hold ids only, never personal data."""
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.id == claim.row_id)
        .values(status=status, location=location, body=body)
        .execution_options(synchronize_session=False)
    )


def forget_expired(session: Session, *, now: datetime) -> int:
    """Remove keys past their date; returns how many."""
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at < now))
    return int(getattr(result, "rowcount", 0))
