"""Tables of funders, agreements and funding lines. The money itself is in the ledger; here is what it is for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, Json
from schemes.basics.vocabulary import OrganisationKind

_KINDS = ", ".join(f"'{kind}'" for kind in get_args(OrganisationKind))


class Funder(Base):
    """A body that brings money. Its accounts are those of the organisation of the same slug."""

    __tablename__ = "funder"
    __table_args__ = (CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_nl: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]


class Agreement(Base):
    """An agreement with a funder about what its money is for."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), index=True)
    title_nl: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    reference: Mapped[str | None] = mapped_column(String(300))
    signed_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]

    funder: Mapped[Funder] = relationship(lazy="joined")


class FundingLine(Base):
    """Money of one funder under one agreement for one period, with what it may be used for."""

    __tablename__ = "funding_line"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("period_binds IN ('award_date', 'award_and_due_date')", name="period_binds_known"),
        CheckConstraint("price_permille IS NULL OR price_permille BETWEEN 0 AND 2000", name="price_permille_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    title_nl: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    earmark: Mapped[dict[str, Any]] = mapped_column(Json)
    """schemes, routes, municipalities, provinces, sectors, categories: lists; an empty list sets no limit."""
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    period_binds: Mapped[str] = mapped_column(String(20))
    price_permille: Mapped[int | None] = mapped_column(Integer)
    assumption_nl: Mapped[str | None] = mapped_column(String(4000))
    assumption_en: Mapped[str | None] = mapped_column(String(4000))
    content_hash: Mapped[str] = mapped_column(String(80))
    """Hash of the line in the file it was loaded from, to notice a file that differs since."""
    created_at: Mapped[datetime]

    funder: Mapped[Funder] = relationship(lazy="joined")
    agreement: Mapped[Agreement | None] = relationship(lazy="joined")

    @property
    def admitted_schemes(self) -> list[str]:
        """Slugs of the schemes the earmark names; empty when it names none and so admits all."""
        return list(self.earmark.get("schemes", []))


@append_only
class CeilingAnnouncement(Base):
    """A ceiling that was made public (subsidieplafond, Awb 4:27). Never changed: a new one comes after it."""

    __tablename__ = "ceiling_announcement"
    __table_args__ = (
        CheckConstraint("ceiling_cents >= 0", name="ceiling_not_negative"),
        CheckConstraint("length(place) > 0", name="announced_somewhere"),
        CheckConstraint("length(recorded_by) > 0", name="recorded_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    ceiling_cents: Mapped[int] = mapped_column(Cents)
    announced_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(300))
    """Where it was published: Gemeenteblad 2026, 123."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
