"""The facts of many people at once: one typed numpy column per fact, in which what is not known is marked.

`columns_of` makes columns of facts as `evaluation` takes them, `Columns.row` gives them back. Everything is exact: money in
whole cents, numbers in hundredths, days as the ordinal of `datetime.date`, other values as codes of a vocabulary.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from schemes.facts import FactDefinitions
from schemes.facts.outcome import PAST_AWARDS, Facts, FactValue, PastAward

Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Rows = NDArray[np.integer[Any]]
C = TypeVar("C")
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class YesNo:
    """A yes_no fact: 1 is yes, -1 is no, 0 is not known."""

    answers: Bytes

    @property
    def known(self) -> Bools:
        """Which rows have a value."""
        known: Bools = self.answers != 0
        return known

    def part(self, start: int, stop: int) -> "YesNo":
        """The rows from start up to stop, without a copy."""
        return YesNo(self.answers[start:stop])

    def take(self, rows: Rows) -> "YesNo":
        """These rows, in this order; a row may come more than once."""
        return YesNo(self.answers[rows])

    def put(self, rows: Rows, other: "YesNo", picked: Rows) -> "YesNo":
        """This column, changed in place: each of the rows gets the value of a picked row of another column."""
        self.answers[rows] = other.answers[picked]
        return self

    def without(self, rows: Bools) -> "YesNo":
        """A column in which the marked rows are not known."""
        return YesNo(np.where(rows, np.int8(0), self.answers))

    def value(self, row: int) -> FactValue | None:
        """The fact of one row; None when it is not known."""
        return None if self.answers[row] == 0 else bool(self.answers[row] > 0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number (in hundredths: scale 100), money in cents or a year (scale 1)."""

    values: Longs
    known: Bools
    scale: int = 1

    def part(self, start: int, stop: int) -> "Numbers":
        """The rows from start up to stop, without a copy."""
        return Numbers(self.values[start:stop], self.known[start:stop], self.scale)

    def take(self, rows: Rows) -> "Numbers":
        """These rows, in this order; a row may come more than once."""
        return Numbers(self.values[rows], self.known[rows], self.scale)

    def put(self, rows: Rows, other: "Numbers", picked: Rows) -> "Numbers":
        """This column, changed in place: each of the rows gets the value of a picked row of another column."""
        self.values[rows], self.known[rows] = other.values[picked], other.known[picked]
        return self

    def without(self, rows: Bools) -> "Numbers":
        """A column in which the marked rows are not known."""
        return Numbers(self.values, self.known & ~rows, self.scale)

    def value(self, row: int) -> FactValue | None:
        """The fact of one row; None when it is not known. A whole number is an int, anything else a Decimal."""
        if not self.known[row]:
            return None
        whole, rest = divmod(int(self.values[row]), self.scale)
        return whole if rest == 0 else (Decimal(int(self.values[row])) / self.scale).normalize()


@dataclass(frozen=True, slots=True)
class Days:
    """A day, as the ordinal of `datetime.date`."""

    ordinals: Ints
    known: Bools

    def part(self, start: int, stop: int) -> "Days":
        """The rows from start up to stop, without a copy."""
        return Days(self.ordinals[start:stop], self.known[start:stop])

    def take(self, rows: Rows) -> "Days":
        """These rows, in this order; a row may come more than once."""
        return Days(self.ordinals[rows], self.known[rows])

    def put(self, rows: Rows, other: "Days", picked: Rows) -> "Days":
        """This column, changed in place: each of the rows gets the value of a picked row of another column."""
        self.ordinals[rows], self.known[rows] = other.ordinals[picked], other.known[picked]
        return self

    def without(self, rows: Bools) -> "Days":
        """A column in which the marked rows are not known."""
        return Days(self.ordinals, self.known & ~rows)

    def value(self, row: int) -> FactValue | None:
        """The fact of one row; None when it is not known."""
        return date.fromordinal(int(self.ordinals[row])) if self.known[row] else None


