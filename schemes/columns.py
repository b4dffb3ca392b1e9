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
from schemes.outcome import Facts, FactValue

Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
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

    def value(self, row: int) -> FactValue | None:
        """The fact of one row; None when it is not known."""
        code = int(self.codes[row])
        return None if code < 0 else self.vocabulary[code]


Column = YesNo | Numbers | Days | Codes


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
    """Facts of many people as columns, one for every fact that is defined. Raises ValueError for what does not fit."""
    strange = {key for row in rows for key in row} - set(definitions)
    if strange:
        raise ValueError(f"there is no fact {sorted(strange)[0]!r}")
    made: dict[str, Column] = {}
    for key, definition in definitions.items():
        values = [row.get(key) for row in rows]
        made[key] = column_of(values, definition.type)
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
