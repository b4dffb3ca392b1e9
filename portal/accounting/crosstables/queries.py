"""Reading a cross table: one statement that reads where every voucher stands, counted here in one go."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import RegisterFilter
from portal.accounting.registers.dimensions import UNKNOWN, Dimension, needs_question, needs_training, placed, told_by
from portal.accounting.registers.sources import vouchers
from portal.accounting.scope import Scope, scope_of
from portal.accounting.small_groups import Place, hide_small_in_table
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.trainings.models import RegionTraining
from portal.people.actor import Actor
from portal.platform.database import give_room
from portal.spending.vouchers.models import Voucher


class CrossMeasure(enum.StrEnum):
    """What is counted in a cross table."""

    VOUCHERS = "vouchers"
    AWARDED = "awarded"
    """The amounts of the vouchers, in cents."""
    COMMITTED = "committed"
    """What is reserved and spent, in cents; of a funder from its own lines."""
    REDEEMED = "redeemed"
    """What is spent, in cents; of a funder from its own lines."""
    PEOPLE = "people"
    """Different people. Somebody can stand in two cells, and is one in their total."""

    @property
    def in_cents(self) -> bool:
        """Whether it is money."""
        return self in (CrossMeasure.AWARDED, CrossMeasure.COMMITTED, CrossMeasure.REDEEMED)


_AMOUNTS = {
    CrossMeasure.AWARDED: "amount_cents",
    CrossMeasure.COMMITTED: "cents",
    CrossMeasure.REDEEMED: "spent_cents",
}
"""The column of the register of vouchers that is added up."""
OF_A_FUNDER = (CrossMeasure.VOUCHERS, CrossMeasure.COMMITTED, CrossMeasure.REDEEMED, CrossMeasure.PEOPLE)
"""The amount of a voucher is not all of one funder."""


@dataclass(frozen=True)
class CrossAsked:
    """Which two dimensions, which measure, and vouchers issued from a first up to and including a last day (None: ever)."""

    rows: Dimension
    columns: Dimension
    measure: CrossMeasure = CrossMeasure.VOUCHERS
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class CrossCell:
    """One cell or total: what is counted there, and about how many people it is."""

    value: int = 0
    people: int = 0
    hidden: bool = False


NOTHING = CrossCell()
BETWEEN = "\n"
"""What stands between the keys of people in one text; no key has it."""
_ROW, _COLUMN = "row_", "column_"
"""How what rows and columns are told apart by is called in the statement."""


@dataclass(frozen=True)
class CrossTable:
    """A cross table. Of `cells` the key is (row, column); None stands for the totals. What is hidden is there all the same."""

    asked: CrossAsked
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, CrossCell]

    def at(self, row: str | None, column: str | None) -> CrossCell:
        """A cell, or with None a total; nothing where no voucher is."""
        return self.cells.get((row, column), NOTHING)

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return any(cell.hidden for cell in self.cells.values())


def measures_of(scope: Scope) -> tuple[CrossMeasure, ...]:
    """What may be counted of this money."""
    return tuple(CrossMeasure) if scope.is_whole else OF_A_FUNDER


def may_ask_for(scope: Scope, first: date | None, last: date | None) -> bool:
    """Whether a period may be asked for. A funder gets whole years: the difference of two periods would be a few people."""
    if scope.is_whole:
        return True
    return (
        first is not None and last is not None and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    )


def cross_table(session: Session, *, asked: CrossAsked, actor: Actor) -> CrossTable | None:
    """A cross table of the vouchers that somebody may see the money of; None for who sees none, or may not ask for it.

    Cells about few people are hidden, for everybody. Money is in cents.
    """
    scope = scope_of(session, actor=actor)
    if scope is None or asked.rows is asked.columns or asked.measure not in measures_of(scope):
        return None
    if not may_ask_for(scope, asked.first, asked.last):
        return None
    found = _counted(session, asked, scope)
    hidden = hide_small_in_table({key: people for key, (_value, people) in found.items()})
    people_only = asked.measure is CrossMeasure.PEOPLE
    places = found.keys() | hidden
    cells = {
        key: CrossCell(people if people_only else value, people, key in hidden)
        for key, (value, people) in ((key, found.get(key, (0, 0))) for key in places)
    }
    rows = {row for row, _column in found if row is not None}
    columns = {column for _row, column in found if column is not None}
    return CrossTable(asked, tuple(sorted(rows, key=_last)), tuple(sorted(columns, key=_last)), cells)


def _last(key: str) -> tuple[bool, str]:
    """What is not known comes last."""
    return key == UNKNOWN, key


def _counted(session: Session, asked: CrossAsked, scope: Scope) -> dict[Place, tuple[int, int]]:
    """What is counted, and how many people it is, in every cell and total.

    The database adds up per cell and names the people in it in one text; who stands in more cells of a total is one there.
    """
    give_room(session)
    told = _told_apart(asked, scope).subquery()
    in_row, in_column = (
        placed(dimension, {name.removeprefix(which): column for name, column in told.c.items()})
        for dimension, which in ((asked.rows, _ROW), (asked.columns, _COLUMN))
    )
    people_of = func.aggregate_strings(told.c.people, BETWEEN)
    cells = select(in_row.label("in_row"), in_column.label("in_column"), func.sum(told.c.amount), people_of)
    amounts: defaultdict[Place, int] = defaultdict(int)
    people: defaultdict[Place, set[str]] = defaultdict(set)
    for row, column, amount, their_keys in session.execute(cells.group_by("in_row", "in_column")):
        whose = set(their_keys.split(BETWEEN))
        for place in ((row, column), (row, None), (None, column), (None, None)):
            amounts[place] += int(amount)
            people[place] |= whose
    return {place: (amount, len(people[place])) for place, amount in amounts.items()}


def _told_apart(asked: CrossAsked, scope: Scope) -> Select[*tuple[Any, ...]]:
    """The vouchers of the register by what they are told apart by: how much they are together, and whose they are."""
    narrowed = RegisterFilter(
        first=asked.first, last=asked.last, line_ids=None if scope.is_whole else tuple(scope.line_ids), named=False
    )
    rows = vouchers(narrowed).rows
    amount: Any = rows.selected_columns[_AMOUNTS[asked.measure]] if asked.measure in _AMOUNTS else literal(1)
    question = DevelopmentQuestion
    if needs_question((asked.rows, asked.columns)):
        rows = rows.join(question, question.id == Voucher.question_id)
    if needs_training((asked.rows, asked.columns)):
        rows = rows.outerjoin(RegionTraining, RegionTraining.id == question.training_id)
    by = {_ROW + name: column for name, column in told_by(asked.rows).items()}
    by |= {_COLUMN + name: column for name, column in told_by(asked.columns).items()}
    people_of = func.aggregate_strings(Voucher.beneficiary_key, BETWEEN).label("people")
    columns = [column.label(name) for name, column in by.items()]
    return rows.with_only_columns(*columns, func.sum(amount).label("amount"), people_of).group_by(*by)
