"""The statement of a stretch of days: per funding line, funder and work package what stood there, moved and stood there after.

Made of the transfers alone, so that the same days give the same bytes as long as nothing is booked in them; and nothing is, once
the books of those days are closed. Names of lines and funders may change and are left out: a slug, and the number of a work
package, do not. A statement says in its text of which format it is; one that was closed in an older format is made in that one
again (`format_of`), so that its bytes stay as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import PackageMovements, movements_by_work_package
from portal.accounting.scope import Scope
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind, TransferKind
from portal.ledger.movements import OnAccounts, movements

BY_LINE, BY_PACKAGE = "ontwikkelloket/period/1", "ontwikkelloket/period/2"
FORMATS = (BY_PACKAGE, BY_LINE)
"""What a statement can be written as, the newest first. The first one had no work packages."""


@dataclass(frozen=True)
class Stood:
    """What stands on the accounts of a line, in cents. `funded = available + reserved + to_pay + paid`."""

    funded_cents: int = 0
    available_cents: int = 0
    reserved_cents: int = 0
    to_pay_cents: int = 0
    """Spent and not paid."""
    paid_cents: int = 0

    def __add__(self, other: Stood) -> Stood:
        return Stood(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class StatementPart:
    """A line, a funder or all together: the opening, what each kind of transfer changed, and the closing."""

    opening: Stood
    movements: tuple[tuple[TransferKind, Stood], ...]
    """Only kinds that occurred, in the order of `TransferKind`."""

    @property
    def closing(self) -> Stood:
        """The opening and everything that moved."""
        return sum((moved for _kind, moved in self.movements), self.opening)


@dataclass(frozen=True)
class LineStatement:
    """The part of one funding line."""

    line: str
    funder: str
    part: StatementPart


@dataclass(frozen=True)
class PeriodStatement:
    """The statement of the days from `first_day` up to and including `last_day`, of all lines or of those of one funder."""

    first_day: date
    last_day: date
    of: str
    """The slug of the funder whose lines these are; "region" for all."""
    lines: tuple[LineStatement, ...]
    """Lines on which something was booked until the last day, by slug."""
    packages: tuple[PackageMovements, ...] = ()
    """Work packages for which something was booked until the last day, by number: what they cost outside vouchers."""
    format: str = FORMATS[0]

    @property
    def total(self) -> StatementPart:
        """All lines together."""
        return together(one.part for one in self.lines)

    @property
    def funders(self) -> tuple[tuple[str, StatementPart], ...]:
        """Per funder its lines together, by slug."""
        slugs = sorted({one.funder for one in self.lines})
        return tuple((slug, together(one.part for one in self.lines if one.funder == slug)) for slug in slugs)

    @property
    def text(self) -> str:
        """Canonical JSON: keys in alphabetical order, no spaces. Equal statements have equal texts."""
        return json.dumps(self._plain(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """SHA-256 over the text, 64 hexadecimal digits."""
        return hash_of(self.text)

    def _plain(self) -> dict[str, Any]:
        packages = {} if self.format == BY_LINE else {"work_packages": [_of_package(one) for one in self.packages]}
        return packages | {
            "format": self.format,
            "of": self.of,
            "period": {"from": self.first_day.isoformat(), "to": self.last_day.isoformat()},
            "lines": [{"funding_line": one.line, "funder": one.funder} | _plain(one.part) for one in self.lines],
            "funders": [{"funder": slug} | _plain(part) for slug, part in self.funders],
            "total": _plain(self.total),
        }


def hash_of(text: str) -> str:
    """SHA-256 over a text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def together(parts: Iterable[StatementPart]) -> StatementPart:
    """Several parts added up."""
    opening, moved = Stood(), dict[TransferKind, Stood]()
    for part in parts:
        opening += part.opening
        for kind, stood in part.movements:
            moved[kind] = moved.get(kind, Stood()) + stood
    return StatementPart(opening, tuple((kind, moved[kind]) for kind in TransferKind if kind in moved))


def format_of(text: str | None) -> str:
    """The format in which a statement was written; the newest one when nothing was written yet."""
    return str(json.loads(text)["format"]) if text is not None else FORMATS[0]


def statement_of(
    session: Session, *, first_day: date, last_day: date, scope: Scope | None = None, written_as: str = FORMATS[0]
) -> PeriodStatement:
    """The statement of these days from the books as they are now, of the lines in `scope`; without one of all."""
    known = scope.lines if scope is not None else tuple(funding_lines(session))
    named = {line.id: line for line in known}
    found = movements(session, since=first_day, until=last_day, funding_line_ids=named.keys())
    lines = (
        LineStatement(
            named[number].slug,
            named[number].funder.slug,
            StatementPart(
                _stood(moved.opening),
                tuple((kind, _stood(moved.by_kind[kind])) for kind in TransferKind if kind in moved.by_kind),
            ),
        )
        for number, moved in found.items()
    )
    of = scope.funder.slug if scope is not None and scope.funder is not None else "region"
    packages = movements_by_work_package(session, since=first_day, until=last_day, funding_line_ids=list(named))
    return PeriodStatement(
        first_day, last_day, of, tuple(sorted(lines, key=lambda one: one.line)), tuple(packages), written_as
    )


def _stood(on: OnAccounts) -> Stood:
    return Stood(
        -on[AccountKind.FUNDER],
        on[AccountKind.AVAILABLE],
        on[AccountKind.RESERVED],
        on[AccountKind.SPENT],
        on[AccountKind.PAID],
    )


def _plain(part: StatementPart) -> dict[str, Any]:
    return {
        "opening": _cents(part.opening),
        "movements": {kind.value: _cents(moved) for kind, moved in part.movements},
        "closing": _cents(part.closing),
    }


def _cents(stood: Stood) -> dict[str, int]:
    return {one.name: getattr(stood, one.name) for one in fields(stood)}


def _of_package(one: PackageMovements) -> dict[str, Any]:
    return {
        "work_package": one.number,
        "opening": {"spent_cents": one.opening_cents},
        "movements": {"expense": {"spent_cents": one.expense_cents}, "reversal": {"spent_cents": one.reversal_cents}},
        "closing": {"spent_cents": one.closing_cents},
    }
