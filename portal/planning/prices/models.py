"""The tables of prices: one set per version, and per budget how scarce it is, its price, and the one that was written before."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import FundingLine
from portal.platform.database import Base, Cents, choice, new_public_id


class PricesState(enum.StrEnum):
    """How a set of prices stands."""

    WORKED_OUT = "worked_out"
    """Somebody looks at it; nothing has these prices yet."""
    IN_FORCE = "in_force"
    ENDED = "ended"
    """Another set came, or the prices went back to what is written in the region's file."""
    DROPPED = "dropped"
    """It was never in force."""


_ONE = {state: text(f"state = '{state}'") for state in ("worked_out", "in_force")}


class LinePrices(Base):
    """A version of the prices of all budgets. At most one is looked at, and at most one is in force."""

    __tablename__ = "line_prices"
    __table_args__ = (
        CheckConstraint("number > 0 AND years > 0", name="counts_positive"),
        CheckConstraint(
            "hindsight_permille BETWEEN 0 AND 1000 AND fixed_permille BETWEEN 0 AND 1000", name="parts_in_range"
        ),
        CheckConstraint(
            "(past_hindsight_cents IS NULL) = (past_unforeseeable_cents IS NULL)"
            " AND (past_hindsight_cents IS NULL) = (past_no_show_cents IS NULL)"
            " AND (past_hindsight_cents IS NULL) = (past_rule_cents IS NULL)"
            " AND (past_hindsight_cents IS NULL) = (past_override_cents IS NULL)",
            name="past_whole",
        ),
        CheckConstraint(
            "(state IN ('in_force', 'ended')) = (in_force_at IS NOT NULL)"
            " AND (in_force_at IS NULL) = (in_force_by IS NULL)"
            " AND (in_force_at IS NULL) = (in_force_by_name IS NULL)",
            name="in_force_whole",
        ),
        CheckConstraint(
            "(state IN ('ended', 'dropped')) = (ended_at IS NOT NULL)"
            " AND (ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
            name="ended_whole",
        ),
        *(
            Index(f"uq_line_prices_{state}", "state", unique=True, sqlite_where=where, postgresql_where=where)
            for state, where in _ONE.items()
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    """Version."""
    on: Mapped[date] = mapped_column("of_day", Date)
    """The day of which the money and the past are."""
    years: Mapped[int]
    """So many sampled years it was worked out from."""
    hindsight_permille: Mapped[int]
    """What these prices serve in a sampled year, in thousandths of what perfect hindsight could."""
    fixed_permille: Mapped[int]
    """What the prices of the region's file serve, in the same."""
    past_hindsight_cents: Mapped[int | None] = mapped_column(Cents)
    """What could have been used in the year that was, everything known beforehand; None: that was not worked out."""
    past_unforeseeable_cents: Mapped[int | None] = mapped_column(Cents)
    past_no_show_cents: Mapped[int | None] = mapped_column(Cents)
    past_rule_cents: Mapped[int | None] = mapped_column(Cents)
    past_override_cents: Mapped[int | None] = mapped_column(Cents)
    """What was not, by what nobody could know, by money that waited for who did not come, by the prices, by people who chose."""
    state: Mapped[PricesState] = mapped_column(choice(PricesState), default=PricesState.WORKED_OUT)
    worked_out_at: Mapped[datetime]
    worked_out_by: Mapped[str] = mapped_column(String(80))
    worked_out_by_name: Mapped[str] = mapped_column(String(100))
    in_force_at: Mapped[datetime | None]
    in_force_by: Mapped[str | None] = mapped_column(String(80))
    in_force_by_name: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_by_name: Mapped[str | None] = mapped_column(String(100))

    rows: Mapped[list[LinePrice]] = relationship(back_populates="prices", order_by="LinePrice.id")


class LinePrice(Base):
    """The price of one budget in one version."""

    __tablename__ = "line_price"
    __table_args__ = (
        UniqueConstraint("prices_id", "funding_line_id"),
        CheckConstraint("scarce_permille BETWEEN 0 AND 1000", name="scarce_in_range"),
        CheckConstraint("price_permille BETWEEN 0 AND 2000", name="price_in_range"),
        CheckConstraint("written_permille IS NULL OR written_permille BETWEEN 0 AND 2000", name="written_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    prices_id: Mapped[int] = mapped_column(ForeignKey("line_prices.id"), index=True)
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    scarce_permille: Mapped[int]
    """In how many of a thousand sampled years a euro less of it is a euro less paid."""
    price_permille: Mapped[int]
    written_permille: Mapped[int | None]
    """The price in the region's file; None: the default. It comes back when the prices end."""

    prices: Mapped[LinePrices] = relationship(back_populates="rows")
    line: Mapped[FundingLine] = relationship(lazy="joined")
