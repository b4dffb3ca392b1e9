"""Tables of work packages and what may be spent on each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import FundingLine
from portal.platform.database import Base, Cents, new_public_id


class WorkPackage(Base):
    """A part of the work of the region, under the number that its agreements give it."""

    __tablename__ = "work_package"
    __table_args__ = (
        CheckConstraint("length(number) > 0", name="number_given"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title_nl: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))

    budgets: Mapped[list[WorkPackageBudget]] = relationship(
        lazy="selectin", order_by="WorkPackageBudget.funding_line_id"
    )


class WorkPackageBudget(Base):
    """What is meant for a work package from one funding line. A plan; the books guard the funding line itself."""

    __tablename__ = "work_package_budget"
    __table_args__ = (
        UniqueConstraint("work_package_id", "funding_line_id"),
        CheckConstraint("budget_cents >= 0", name="budget_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_package_id: Mapped[int] = mapped_column(ForeignKey("work_package.id"))
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    budget_cents: Mapped[int] = mapped_column(Cents)

    line: Mapped[FundingLine] = relationship(lazy="joined")
