"""Tables of the trainings of the region, and the value of what is said of one."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Cents, choice, new_public_id

PRICE_KINDS = ("tuition", "exam", "books", "materials", "assessment", "other")
"""The kinds of cost that a provider asks money for; the desk's others are of the learner or of the employer."""


class TeachingForm(enum.StrEnum):
    """Where somebody learns."""

    CLASSROOM = "classroom"
    ONLINE = "online"
    BLENDED = "blended"


@dataclass(frozen=True)
class PriceLine:
    """What one kind of cost is: the amount with VAT, and how much of it is VAT, both in cents."""

    category: str
    amount_cents: int
    vat_cents: int = 0


@dataclass(frozen=True)
class TrainingTerms:
    """All that is said of a training, apart from who wrote it down. `level` is of the NLQF (1 to 8), None when it has none."""

    reference: str
    """By what it is known in the file or the system it comes from; unique."""
    name: str
    provider_name: str
    source: str
    as_of: date
    """The day on which the source said so."""
    form: TeachingForm = TeachingForm.CLASSROOM
    provider_kvk: str | None = None
    """With it the provider is the registered one with this KvK number, when there is one."""
    level: int | None = None
    crebo: str | None = None
    croho: str | None = None
    sector: str | None = None
    """A value of the fact about the sector of a training."""
    shortage: bool = False
    """Whether it leads to an occupation that is short of people."""
    evening: bool = False
    """In the evening or the weekend."""
    municipality: str | None = None
    """CBS code; None when it is given online only."""
    starts: tuple[date, ...] = ()
    any_time: bool = False
    """Whether one can start when one likes."""
    weeks: int | None = None
    hours: int | None = None
    crkbo: bool = False
    """Whether the provider is in the register of short vocational education (CRKBO): its teaching is free of VAT."""
    description: str | None = None
    prices: tuple[PriceLine, ...] = ()
    retired: bool = False
    """Whether it is not given any more."""

    @property
    def total_cents(self) -> int:
        """What everything costs together, with VAT, in cents."""
        return sum(line.amount_cents for line in self.prices)


class RegionTraining(Base):
    """A training in the region. It is never removed: it is retired."""

    __tablename__ = "region_training"
    __table_args__ = (
        CheckConstraint("length(reference) > 0", name="has_reference"),
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("length(provider_name) > 0", name="names_provider"),
        CheckConstraint("length(source) > 0", name="has_source"),
        CheckConstraint("provider_kvk IS NULL OR length(provider_kvk) = 8", name="kvk_eight_digits"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 8", name="level_of_nlqf"),
        CheckConstraint("crebo IS NULL OR length(crebo) = 5", name="crebo_five_digits"),
        CheckConstraint("croho IS NULL OR length(croho) = 5", name="croho_five_digits"),
        CheckConstraint("municipality IS NOT NULL OR form = 'online'", name="is_somewhere"),
        CheckConstraint("weeks IS NULL OR weeks > 0", name="weeks_positive"),
        CheckConstraint("hours IS NULL OR hours > 0", name="hours_positive"),
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired_by_someone"),
        Index("ix_region_training_retired_at_name", "retired_at", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    provider_name: Mapped[str] = mapped_column(String(200))
    provider_kvk: Mapped[str | None] = mapped_column(String(8), index=True)
    level: Mapped[int | None]
    crebo: Mapped[str | None] = mapped_column(String(5))
    croho: Mapped[str | None] = mapped_column(String(5))
    sector: Mapped[str | None] = mapped_column(String(60))
    shortage: Mapped[bool]
    form: Mapped[TeachingForm] = mapped_column(choice(TeachingForm))
    evening: Mapped[bool]
    municipality: Mapped[str | None] = mapped_column(String(6))
    starts: Mapped[list[str]]
    """First days (ISO), in order."""
    any_time: Mapped[bool]
    weeks: Mapped[int | None]
    hours: Mapped[int | None]
    crkbo: Mapped[bool]
    description: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[date] = mapped_column(Date)
    search_text: Mapped[str] = mapped_column(Text)
    """What words are looked for in, without capitals and accents; made anew with every write."""
    revision: Mapped[int] = mapped_column(default=1)
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(80))
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(String(80))

    prices: Mapped[list[TrainingPrice]] = relationship(order_by="TrainingPrice.id", lazy="selectin")

    @property
    def total_cents(self) -> int:
        """What everything costs together, with VAT, in cents."""
        return sum(line.amount_cents for line in self.prices)


class EarlierSector(Base):
    """The sector of a training until another one was written down; on `changed_on` and later its next row counts, or what it is
    now. So that figures of a day that is over stay as they were."""

    __tablename__ = "earlier_sector"

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("region_training.id"), index=True)
    changed_on: Mapped[date] = mapped_column(Date)
    """The day of the change, or the first open day when that one was closed."""
    sector: Mapped[str | None] = mapped_column(String(60))


class TrainingPrice(Base):
    """What one kind of cost of a training is."""

    __tablename__ = "training_price"
    __table_args__ = (
        UniqueConstraint("training_id", "category"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("vat_cents >= 0 AND vat_cents < amount_cents", name="vat_within_amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("region_training.id"))
    category: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int] = mapped_column(Cents)
    """With VAT."""
    vat_cents: Mapped[int] = mapped_column(Cents)


class TrainingWord(Base):
    """One spelling by which a training is found: a word of it, or that word with one letter left out."""

    __tablename__ = "training_word"
    __table_args__ = (UniqueConstraint("training_id", "spelling"), Index("ix_training_word_spelling", "spelling"))

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("region_training.id"))
    spelling: Mapped[str] = mapped_column(String(60))


def terms_of(training: RegionTraining) -> TrainingTerms:
    """What is said of a training, as a value that can be compared."""
    prices = {line.category: PriceLine(line.category, line.amount_cents, line.vat_cents) for line in training.prices}
    return TrainingTerms(
        reference=training.reference,
        name=training.name,
        provider_name=training.provider_name,
        provider_kvk=training.provider_kvk,
        level=training.level,
        crebo=training.crebo,
        croho=training.croho,
        sector=training.sector,
        shortage=training.shortage,
        form=training.form,
        evening=training.evening,
        municipality=training.municipality,
        starts=tuple(date.fromisoformat(day) for day in training.starts),
        any_time=training.any_time,
        weeks=training.weeks,
        hours=training.hours,
        crkbo=training.crkbo,
        description=training.description,
        source=training.source,
        as_of=training.as_of,
        prices=tuple(prices[kind] for kind in PRICE_KINDS if kind in prices),
        retired=training.retired_at is not None,
    )
