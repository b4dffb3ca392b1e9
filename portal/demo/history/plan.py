"""The timetable of the history: awards, lapses, redemptions, expenses, money of funders and co-financing, to the cent.

Pure: no database and no chance. The sums are those of the source; how they are divided over people, budgets and days is
assumed (`portal.accounting.source_report.assumptions` names each assumption). Amounts are in cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from portal.platform.legal_calendar import is_working_day

REGIO_DEAL, GELDERLAND, OVERIJSSEL = "regio-deal", "gelderland", "overijssel"
OPENED_ON, FIRST_AWARD_ON = date(2021, 7, 1), date(2021, 10, 1)
ENDED_ON = date(2024, 6, 28)
VALID_DAYS = 180
MOST_CENTS = 250_000
"""The most of one voucher, as the source says."""
SPREAD = (0, -700_00, 350_00, 700_00, -350_00)
"""By how much amounts differ from their mean, in turn."""
USED_AFTER = (35, 62, 90, 118, 149)
"""Days from an award until its invoice, in turn."""
AWARDS_PER_MONTH = (
    16, 22, 20, 24, 24, 26, 22, 22, 18, 10, 8, 10, 8, 10, 12, 14, 18, 22, 24, 22, 24, 22, 12, 14, 24, 34, 38,
)  # fmt: skip
"""From October 2021 to December 2023: fewer after a year, more after the action plan. Only how they compare counts."""
EURO = 100


@dataclass(frozen=True)
class VoucherGroup:
    """Vouchers of one route from one budget: how many, how many of them lapse, and what both come to."""

    line: str
    route: str
    number: int
    lapsing: int
    cents: int
    lapsing_cents: int


@dataclass(frozen=True)
class HistorySize:
    """How large the history is played. `parts`: amounts are divided by so many; `employers` and `technology` by route."""

    parts: int
    groups: tuple[VoucherGroup, ...]
    employers: int
    technology: tuple[tuple[str, int], ...]


def _group(line: str, route: str, number: int, lapsing: int, euros: int, lapsing_euros: int) -> VoucherGroup:
    return VoucherGroup(line, route, number, lapsing, euros * EURO, lapsing_euros * EURO)


FULL = HistorySize(
    1,
    (
        _group(REGIO_DEAL, "individual", 159, 36, 261_205, 58_682),
        _group(GELDERLAND, "individual", 115, 26, 188_795, 42_000),
        _group(GELDERLAND, "employer", 42, 8, 69_004, 13_000),
        _group(OVERIJSSEL, "employer", 204, 37, 335_000, 60_000),
    ),
    139,
    (("individual", 38), ("employer", 111)),
)
SMALL = HistorySize(
    20,
    tuple(
        replace(one, number=number, lapsing=lapsing, cents=one.cents // 20, lapsing_cents=one.lapsing_cents // 20)
        for one, (number, lapsing) in zip(FULL.groups, ((8, 2), (5, 1), (3, 1), (11, 3)), strict=True)
    ),
    7,
    (("individual", 2), ("employer", 6)),
)
"""A twentieth: the same money logic with 27 vouchers."""

BUDGETS = {REGIO_DEAL: 400_000 * EURO, GELDERLAND: 500_000 * EURO, OVERIJSSEL: 300_000 * EURO}
WORK_PACKAGES = (
    ("1", "Sturing van het project", "Steering the project"),
    ("2", "Inrichting van de infrastructuur", "Setting up the infrastructure"),
    ("3", "Uitvoering van het project", "Carrying out the project"),
    ("4", "Vouchers van de individuele route", "Vouchers of the individual route"),
)
EXPENSES = (
    ("1", REGIO_DEAL, 75_131 * EURO, 12),
    ("2", REGIO_DEAL, 84_869 * EURO, 4),
    ("2", GELDERLAND, 27_828 * EURO, 4),
    ("3", GELDERLAND, 187_827 * EURO, 12),
)
"""Work package, budget, what it cost, and over how many quarters from the beginning."""
INSTALMENTS = {
    REGIO_DEAL: ((date(2021, 7, 5), 45), (date(2022, 7, 4), 45), (date(2023, 7, 3), 10)),
    GELDERLAND: ((date(2021, 7, 5), 50), (date(2022, 10, 3), 50)),
    OVERIJSSEL: ((date(2021, 9, 6), 50), (date(2022, 9, 5), 50)),
}
"""When each funder paid which percentage."""
COFINANCING_CENTS, OWN_SHARES_CENTS = 575_000 * EURO, 331_004 * EURO
"""All of it, and the part that employers brought: as much as what their vouchers paid."""


@dataclass(frozen=True)
class PlannedVoucher:
    """One voucher: from which budget, of whom, how much and when. One without a day of use lapses after `VALID_DAYS`."""

    number: int
    line: str
    route: str
    cents: int
    technology: bool
    employer: int | None
    awarded_on: date
    used_on: date | None

    @property
    def lapses_on(self) -> date | None:
        """The first day on which it is no longer valid, of one that is not used."""
        return None if self.used_on is not None else self.awarded_on + timedelta(days=VALID_DAYS + 1)


@dataclass(frozen=True)
class PlannedExpense:
    """One invoice outside vouchers."""

    package: str
    line: str
    cents: int
    on: date


@dataclass(frozen=True)
class PlannedInstalment:
    """Money that a funder paid."""

    line: str
    cents: int
    on: date


@dataclass(frozen=True)
class PlannedContribution:
    """Co-financing over half a year: own shares of employers, or what partners brought."""

    own_shares: bool
    cents: int
    period_from: date
    on: date


@dataclass(frozen=True)
class MoneyEvent:
    """What one moment does to the free money of a budget: below nothing takes, above gives back."""

    on: date
    order: int
    """Of events on one day: what lapses is free before anything is awarded."""
    kind: str
    line: str
    cents: int
    about: PlannedVoucher | PlannedExpense


class BudgetOverdrawn(ValueError):
    """A plan takes more from a budget than it has at that moment."""

    def __init__(self, event: MoneyEvent, free_cents: int) -> None:
        super().__init__(f"{event.kind} of {-event.cents} on {event.on}: {event.line} has {free_cents} left")
        self.event, self.free_cents = event, free_cents


@dataclass(frozen=True)
class HistoryPlan:
    """Everything that happens, in order of time per kind."""

    budgets: dict[str, int]
    vouchers: tuple[PlannedVoucher, ...]
    expenses: tuple[PlannedExpense, ...]
    instalments: tuple[PlannedInstalment, ...]
    contributions: tuple[PlannedContribution, ...]
    employers: int
    release_from: date | None = None
    """No voucher lapses before this day; None lets each lapse in its time."""

    def without_interleaving(self) -> HistoryPlan:
        """The naive order: nothing lapses before the last voucher was awarded and the last expense booked."""
        last = max(*(one.awarded_on for one in self.vouchers), *(one.on for one in self.expenses))
        return replace(self, release_from=last + timedelta(days=1))

    def lapse_of(self, voucher: PlannedVoucher) -> date | None:
        """On which day the money of a voucher that is not used comes free."""
        day = voucher.lapses_on
        return day if day is None or self.release_from is None else max(day, self.release_from)

    def events(self) -> list[MoneyEvent]:
        """Everything that moves free money, in order."""
        found = [MoneyEvent(one.on, 1, "expense", one.line, -one.cents, one) for one in self.expenses]
        for one in self.vouchers:
            found.append(MoneyEvent(one.awarded_on, 2, "award", one.line, -one.cents, one))
            if (day := self.lapse_of(one)) is not None:
                found.append(MoneyEvent(day, 0, "lapse", one.line, one.cents, one))
        return sorted(found, key=lambda event: (event.on, event.order))

    def balances(self) -> Iterator[tuple[MoneyEvent, int]]:
        """After every event what its budget has free. Raises ``BudgetOverdrawn`` at the first one that does not fit."""
        free = dict(self.budgets)
        for event in self.events():
            if free[event.line] + event.cents < 0:
                raise BudgetOverdrawn(event, free[event.line])
            free[event.line] += event.cents
            yield event, free[event.line]

    @property
    def awarded_cents(self) -> int:
        """What all vouchers are together."""
        return sum(one.cents for one in self.vouchers)

    @property
    def redeemed_cents(self) -> int:
        """What was used of them."""
        return sum(one.cents for one in self.vouchers if one.used_on is not None)

    @property
    def expenses_cents(self) -> int:
        """What was spent outside vouchers."""
        return sum(one.cents for one in self.expenses)

    def spent_cents(self, line: str) -> int:
        """What was spent from a budget: what was used of its vouchers, and its expenses."""
        used = sum(one.cents for one in self.vouchers if one.line == line and one.used_on is not None)
        return used + sum(one.cents for one in self.expenses if one.line == line)


@cache
def history_plan(size: HistorySize = FULL) -> HistoryPlan:
    """The plan of that size."""
    return HistoryPlan(
        budgets={line: cents // size.parts for line, cents in BUDGETS.items()},
        vouchers=tuple(_vouchers(size)),
        expenses=tuple(sorted(_expenses(size.parts), key=lambda one: one.on)),
        instalments=tuple(
            PlannedInstalment(line, BUDGETS[line] // size.parts * percent // 100, on)
            for line, parts in INSTALMENTS.items()
            for on, percent in parts
        ),
        contributions=tuple(_contributions(size.parts)),
        employers=size.employers,
    )


# Dividing --------------------------------------------------------------------------------------------------------------


def divided(cents: int, number: int, spread: Sequence[int] = (0,), *, unit: int = 1) -> list[int]:
    """An amount in so many parts that add up to it, in whole units; they differ as `spread` says, as far as the sum allows."""
    offsets = [spread[place % len(spread)] for place in range(number)]
    each, rest = divmod((cents - sum(offsets)) // unit, number)
    return [(each + (place < rest)) * unit + offset for place, offset in enumerate(offsets)]


def evenly(chosen: int, number: int) -> set[int]:
    """So many places of a row of `number`, as evenly as can be."""
    return {(2 * place + 1) * number // (2 * chosen) for place in range(chosen)}


def _vouchers(size: HistorySize) -> Iterator[PlannedVoucher]:
    mixed: list[tuple[float, VoucherGroup, int, bool]] = []
    unit = EURO // size.parts
    for group in size.groups:
        lapsing = evenly(group.lapsing, group.number)
        used = divided(group.cents - group.lapsing_cents, group.number - group.lapsing, SPREAD, unit=unit)
        lost = divided(group.lapsing_cents, group.lapsing, SPREAD, unit=unit)
        for place in range(group.number):
            cents = (lost if place in lapsing else used).pop()
            mixed.append(((place + 0.5) / group.number, group, cents, place in lapsing))
    mixed.sort(key=lambda one: one[0])
    days = _award_days(len(mixed))
    routes = {route: [one for one, row in enumerate(mixed) if row[1].route == route] for route, _ in size.technology}
    technical = {
        routes[route][place] for route, number in size.technology for place in evenly(number, len(routes[route]))
    }
    company = {row: place % size.employers + 1 for place, row in enumerate(routes["employer"])}
    for row, (_place, group, cents, lapses) in enumerate(mixed):
        used_on = None if lapses else _working_day(days[row] + timedelta(days=USED_AFTER[row % len(USED_AFTER)]))
        yield PlannedVoucher(
            row + 1, group.line, group.route, cents, row in technical, company.get(row), days[row], used_on
        )


def _award_days(number: int) -> list[date]:
    """A working day for each award in its turn, so that months compare as `AWARDS_PER_MONTH` says."""
    whole, days = sum(AWARDS_PER_MONTH), []
    for place in range(number):
        left, month = (place + 0.5) * whole / number, 0
        while left > AWARDS_PER_MONTH[month]:
            left -= AWARDS_PER_MONTH[month]
            month += 1
        first = _months_later(FIRST_AWARD_ON, month)
        days.append(_working_day(first + timedelta(days=int(left / AWARDS_PER_MONTH[month] * 27))))
    return days


def _expenses(parts: int) -> Iterator[PlannedExpense]:
    for package, line, cents, quarters in EXPENSES:
        for quarter, part in enumerate(divided(cents // parts, quarters, unit=EURO // parts)):
            last = _months_later(OPENED_ON, 3 * quarter + 3) - timedelta(days=14)
            yield PlannedExpense(package, line, part, _working_day(last))


def _contributions(parts: int) -> Iterator[PlannedContribution]:
    halves = 6
    for own_shares, cents in ((True, OWN_SHARES_CENTS), (False, COFINANCING_CENTS - OWN_SHARES_CENTS)):
        for half, part in enumerate(divided(cents // parts, halves, unit=EURO // parts)):
            first = _months_later(OPENED_ON, 6 * half)
            yield PlannedContribution(
                own_shares, part, first, _working_day(_months_later(first, 6) - timedelta(days=10))
            )


def _months_later(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def _working_day(day: date) -> date:
    """This day, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def pay_days(plan: HistoryPlan) -> Iterable[date]:
    """On which days the region pays: the 20th of each month in which an invoice can wait, or the working day after it."""
    month = date(FIRST_AWARD_ON.year, FIRST_AWARD_ON.month, 1)
    last = max((one.used_on for one in plan.vouchers if one.used_on is not None), default=OPENED_ON)
    while month <= last + timedelta(days=31):
        yield _working_day(month + timedelta(days=19))
        month = _months_later(month, 1)
