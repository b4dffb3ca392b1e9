"""Column types of which the values stand sealed in the database, and read plain in the code (keys: `portal.platform.field_keys`).

What is empty, and the word or day that stands where something was erased, say nothing of anybody and are not sealed: so what is
empty or erased is found as ever. A `findable` column can be compared: with a value, or with another column of its kind. Any other
comparison of a sealed column in the database would find nothing, and is refused when the query is made.

A row that was written before it was sealed reads as it stands; ``loket keys seal`` seals it. On SQLite the tables are as they
were; on PostgreSQL a sealed column is TEXT, because what is sealed is longer.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, LargeBinary, String, Text, func, type_coerce
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from portal.platform.field_keys import BLIND_FROM, BLIND_LETTERS, field_keys, sealed_with

ERASED = "gewist"
"""The word that stands where a text was: what has to be there says that it was erased."""
NOBODYS_BIRTHDAY = date(1900, 1, 1)
"""The day that stands where a birth date was erased."""
NOT_SEALED = frozenset({"", ERASED, NOBODYS_BIRTHDAY.isoformat()})
ACCOUNT, ADDRESS, BIRTH_DATE, NAME = "account", "address", "birth date", "name"
LETTER, PAPERS, SALT, WORD = "letter", "papers", "salt", "word"
"""What is sealed, by kind: what was sealed as one does not open as another."""
YEAR_LETTERS = 4
_EQUAL = frozenset({operators.eq, operators.is_not_distinct_from})
_UNEQUAL = frozenset({operators.ne, operators.is_distinct_from})
_AS_IT_STANDS = frozenset({operators.is_, operators.is_not})


class _Compared(TypeDecorator.Comparator[Any], String.Comparator[Any]):
    """How a sealed column is compared in the database."""

    __slots__ = ()

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        """A condition on what stands sealed. Raises ``TypeError`` for one that would find nothing."""
        sealed: SealedText = self.expr.type  # type: ignore[assignment]
        with_what = other[0] if other else None
        itself = isinstance(with_what, ColumnElement) and hash(with_what) == hash(
            self.expr
        )  # as SQLAlchemy looks it up
        if op in _AS_IT_STANDS or (op in _EQUAL | _UNEQUAL and (with_what is None or itself)):
            return super().operate(op, *other, **kwargs)
        theirs = getattr(with_what, "type", None)
        if op in _EQUAL | _UNEQUAL and isinstance(theirs, SealedText):
            if sealed.findable and theirs.kind == sealed.kind:
                return op(_blind(self.expr), _blind(with_what))
        elif op in _EQUAL | _UNEQUAL or op in (operators.in_op, operators.not_in_op):
            several = with_what if op in (operators.in_op, operators.not_in_op) else [with_what]
            if isinstance(several, list | tuple | set | frozenset):
                stands = [one for value in several for one in sealed.may_stand_as(value)]
                bare = type_coerce(self.expr, String())
                return bare.in_(stands) if op in _EQUAL or op is operators.in_op else bare.not_in(stands)
        raise TypeError(f"{self.expr} stands sealed: {op.__name__} would find nothing")


def _blind(column: Any) -> ColumnElement[str]:
    """The blind index at the beginning of what was sealed; of a word that was not sealed its own beginning."""
    return func.substr(type_coerce(column, String()), BLIND_FROM, BLIND_LETTERS)


class SealedText(TypeDecorator[Any]):
    """A text that stands sealed. `length` is that of the text itself."""

    impl: Any = String
    cache_ok = True
    comparator_factory = _Compared

    def __init__(self, length: int | None, kind: str, *, findable: bool = False) -> None:
        super().__init__(*([] if length is None else [length]))
        self.most, self.kind, self.findable = length, kind, findable

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        """On SQLite as it was declared before it was sealed."""
        return Text() if dialect.name == "postgresql" or self.most is None else String(self.most)

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        if value is None:
            return None
        text = self.to_text(value)
        return text if text in NOT_SEALED else field_keys().seal(self.kind, text, findable=self.findable)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.from_text(field_keys().open(self.kind, value))

    def may_stand_as(self, value: Any) -> list[str]:
        """As what a value may stand in the database. Raises ``TypeError`` when it cannot be known."""
        if not isinstance(value, str | date):
            raise TypeError(f"a sealed column is not compared with {type(value).__name__}")
        text = self.to_text(value)
        if text in NOT_SEALED:
            return [text]
        if not self.findable:
            raise TypeError(f"what is sealed as {self.kind} is not looked for")
        return [text, *field_keys().seals(self.kind, text)]

    def to_text(self, value: Any) -> str:
        """A value as the text that is sealed."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value that a text stands for."""
        return text


