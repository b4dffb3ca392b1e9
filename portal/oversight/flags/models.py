"""The table of flags."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, choice, new_public_id
from portal.spending.providers.models import Provider


class FlagKind(enum.StrEnum):
    """What stands out."""

    PROVIDER_BURST = "provider_burst"
    TRAINING_BURST = "training_burst"
    IBAN_BURST = "iban_burst"
    IBAN_OF_TWO = "iban_of_two"
    OWN_SHARE_UNSEEN = "own_share_unseen"
    TRAINING_CEILING = "training_ceiling"
    TRAINING_PRICE = "training_price"


class Flag(Base):
    """One thing that stood out, in one period. Somebody looks at it and closes it with a reason; it stops nothing."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "period"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="closed_for_a_reason"),
        Index("ix_flag_closed_at_raised_at", "closed_at", "raised_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[FlagKind] = mapped_column(choice(FlagKind))
    subject: Mapped[str] = mapped_column(String(120))
    """What it is about, as it is compared: a provider's id, a training, an account number's hash, a voucher's id."""
    period: Mapped[str] = mapped_column(String(20))
    """The period in which it stood out: it is flagged once in each."""
    number: Mapped[int]
    """How many (or how many cents, for the own share and for a price)."""
    threshold: Mapped[int]
    """From which number it stands out."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    close_reason: Mapped[str | None] = mapped_column(Text)

    provider: Mapped[Provider | None] = relationship(lazy="joined")
