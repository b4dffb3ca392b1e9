"""What each work package cost outside vouchers, as a table of the report: meant, spent, expected and left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expenses_by_work_package, waiting_by_work_package
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.scope import Scope
from portal.platform.i18n import LazyString, format_euros, localized
from portal.platform.i18n import lazy_gettext as _l

TITLE = _l("Geld per werkpakket")
MEANING = _l(
    "Uitgaven buiten vouchers. Wat over is, is het budget min wat eerder en in deze periode is besteed en wat nog wordt verwacht."
)
COLUMNS: tuple[tuple[str, LazyString], ...] = (
    ("budget", _l("Budget")),
    ("before", _l("Eerder besteed")),
    ("spent", _l("Besteed")),
    ("expected", _l("Verwacht")),
    ("left", _l("Nog over")),
)
"""Key and name of each column."""


@dataclass(frozen=True)
class PackageMoney:
    """The money of one work package, or of all together, in cents."""

    budget_cents: int
    """As it is meant now: of a plan no history is kept."""
    before_cents: int
    """Booked before the first day of the period."""
    spent_cents: int
    """Booked in the period, less what was taken back."""
    expected_cents: int
    """Laid down and not yet approved at the end; nothing in the report of a funder, who sees what was booked."""

    @property
    def left_cents(self) -> int:
        """What is left for it; below zero when it costs more than was meant."""
        return self.budget_cents - self.before_cents - self.spent_cents - self.expected_cents

    @property
    def cents(self) -> tuple[int, ...]:
        """In the order of `COLUMNS`."""
        return *astuple(self), self.left_cents

    @property
    def said(self) -> list[str]:
        """The same in euros."""
        return [format_euros(one, exact=True) for one in self.cents]


@dataclass(frozen=True)
class PackageRow:
    """One work package, with its title in the language in use."""

    number: str
    title: str
    money: PackageMoney

    @property
    def label(self) -> str:
        """Its number and title."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class PackageTable:
    """Every work package, by number."""

    rows: tuple[PackageRow, ...]

    @property
    def total(self) -> PackageMoney:
        """All together."""
        return _together(row.money for row in self.rows)


def package_table(session: Session, *, scope: Scope, period: FigurePeriod) -> PackageTable | None:
    """The table over a period, as it stood on its day, of the money of `scope`; None without work packages."""
    before = {
        one.package.id: one.approved_cents
        for one in expenses_by_work_package(session, scope=scope, until=_day_before(period.first, period.end))
    }
    waiting = waiting_by_work_package(session, scope=scope, on=period.end)
    rows = tuple(
        PackageRow(
            one.package.number,
            localized({"nl": one.package.title_nl, "en": one.package.title_en}),
            PackageMoney(one.budget_cents, before[one.package.id], one.approved_cents, waiting.get(one.package.id, 0)),
        )
        for one in expenses_by_work_package(session, scope=scope, since=period.first, until=period.end)
    )
    return PackageTable(rows) if rows else None


def _day_before(first: date, end: date) -> date:
    """The last day before the period, of a period that begins later than today: today."""
    return min(first - timedelta(days=1), end)


def _together(parts: Iterable[PackageMoney]) -> PackageMoney:
    sums = [sum(each) for each in zip(*(astuple(one) for one in parts), strict=True)]
    return PackageMoney(*sums)