@dataclass(frozen=True, slots=True)
class Codes:
    """A choice, choices, text, municipality or postcode: the place of the value in the vocabulary, -1 when not known."""

    codes: Ints
    vocabulary: tuple[str | tuple[str, ...], ...]

    @property
    def known(self) -> Bools:
        """Which rows have a value."""
        return self.codes >= 0

    def part(self, start: int, stop: int) -> "Codes":
        """The rows from start up to stop, without a copy."""
        return Codes(self.codes[start:stop], self.vocabulary)

    def take(self, rows: Rows) -> "Codes":
        """These rows, in this order; a row may come more than once."""
        return Codes(self.codes[rows], self.vocabulary)

    def put(self, rows: Rows, other: "Codes", picked: Rows) -> "Codes":
        """This column, changed in place, by another column with the same vocabulary."""
        self.codes[rows] = other.codes[picked]
        return self

    def without(self, rows: Bools) -> "Codes":
        """A column in which the marked rows are not known."""
        return Codes(np.where(rows, np.int32(-1), self.codes), self.vocabulary)

    def value(self, row: int) -> FactValue | None:
        """The fact of one row; None when it is not known."""
        code = int(self.codes[row])
        return None if code < 0 else self.vocabulary[code]


@dataclass(frozen=True, slots=True)
class AwardsColumn:
    """What was awarded before: a row has any number of awards, which stand at offsets[row] up to offsets[row + 1]."""

    known: Bools
    offsets: Longs
    schemes: Ints
    days: Ints
    cents: Longs
    vocabulary: tuple[str, ...]

    def part(self, start: int, stop: int) -> "AwardsColumn":
        """The rows from start up to stop."""
        offsets = self.offsets[start : stop + 1]
        flat = slice(offsets[0], offsets[-1])
        return AwardsColumn(
            self.known[start:stop],
            offsets - offsets[0],
            self.schemes[flat],
            self.days[flat],
            self.cents[flat],
            self.vocabulary,
        )

    def take(self, rows: Rows) -> "AwardsColumn":
        """These rows, in this order; a row may come more than once."""
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        flat = np.repeat(self.offsets[:-1][rows] - offsets[:-1], counts) + np.arange(offsets[-1])
        return AwardsColumn(
            self.known[rows], offsets, self.schemes[flat], self.days[flat], self.cents[flat], self.vocabulary
        )

    def put(self, rows: Rows, other: "AwardsColumn", picked: Rows) -> "AwardsColumn":
        """A column in which each of the rows has the awards of a picked row of another column, of the same vocabulary."""
        n, more = len(self.known), other.take(picked)
        both = AwardsColumn(
            np.concatenate([self.known, more.known]),
            np.concatenate([self.offsets, more.offsets[1:] + self.offsets[-1]]),
            np.concatenate([self.schemes, more.schemes]),
            np.concatenate([self.days, more.days]),
            np.concatenate([self.cents, more.cents]),
            self.vocabulary,
        )
        order = np.arange(n)
        order[rows] = n + np.arange(len(more.known))
        return both.take(order)

    def without(self, rows: Bools) -> "AwardsColumn":
        """A column in which the marked rows are not known."""
        return AwardsColumn(self.known & ~rows, self.offsets, self.schemes, self.days, self.cents, self.vocabulary)

    def value(self, row: int) -> FactValue | None:
        """The awards of one row, as under `outcome.PAST_AWARDS`; None when they are not known."""
        flat = range(self.offsets[row], self.offsets[row + 1])
        awards = tuple(
            PastAward(self.vocabulary[self.schemes[i]], date.fromordinal(int(self.days[i])), int(self.cents[i]))
            for i in flat
        )
        return awards if self.known[row] else None

    @classmethod
    def of(cls, values: Sequence[Any], vocabulary: Sequence[str] = ()) -> "AwardsColumn":
        """A column of tuples of `PastAward`; None is not known. More schemes may stand in the vocabulary."""
        flat = [award for value in values for award in value or ()]
        places = {slug: n for n, slug in enumerate(dict.fromkeys((*vocabulary, *(award.scheme for award in flat))))}
        return cls(
            np.array([value is not None for value in values], dtype=np.bool_),
            np.cumsum([0, *(len(value or ()) for value in values)], dtype=np.int64),
            np.array([places[award.scheme] for award in flat], dtype=np.int32),
            np.array([award.awarded_on.toordinal() for award in flat], dtype=np.int32),
            np.array([award.amount_cents for award in flat], dtype=np.int64),
            tuple(places),
        )


