"""What the rows of an administration say, as values; and what is wrong, at its row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.accounting.takeover.columns import EndedHow, SumKind, TableKind
from portal.cases.open_hours import instant_of
from portal.framework.catalogue.queries import SchemeInForce

FUNDED, AWARDED, REDEEMED, RELEASED, PAID = (hour * 60 for hour in (8, 9, 10, 11, 12))
"""In this order things happen within a day: minutes after midnight, in Dutch time. The files know days only."""
Sums = dict[str, dict[SumKind, int]]
"""Per funding line, by its slug, and kind: cents."""


@dataclass(frozen=True)
class CellFault:
    """One thing that is wrong: in which table, line of the file and column, what stands there, and how to mend it."""

    kind: TableKind
    row: int
    field: str | None
    written: str
    message: Any


@dataclass(frozen=True)
class LineGround:
    """What is known of a funding line of this desk."""

    id: int
    slug: str
    first: date
    last: date
    schemes: tuple[str, ...]
    """What its earmark admits; nothing named is everything."""
    free_cents: int


@dataclass(frozen=True)
class OldBudget:
    """Money that came into a funding line."""

    row: int
    line: LineGround
    cents: int
    on: date

    @property
    def at(self) -> datetime:
        """When it counts."""
        return instant_of(self.on, FUNDED)


@dataclass(frozen=True)
class OldInvoice:
    """An invoice for which (part of) a voucher was used, and on which day it was paid."""

    row: int
    provider_id: int
    number: str
    invoice_date: date
    cents: int
    redeemed_on: date
    paid_on: date | None = None

    @property
    def at(self) -> datetime:
        """When it was used."""
        return instant_of(self.redeemed_on, REDEEMED)

    @property
    def paid_at(self) -> datetime | None:
        """When it was paid."""
        return instant_of(self.paid_on, PAID) if self.paid_on is not None else None


@dataclass(frozen=True)
class OldVoucher:
    """A voucher of the earlier administration, with its invoices."""

    row: int
    reference: str
    line: LineGround
    scheme: SchemeInForce
    cents: int
    awarded_on: date
    valid_until: date
    ended_on: date | None
    ended_how: EndedHow
    said: Mapping[str, Any] = field(default_factory=dict)
    """What is known of holder and training, by field."""
    invoices: tuple[OldInvoice, ...] = ()

    @property
    def used_cents(self) -> int:
        """What was used of it."""
        return sum(one.cents for one in self.invoices)

    @property
    def released_cents(self) -> int:
        """What was freed."""
        return self.cents - self.used_cents if self.ended_on is not None else 0

    @property
    def at(self) -> datetime:
        """When it was awarded."""
        return instant_of(self.awarded_on, AWARDED)

    @property
    def ended_at(self) -> datetime | None:
        """When the rest was freed."""
        return instant_of(self.ended_on, RELEASED) if self.ended_on is not None else None


@dataclass(frozen=True)
class AdministrationPlan:
    """Everything that a takeover would write, what is wrong, and the sums of the files."""

    budgets: tuple[OldBudget, ...]
    vouchers: tuple[OldVoucher, ...]
    faults: tuple[CellFault, ...]
    sums: Sums
    counts: Mapping[TableKind, int]

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong and there is something to take over."""
        return not self.faults and bool(self.budgets or self.vouchers)
