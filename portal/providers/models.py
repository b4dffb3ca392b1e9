"""Tables of training providers and of the schemes for which they may redeem vouchers."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, choice, new_public_id


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
    iban: Mapped[str | None] = mapped_column(String(34))
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