Column = YesNo | Numbers | Days | Codes | AwardsColumn


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of n rows. A fact without a column is not known in any row."""

    n: int
    facts: Mapping[str, Column]

    def __len__(self) -> int:
        return self.n

    def part(self, start: int, stop: int) -> "Columns":
        """The rows from start up to stop, without a copy."""
        stop = min(stop, self.n)
        return Columns(stop - start, {key: column.part(start, stop) for key, column in self.facts.items()})

    def take(self, rows: Rows) -> "Columns":
        """These rows, in this order; a row may come more than once."""
        return Columns(len(rows), {key: column.take(rows) for key, column in self.facts.items()})

    def row(self, row: int) -> dict[str, FactValue]:
        """The known facts of one row, as `evaluation.evaluate` takes them. Raises IndexError outside the rows."""
        if not 0 <= row < self.n:
            raise IndexError(row)
        values = {key: column.value(row) for key, column in self.facts.items()}
        return {key: value for key, value in values.items() if value is not None}

    def rows(self) -> Iterator[dict[str, FactValue]]:
        """Every row in turn."""
        return (self.row(i) for i in range(self.n))

    def of_kind(self, fact: str, kind: type[C]) -> C | None:
        """The column of a fact; None when there is none. Raises TypeError when it is of another kind."""
        column = self.facts.get(fact)
        if column is not None and not isinstance(column, kind):
            raise TypeError(f"the fact {fact} is held as {type(column).__name__}, not as {kind.__name__}")
        return column


def columns_of(rows: Sequence[Facts], definitions: FactDefinitions) -> Columns:
    """Facts of many people as columns, one for every fact that is defined, and one for earlier awards where any are known.

    Raises ValueError for a fact that is not defined or a value that does not fit.
    """
    told = {key for row in rows for key in row}
    strange = told - set(definitions) - {PAST_AWARDS}
    if strange:
        raise ValueError(f"there is no fact {sorted(strange)[0]!r}")
    made: dict[str, Column] = {}
    for key, definition in definitions.items():
        values = [row.get(key) for row in rows]
        made[key] = column_of(values, definition.type)
    if PAST_AWARDS in told:
        made[PAST_AWARDS] = AwardsColumn.of([row.get(PAST_AWARDS) for row in rows])
    return Columns(len(rows), made)


def column_of(values: Sequence[FactValue | None], kind: str) -> Column:
    """One column of values of a type of fact; None is not known. Raises ValueError for a value of another type."""
    known = np.array([value is not None for value in values], dtype=np.bool_)
    if kind == "yes_no":
        return YesNo(np.array([0 if v is None else 1 if _is(v, bool) else -1 for v in values], dtype=np.int8))
    if kind in ("number", "money", "year"):
        scale = HUNDREDTHS if kind == "number" else 1
        return Numbers(np.array([scaled(v, scale) for v in values], dtype=np.int64), known, scale)
    if kind == "date":
        return Days(np.array([0 if v is None else _is(v, date).toordinal() for v in values], dtype=np.int32), known)
    wanted = tuple if kind == "choices" else str
    places: dict[Any, int] = {}
    codes = [-1 if v is None else places.setdefault(_is(v, wanted), len(places)) for v in values]
    return Codes(np.array(codes, dtype=np.int32), tuple(places))


def _is(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is not of the type of its fact")
    return value


def scaled(value: Any, scale: int) -> int:
    """A number as a whole number of its smallest part; 0 when not known. Raises ValueError when that is not exact."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"{value!r} is not a number")
    whole = value * scale
    if whole != int(whole):
        raise ValueError(f"{value!r} has too many decimals")
    return int(whole)
