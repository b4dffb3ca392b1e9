"""Columns of numbers: what figures are made of, for many vouchers at once. Days are ordinals, words are places in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from portal.platform.clock import local_date

Numbers = npt.NDArray[np.int64]
NONE = -1
"""What stands in a column where there is nothing."""


@dataclass(frozen=True)
class WordColumn:
    """A column of words: each row's place in the list of the different ones. A missing word is the empty one."""

    names: tuple[str, ...]
    places: Numbers

    @classmethod
    def of(cls, values: Iterable[str | None]) -> WordColumn:
        """The column of these words."""
        known: dict[str, int] = {"": 0}
        places = [known.setdefault(value or "", len(known)) for value in values]
        return cls(tuple(known), np.array(places, dtype=np.int64))

    def at(self, rows: Numbers) -> WordColumn:
        """The words of these rows, the empty one for a row that is none."""
        return WordColumn(self.names, taken(self.places, rows, otherwise=0))


@dataclass(frozen=True)
class Items:
    """What is behind a figure, a row each: who or what is counted once, how much, on which day, and what it belongs to.

    `voucher` and `question` are rows of the facts, `line` is the id of a funding line, `extra` a word.
    """

    subject: Numbers
    amount: Numbers
    day: Numbers
    voucher: Numbers
    question: Numbers
    line: Numbers
    extra: WordColumn

    @classmethod
    def of(cls, subject: Numbers, day: Numbers, *, amount: Numbers | None = None, **more: Any) -> Items:
        """Items of these columns; of an amount each when none is given, and belonging to nothing that is not named."""
        length = len(subject)
        empty = np.full(length, NONE, dtype=np.int64)
        columns: dict[str, Any] = {"voucher": empty, "question": empty, "line": empty, "extra": None} | more
        if columns["extra"] is None:
            columns["extra"] = WordColumn(("",), np.zeros(length, dtype=np.int64))
        return cls(subject, np.ones(length, dtype=np.int64) if amount is None else amount, day, **columns)

    def __len__(self) -> int:
        return len(self.subject)

    def where(self, kept: npt.NDArray[Any]) -> Items:
        """Only the rows that are kept: true in a column as long as this one, or their places in order."""
        columns = {
            name: getattr(self, name)[kept] for name in ("subject", "amount", "day", "voucher", "question", "line")
        }
        return Items(**columns, extra=WordColumn(self.extra.names, self.extra.places[kept]))

    @classmethod
    def joined(cls, parts: Sequence[Items]) -> Items:
        """All of them; their words are of one list."""
        names = ("subject", "amount", "day", "voucher", "question", "line")
        columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
        places = np.concatenate([one.extra.places for one in parts])
        return cls(**columns, extra=WordColumn(parts[0].extra.names, places))

    def with_amount(self, amount: Numbers) -> Items:
        """The same with other amounts; what is nothing is left out."""
        return replace(self, amount=amount).where(amount != 0)


NO_ITEMS = Items.of(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def taken(values: Numbers, rows: Numbers, *, otherwise: int = NONE) -> Numbers:
    """The values of these rows; `otherwise` for a row that is none."""
    if not len(values):
        return np.full(len(rows), otherwise, dtype=np.int64)
    return np.where(rows >= 0, values[np.maximum(rows, 0)], otherwise)


def rows_of(ids: Numbers, wanted: Numbers) -> Numbers:
    """In which row of sorted ids each wanted one stands; `NONE` for one that is not there."""
    if not len(ids):
        return np.full(len(wanted), NONE, dtype=np.int64)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, NONE)


def distinct(values: Numbers) -> Numbers:
    """The different values, in order. (Sorting is five times as quick as ``np.unique``.)"""
    if not len(values):
        return values
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def columns_of(session: Session, query: Select[*tuple[Any, ...]]) -> list[Sequence[Any]]:
    """The columns of an answer as the database gives them: whole numbers and text, asked for as such, need no conversion."""
    session.flush()
    answer = session.connection().execute(query)
    rows = answer.cursor.fetchall() if answer.cursor is not None else []
    answer.close()
    return [list(map(itemgetter(place), rows)) for place in range(len(query.selected_columns))]


def numbers(values: Sequence[int | None]) -> Numbers:
    """A column of whole numbers; `NONE` for what is not there."""
    try:
        return np.array(values, dtype=np.int64)
    except TypeError:
        return np.array([NONE if value is None else int(value) for value in values], dtype=np.int64)


# Days ------------------------------------------------------------------------------------------------------------------


def hour_of(session: Session, instant: Any) -> ColumnElement[str]:
    """The hour of an instant in UTC, as text: by it the day here is known, and it is much quicker to read."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", instant), "YYYY-MM-DD HH24")
    return func.substr(instant, 1, 13)


def days_of_hours(hours: Iterable[str | None]) -> Numbers:
    """The day here of each hour."""
    return _mapped(hours, lambda hour: local_date(datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)))


def days_of(days: Iterable[str | None]) -> Numbers:
    """Days that are written as text."""
    return _mapped(days, date.fromisoformat)


def _mapped(texts: Iterable[str | None], read: Callable[[str], date]) -> Numbers:
    known: dict[str | None, int] = {None: NONE}
    found = []
    for text in texts:
        if text not in known:
            known[text] = read(str(text)).toordinal()
        found.append(known[text])
    return np.array(found, dtype=np.int64)
