"""Tables of co-financing: what was brought, and what has to be reached."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import Agreement
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.post.files.models import StoredFile

LARGEST_CENTS = 10**12


class CofinancingSector(enum.StrEnum):
    """Whose money or time it is."""

    PUBLIC = "public"
    PRIVATE = "private"


class CofinancingForm(enum.StrEnum):
    """Whether it is money, or hours at a rate."""

    CASH = "cash"
    IN_KIND = "in_kind"


class CofinancingState(enum.StrEnum):
    """Where an entry stands. Only what is proven counts."""

    CLAIMED = "claimed"
    PROVEN = "proven"
    REFUSED = "refused"


class Cofinancing(Base):
    """One contribution to an agreement by somebody else than its funder, with its evidence."""

    __tablename__ = "cofinancing"
    __table_args__ = (
        CheckConstraint("length(contributor) > 0", name="contributor_given"),
        CheckConstraint(f"amount_cents > 0 AND amount_cents <= {LARGEST_CENTS}", name="amount_positive"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint(
            "(form = 'in_kind') = (hours_hundredths IS NOT NULL) AND (form = 'in_kind') = (rate_cents IS NOT NULL)",
            name="hours_and_rate_in_kind",
        ),
        CheckConstraint(
            "hours_hundredths IS NULL OR (hours_hundredths > 0 AND rate_cents > 0"
            " AND amount_cents = (hours_hundredths * rate_cents + 50) / 100)",
            name="in_kind_is_hours_times_rate",
        ),
        CheckConstraint("NOT own_share OR (sector = 'private' AND form = 'cash')", name="own_share_is_money"),
        CheckConstraint("payment_file_id IS NULL OR own_share", name="proof_of_payment_of_own_share"),
        CheckConstraint("(state = 'proven') = (proven_at IS NOT NULL)", name="proven_has_instant"),
        CheckConstraint(
            "(proven_at IS NULL) = (proven_by IS NULL) AND (proven_at IS NULL) = (proven_by_name IS NULL)",
            name="proven_by_someone",
        ),
        CheckConstraint("proven_by IS NULL OR proven_by <> claimed_by", name="second_person"),
        CheckConstraint(
            "state <> 'proven' OR (evidence_file_id IS NOT NULL AND (NOT own_share OR payment_file_id IS NOT NULL))",
            name="proven_with_evidence",
        ),
        CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name="refused_has_instant"),
        CheckConstraint(
            "(refused_at IS NULL) = (refused_by IS NULL) AND (refused_at IS NULL) = (refused_by_name IS NULL)"
            " AND (refused_at IS NULL) = (refused_reason IS NULL)",
            name="refused_by_someone_for_a_reason",
        ),
        Index("ix_cofinancing_agreement_id_state", "agreement_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    contributor: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(500))
    sector: Mapped[CofinancingSector] = mapped_column(choice(CofinancingSector))
    form: Mapped[CofinancingForm] = mapped_column(choice(CofinancingForm))
    own_share: Mapped[bool]
    """Whether it is what an employer pays of a training itself: proven with the invoice of the provider and proof of payment."""
    hours_hundredths: Mapped[int | None] = mapped_column(Integer)
    rate_cents: Mapped[int | None] = mapped_column(Cents)
    """Per hour."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    payment_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    state: Mapped[CofinancingState] = mapped_column(choice(CofinancingState), default=CofinancingState.CLAIMED)
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[str] = mapped_column(String(80))
    claimed_by_name: Mapped[str] = mapped_column(String(100))
    proven_at: Mapped[datetime | None]
    proven_by: Mapped[str | None] = mapped_column(String(80))
    proven_by_name: Mapped[str | None] = mapped_column(String(100))
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[str | None] = mapped_column(String(80))
    refused_by_name: Mapped[str | None] = mapped_column(String(100))
    refused_reason: Mapped[str | None] = mapped_column(Text)

    agreement: Mapped[Agreement] = relationship(lazy="joined")
    evidence_file: Mapped[StoredFile | None] = relationship(foreign_keys=[evidence_file_id], lazy="joined")
    payment_file: Mapped[StoredFile | None] = relationship(foreign_keys=[payment_file_id], lazy="joined")

    @property
    def lacks_evidence(self) -> bool:
        """Whether a piece is missing without which it cannot be proven."""
        return self.evidence_file_id is None or (self.own_share and self.payment_file_id is None)


class CofinancingDuty(Base):
    """What has to be brought by others under an agreement, and before which day."""

    __tablename__ = "cofinancing_duty"
    __table_args__ = (CheckConstraint(f"amount_cents > 0 AND amount_cents <= {LARGEST_CENTS}", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), unique=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    before_on: Mapped[date] = mapped_column(Date)
    """The amount is reached before this day: the day before is the last one."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))

    agreement: Mapped[Agreement] = relationship(lazy="joined")
