"""Tables of visits to an identity service, and of who an account is at a service. Nothing of what a service says is kept."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.people.accounts.models import Door
from portal.platform.database import Base, choice


class VisitPurpose(enum.StrEnum):
    """Why somebody goes to a service."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    """Somebody who is in proves again that it is them."""
    IDENTIFY = "identify"
    """Who asked a question, or acts for who did, says who they are."""


class ServiceVisit(Base):
    """One visit to a service: for minutes, for one browser, and for one return."""

    __tablename__ = "service_visit"
    __table_args__ = (
        CheckConstraint("expires_at > begun_at", name="expires_after_beginning"),
        CheckConstraint("(purpose = 'identify') = (question_id IS NOT NULL)", name="identifies_for_a_question"),
        CheckConstraint("(question_id IS NULL) = (door IS NULL)", name="question_and_door"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    """Of what only the browser has that went."""
    service: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[VisitPurpose] = mapped_column(choice(VisitPurpose))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(64))
    question_id: Mapped[int | None]
    """The question of who identifies; without a foreign key, as that of `AccessLink`."""
    door: Mapped[Door | None] = mapped_column(choice(Door))
    representative_id: Mapped[int | None]
    back: Mapped[str] = mapped_column(String(500))
    """The page to go on with."""
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ServiceIdentity(Base):
    """Who an account is at a service: a keyed hash of what the service calls that person."""

    __tablename__ = "service_identity"
    __table_args__ = (UniqueConstraint("service", "subject_hash"), UniqueConstraint("service", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    service: Mapped[str] = mapped_column(String(40))
    subject_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
