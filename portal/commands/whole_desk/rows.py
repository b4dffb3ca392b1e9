"""The form of an export: which tables are in it, what a value looks like in a line, and what is said of a file that is wrong."""

from __future__ import annotations

import base64
import binascii
import enum
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    String,
    Table,
    collate,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from portal.platform.database import load_models, written_columns
from portal.platform.errors import PortalError

FORMAT, VERSION = "ontwikkelloket-export", 1
MANIFEST, README = "manifest.json", "LEESMIJ.md"
TABLES, FILES = "tables/", "files/"
BATCH = 500
"""So many rows are in memory at once."""

LEFT_OUT = {
    "session_record": "Wie nu is aangemeld. Na het inlezen meldt iedereen zich opnieuw aan.",
    "sign_in_link": "Links waarmee een medewerker zich eenmaal aanmeldt. Ze leven tien minuten.",
    "idempotency_key": "Formulieren die onlangs zijn verstuurd, om dubbel versturen te zien.",
    "sealed_form": "Formulieren die nog niet verstuurd zijn, verzegeld voor één browser. Ze leven hoogstens een dag.",
    "limit_count": "Tellers tegen misbruik. Ze gelden hoogstens een dag.",
    "refusals_of_place": "Tellers van weigeringen per plaats, versleuteld met de sleutel van het loket.",
    "search_entry": "De zoekindex. Die wordt na het inlezen opnieuw gemaakt.",
    "search_term": "De zoekindex. Die wordt na het inlezen opnieuw gemaakt.",
    "search_variant": "De zoekindex. Die wordt na het inlezen opnieuw gemaakt.",
    "search_due": "De zoekindex. Die wordt na het inlezen opnieuw gemaakt.",
}
"""Tables that are not in an export: what lets in for a moment, what only guards this machine, what follows from the rest."""
AGAIN = "Take the file as it was made, or make the export again: loket db export"


class BrokenExport(PortalError):
    """An export cannot be taken in: the file in it, the path to the value, the problem and the remedy. Nothing was written."""

    def __init__(self, file: str, path: str, problem: str, remedy: str = AGAIN) -> None:
        super().__init__(f"file: {file}\npath: {path or '-'}\nproblem: {problem}\nremedy: {remedy}")
        self.file, self.path, self.problem, self.remedy = file, path, problem, remedy


class WrongValue(ValueError):
    """A value of a line does not fit its column. The message says what was expected."""


# Tables ----------------------------------------------------------------------------------------------------------------


def exported_tables() -> list[Table]:
    """The tables of an export, in an order in which their rows can be put back."""
    return [table for table in load_models().sorted_tables if table.name not in LEFT_OUT]


def file_of(table: Table) -> str:
    """The name of a table's file in an export."""
    return f"{TABLES}{table.name}.jsonl"


def in_order(table: Table, *, dialect: str) -> list[ColumnElement[Any]]:
    """The order of a table's rows in an export: that of its key, texts by their bytes, the same on both databases."""
    keys = list(table.primary_key.columns)
    if dialect != "postgresql":
        return [*keys]
    return [collate(key, "C") if isinstance(kind_of(key), String) else key for key in keys]


def kind_of(column: Column[Any]) -> TypeEngine[Any]:
    """The type of a column as the database has it."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def type_name(column: Column[Any]) -> str:
    """What a column's values are called in the manifest. Raises ``TypeError`` for a kind that no export knows."""
    kind = kind_of(column)
    for known, name in _NAMES:
        if isinstance(kind, known):
            return name
    raise TypeError(f"no form in an export for {column} ({kind!r})")


_NAMES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Enum, "choice"),
    (Boolean, "boolean"),
    (DateTime, "instant"),
    (Date, "date"),
    (Integer, "integer"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


# Values ----------------------------------------------------------------------------------------------------------------


def line_of(table: Table, row: Mapping[str, Any]) -> bytes:
    """A row as one line of JSON, its columns in the order of the table."""
    values = {column.name: _plain(row[column.name]) for column in written_columns(table)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def value_of(column: Column[Any], plain: Any) -> Any:
    """The value of a column from what stands in a line. Raises ``WrongValue``."""
    if plain is None:
        if not column.nullable:
            raise WrongValue("a value is missing")
        return None
    name = type_name(column)
    try:
        return _READ[name](column, plain)
    except (ValueError, TypeError, binascii.Error) as error:
        if isinstance(error, WrongValue):
            raise
        raise WrongValue(f"{name} expected, found {str(plain)[:60]!r}") from None


def _whole(_column: Column[Any], plain: Any) -> int:
    if type(plain) is not int or not -(2**63) <= plain < 2**63:
        raise TypeError
    return plain


def _truth(_column: Column[Any], plain: Any) -> bool:
    if type(plain) is not bool:
        raise TypeError
    return plain


def _words(column: Column[Any], plain: Any) -> str:
    if type(plain) is not str:
        raise TypeError
    most = getattr(kind_of(column), "length", None)
    if most is not None and len(plain) > most:
        raise WrongValue(f"longer than {most} characters")
    return plain


def _choice(column: Column[Any], plain: Any) -> Any:
    kind = kind_of(column)
    assert isinstance(kind, Enum) and kind.enum_class is not None
    try:
        return kind.enum_class(plain)
    except ValueError:
        known = ", ".join(str(one.value) for one in kind.enum_class)
        raise WrongValue(f"{str(plain)[:60]!r} is none of {known}") from None


def _instant(_column: Column[Any], plain: Any) -> datetime:
    found = datetime.fromisoformat(plain)
    if found.tzinfo is None:
        raise WrongValue("an instant needs a time zone")
    return found


_READ: dict[str, Any] = {
    "integer": _whole,
    "boolean": _truth,
    "text": _words,
    "choice": _choice,
    "instant": _instant,
    "date": lambda _column, plain: date.fromisoformat(plain),
    "json": lambda _column, plain: plain,
    "bytes": lambda _column, plain: base64.b64decode(plain, validate=True),
}
