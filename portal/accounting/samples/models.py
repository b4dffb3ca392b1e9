"""Tables of samples. Append-only: a sample that was drawn stays as it is, with all that is needed to draw it again."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import FundingLine
from portal.platform.append_only import append_only
from portal.platform.database import Base, Json, choice, new_public_id
from portal.spending.vouchers.models import Voucher


class SampleField(enum.StrEnum):
    """By what the vouchers are divided before some of each part are drawn."""

    SCHEME = "scheme"
    FUNDER = "funder"
    """Who brings most of the award."""
    STATE = "state"
    AMOUNT = "amount"
    """The band of the amount."""


@append_only
class AuditSample(Base):
    """A sample of the vouchers that were awarded in a time: how it was drawn, from what, and by whom."""

    __tablename__ = "audit_sample"
    __table_args__ = (
        CheckConstraint("size >= 1 AND size <= population_size", name="size_within_population"),
        CheckConstraint("award_to >= award_from", name="days_in_order"),
        CheckConstraint("length(seed) > 0", name="seed_given"),
        CheckConstraint("length(method) > 0", name="method_given"),
        CheckConstraint("length(population_hash) = 64", name="hash_of_64_digits"),
        CheckConstraint("length(drawn_by) > 0", name="drawn_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    size: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(80))
    method: Mapped[str] = mapped_column(String(80))
    """The name of the rule (`portal.accounting.draws.METHOD`)."""
    award_from: Mapped[date] = mapped_column(Date)
    award_to: Mapped[date] = mapped_column(Date)
    """Both days are included."""
    funding_line_id: Mapped[int | None] = mapped_column(ForeignKey("funding_line.id"), index=True)
    """Only vouchers with money of this line; None: all."""
    field: Mapped[SampleField] = mapped_column(choice(SampleField))
    population: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)
    """Per stratum the numbers from which was drawn, sorted: the strata are those of that moment."""
    population_size: Mapped[int] = mapped_column(Integer)
    population_hash: Mapped[str] = mapped_column(String(64))
    """Of the sorted numbers (`portal.accounting.draws.population_hash`)."""
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str] = mapped_column(String(80), index=True)
    drawn_by_name: Mapped[str] = mapped_column(String(100))

    funding_line: Mapped[FundingLine | None] = relationship(lazy="joined")


@append_only
class SampledVoucher(Base):
    """One voucher in a sample, with the part it was drawn from and its place there."""

    __tablename__ = "sampled_voucher"
    __table_args__ = (
        UniqueConstraint("sample_id", "voucher_id"),
        UniqueConstraint("sample_id", "stratum", "place"),
        CheckConstraint("place >= 1", name="place_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    stratum: Mapped[str] = mapped_column(String(80))
    place: Mapped[int] = mapped_column(Integer)

    sample: Mapped[AuditSample] = relationship()
    voucher: Mapped[Voucher] = relationship(lazy="joined")
