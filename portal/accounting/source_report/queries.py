"""The figures of the books beside those of the source, on a desk that was loaded with the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.queries import cofinancing_against_duty
from portal.accounting.expenses.queries import expenses_by_work_package
from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import FigureBook, figure_book
from portal.accounting.source_report.assumptions import ASSUMPTIONS
from portal.accounting.source_report.contradictions import SourceFinding, source_findings
from portal.accounting.source_report.figures import HISTORY_REGION, SOURCE_FIGURES, SourceFigure, SourceUnit
from portal.framework.catalogue.models import RegionRecord
from portal.people.actor import Actor
from portal.platform.i18n import format_euros, format_number
from portal.platform.i18n import gettext as _


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of the source and what the books come to."""

    figure: SourceFigure
    books: int | None

    @property
    def is_equal(self) -> bool:
        """Whether the books come to the figure of the source."""
        return self.books == self.figure.value

    @property
    def source_words(self) -> str:
        """The figure of the source as people read it."""
        return source_words(self.figure.unit, self.figure.value)

    @property
    def books_words(self) -> str:
        """The figure of the books as people read it."""
        return "–" if self.books is None else source_words(self.figure.unit, self.books)

    @property
    def equal_words(self) -> str:
        """Whether both are equal, in words."""
        return _("gelijk") if self.is_equal else _("niet gelijk")


@dataclass(frozen=True)
class SourceChapter:
    """The chapter about the source: figures beside each other, where it contradicts itself, and what was assumed."""

    compared: tuple[ComparedFigure, ...]
    findings: tuple[SourceFinding, ...]
    assumptions: tuple[str, ...]


def has_history(session: Session) -> bool:
    """Whether this desk was loaded with the history of the source."""
    return session.scalar(select(RegionRecord.slug)) == HISTORY_REGION


def source_chapter(session: Session, *, actor: Actor, on: date) -> SourceChapter | None:
    """The chapter, with the books as they stood on a day. None on another desk, and for who does not see all money."""
    if not has_history(session):
        return None
    compared = compared_with_source(session, actor=actor, on=on)
    if not compared:
        return None
    return SourceChapter(compared, source_findings(), tuple(str(one) for one in ASSUMPTIONS.values()))


def compared_with_source(session: Session, *, actor: Actor, on: date) -> tuple[ComparedFigure, ...]:
    """Every figure of the source beside the books as they stood on a day; nothing for who does not see all money."""
    whole = figure_book(session, actor=actor, period=FigurePeriod(date(2000, 1, 1), date(2100, 12, 31), on))
    if whole is None or not whole.scope.is_whole:
        return ()
    books = _books(session, whole, on)
    return tuple(ComparedFigure(one, books[one.key]) for one in SOURCE_FIGURES)


def source_words(unit: SourceUnit, value: int) -> str:
    """A figure as people read it: € 1.055.977, 520, 88%."""
    said: Mapping[SourceUnit, Callable[[int], str]] = {
        SourceUnit.CENTS: format_euros,
        SourceUnit.COUNT: format_number,
        SourceUnit.PERCENT: lambda percent: f"{percent}%",
    }
    return said[unit](value)


def _books(session: Session, book: FigureBook, on: date) -> dict[str, int | None]:
    budget, spent = book.by("budget", Breakdown.FUNDER), book.by("spent", Breakdown.FUNDER)

    def total(key: str) -> int:
        return int(book.total(key) or 0)

    def of(values: Mapping[str, int | Fraction | None], funder: str) -> int:
        return int(values.get(funder) or 0)

    def percent(above: int, below: int) -> int | None:
        return round(Fraction(above, below) * 100) if below else None

    proven = sum(one.proven_cents for one in cofinancing_against_duty(session, scope=book.scope, on=on))
    packages = expenses_by_work_package(session, scope=book.scope, until=on)
    deal = of(spent, "regio-deal"), of(budget, "regio-deal")
    return {
        "budget": total("budget"),
        "budget_regio_deal": deal[1],
        "budget_gelderland": of(budget, "provincie-gelderland"),
        "budget_overijssel": of(budget, "provincie-overijssel"),
        "cofinancing": proven,
        "spent": total("spent"),
        "share_spent": percent(total("spent"), total("budget")),
        "spent_regio_deal": deal[0],
        "share_regio_deal": percent(*deal),
        "awarded": total("awarded_cents"),
        "redeemed": total("redeemed_cents"),
        "vouchers": total("vouchers_awarded"),
        "vouchers_technology": total("vouchers_technology"),
        "vouchers_employer": total("vouchers_employer"),
        "employers": total("employers"),
        "vouchers_individual": total("vouchers_individual"),
        "outside_vouchers": sum(one.approved_cents for one in packages),
        "unredeemed": total("released"),
        "unspent": total("budget") - total("spent"),
    }
