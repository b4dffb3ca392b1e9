"""Tables of training providers and of the schemes for which they may redeem vouchers."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, choice, new_public_id
from portal.platform.sealed_columns import ACCOUNT, SealedText


class ProviderState(enum.StrEnum):
    """Whether a provider is on the list."""

    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


class ApprovalState(enum.StrEnum):
    """Whether a provider may redeem vouchers of one scheme."""

    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Provider(Base):
    """A training provider: an organisation that people of the provider sign in for."""

    __tablename__ = "provider"
    __table_args__ = (
        CheckConstraint("length(kvk_number) = 8", name="kvk_number_eight_digits"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kvk_number: Mapped[str] = mapped_column(String(8), unique=True)
    iban: Mapped[str | None] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    state: Mapped[ProviderState] = mapped_column(choice(ProviderState), default=ProviderState.REGISTERED)
    registered_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))

    approvals: Mapped[list[ProviderApproval]] = relationship(
        back_populates="provider", order_by="ProviderApproval.id", lazy="selectin"
    )


class ProviderApproval(Base):
    """The approval of a provider for one scheme; withdrawn ones are kept, at most one holds."""

    __tablename__ = "provider_approval"
    __table_args__ = (
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_for_a_reason"),
        Index(
            "uq_provider_approval_holding",
            "provider_id",
            "scheme",
            "approved_by",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    state: Mapped[ApprovalState] = mapped_column(choice(ApprovalState), default=ApprovalState.APPROVED)
    approved_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    provider: Mapped[Provider] = relationship(back_populates="approvals")


class RegistrationState(enum.StrEnum):
    """Where the request of a provider to be put on the list stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ProviderRegistration(Base):
    """A provider asks, with its own form, to be put on the list. Staff accept or refuse it."""

    __tablename__ = "provider_registration"
    __table_args__ = (
        CheckConstraint("length(kvk_number) = 8", name="kvk_number_eight_digits"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_instant"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("(state = 'accepted') = (provider_id IS NOT NULL)", name="accepted_is_a_provider"),
        CheckConstraint("(state = 'refused') = (refused_reason IS NOT NULL)", name="refused_for_a_reason"),
        Index(
            "uq_provider_registration_open", "kvk_number", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    kvk_number: Mapped[str] = mapped_column(String(8))
    iban: Mapped[str] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    contact_name: Mapped[str] = mapped_column(String(100))
    contact_email: Mapped[str] = mapped_column(String(254))
    state: Mapped[RegistrationState] = mapped_column(choice(RegistrationState), default=RegistrationState.OPEN)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    refused_reason: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)


class IbanChangeState(enum.StrEnum):
    """Where the change of an account number stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class IbanChange(Base):
    """A first account number of a provider or another one: one person checks it, and nothing is paid to it before a second one
    confirms it."""

    __tablename__ = "iban_change"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_has_instant"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL) AND (checked_at IS NULL) = (checked_how IS NULL)",
            name="checked_by_someone",
        ),
        CheckConstraint("state <> 'confirmed' OR checked_at IS NOT NULL", name="checked_first"),
        CheckConstraint(
            "state <> 'confirmed' OR (decided_by <> asked_by AND decided_by <> checked_by)", name="second_person"
        ),
        Index(
            "uq_iban_change_waiting",
            "provider_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "uq_iban_change_waiting_iban",
            "iban",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    iban: Mapped[str] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    state: Mapped[IbanChangeState] = mapped_column(choice(IbanChangeState), default=IbanChangeState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    checked_how: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))

    provider: Mapped[Provider] = relationship(lazy="joined")
