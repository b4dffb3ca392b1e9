"""What is asked of a register, and what it answers: plain values."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.accounting.registers.dimensions import Dimension


class RegisterName(enum.StrEnum):
    """The registers, in the order in which they are offered."""

    VOUCHERS = "vouchers"
    PEOPLE = "people"
    EMPLOYERS = "employers"
    PROVIDERS = "providers"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    RECOVERIES = "recoveries"
    BOOKINGS = "bookings"


TOLD_APART = frozenset({RegisterName.VOUCHERS, RegisterName.PEOPLE})
"""Registers that can be narrowed to a cell of a cross table."""
OF_A_FUNDER = frozenset({RegisterName.VOUCHERS, RegisterName.PAYMENTS})
"""What a funder may open, for its own funding lines and without any name."""


TAKEN_OVER = "taken_over"
"""The state of an invoice or payment from an administration from before the desk."""


class CellKind(enum.Enum):
    """What stands in a column, so that a screen and a file write it each in their way."""

    VOUCHER = "voucher"
    """The id of a voucher, written as its number."""
    PERSON = "person"
    """The id of the first voucher of a person, written as the number of that person."""
    RECOVERY = "recovery"
    TEXT = "text"
    COUNT = "count"
    CENTS = "cents"
    DAY = "day"
    INSTANT = "instant"
    SCHEME = "scheme"
    STATE = "state"
    ROUTE = "route"
    MUNICIPALITY = "municipality"
    PARTY = "party"
    """Who is paid, or who has to pay back: the holder or the provider."""
    LINE = "line"
    """The id of a funding line."""
    ACCOUNT = "account"
    """One of the five accounts of a funding line."""


@dataclass(frozen=True)
class RegisterColumn:
    """One column: its key in the rows, and what stands in it."""

    key: str
    kind: CellKind

    @property
    def adds_up(self) -> bool:
        """Whether its total is shown: amounts and counts."""
        return self.kind in (CellKind.CENTS, CellKind.COUNT)


class RegisterOrder(enum.StrEnum):
    """The order of the rows."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST = "most"
    """The largest amount first."""


@dataclass(frozen=True)
class RegisterFilter:
    """The filter: part of a number or name, a state, a scheme, funding lines, days (both included), and an order.

    `line_ids` None: the money of all lines. A state that a register does not have narrows it to nothing.
    """

    text: str = ""
    state: str | None = None
    scheme: str | None = None
    line_ids: tuple[int, ...] | None = None
    first: date | None = None
    last: date | None = None
    order: RegisterOrder = RegisterOrder.NEWEST
    named: bool = True
    """Whether names may be shown and searched for."""
    cell: tuple[tuple[Dimension, str], ...] = ()
    """Of vouchers and people: where they stand in these dimensions. A funder may not ask for it."""


@dataclass(frozen=True)
class RegisterPage:
    """Some rows of a register; `count` and `totals` are over all rows of the filter, also those on other pages."""

    name: RegisterName
    columns: tuple[RegisterColumn, ...]
    rows: tuple[Mapping[str, Any], ...]
    count: int
    totals: Mapping[str, int]

    @property
    def total_cents(self) -> int:
        """The total of the main amount, in cents."""
        return self.totals["cents"]