class _TextInDate(UserDefinedType[str]):
    """A column of SQLite that was declared as a date and holds a text."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """As it is declared."""
        return "DATE"


class SealedDate(SealedText):
    """A day that stands sealed, and can be looked for."""

    impl = Date
    cache_ok = True

    def __init__(self, kind: str = BIRTH_DATE) -> None:
        super().__init__(None, kind, findable=True)

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        """On SQLite declared as a date, as it was."""
        return Text() if dialect.name == "postgresql" else _TextInDate()

    def to_text(self, value: Any) -> str:
        """A day as ISO 8601."""
        return value.isoformat() if isinstance(value, date) else str(value)

    def from_text(self, text: str) -> date:
        """The day."""
        return date.fromisoformat(text)


class SealedJson(TypeDecorator[Any]):
    """JSON that stands sealed as a whole: nothing in it is looked at by the database."""

    impl = JSON
    cache_ok = True
    hashable = False

    def __init__(self, kind: str = PAPERS) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if not value and not isinstance(value, bool | int):
            return value  # None, and what is empty
        said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return field_keys().seal(self.kind, said)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if isinstance(value, str) and sealed_with(value):
            return json.loads(field_keys().open(self.kind, value))
        return value


class FactsJson(TypeDecorator[Any]):
    """Answers by fact, of which the birth date stands sealed: its year, by which is counted, and behind it the date."""

    impl = JSON
    cache_ok = True
    hashable = False
    fact = "birth_date"

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        said = value.get(self.fact) if isinstance(value, dict) else None
        if not isinstance(said, str) or not _is_date(said):
            return value
        return {**value, self.fact: said[:YEAR_LETTERS] + field_keys().seal(BIRTH_DATE, said)}

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        said = value.get(self.fact) if isinstance(value, dict) else None
        if not isinstance(said, str) or sealed_with(said[YEAR_LETTERS:]) is None:
            return value
        return {**value, self.fact: field_keys().open(BIRTH_DATE, said[YEAR_LETTERS:])}


def _is_date(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said))
    except ValueError:
        return False


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that stand sealed."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: str = LETTER) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        return field_keys().seal_bytes(self.kind, value) if value else value

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        return field_keys().open_bytes(self.kind, bytes(value)) if value else value


SEALED_TYPES = (SealedText, SealedJson, FactsJson, SealedBytes)
"""Every type of which something stands sealed."""


def plain_type(kind: Any) -> TypeEngine[Any]:
    """The type by which a sealed column is read as it stands."""
    if isinstance(kind, SealedJson | FactsJson):
        return JSON(none_as_null=True)
    return LargeBinary() if isinstance(kind, SealedBytes) else String()


def key_of(kind: Any, stands: Any) -> str | None:
    """With which key something stands sealed: its name, empty when it stands plain, None when nothing is to be sealed."""
    if isinstance(kind, FactsJson):
        said = stands.get(kind.fact) if isinstance(stands, dict) else None
        if not isinstance(said, str) or (not _is_date(said) and sealed_with(said[YEAR_LETTERS:]) is None):
            return None
        return sealed_with(said[YEAR_LETTERS:]) or ""
    if isinstance(kind, SealedJson):
        if stands is None or (not stands and not isinstance(stands, bool | int)):
            return None
        return (sealed_with(stands) or "") if isinstance(stands, str) else ""
    if not stands or stands in NOT_SEALED:
        return None
    return sealed_with(bytes(stands) if isinstance(stands, memoryview) else stands) or ""
